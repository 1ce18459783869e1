"""Paging: an emergency calls the grid worker again and again until somebody takes it up; then others are called too."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from config.service_times import paging
from models import audit, due, member, outbox, service
from models.cause import Cause
from models.member import Member
from models.outbox import Words
from models.ticket import LIVE, Ticket, reporter

CALL = "ticket.page"
FIRST = ("grid_worker",)
THEN = ("grid_worker", "building_leader", "community_staff", "street_staff")


def page(session: Session, cause: Cause, ticket: Ticket) -> None:
    """Calls, unless somebody has answered by taking the ticket up, and puts the next call on the list. Each call tells
    everybody who can be called by then; the last one that nobody answered stands in the history."""
    if ticket.status != "open" or ticket.urgency != "emergency":
        return
    ticket.pages = (ticket.pages or 0) + 1
    audit.record(session, cause, "ticket.page", ticket.id, call=ticket.pages)
    facts = ticket.facts | {"text": ticket.text, "name": reporter(session, ticket).name, "pages": ticket.pages}
    for one in _called(session, ticket):
        once = f"{CALL}:{ticket.id}:{ticket.times_reopened}:{ticket.pages}:{one.id}"
        outbox.tell(session, cause, one.id, Words("ticket.page_worker", facts, ticket.id, "notice", once))
    if ticket.pages < paging().most:
        due.schedule(session, cause, CALL, ticket.id, cause.now + timedelta(minutes=paging().minutes))
    else:
        audit.record(session, cause, "ticket.page_unanswered", ticket.id, call=ticket.pages)


def _called(session: Session, ticket: Ticket) -> Iterable[Member]:
    roles = FIRST if (ticket.pages or 0) <= paging().alone else THEN
    held = [one for role in roles for one in member.workers_for(session, ticket.estate_id, role, ticket.building)]
    if not held:  # nobody looks after this building: whoever can be called, at once
        held = [one for role in THEN for one in member.workers_for(session, ticket.estate_id, role, ticket.building)]
    return {one.id: one for one in held}.values()


def emergencies(session: Session, worker: Member, only_calling: bool = False) -> list[Ticket]:
    """The emergencies that go on where this member holds a role, the latest first; or those that nobody took up yet."""
    states = ("open",) if only_calling else LIVE
    mine = (Ticket.estate_id == worker.estate_id, Ticket.status.in_(states), Ticket.urgency == "emergency")
    going_on = sorted(session.scalars(select(Ticket).where(*mine)), key=lambda ticket: -ticket.number)
    return [t for t in going_on if member.WORKERS & member.roles_at(session, worker.estate_id, worker.id, t.building)]


def all_clear(session: Session, cause: Cause, ticket: Ticket) -> bool:
    """Takes down that the danger is over; what is left has the times of an urgent matter from now on. False where that
    is known already."""
    if ticket.cleared_at is not None:
        return False
    ticket.cleared_at = ticket.changed_at = cause.now
    audit.record(session, cause, "ticket.all_clear", ticket.id)
    service.begin(session, cause, ticket)
    return True
