"""The grid worker's digest: when, for whom, and what it says."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from models import digest
from models import ticket as tickets
from models.due import Due
from models.estate import Estate
from models.outbox import OutboxMessage
from tests.cast import Stage
from tests.clock import SHANGHAI


@pytest.mark.parametrize(
    ("now", "then"),
    [
        ("2026-04-15T08:29:59", "2026-04-15T08:30"),
        ("2026-04-15T08:30", "2026-04-15T17:30"),
        ("2026-04-15T17:30", "2026-04-16T08:30"),
        ("2026-12-31T18:00", "2027-01-01T08:30"),
        ("2028-02-28T18:00", "2028-02-29T08:30"),
        ("2028-02-29T18:00", "2028-03-01T08:30"),
        ("2027-02-28T18:00", "2027-03-01T08:30"),
    ],
)
def test_digests_come_at_half_past_eight_and_half_past_five_every_day(now: str, then: str) -> None:
    at = datetime.fromisoformat(now).replace(tzinfo=SHANGHAI)

    assert digest.next_time(at, SHANGHAI) == datetime.fromisoformat(then).replace(tzinfo=SHANGHAI)


def estate_of(on: Stage) -> Estate:
    return on.session.get_one(Estate, on.estate_id)


def sent(on: Stage) -> list[OutboxMessage]:
    return list(on.session.scalars(select(OutboxMessage).filter_by(kind="digest").order_by(OutboxMessage.id)))


def test_nothing_to_say_nothing_sent_and_the_next_one_is_on_the_list(on: Stage) -> None:
    digest.send(on.session, on.by(days=1), estate_of(on), "one")

    assert sent(on) == []
    assert on.session.scalars(select(Due).filter_by(kind="digest")).all()


def test_a_digest_counts_what_is_new_in_work_and_settled(on: Stage) -> None:
    on.report(urgency="urgent")
    accepted, done, old = on.report(), on.report(), on.report()
    tickets.act(on.session, on.by("xu"), accepted, "accept")
    tickets.act(on.session, on.by("xu"), done, "resolve", resolved_at=on.now)
    tickets.act(on.session, on.by("xu"), old, "resolve", resolved_at=on.now - timedelta(days=2))

    digest.send(on.session, on.by(), estate_of(on), "one")

    (row,) = sent(on)
    assert row.member_id == on.who("xu").id
    assert row.facts["counts"] == {"urgent": 1, "new": 1, "live": 2, "verdict": 1, "closed": 0}
    assert [told["number"] for told in row.facts["waiting_tickets"]] == [1, 2, 3]


def test_buildings_stand_in_the_order_of_their_numbers_and_the_urgent_first(on: Stage) -> None:
    for building, urgency in (("12", "normal"), (None, "emergency"), ("3", "normal"), ("12", "emergency")):
        on.report(place={"building": building} if building else {}, urgency=urgency)

    facts = digest.compose(tickets.live(on.session, on.estate_id), on.by())

    assert [told["number"] for told in facts["waiting_tickets"]] == [3, 4, 1, 2]


def test_a_digest_on_the_list_is_not_doubled_by_installing_again_later(on: Stage) -> None:
    digest.begin(on.session, on.by(hours=9), estate_of(on))
    digest.begin(on.session, on.by(days=3), estate_of(on))

    assert len(on.session.scalars(select(Due).filter_by(kind="digest", estate_id=on.estate_id)).all()) == 1
