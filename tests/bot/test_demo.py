"""The demo: filled once, with things to see, and always of the last days."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select

from bot import demo
from models.booking import Booking
from models.database import Database
from models.inbox import InboxMessage
from models.meeting import Meeting
from models.member import Member
from models.outbox import OutboxMessage
from models.poll import Ballot, Poll
from tests.clock import NOW

pytestmark = pytest.mark.parametrize("database_kind", ["sqlite"])  # the demo runs on nothing else


def count(database: Database, table: type) -> int:
    with database.read() as session:
        return session.scalars(select(func.count()).select_from(table)).one()


def test_a_filled_demo_has_a_poll_with_votes_a_booking_and_a_meeting(database: Database) -> None:
    demo.fill(database, NOW)

    counts = [count(database, table) for table in (Member, Poll, Ballot, Booking, Meeting)]
    assert all(counts)
    with database.read() as session:
        assert set(session.scalars(select(OutboxMessage.state))) == {"sent"}
        assert session.scalars(select(func.max(InboxMessage.at))).one() < NOW


def test_filling_it_again_changes_nothing(database: Database) -> None:
    demo.fill(database, NOW)
    before = [count(database, table) for table in (Member, InboxMessage, OutboxMessage)]

    demo.fill(database, NOW + timedelta(days=3))

    assert [count(database, table) for table in (Member, InboxMessage, OutboxMessage)] == before


@pytest.mark.parametrize(
    "now",
    [datetime(2028, 3, 1, 0, 30), datetime(2027, 1, 1, 12), datetime(2026, 12, 31, 23, 59), datetime(2028, 2, 29)],
)
def test_its_talk_is_of_the_days_before_also_over_leap_day_and_new_year(database_kind: str, now: datetime) -> None:
    now = now.replace(tzinfo=UTC)

    times = [message.at for message in demo.talk(now)]

    assert times == sorted(times)
    assert now - timedelta(days=4) < times[0] < times[-1] < now


def test_its_host_is_one_of_its_people(database_kind: str) -> None:
    from bot.commands.demo import HOST_KEY
    from bot.estate_files import read_toml

    assert HOST_KEY in {member.key for member in read_toml(demo.ESTATE).members}
