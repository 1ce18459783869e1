"""Sends what stands in the outbox: claims due rows, renders them for their channel, sends, marks.

The claim is committed before anything is sent, and the mark after, so a message is sent twice only when the process
dies between the two. Nothing is sent inside a transaction.
"""

from __future__ import annotations

import logging
import random
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta, tzinfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.channels.sending import ChannelError, Outgoing, Sender
from bot.wording import render
from config.failpoints import reach
from models import outbox
from models.database import Database
from models.estate import Estate, Group
from models.member import Account
from models.outbox import BACK_OFF_MINUTES, DANGER, LEASE, OutboxMessage

log = logging.getLogger(__name__)
SEND_WITHIN_SECONDS = LEASE.total_seconds() / 2  # the other half is for the last message begun
SHARE_SECONDS = 0.05  # what an estate's letters may take of a look while others wait

Senders = Mapping[str, Sender]  # by channel
# A platform that does not answer costs each letter its whole patience, and other channels' letters would wait behind.
PAUSE = timedelta(minutes=1)


@dataclass
class Mind:
    """What a worker keeps in mind between two looks.

    `pauses`: until when nothing is tried on a channel. `debts`: the seconds that each estate's letters took while
    others waited. Each look forgives a share; whoever owes one lets those go first that owe less.
    """

    pauses: dict[str, datetime] = field(default_factory=dict)
    debts: dict[int, float] = field(default_factory=dict)

    def begin(self) -> None:
        self.debts = {estate: debt - SHARE_SECONDS for estate, debt in self.debts.items() if debt > SHARE_SECONDS}

    def debt(self, estate: int) -> float:
        return self.debts.get(estate, 0.0)

    @property
    def owing(self) -> dict[int, float]:
        """The debts of those who had more than a share."""
        return {estate: debt for estate, debt in self.debts.items() if debt >= SHARE_SECONDS}

    def charge(self, estate: int, seconds: float) -> None:
        self.debts[estate] = self.debt(estate) + seconds


@dataclass(frozen=True)
class Letter:
    """Where a message goes, and the zone in which it speaks of times."""

    channel: str
    address: str
    zone: tzinfo


def deliver(
    database: Database,
    senders: Senders,
    worker: str,
    now: datetime,
    seconds: Callable[[], float] = time.monotonic,
    is_stopping: Callable[[], bool] = lambda: False,
    mind: Mind | None = None,
) -> int:
    """Sends what is due. Gives the number of messages tried: where it is not 0, more may be due.

    What is claimed and not begun goes back where the platform is slow, where the process is to stop, and where an
    estate's letters took more than their share of the time and others wait; after a silence, which `mind` keeps, all
    that is for the same channel goes back for a while, and all for the same receiver where the platform asks to wait.
    """
    begun_at, mind = seconds(), mind or Mind()
    waits: dict[Letter, datetime] = {}
    put_back: list[tuple[OutboxMessage, datetime]] = []
    with database.read() as session:  # most looks find nothing, and need not ask for the turn to write
        first = outbox.next_due(session)
    if first is None or first > now:
        return 0
    mind.begin()
    with database.write() as session:
        rows = outbox.claim(session, worker, now, debts=mind.owing)
        letters = [(row, _letter(session, row)) for row in rows]
    for n, (row, letter) in enumerate(letters):
        passed = seconds() - begun_at
        is_late = is_stopping() or passed > SEND_WITHIN_SECONDS
        is_late = is_late or _lets_others_go(database, mind, rows[n:], now + timedelta(seconds=passed))
        wait = max(mind.pauses.get(letter.channel, now), waits.get(letter, now)) if letter else now
        if is_late or wait > now:
            put_back.append((row, row.was_due_at if is_late else wait))
            continue
        failure = _send(database, senders, worker, row, letter, now)
        mind.charge(row.estate_id, seconds() - begun_at - passed)
        if letter and failure and failure.is_silent:
            mind.pauses[letter.channel] = now + PAUSE
        if letter and failure and failure.retry_after:
            waits[letter] = now + failure.retry_after
    _put_back(database, worker, put_back)
    return len(letters) - len(put_back)


def _lets_others_go(database: Database, mind: Mind, left: Sequence[OutboxMessage], now: datetime) -> bool:
    """Whether the first of what is left waits, since its estate had more than its share. A call for help never does."""
    estate, estates = left[0].estate_id, {row.estate_id for row in left}
    debt = mind.debt(estate)
    if debt < SHARE_SECONDS or left[0].template in DANGER:
        return False
    if any(mind.debt(other) < debt for other in estates):
        return True
    with database.read() as session:
        as_deep = {other for other, owed in mind.debts.items() if owed >= debt}
        do_others_wait = outbox.is_due_elsewhere(session, estates | as_deep, now)
    if not do_others_wait and len(estates) == 1:
        mind.debts.pop(estate)  # nobody waits for it
    return do_others_wait


def _put_back(database: Database, worker: str, rows: Sequence[tuple[OutboxMessage, datetime]]) -> None:
    """What is left goes back before the claim runs out, for another worker, and for a later time."""
    if rows:
        with database.write() as session:
            for row, due_at in rows:
                outbox.put_back(session, row, worker, due_at)


def _letter(session: Session, row: OutboxMessage) -> Letter | None:
    to = _receiver(session, row)
    return Letter(*to, session.get_one(Estate, row.estate_id).zone) if to else None


def _receiver(session: Session, row: OutboxMessage) -> tuple[str, str] | None:
    """(channel, address) of a row; None for a member whom no channel reaches."""
    if row.group_id is not None:
        group = session.get_one(Group, (row.estate_id, row.group_id))
        return group.channel, group.address
    own = select(Account).filter_by(estate_id=row.estate_id, member_id=row.member_id).order_by(Account.id.desc())
    account = session.scalars(own).first()
    return (account.channel, account.address) if account else None


def _send(
    database: Database, senders: Senders, worker: str, row: OutboxMessage, letter: Letter | None, now: datetime
) -> ChannelError | None:
    """Sends and marks. Gives why it did not go out, or None."""
    reach("delivery.after-claim")
    failure: ChannelError | None = None
    try:
        if letter is None:
            raise ChannelError("no channel reaches this member", is_permanent=True)
        text = render(row.template, row.facts, letter.zone, now)  # here, where a bad one stops no other
        senders[letter.channel].send(Outgoing(letter.address, text))
    except ChannelError as error:
        failure = error
    except Exception as error:  # at the edge: recorded, and tried again
        log.exception("sending failed")
        failure = ChannelError(type(error).__name__)
    reach("delivery.after-send")
    with database.write() as session:
        _mark(session, worker, row, failure, now)
    reach("delivery.after-mark")
    return failure


def _mark(session: Session, worker: str, row: OutboxMessage, failure: ChannelError | None, now: datetime) -> None:
    if failure is None:
        outbox.mark_sent(session, row, worker, now)
    elif failure.retry_after is not None and not failure.is_permanent:
        outbox.put_back(session, row, worker, now + failure.retry_after, str(failure))
        outbox.hold_back(session, row, now, now + failure.retry_after)
    else:
        outbox.mark_failed(session, row, worker, next_try(row.attempts, failure, now), str(failure))


def next_try(attempts: int, failure: ChannelError, now: datetime) -> datetime | None:
    """When to try again; None for never: what the platform refuses for good, and what failed too often. The jitter
    only adds, so that all tries together reach over the three days."""
    if failure.is_permanent or attempts > len(BACK_OFF_MINUTES):
        return None
    return now + timedelta(minutes=BACK_OFF_MINUTES[attempts - 1]) * random.uniform(1, 1.2)
