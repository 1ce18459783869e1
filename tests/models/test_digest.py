"""The grid worker's digest: when, for whom, and what it says."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from models import digest
from models import ticket as tickets
from models.due import Due
from models.estate import Estate
from models.member import Role
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


def sent(on: Stage, who: str = "xu") -> list[OutboxMessage]:
    mine = select(OutboxMessage).filter_by(kind="digest", member_id=on.who(who).id)
    return list(on.session.scalars(mine.order_by(OutboxMessage.id)))


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
    counts = {"overdue": 0, "today": 1, "urgent": 1, "new": 1, "live": 2, "asked": 0, "verdict": 1, "closed": 0}
    assert row.facts["counts"] == counts
    assert [told["number"] for told in row.facts["waiting_tickets"]] == [1, 2, 3]


def test_buildings_stand_in_the_order_of_their_numbers_and_the_urgent_first(on: Stage) -> None:
    for building, urgency in (("12", "normal"), (None, "emergency"), ("3", "normal"), ("12", "emergency")):
        on.report(place={"building": building} if building else {}, urgency=urgency)

    facts = digest.compose(tickets.live(on.session, on.estate_id), on.by(), estate_of(on))

    assert [told["number"] for told in facts["waiting_tickets"]] == [3, 4, 1, 2]


def test_a_digest_on_the_list_is_not_doubled_by_installing_again_later(on: Stage) -> None:
    digest.begin(on.session, on.by(hours=9), estate_of(on))
    digest.begin(on.session, on.by(days=3), estate_of(on))

    assert len(on.session.scalars(select(Due).filter_by(kind="digest", estate_id=on.estate_id)).all()) == 1


MORNING, EVENING = {"hours": -1.5}, {"hours": 7.5}


def test_what_is_overdue_comes_first_of_its_kind_and_is_marked_like_what_is_due_today(on: Stage) -> None:
    _, late, today = [on.report() for _ in range(3)]
    late.dispatch_by, today.dispatch_by = on.now - timedelta(hours=1), on.now + timedelta(hours=1)

    facts = digest.compose(tickets.live(on.session, on.estate_id), on.by(), estate_of(on))

    lines = [(told["number"], told["times"]) for told in facts["waiting_tickets"]]
    assert lines == [(2, "overdue"), (1, None), (3, "today")]
    assert (facts["counts"]["overdue"], facts["counts"]["today"]) == (1, 1)


def test_a_building_leader_hears_in_the_morning_of_his_building_alone(on: Stage) -> None:
    on.report(place={"building": "12"})
    on.report(place={"building": "3"})

    digest.send(on.session, on.by(**MORNING), estate_of(on), "one")
    digest.send(on.session, on.by(**EVENING), estate_of(on), "two")

    told = [[line["number"] for line in row.facts["waiting_tickets"]] for row in sent(on, "wang")]
    assert told == [[1]]
    assert [line["number"] for line in sent(on, "tan")[0].facts["waiting_tickets"]] == [2]
    assert len(sent(on, "xu")) == 2


def test_every_live_ticket_stands_in_a_digest_once(on: Stage) -> None:
    for urgency in ("normal", "urgent", "emergency"):
        on.report(urgency=urgency)
        on.report(urgency=urgency, place={})

    digest.send(on.session, on.by(days=3), estate_of(on), "one")

    (row,) = sent(on)
    assert sorted(line["number"] for line in row.facts["waiting_tickets"]) == [1, 2, 3, 4, 5, 6]


def test_the_offices_hear_only_of_what_was_handed_over_to_them(on: Stage) -> None:
    on.session.add(Role(estate_id=on.estate_id, id=1, member_id=on.who("hu").id, role="community_staff"))
    on.report()
    handed = on.report()
    handed.level = "community_staff"

    digest.send(on.session, on.by(**MORNING), estate_of(on), "one")

    assert [line["number"] for line in sent(on, "hu")[0].facts["waiting_tickets"]] == [2]


def test_whoever_holds_several_roles_gets_one_digest(on: Stage) -> None:
    roles = (("community_staff", 1), ("street_staff", 2))
    on.session.add_all(Role(estate_id=on.estate_id, id=n, member_id=on.who("wang").id, role=role) for role, n in roles)
    on.report().level = "street_staff"

    digest.send(on.session, on.by(**MORNING), estate_of(on), "one")

    assert len(sent(on, "wang")) == 1
