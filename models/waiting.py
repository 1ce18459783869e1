"""Those who wait for a slot: in order, offered what comes free, passed over when they do not answer.

An offer holds the slot as a booking, so that nobody can slip in between; a passed offer's booking is erased.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

from sqlalchemy import CheckConstraint, Index, select
from sqlalchemy.orm import Mapped, Session

from models import audit, booking, due, outbox
from models.booking import Booking, Held, Span
from models.cause import Cause
from models.database import Base, hold
from models.keys import new_id, refers
from models.member import Member
from models.outbox import say
from models.refused import Refused

OFFER_FOR = timedelta(minutes=30)


class Waiting(Held, Base):
    """`booking_id` is the slot that is kept for him, or that he got."""

    __tablename__ = "waitlist"
    status: Mapped[str]
    group_id: Mapped[int | None]
    inbox_id: Mapped[int | None]
    booking_id: Mapped[int | None]
    __table_args__ = (
        CheckConstraint("status IN ('waiting', 'offered', 'confirmed', 'passed', 'cancelled')", name="status"),
        Index(None, "estate_id", "room_id", "status"),
        Index(None, "estate_id", "member_id", "status"),
        refers("room_id", "rooms"),
        refers("member_id", "members"),
        refers("group_id", "groups"),
    )


def wait(session: Session, cause: Cause, member: Member, span: Span) -> Waiting:
    """Puts a member on the list for a span; the same wish a second time is the same place in the list."""
    booking.check_hours(session, cause, span)
    hold(session, span.room)
    same = {"room_id": span.room.id, "member_id": member.id, "starts_at": span.starts_at, "ends_at": span.ends_at}
    queued = select(Waiting).filter_by(estate_id=cause.estate_id, status="waiting", **same)
    if known := session.scalars(queued).first():
        return known
    entry = Waiting(
        estate_id=cause.estate_id,
        id=new_id(cause.now),
        status="waiting",
        group_id=cause.group_id,
        inbox_id=cause.inbox_id,
        **same,
    )
    session.add(entry)
    session.flush()
    audit.record(session, cause, "booking.wait", entry.id, room=span.room.name)
    due.schedule(session, cause, "waiting.end", entry.id, span.starts_at)
    return entry


def queue(session: Session, span: Span) -> Sequence[Waiting]:
    """Who waits for a part of a span, in order."""
    first, last = booking.quarters(span.starts_at, span.ends_at)
    mine = (
        Waiting.estate_id == span.room.estate_id,
        Waiting.room_id == span.room.id,
        Waiting.status == "waiting",
        Waiting.starts_at < last,
        Waiting.ends_at > first,
    )
    return session.scalars(select(Waiting).where(*mine).order_by(Waiting.id)).all()


def release(session: Session, cause: Cause, span: Span) -> None:
    """A span came free: whoever waits for a part of it that is now wholly free gets it, in order. The room is held
    since the span was given back, so that two who give back a half each do not both leave the waiter out.

    With others behind him he is asked and has `OFFER_FOR` to answer; the last in line simply gets it.
    """
    waiters = queue(session, span)
    for entry in waiters:
        wanted = booking.span_of(session, entry)
        if wanted.starts_at <= cause.now or booking.overlapping(session, wanted):
            continue
        try:
            booking.check_hours(session, cause, wanted)
        except Refused:  # the room closes earlier since he asked; it is not he who gave back that must hear of it
            leave(session, cause, entry, "passed")
            continue
        rivals = [other for other in queue(session, wanted) if other.id != entry.id]
        _give(session, cause, entry, wanted, is_offer=bool(rivals))


def _give(session: Session, cause: Cause, entry: Waiting, span: Span, *, is_offer: bool) -> None:
    member = session.get_one(Member, (entry.estate_id, entry.member_id))
    # The booking comes from the words of him who waits, not of him who cancelled: a recall undoes the right one.
    his = replace(cause, member_id=entry.member_id, group_id=entry.group_id, inbox_id=entry.inbox_id)
    entry.booking_id = booking.book(session, his, member, span).id
    entry.status = "offered" if is_offer else "confirmed"
    facts: dict[str, Any] = span.facts | {"name": member.name}
    if is_offer:
        ends_at = min(cause.now + OFFER_FOR, span.starts_at)
        due.schedule(session, cause, "waiting.pass", entry.id, ends_at)
        facts["offer_ends_at"] = ends_at.isoformat()
    audit.record(session, cause, f"waiting.{entry.status}", entry.id)
    tell(session, cause, entry, f"booking.{'offered' if is_offer else 'your_turn'}", facts)


def tell(session: Session, cause: Cause, entry: Waiting, template: str, facts: dict[str, Any]) -> None:
    """Tells whoever waits, where he asked."""
    words = say(template, entry.id, **facts)
    if entry.group_id:
        outbox.announce(session, cause, entry.group_id, words)
    else:
        outbox.tell(session, cause, entry.member_id, words)


def accept(session: Session, cause: Cause, entry: Waiting) -> Booking:
    """Takes an offer. Raises Refused where it was passed on a moment ago."""
    hold(session, entry)
    if entry.status != "offered":
        raise Refused("booking.offer_over", **booking.span_of(session, entry).facts)
    entry.status = "confirmed"
    due.cancel(session, entry.estate_id, entry.id)
    audit.record(session, cause, "waiting.confirmed", entry.id)
    return booking.get(session, entry.estate_id, entry.booking_id or 0)


def leave(session: Session, cause: Cause, entry: Waiting, status: str = "cancelled") -> None:
    """Off the list: `cancelled` by himself, `passed` by silence. What was kept for him goes to the next. Nothing
    happens to a place that was taken or left already."""
    hold(session, entry)
    if entry.status not in ("waiting", "offered"):
        return
    due.cancel(session, entry.estate_id, entry.id)
    was_offered, entry.status = entry.status == "offered", status
    audit.record(session, cause, f"waiting.{status}", entry.id)
    if was_offered:
        span = booking.span_of(session, entry)
        booking.erase(session, booking.get(session, entry.estate_id, entry.booking_id or 0))
        entry.booking_id = None
        release(session, cause, span)


def of_member(session: Session, estate_id: int, member_id: int, status: str) -> Sequence[Waiting]:
    """A member's places on the list, oldest first."""
    mine = {"estate_id": estate_id, "member_id": member_id, "status": status}
    return session.scalars(select(Waiting).filter_by(**mine).order_by(Waiting.id)).all()


def get(session: Session, estate_id: int, waiting_id: int) -> Waiting:
    return session.get_one(Waiting, (estate_id, waiting_id))


def of_message(session: Session, estate_id: int, inbox_id: int) -> Sequence[Waiting]:
    mine = (Waiting.estate_id == estate_id, Waiting.inbox_id == inbox_id, Waiting.status.in_(("waiting", "offered")))
    return session.scalars(select(Waiting).where(*mine)).all()
