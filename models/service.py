"""Service times: by when a ticket must be taken up and answered, a warning before, the next level after.

The two times of a ticket always follow from when its clock began (at the report, or when it was opened again), its
category and its urgency. While the reporter is asked something the clock stands; what it stood is added to when it
began. One occurrence of `due` at a time watches a ticket: it looks what is to be done now, does it, and looks again
when the next thing can be due. So a stale or repeated look does nothing, and after an outage one step is done, not all
that were missed. The rules are told in docs/service-times.md.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta, tzinfo
from typing import TYPE_CHECKING

from sqlalchemy.orm import Session

from config.service_times import Length, times_for
from config.working_time import is_working_time, later, next_working_time
from models import audit, due, member, outbox
from models.cause import Cause
from models.estate import Estate
from models.member import Member
from models.outbox import Words

if TYPE_CHECKING:
    from models.ticket import Listed, Ticket

WATCH = "ticket.watch"
LEVELS = ("building_leader", "grid_worker", "community_staff", "street_staff")
FIRST = "grid_worker"  # whom a ticket belongs to before anybody had to be called
WARN_PART = 4  # the warning comes when a quarter of the time is left,
WARN_AT_LEAST, WARN_AT_MOST = timedelta(minutes=15), timedelta(hours=24)
AGAIN = {"emergency": Length(hours=1), "urgent": Length(hours=24)}  # how long a level has before the next is called
AGAIN_ELSE = Length(working_days=1)
SOON = timedelta(seconds=1)  # an occurrence of this very moment may be done already
CALM = "normal"  # such a matter hands itself over in working hours only


def begin(session: Session, cause: Cause, ticket: Ticket) -> None:
    """Starts a ticket's clock: it was reported, or is open again."""
    ticket.clock_began_at, ticket.waits_since, ticket.warned_of = cause.now, None, None
    ticket.level, ticket.handed_on_at, ticket.pages = None, None, None
    refresh(session, cause, ticket)


def refresh(session: Session, cause: Cause, ticket: Ticket) -> None:
    """Works the times out anew: the category or the urgency changed, or the clock goes on."""
    if ticket.clock_began_at is None:
        return
    times, zone = times_for(ticket.category, _urgency(ticket)), _zone(session, ticket)
    ticket.dispatch_by = later(ticket.clock_began_at, times.dispatch, zone)
    ticket.answer_by = later(ticket.clock_began_at, times.answer, zone)
    _look_again(session, cause, ticket)


def wait(session: Session, cause: Cause, ticket: Ticket) -> None:
    """The reporter is asked something: until he answers, the clock stands."""
    if ticket.waits_since is None:
        ticket.waits_since = cause.now
        audit.record(session, cause, "ticket.wait", ticket.id)


def go_on(session: Session, cause: Cause, ticket: Ticket) -> bool:
    """The reporter answered. False where nobody waited for him."""
    if ticket.waits_since is None or ticket.clock_began_at is None:
        return False
    ticket.clock_began_at += cause.now - ticket.waits_since
    ticket.waits_since = None
    audit.record(session, cause, "ticket.go_on", ticket.id)
    refresh(session, cause, ticket)
    return True


def due_by(ticket: Ticket | Listed) -> datetime | None:
    """The time that counts now: to be taken up by, then to be answered by; None while nothing runs."""
    if not ticket.is_live or ticket.waits_since is not None:
        return None
    return ticket.dispatch_by if ticket.status == "open" else ticket.answer_by


def is_overdue(ticket: Ticket | Listed, now: datetime) -> bool:
    by = due_by(ticket)
    return by is not None and now >= by


def level_of(ticket: Ticket) -> str:
    return ticket.level or FIRST


def watch(session: Session, cause: Cause, ticket: Ticket) -> None:
    """Does what is due of a ticket's times now, one thing at most, and puts the next look on the list."""
    by = due_by(ticket)
    if by is None:
        return
    if cause.now >= _next_step(session, ticket, by):
        hand_over(session, cause, ticket, "overdue")
    elif _warns_at(session, ticket, by) <= cause.now < by and ticket.warned_of != by:
        _warn(session, cause, ticket, by)
    _look_again(session, cause, ticket)


def hand_over(session: Session, cause: Cause, ticket: Ticket, reason: str) -> None:
    """Calls the next level that anybody holds for the building; the last one is told again.

    `reason`: overdue or reopened."""
    above = _above(session, ticket)
    level = above or level_of(ticket)
    ticket.level, ticket.handed_on_at, ticket.changed_at = above or ticket.level, cause.now, cause.now
    deed = "ticket.hand_over" if above else "ticket.tell_again"
    audit.record(session, cause, deed, ticket.id, level=level, reason=reason)
    why = {"handed_over_for": reason, "reported_at": ticket.reported_at.isoformat(), "text": ticket.text}
    for one in _people(session, ticket, level):
        outbox.tell(session, cause, one.id, Words("ticket.handed_over", ticket.facts | why, ticket.id, "notice"))


def asked_by(session: Session, ticket: Ticket) -> int | None:
    """The member who asked the reporter something last."""
    asked = [entry for entry in audit.history(session, ticket.estate_id, ticket.id) if entry.action == "ticket.wait"]
    return asked[-1].member_id if asked else None


def in_charge(session: Session, ticket: Ticket) -> Sequence[Member]:
    """Whoever took the ticket up, else those of its level for the building."""
    if ticket.worker_id is not None and ticket.status != "open":
        return [session.get_one(Member, (ticket.estate_id, ticket.worker_id))]
    return _people(session, ticket, level_of(ticket))


def _warn(session: Session, cause: Cause, ticket: Ticket, by: datetime) -> None:
    ticket.warned_of = by
    audit.record(session, cause, "ticket.warn", ticket.id, by=by.isoformat())
    facts = ticket.facts | {"due_by": by.isoformat()}
    for one in in_charge(session, ticket):
        outbox.tell(session, cause, one.id, Words("ticket.due_soon", facts, ticket.id, "notice"))


def _look_again(session: Session, cause: Cause, ticket: Ticket) -> None:
    by = due_by(ticket)
    if by is None:
        return
    at = _next_step(session, ticket, by)
    if ticket.warned_of != by and cause.now < by:
        at = min(at, _warns_at(session, ticket, by))
    due.schedule(session, cause, WATCH, ticket.id, max(at, cause.now + SOON))


def _next_step(session: Session, ticket: Ticket, by: datetime) -> datetime:
    """When the ticket goes to the next level: at its time, and again after what that level has; a calm matter waits
    for working hours."""
    zone = _zone(session, ticket)
    length = AGAIN.get(_urgency(ticket), AGAIN_ELSE) if _above(session, ticket) else AGAIN_ELSE
    at = max(by, later(ticket.handed_on_at, length, zone)) if ticket.handed_on_at else by
    return next_working_time(at, zone) if _urgency(ticket) == CALM else at


def _warns_at(session: Session, ticket: Ticket, by: datetime) -> datetime:
    began = ticket.clock_began_at or ticket.reported_at
    ahead = min(max((by - began) / WARN_PART, WARN_AT_LEAST), WARN_AT_MOST)
    at, zone = by - ahead, _zone(session, ticket)
    return next_working_time(at, zone) if _urgency(ticket) == CALM and not is_working_time(at, zone) else at


def _above(session: Session, ticket: Ticket) -> str | None:
    """The next level that anybody holds for the building."""
    above = LEVELS[LEVELS.index(level_of(ticket)) + 1 :]
    return next((level for level in above if _people(session, ticket, level)), None)


def _urgency(ticket: Ticket) -> str:
    return "urgent" if ticket.urgency == "emergency" and ticket.cleared_at else ticket.urgency


def _people(session: Session, ticket: Ticket, level: str) -> Sequence[Member]:
    return member.workers_for(session, ticket.estate_id, level, ticket.building)


def _zone(session: Session, ticket: Ticket) -> tzinfo:
    return session.get_one(Estate, ticket.estate_id).zone
