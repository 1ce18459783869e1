"""A clock that stands still, jumps ahead and is set back by hours, over 29 February, over the end of the years whose
days off are known, and over the night: each thing once, and nothing is left undone."""

from __future__ import annotations

import random
from collections import Counter
from datetime import datetime, timedelta

import pytest

from models import poll
from models.booking import Booking
from models.database import Database
from models.due import Due
from models.inbox import InboxMessage
from models.outbox import OutboxMessage
from models.poll import Poll, Question
from models.ticket import Ticket
from tests import cast
from tests.cast import GROUP_12, Cast, Stage
from tests.clock import NOW

JUMPS = (0.0, 0.02, 0.25, 0.5, 1.0, 3.0, 7.0, -0.5, -1.0, -4.0)  # hours
DAYS = 5
BEGINS = {
    "29 February": datetime(2028, 2, 27, 9, 40, tzinfo=NOW.tzinfo),
    "the holiday table ends": datetime(2026, 12, 29, 9, 40, tzinfo=NOW.tzinfo),
    "days off and make-up days": datetime(2026, 2, 13, 9, 40, tzinfo=NOW.tzinfo),
}


@pytest.fixture(params=["sqlite"])
def database_kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(params=list(BEGINS))
def people(request: pytest.FixtureRequest, database: Database) -> Cast:
    return cast.assemble(database, now=BEGINS[request.param])


def fill(people: Cast) -> None:
    """A report, bookings of the coming days, and a poll that closes on one of them."""
    people.says("li", "12栋2单元3楼灯不亮了")
    with people.database.write() as session:
        on = Stage(session, people.estate_id, people.now)
        for days in range(DAYS):
            on.book("peng", 15, 16, days=days)
        asked = Question("楼道刷什么颜色", ("白色", "米色"), "single", on.now + timedelta(days=2))
        poll.create(session, on.by("wang", GROUP_12), asked)


@pytest.mark.parametrize("seed", range(3))
def test_each_comes_once_however_the_clock_jumps(people: Cast, seed: int) -> None:
    rng, ends = random.Random(seed), people.now + timedelta(days=DAYS + 1)
    fill(people)

    while people.now < ends:
        people.passes(hours=rng.choice(JUMPS))

    told = people.all(OutboxMessage)
    reminded = Counter(row.subject_id for row in told if row.template == "booking.remind")
    assert max(reminded.values()) == 1
    assert all(booking.status == "done" for booking in people.all(Booking))
    assert [row.template for row in told].count("poll.closed") == 1
    assert [asked.status for asked in people.all(Poll)] == ["closed"]
    assert max(Counter(row.once for row in told if row.once).values()) == 1
    halves = Counter((row.member_id, row.once) for row in told if row.kind == "digest")
    assert halves and max(halves.values()) == 1
    assert [row.error for row in people.all(Due) if row.error] == []
    assert [row.kind for row in people.all(Due) if row.done_at is None and row.at <= people.now] == []
    assert len(people.all(Ticket)) == len({ticket.number for ticket in people.all(Ticket)}) == 1
    assert len(people.all(InboxMessage)) == 1


def test_a_steady_clock_reminds_of_every_booking(people: Cast) -> None:
    """So that the test above cannot be content with reminding of none."""
    fill(people)

    for _ in range(4 * 24 * (DAYS + 1)):
        people.passes(minutes=15)

    assert [row.template for row in people.all(OutboxMessage)].count("booking.remind") == DAYS
