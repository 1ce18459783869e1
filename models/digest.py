"""The grid worker's digest: what waits, counted and by building. Nothing to say, nothing sent."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, time, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import due, outbox, robots
from models import ticket as tickets
from models.cause import Cause
from models.due import Due
from models.estate import Estate
from models.member import Member, Role, roles_at
from models.outbox import Words
from models.ticket import Ticket

TIMES = (time(8, 30), time(17, 30))
RECENT = timedelta(days=1)
URGENCY = ("emergency", "urgent", "normal")


def next_time(now: datetime, zone: Any) -> datetime:
    """The next digest after `now`. After an outage there is one digest, not one for each that was missed."""
    local = now.astimezone(zone)
    days = (local.date() + timedelta(days=n) for n in range(2))
    times = (datetime.combine(day, at, zone) for day in days for at in TIMES)
    return next(at for at in times if at > local)


def begin(session: Session, cause: Cause, estate: Estate) -> None:
    """Puts an estate's first digest on the list. Where one is still to come, also a late one, nothing is added."""
    coming = select(Due.id).filter_by(estate_id=estate.id, kind="digest", done_at=None)
    if session.scalars(coming.limit(1)).first() is None:
        schedule_next(session, cause, estate)


def schedule_next(session: Session, cause: Cause, estate: Estate) -> None:
    due.schedule(session, cause, "digest", estate.id, next_time(cause.now, estate.zone))


def send(session: Session, cause: Cause, estate: Estate, occurrence: str) -> None:
    """Writes every worker of an estate his digest, once an occurrence, and puts the next on the list."""
    waiting = _waiting(session, cause)
    for worker in grid_workers(session, estate.id):
        if mine := _of(session, worker, waiting):
            _send_to(session, cause, worker, compose(mine, cause), f"digest:{worker.id}:{occurrence}")
    schedule_next(session, cause, estate)


def on_request(session: Session, cause: Cause, worker: Member) -> dict[str, Any] | None:
    """The facts of a worker's digest as it stands now; None where there is nothing to tell."""
    mine = _of(session, worker, _waiting(session, cause))
    return compose(mine, cause) if mine else None


def _of(session: Session, worker: Member, waiting: Sequence[Ticket]) -> list[Ticket]:
    return [t for t in waiting if "grid_worker" in roles_at(session, worker.estate_id, worker.id, t.building)]


def _send_to(session: Session, cause: Cause, worker: Member, facts: dict[str, Any], once: str) -> None:
    """To the worker himself, and to the workers' group where a robot speaks there."""
    outbox.tell(session, cause, worker.id, Words("digest.worker", facts, kind="digest", once=once))
    for group in robots.groups(session, cause.estate_id):
        named = facts | {"worker": worker.name}
        to_group = Words("digest.worker", named, kind="digest", once=f"{once}:{group.id}")
        outbox.announce(session, cause, group.id, to_group)


def _waiting(session: Session, cause: Cause) -> Sequence[Ticket]:
    """What a digest tells: everything live, and what was settled in the last day."""
    settled = (
        Ticket.estate_id == cause.estate_id,
        Ticket.status.in_(("resolved", "closed")),
        Ticket.resolved_at > cause.now - RECENT,
    )
    done = session.scalars(select(Ticket).where(*settled).order_by(Ticket.number)).all()
    return [*tickets.live(session, cause.estate_id), *done]


def compose(waiting: Sequence[Ticket], cause: Cause) -> dict[str, Any]:
    """The facts of a digest: counts, and the tickets by building, the most urgent first."""
    ordered = sorted(waiting, key=lambda t: (*_place(t), URGENCY.index(t.urgency), t.number))
    return {
        "counts": {
            "urgent": sum(t.urgency != "normal" and t.status in tickets.LIVE for t in waiting),
            "new": sum(t.reported_at > cause.now - RECENT and t.status == "open" for t in waiting),
            "live": sum(t.status in tickets.LIVE for t in waiting),
            "verdict": sum(t.status == "resolved" for t in waiting),
            "closed": sum(t.status == "closed" for t in waiting),
        },
        "waiting_tickets": [t.facts | {"reported_at": t.reported_at.isoformat()} for t in ordered],
    }


def _place(ticket: Ticket) -> tuple[bool, int, str]:
    """2栋 stands before 10栋, and what belongs to no building stands last."""
    name = ticket.building or ""
    return not name, len(name), name


def grid_workers(session: Session, estate_id: int) -> Sequence[Member]:
    who = (Member.estate_id == Role.estate_id) & (Member.id == Role.member_id)
    query = select(Member).join(Role, who).where(Role.estate_id == estate_id, Role.role == "grid_worker")
    return session.scalars(query.order_by(Member.id)).unique().all()
