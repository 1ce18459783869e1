"""Is a report one of the matters that are already known? By category, place, words and time.

Supplies (water, power, lifts …) fail for many at once: where two households sit does not tell two outages apart.
Everything else is told apart by floor, room and spot, and must share a word or a place to be the same.
"""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.cause import Cause
from models.ticket import LIVE, Report, Ticket

SUPPLIES = frozenset({"elevator", "water", "power", "gas", "drainage", "network"})
KNOWN_FOR = timedelta(days=14)
SAME_EVENING = timedelta(hours=3)
# Inside one building the unit tells two matters apart, and then the finer parts of the place.
COARSE = ("building", "unit")
FINE = ("floor", "room", "spot")


def find(session: Session, cause: Cause, told: Report) -> Ticket | None:
    """The live ticket that a report repeats: the one told last where several fit."""
    mine = (
        Ticket.estate_id == cause.estate_id,
        Ticket.status.in_(LIVE),
        Ticket.category == told.category,
        Ticket.reported_at > cause.now - KNOWN_FOR,
    )
    newest_first = select(Ticket).where(*mine).order_by(Ticket.changed_at.desc())
    return next((t for t in session.scalars(newest_first) if is_same(t, told, cause)), None)


def is_same(ticket: Ticket, told: Report, cause: Cause) -> bool:
    place = ticket.place
    if not may_be_there(ticket, told):
        return False
    if not _is_near(ticket, told, cause):
        return False
    if _is_outage(ticket.category, ticket.urgency) and _is_outage(told.category, told.urgency):
        return True
    if any(_differ(place.get(name), told.place.get(name)) for name in FINE):
        return False
    return _is_alike(ticket, told)


def may_be_there(ticket: Ticket, told: Report) -> bool:
    """Neither names another building or unit than the other."""
    return not any(_differ(ticket.place.get(name), told.place.get(name)) for name in COARSE)


def _differ(one: str | None, other: str | None) -> bool:
    return bool(one and other and one not in other and other not in one) or _other_digits(one, other)


def _other_digits(one: str | None, other: str | None) -> bool:
    """ "1" stands in "12" without being it."""
    return bool(one and other and one != other and (one.isdigit() or other.isdigit()))


def _is_near(ticket: Ticket, told: Report, cause: Cause) -> bool:
    """Told in the same group, or of the same building."""
    building = told.place.get("building")
    return (building is not None and building == ticket.building) or ticket.group_id == cause.group_id


def _is_outage(category: str, urgency: str) -> bool:
    return category in SUPPLIES and urgency != "normal"


def _is_alike(ticket: Ticket, told: Report) -> bool:
    share = set(ticket.title.split()) & set(told.title.split())
    same_spot = any(ticket.place.get(name) and ticket.place.get(name) == told.place.get(name) for name in FINE)
    return bool(share) or same_spot
