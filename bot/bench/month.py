"""`bench month`: a month of a street in simulated time, through the real pipeline, judged by an oracle of its own.

The residents' words are fixed beforehand; workers, reporters and neighbours then act on what came of them as people do:
most tickets are taken up and settled, some are forgotten, some settled badly.
"""

from __future__ import annotations

import heapq
import itertools
import random
import resource
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot import delivery, intake
from bot.bench import Row
from bot.bench.month_oracle import Verdict, judge
from bot.bench.month_street import BEGINS, FULL, SHORT, Size, Talk, Told, plan_of, worker_of
from bot.playing import SENDERS, WORKER, run_until
from handlers.message import Message
from handlers.understanding import load
from models import ticket as tickets
from models.database import Database, connect, create_schema
from models.doubt import DOUBT
from models.inbox import InboxMessage
from models.member import Account, Member
from models.outbox import OutboxMessage
from models.setup import install
from models.ticket import Ticket

CORPUS = Path(__file__).parents[2] / "tests" / "sentences"
SEED = 20260420
FORGOTTEN, BADLY_DONE, SPOKEN_OF = 0.08, 0.06, 0.5  # shares of tickets; of settled ones on which somebody says a word


@dataclass
class Month:
    """A street's month while it is played."""

    database: Database
    size: Size
    chance: random.Random
    estates: list[int] = field(default_factory=list)
    events: dict[str, int] = field(default_factory=dict)  # external id → event
    seen: set[int] = field(default_factory=set)
    _queue: list[tuple[float, int, Told]] = field(default_factory=list)
    _order: Iterator[int] = field(default_factory=itertools.count)

    def say(self, told: Told) -> None:
        heapq.heappush(self._queue, (told.message.at.timestamp(), next(self._order), told))

    def play(self) -> int:
        """Plays to the end. Gives the number of messages."""
        ends, said = BEGINS + timedelta(days=self.size.days), 0
        while self._queue:
            *_, told = heapq.heappop(self._queue)
            if told.message.at >= ends:
                continue
            run_until(self.database, told.message.at)
            receipt = intake.take(self.database, told.message, told.message.at)
            delivery.deliver(self.database, SENDERS, WORKER, told.message.at)
            said += 1
            if told.event is not None:
                self.events[told.message.external_id] = told.event
            self._act_on(receipt.estate_id, receipt.inbox_id, told)
        run_until(self.database, ends)
        return said

    def _act_on(self, estate_id: int, inbox_id: int, told: Told) -> None:
        with self.database.read() as session:
            opened = [t for t in tickets.of_message(session, estate_id, inbox_id) if t.id not in self.seen]
            for ticket in opened:
                self.seen.add(ticket.id)
                self._work_on(session, ticket, told)

    def _work_on(self, session: Session, ticket: Ticket, told: Told) -> None:
        """What becomes of a ticket, unless it is forgotten."""
        if self.chance.random() < FORGOTTEN:
            return
        estate = self.estates.index(ticket.estate_id)
        worker = worker_of(estate, int(ticket.building or 1))
        hours = {"emergency": 0.1, "urgent": 1.0, "normal": 6.0}[ticket.urgency]
        at = told.message.at + timedelta(hours=self.chance.expovariate(1 / hours))
        self._says(worker, f"{ticket.number} 受理", at)
        at += timedelta(hours=self.chance.expovariate(1 / (8 * hours)))
        self._says(worker, f"{ticket.number} 办结 已处理好", at)
        reporter = session.get_one(Member, (ticket.estate_id, ticket.reporter_id))
        account = session.scalars(
            select(Account.address).filter_by(estate_id=ticket.estate_id, member_id=reporter.id)
        ).one()
        if self.chance.random() < BADLY_DONE:
            self._says(account, f"{ticket.number} 没修好", at + timedelta(hours=3), told.message.group)
            self._says(worker, f"{ticket.number} 办结 又去了一趟", at + timedelta(hours=9))
        elif self.chance.random() < SPOKEN_OF:
            self._says(account, f"{ticket.number} 满意", at + timedelta(hours=2), told.message.group)

    def _says(self, who: str, text: str, at: datetime, group: str | None = None) -> None:
        name = f"w{next(self._order)}"
        self.say(Told(Message("web", "month", name, who, at, text, who, group)))


def rows(is_short: bool) -> Iterator[Row]:
    """Plays the month and gives its figures."""
    load()
    size = SHORT if is_short else FULL
    with tempfile.TemporaryDirectory(prefix="jianjian-month-") as folder:
        database = connect(f"sqlite:///{folder}/month.db")
        month = found(database, size)
        begun_at = time.perf_counter()
        said = month.play()
        seconds = time.perf_counter() - begun_at
        with database.read() as session:
            verdicts = [judge(session, estate_id, BEGINS) for estate_id in month.estates]
            yield from _figures(session, month, said, verdicts)
        yield _row("seconds a simulated day", round(seconds / size.days, 2), size.days)
        yield _row("messages a second", round(said / seconds, 1), said)
        memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        yield _row("memory at most, MiB", round(memory, 1), said)
        database.engine.dispose()


def found(database: Database, size: Size) -> Month:
    """The street on an empty database, with all that its residents are going to say."""
    create_schema(database)
    month = Month(database, size, random.Random(SEED))
    for number in range(size.estates):
        with database.write() as session:
            month.estates.append(install(session, plan_of(number), BEGINS).id)
    for told in Talk(CORPUS, size, SEED).messages():
        month.say(told)
    return month


def _figures(session: Session, month: Month, said: int, verdicts: list[Verdict]) -> Iterator[Row]:
    opened = session.scalars(select(Ticket)).all()
    events_of = {ticket.id: _events(session, month, ticket) for ticket in opened}
    told, chat = set(month.events.values()), month.size.messages - len(month.events)  # without what answers tickets
    heard = {event for events in events_of.values() for event in events}
    listed = heard | _listed(session, month)
    split = sum(1 for event in heard if sum(event in events for events in events_of.values()) > 1)
    wrong = sum(len(events) > 1 for events in events_of.values())
    joined = sum(len({voice.household for voice in tickets.voices(session, ticket)}) > 1 for ticket in opened)
    false = sum(not events for events in events_of.values())
    yield _row("tickets", len(opened), said)
    yield _row("matters told that have a ticket", round(len(heard & told) / max(len(told), 1), 3), len(told))
    yield _row("  or stand in the worker's check list", round(len(listed & told) / max(len(told), 1), 3), len(told))
    yield _row("tickets that tell no matter, per 100 messages of chat", round(100 * false / chat, 2), chat)
    yield _row("tickets with several households", joined, len(opened))
    yield _row("tickets in which two matters were merged", wrong, len(opened))
    yield _row("matters with two tickets", split, len(heard))
    for name in ("overdue", "escalated", "paged"):
        yield _row(f"tickets {name}", sum(getattr(v, name) for v in verdicts), len(opened))
    yield _expected(verdicts)
    yield from _posts(session, month)


def _row(name: str, figure: float, n: int) -> Row:
    return Row(name, figure, n, seed=SEED)


def _expected(verdicts: list[Verdict]) -> Row:
    """Hand-overs, calls and the lines of digests: what the rules ask for, and nothing else."""
    faults = [fault for verdict in verdicts for fault in verdict.faults]
    for fault in faults[:5]:
        print(f"    {fault}")
    name = "steps and digest lines that an independent oracle does not expect"
    return Row(name, len(faults), sum(verdict.checked for verdict in verdicts), "≤0", "by the rules alone", SEED)


def _events(session: Session, month: Month, ticket: Ticket) -> set[int]:
    """The events that a ticket's reports tell; supports tell what they answer."""
    return {event for name in _messages(session, ticket) if (event := month.events.get(name)) is not None}


def _listed(session: Session, month: Month) -> set[int]:
    """The events of messages that a worker is asked about, at the desk."""
    said = select(InboxMessage).where(InboxMessage.external_id.in_(month.events))
    nearly = [row for row in session.scalars(said) if row.reading["issue_margin"] - row.reading["issue_bar"] >= DOUBT]
    return {month.events[row.external_id] for row in nearly}


def _messages(session: Session, ticket: Ticket) -> list[str]:
    ids = [voice.inbox_id for voice in tickets.voices(session, ticket)]
    mine = (InboxMessage.estate_id == ticket.estate_id, InboxMessage.id.in_(ids))
    return list(session.scalars(select(InboxMessage.external_id).where(*mine)))


def _posts(session: Session, month: Month) -> Iterator[Row]:
    """What each group heard a day."""
    day = func.date(OutboxMessage.sent_at, "+8 hours")
    mine = select(OutboxMessage.group_id, day, func.count()).where(
        OutboxMessage.group_id.is_not(None), OutboxMessage.state == "sent"
    )
    counts = [n for *_, n in session.execute(mine.group_by(OutboxMessage.group_id, day))]
    group_days = month.size.estates * 10 * month.size.days
    yield _row("posts a group and day", round(sum(counts) / group_days, 2), group_days)
    yield _row("posts a group and day at most", max(counts, default=0), group_days)
