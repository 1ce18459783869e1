"""Scenario `races`: two hundred people want one slot at one moment, and two hundred of one household vote at one
moment, again and again, through the doors of two processes. One gets the slot; one voice of the household counts."""

from __future__ import annotations

import random
import threading
from collections.abc import Callable
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot.intake import take
from handlers.message import Message
from handlers.understanding import load
from models import poll
from models.booking import Booking
from models.cause import Cause
from models.database import Database, connect
from models.estate import Estate, Group
from models.inbox import InboxMessage
from models.member import Member
from models.migrations import upgrade
from models.poll import Poll, Question
from models.setup import BuildingPlan, EstatePlan, GroupPlan, MemberPlan, RoomPlan, install
from tests.faults.played import Played
from tests.faults.town import database_of

PEOPLE = 200
BEGINS, APART = datetime(2026, 11, 27, 1, 0, tzinfo=UTC), timedelta(hours=1)
GROUP, ROOM, OPTIONS = "1栋业主群", "活动室", ("米白", "浅灰")
HOURS = range(8, 20)  # slots of a day that are fought for
PLAN = EstatePlan(
    name="梧桐里",
    sets={"quiet_from": "00:00", "quiet_until": "00:00"},
    buildings=(BuildingPlan("1", ("1",), 18),),
    groups=(GroupPlan(GROUP, ("1",)),),
    rooms=(RoomPlan(ROOM),),
    members=tuple(MemberPlan(f"m{n}", f"住户{n}", "1-1-101") for n in range(PEOPLE)),
)


def play(seed: int, rounds: int, folder: Path, kind: str) -> Played:
    load()
    played = Played("races", kind, seed)
    with ExitStack() as ending:
        url = ending.enter_context(database_of(kind, folder))
        doors = (connect(url), connect(url))
        for door in doors:
            ending.callback(door.engine.dispose)
        upgrade(doors[0])
        with doors[0].write() as session:
            install(session, PLAN, BEGINS)
        for number in range(rounds):
            _Round(doors, number, random.Random(seed + number), played).play()
    return played


class _Round:
    def __init__(self, doors: tuple[Database, ...], number: int, rng: random.Random, played: Played) -> None:
        self._doors, self._number, self._rng, self._played = doors, number, rng, played
        self._failed: list[str] = []
        self._now = BEGINS + APART * number  # so that a group is not spoken to a thousand times in an hour

    def play(self) -> None:
        day = BEGINS + timedelta(days=6 + self._number // len(HOURS))
        hour = HOURS[self._number % len(HOURS)]
        wish = f"我要约{day.month}月{day.day}日{hour}点到{hour + 1}点的{ROOM}"
        self._at_once("slot", lambda _: wish)
        with self._doors[0].write() as session:
            self._ask(session)
        choices = [self._rng.choice(OPTIONS) for _ in range(PEOPLE)]
        self._at_once("vote", lambda n: f"选{choices[n]}")
        with self._doors[0].read() as session:
            found = [*self._failed, *_slot(session, self._number + 1), *_ballot(session, self._number + 1)]
            self._played.acknowledged = session.scalars(select(func.count()).select_from(InboxMessage)).one()
        self._played.faults += 1
        self._played.broken += [f"round {self._number}: {line}" for line in found]
        self._played.history.append({"round": self._number, "wish": wish, "broken": len(found)})

    def _at_once(self, kind: str, says: Callable[[int], str]) -> None:
        """Everybody waits until all are there."""
        gate = threading.Barrier(PEOPLE)

        def speak(n: int) -> None:
            now = self._now
            told = Message("web", "t", f"{kind}-{self._number}-{n}", f"m{n}", now, says(n), f"住户{n}", GROUP)
            gate.wait()
            try:
                take(self._doors[n % len(self._doors)], told, now)
            except Exception as error:  # whatever it is, somebody was not heard
                self._failed.append(f"{kind}: {type(error).__name__} {error}")

        people = [threading.Thread(target=speak, args=(n,)) for n in range(PEOPLE)]
        for one in people:
            one.start()
        for one in people:
            one.join()

    def _ask(self, session: Session) -> None:
        group = session.scalars(select(Group)).one()
        for former in session.scalars(select(Poll).filter_by(status="open")):
            former.status = "closed"
        asker = session.scalars(select(Member).filter_by(key="m0")).one()
        cause = Cause(group.estate_id, self._now, asker.id, group.id)
        poll.create(session, cause, Question("楼道刷什么颜色", OPTIONS))


def _slot(session: Session, rounds: int) -> list[str]:
    """One booking for each slot that was fought for, and nobody has another."""
    held = session.execute(
        select(Booking.starts_at, func.count()).filter_by(status="confirmed").group_by(Booking.starts_at)
    ).all()
    lines = [f"{at} was given away {times} times" for at, times in held if times != 1]
    return lines + ([f"{len(held)} slots are held of {rounds}"] if len(held) != rounds else [])


def _ballot(session: Session, rounds: int) -> list[str]:
    """The household counts once, by the word that it said last; and every word was kept."""
    estate = session.scalars(select(Estate)).one()
    asked = session.scalars(select(Poll).order_by(Poll.number.desc()).limit(1)).one()
    counted = poll.tally(session, asked)
    words = session.scalars(select(func.count()).select_from(poll.Ballot).filter_by(estate_id=estate.id)).one()
    lines = [] if sum(counted.values()) == 1 else [f"the household counts {counted}"]
    return lines + ([f"{words} ballots for {rounds * PEOPLE} votes"] if words != rounds * PEOPLE else [])
