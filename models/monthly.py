"""Every matter answered: on the first of a month each group is told what it told the month before, what was done of it,
and what is still open and why. Where nothing was told and nothing is open, nothing is said."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta, tzinfo
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import due, outbox, service
from models.cause import Cause
from models.due import Due
from models.estate import Estate, Group, groups
from models.outbox import Words
from models.rates import told_between
from models.ticket import Listed, Ticket, live

KIND = "monthly"
AT = time(10, 0)
ENDED = ("resolved", "closed")


def begin(session: Session, cause: Cause, estate: Estate) -> None:
    """Puts the next post on the list, unless one is still to come."""
    coming = select(Due.id).filter_by(estate_id=estate.id, kind=KIND, done_at=None)
    if session.scalars(coming.limit(1)).first() is None:
        due.schedule(session, cause, KIND, estate.id, next_first(cause.now, estate.zone))


def next_first(now: datetime, zone: tzinfo) -> datetime:
    """Ten o'clock of the next first of a month."""
    local = now.astimezone(zone)
    this = datetime.combine(local.date().replace(day=1), AT, zone)
    return this if this > local else datetime.combine(_month_after(local.date()), AT, zone)


def send(session: Session, cause: Cause, estate: Estate) -> None:
    """Tells every group about the last month, once a month."""
    first = cause.now.astimezone(estate.zone).date().replace(day=1)
    ends = datetime.combine(first, time(), estate.zone)
    begins = datetime.combine((first - timedelta(days=1)).replace(day=1), time(), estate.zone)
    told = session.scalars(told_between(Ticket.estate_id == estate.id, begins, ends)).all()
    still = live(session, estate.id)
    for group in groups(session, estate.id):
        of_group = [ticket for ticket in told if ticket.group_id == group.id]
        open_here = [ticket for ticket in still if ticket.group_id == group.id and ticket.reported_at < ends]
        if of_group or open_here:
            _post(session, cause, group, _facts(of_group, open_here, begins, cause.now), f"{begins:%Y-%m}")


def _post(session: Session, cause: Cause, group: Group, facts: dict[str, Any], month: str) -> None:
    words = Words("digest.month", facts, kind="digest", once=f"{KIND}:{group.id}:{month}")
    outbox.announce(session, cause, group.id, words)


def _facts(told: Sequence[Ticket], still: Sequence[Listed], begins: datetime, now: datetime) -> dict[str, Any]:
    judged = [ticket for ticket in told if ticket.is_satisfied is not None]
    return {
        "month": begins.month,
        "told": len(told),
        "done": sum(ticket.status in ENDED for ticket in told),
        "refused": sum(ticket.status == "rejected" for ticket in told) or None,
        "content": sum(bool(ticket.is_satisfied) for ticket in judged) if judged else None,
        "judged": len(judged) or None,
        "still": len(still) or None,
        "open_tickets": [ticket.facts | {"why": _why(ticket, now), "assignee": ticket.assignee} for ticket in still],
    }


def _why(ticket: Listed, now: datetime) -> str:
    """A code of bot.wording.phrases.WHY_OPEN."""
    if ticket.waits_since is not None:
        return "asked"
    if service.is_overdue(ticket, now):
        return "overdue"
    return ticket.status


def _month_after(day: date) -> date:
    return (day.replace(day=1) + timedelta(days=32)).replace(day=1)
