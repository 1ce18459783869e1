"""The three rates (三率) of what was told in a month, each with how many it counts. Definitions: docs/rates.md.

Response: taken up in time. Resolution: settled, and nobody says that it is not. Satisfaction: content, of those who
said their word. Silence counts for none of them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta, tzinfo

from sqlalchemy import ColumnElement, Select, func, or_, select
from sqlalchemy.orm import Session

from config.service_times import times_for
from config.working_time import later
from models.audit import AuditEntry
from models.keys import first_id
from models.ticket import FALSE_ALARM, Ticket

FEW = 5  # of fewer a share says nothing
TAKEN_UP = tuple(f"ticket.{deed}" for deed in ("accept", "assign", "resolve", "reject"))
SETTLED = ("resolved", "closed")


@dataclass
class Rate:
    """So many of so many."""

    hits: int = 0
    of: int = 0

    def count(self, is_hit: bool) -> None:
        self.hits, self.of = self.hits + is_hit, self.of + 1

    @property
    def share(self) -> float | None:
        """None of too few."""
        return self.hits / self.of if self.of >= FEW else None


@dataclass
class Rates:
    told: int = 0
    response: Rate = field(default_factory=Rate)
    resolution: Rate = field(default_factory=Rate)
    satisfaction: Rate = field(default_factory=Rate)


Key = Callable[[Ticket], str]
ASTRAY = timedelta(days=1)  # one machine's clock from another's, at most


# What `judge` and `by` look at, so that nothing else needs to be read of many tickets.
COUNTED = (
    Ticket.category,
    Ticket.urgency,
    Ticket.status,
    Ticket.building,
    Ticket.reported_at,
    Ticket.is_satisfied,
)


def told_between(seen: ColumnElement[bool], begins: datetime, ends: datetime) -> Select[Ticket]:
    """The tickets of a time that count: not what was withdrawn, is part of another, or was no problem. `seen` is the
    condition of what the viewer may see, with the estate in it."""
    # Ids sort by time, so what is older is not even looked at; after a wrong clock they run ahead, never behind.
    in_time = (Ticket.reported_at >= begins, Ticket.reported_at < ends, Ticket.id >= first_id(begins - ASTRAY))
    counts = Ticket.status.not_in(("withdrawn", "merged")) & or_(
        Ticket.status != "rejected", Ticket.result.is_(None), Ticket.result != FALSE_ALARM
    )
    return select(Ticket).where(seen, *in_time, counts).order_by(Ticket.id)


@dataclass(frozen=True)
class Judged:
    """How a ticket counts: None where it counts neither as one nor as the other."""

    ticket: Ticket
    is_taken_up: bool | None
    is_settled: bool | None


def judge(session: Session, found: Sequence[Ticket], now: datetime, zone: tzinfo) -> list[Judged]:
    """Tickets of one estate, each judged once."""
    taken_up = _taken_up(session, found)
    return [_judged(ticket, taken_up.get(ticket.id), now, zone) for ticket in found]


def by(judged: Iterable[Judged], key: Key) -> Mapping[str, Rates]:
    """The rates by building or category or whatever `key` gives."""
    rates: dict[str, Rates] = defaultdict(Rates)
    for one in judged:
        _add(rates[key(one.ticket)], one)
    return rates


def _judged(ticket: Ticket, taken_up_at: datetime | None, now: datetime, zone: tzinfo) -> Judged:
    times = times_for(ticket.category, ticket.urgency)
    dispatch_by, answer_by = (later(ticket.reported_at, length, zone) for length in (times.dispatch, times.answer))
    is_over = ticket.status in SETTLED or ticket.status == "rejected" or answer_by <= now
    is_in_time = taken_up_at is not None and taken_up_at <= dispatch_by
    return Judged(
        ticket,
        is_in_time if taken_up_at or dispatch_by <= now else None,
        ticket.status in SETTLED and ticket.is_satisfied is not False if is_over else None,
    )


def _add(rates: Rates, one: Judged) -> None:
    rates.told += 1
    for rate, is_hit in (
        (rates.response, one.is_taken_up),
        (rates.resolution, one.is_settled),
        (rates.satisfaction, one.ticket.is_satisfied),
    ):
        if is_hit is not None:
            rate.count(is_hit)


def _taken_up(session: Session, found: Iterable[Ticket]) -> dict[int, datetime]:
    """When somebody first took each ticket up."""
    ids = [ticket.id for ticket in found]
    if not ids:
        return {}
    estate_id = next(iter(found)).estate_id
    first: dict[int, datetime] = {}
    for begins in range(0, len(ids), 500):  # a query holds only so many
        mine = (AuditEntry.estate_id == estate_id, AuditEntry.subject_id.in_(ids[begins : begins + 500]))
        deeds = select(AuditEntry.subject_id, func.min(AuditEntry.at)).where(*mine, AuditEntry.action.in_(TAKEN_UP))
        first |= dict(session.execute(deeds.group_by(AuditEntry.subject_id)).all())
    return first
