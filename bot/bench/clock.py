"""`bench clock`: digests for 1,000 workers over 200,000 tickets, and 10,000 reminders that fall due in one minute."""

from __future__ import annotations

import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

from sqlalchemy import delete, select

from bot import clock, delivery
from bot.bench import Row
from bot.bench.filling import CHANNEL, Filled, Size, Years, found, reminders
from bot.channels.sending import Outgoing
from models import due
from models.cause import Cause
from models.database import Database, connect
from models.due import Due
from models.migrations import upgrade
from models.outbox import OutboxMessage

SEED = 20261127
MORNING = datetime(2026, 11, 25, 0, 30, tzinfo=UTC)  # half past eight on a working day in the estates
ESTATES, REMINDERS = 100, 10_000
SIZE = Size(buildings=20, workers=10, tickets=2000, messages=2000, live=1.0)
FEW_ESTATES, FEW_REMINDERS = 4, 400


class Counting:
    """A channel that only counts."""

    sent = 0

    def send(self, outgoing: Outgoing) -> None:
        self.sent += 1


def rows(is_short: bool) -> Iterator[Row]:
    estates, wanted = (FEW_ESTATES, FEW_REMINDERS) if is_short else (ESTATES, REMINDERS)
    now = MORNING
    with tempfile.TemporaryDirectory(prefix="jianjian-clock-") as folder:
        database = connect(f"sqlite:///{folder}/district.db")
        upgrade(database)
        offices = [_office(database, n, now) for n in range(estates)]
        yield _digests(database, offices, now)
        yield _reminders(database, offices, wanted, now)
        database.engine.dispose()


def _office(database: Database, number: int, now: datetime) -> Filled:
    estate = found(database, f"小区{number}", SIZE, now)
    Years(estate, SIZE, now - timedelta(days=1), now, SEED + number).put_into(database, f"小区{number}")
    with database.write() as session:
        session.execute(delete(Due).filter_by(estate_id=estate.estate_id))
    return estate


def _digests(database: Database, offices: list[Filled], now: datetime) -> Row:
    with database.write() as session:
        for office in offices:
            due.schedule(session, Cause(office.estate_id, now), "digest", office.estate_id, now)
    seconds = _seconds(lambda: clock.tick(database, now))
    with database.read() as session:
        told = Counter(session.scalars(select(OutboxMessage.member_id).filter_by(kind="digest")))
    workers, tickets = len(offices) * SIZE.workers, len(offices) * SIZE.tickets
    if any(told[worker] != 1 for office in offices for worker in office.worker_ids):
        raise RuntimeError(f"not one digest for each of {workers} workers: {told.total()} for {len(told)}")
    goal = "≤10" if len(offices) == ESTATES else ""
    return Row(f"seconds for digests over {tickets:,} tickets, n workers", round(seconds, 2), workers, goal, seed=SEED)


def _reminders(database: Database, offices: list[Filled], wanted: int, now: datetime) -> Row:
    """From the moment at which they are due until all are out, with nothing but reminders to send."""
    counting = Counting()
    senders = {CHANNEL: counting, "web": Counting()}
    while delivery.deliver(database, senders, "bench", now):
        pass
    at, counting.sent = now + timedelta(minutes=1), 0
    for office in offices:
        reminders(database, office, wanted // len(offices), at)

    def run() -> None:
        clock.tick(database, at)
        while delivery.deliver(database, senders, "bench", at):
            pass

    seconds = _seconds(run)
    if counting.sent < wanted:
        raise RuntimeError(f"{counting.sent} reminders of {wanted} went out")
    goal = "≤60" if wanted == REMINDERS else ""
    return Row("seconds until all reminders of a minute are out", round(seconds, 2), wanted, goal, seed=SEED)


def _seconds(run: Callable[[], object]) -> float:
    begun = time.perf_counter()
    run()
    return time.perf_counter() - begun
