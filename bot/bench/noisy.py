"""`bench noisy`: one estate has seven times as much to say as its share, or a platform that is slow to hear it; how
much longer do the others wait?

Time is played, not waited for: a letter takes as long as its platform is said to take, so the figures hold for one
worker, and are the same on every machine. JIANJIAN_BENCH_DATABASE names another database than a SQLite file of its
own; it must be empty.
"""

from __future__ import annotations

import os
import random
import re
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import insert, select

from bot import clock, delivery
from bot.bench import Row
from bot.bench.filling import CHANNEL, Filled, Size, found, reminders
from bot.bench.growth import opened
from bot.channels.sending import Outgoing
from bot.running import DELIVERY_SECONDS
from models.database import Database
from models.keys import first_id
from models.outbox import OutboxMessage

SEED = 20261128
ESTATES = 8
SIZE = Size(buildings=2, workers=1, tickets=0, messages=0)
SHARE = 1.5  # letters a second of an estate; one worker sends twenty
TIMES_ITS_SHARE = 7
TAKES_SECONDS, SLOW_SECONDS = 0.05, 0.5
SECONDS, FEW_SECONDS = 120, 20  # of letters
REMINDERS, FEW_REMINDERS = 200, 40  # of an estate, due in one minute


class District:
    """Estates whose letters fall due at their times, and a platform that takes its time over each."""

    def __init__(self, database: Database, begins: datetime) -> None:
        self._database, self._begins, self._chance = database, begins, random.Random(SEED)
        self._estates = [found(database, _name(n), SIZE, begins) for n in range(ESTATES)]
        self._due_at = list[float]()  # of each letter, by its number; in seconds from the beginning
        self._seconds, self._days = 0.0, 0
        self._slow = frozenset[str]()
        self._waits = list[tuple[str, float]]()

    def others_wait(self, seconds: int, paces: Mapping[int, float], slow: frozenset[str] = frozenset()) -> list[float]:
        """How long the letters waited of the estates that neither have a pace of their own nor are slow."""
        self._waits, self._slow = [], slow
        count, mind = len(self._due_at), delivery.Mind()
        for n, estate in enumerate(self._estates):
            self._write(estate, int(seconds * paces.get(n, SHARE)), seconds)
        while len(self._waits) < len(self._due_at) - count:
            if not self._look(mind):
                self._seconds += DELIVERY_SECONDS
        odd = {_name(n) for n in paces} | slow
        return [wait for estate, wait in self._waits if estate not in odd]

    def _look(self, mind: delivery.Mind) -> int:
        return delivery.deliver(self._database, {CHANNEL: self}, "bench", self._now, lambda: self._seconds, mind=mind)

    def send(self, outgoing: Outgoing) -> None:
        estate = outgoing.address.partition("-")[0]
        self._seconds += SLOW_SECONDS if estate in self._slow else TAKES_SECONDS
        [number] = re.findall(r"\d+", outgoing.text)
        self._waits.append((estate, self._seconds - self._due_at[int(number)]))

    @property
    def _now(self) -> datetime:
        return self._begins + timedelta(seconds=self._seconds)

    def _write(self, estate: Filled, count: int, seconds: int) -> None:
        times = sorted(self._seconds + self._chance.uniform(0, seconds) for _ in range(count))
        rows = []
        for number, time in enumerate(times, len(self._due_at)):
            at = self._begins + timedelta(seconds=time)
            row: dict[str, Any] = {
                "estate_id": estate.estate_id,
                "id": first_id(at) + number,
                "group_id": estate.group_ids[0],
            }
            row |= {"kind": "notice", "about": "ticket", "template": "ticket.unknown", "facts": {"number": number}}
            rows.append(row | {"created_at": at, "due_at": at, "state": "waiting", "attempts": 0})
        self._due_at += times
        with self._database.write() as session:
            session.execute(insert(OutboxMessage), rows)

    def others_turns(self, each: int, loud: int) -> list[int]:
        """How many of all reminders, due within one minute, were written before each of the others'. `loud`: of one
        estate there are so many."""
        self._days += 1
        at = self._begins + timedelta(days=self._days)
        for n, estate in enumerate(self._estates):
            reminders(self._database, estate, loud if n == 0 else each, at)
        clock.tick(self._database, at + timedelta(minutes=1))
        with self._database.read() as session:
            mine = (OutboxMessage.kind == "reminder", OutboxMessage.created_at > at)
            told = session.scalars(select(OutboxMessage.estate_id).where(*mine).order_by(OutboxMessage.id)).all()
        return [turn for turn, estate in enumerate(told, 1) if estate != self._estates[0].estate_id]


def rows(is_short: bool) -> Iterator[Row]:
    seconds, each = (FEW_SECONDS, FEW_REMINDERS) if is_short else (SECONDS, REMINDERS)
    with (
        tempfile.TemporaryDirectory(prefix="jianjian-noisy-") as folder,
        opened(os.environ.get("JIANJIAN_BENCH_DATABASE") or f"sqlite:///{folder}/district.db") as database,
    ):
        district = District(database, datetime.now(UTC).replace(microsecond=0))
        calm = district.others_wait(seconds, {})
        noisy = district.others_wait(seconds, {0: SHARE * TIMES_ITS_SHARE})
        slow = district.others_wait(seconds, {}, frozenset({_name(0)}))
        beside = f"calm {part(calm, 0.99):.2f} s"
        yield _row("others' letters p99 beside a noisy estate, times calm", noisy, calm, beside)
        # No goal: one worker that hands a letter to a slow platform can do nothing else meanwhile.
        yield _row("others' letters p99 beside a slow platform, times calm", slow, calm, beside, "")
        still = district.others_turns(each, each)
        loud = district.others_turns(each, each * TIMES_ITS_SHARE)
        beside = f"calm {part(still, 0.99):.0f}th"
        yield _row("others' reminders p99 beside a noisy estate, times calm", loud, still, beside)


def _row(name: str, beside_it: Sequence[float], calm: Sequence[float], floor: str, goal: str = "≤1.2") -> Row:
    ratio = part(beside_it, 0.99) / part(calm, 0.99)
    return Row(name, round(ratio, 2), len(beside_it), goal, floor, SEED)


def part(waits: Sequence[float], share: float) -> float:
    return sorted(waits)[int(share * (len(waits) - 1))]


def _name(estate: int) -> str:
    return f"小区{estate}"
