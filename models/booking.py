"""Rooms and bookings.

The database itself keeps two bookings out of one slot: a booking holds one `Slot` row for each quarter of an hour.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, delete, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from models import audit, due
from models.cause import Cause
from models.database import Base, UtcDateTime, hold
from models.estate import Estate
from models.keys import InEstate, new_id, next_number, refers
from models.member import Member
from models.refused import Refused

GRAIN = timedelta(minutes=15)
REMIND_BEFORE = (timedelta(hours=1), timedelta(minutes=15))  # the first that still lies ahead
LONGEST = timedelta(hours=14)


class Room(InEstate, Base):
    __tablename__ = "rooms"
    name: Mapped[str]
    opens: Mapped[str]  # "07:00", in the estate's zone
    closes: Mapped[str]
    slot_minutes: Mapped[int]
    __table_args__ = (UniqueConstraint("estate_id", "name"),)


class Held(InEstate):
    """What a booking and a place on the waiting list share: who wants which room from when to when."""

    room_id: Mapped[int]
    member_id: Mapped[int]
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]


class Booking(Held, Base):
    __tablename__ = "bookings"
    number: Mapped[int]
    status: Mapped[str]
    inbox_id: Mapped[int | None]
    changed_at: Mapped[datetime]
    __table_args__ = (
        CheckConstraint("status IN ('confirmed', 'cancelled', 'no_show', 'done')", name="status"),
        CheckConstraint("starts_at < ends_at", name="order"),
        UniqueConstraint("estate_id", "number"),
        Index(None, "estate_id", "room_id", "starts_at"),
        Index(None, "estate_id", "starts_at"),
        Index(None, "estate_id", "member_id", "starts_at"),
        refers("room_id", "rooms"),
        refers("member_id", "members"),
    )


class Slot(Base):
    """A quarter of an hour of a room, held by a booking. The key is the guard."""

    __tablename__ = "slots"
    estate_id: Mapped[int] = mapped_column(ForeignKey("estates.id"), primary_key=True, autoincrement=False)
    room_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    at: Mapped[datetime] = mapped_column(UtcDateTime, primary_key=True)
    booking_id: Mapped[int]
    __table_args__ = (refers("room_id", "rooms"), refers("booking_id", "bookings"))


@dataclass(frozen=True)
class Span:
    """A room from one time to another."""

    room: Room
    starts_at: datetime
    ends_at: datetime

    @property
    def facts(self) -> dict[str, Any]:
        return {
            "room": self.room.name,
            "starts_at": self.starts_at.isoformat(),
            "ends_at": self.ends_at.isoformat(),
            "opens": self.room.opens,
            "closes": self.room.closes,
        }


def book(session: Session, cause: Cause, member: Member, span: Span) -> Booking:
    """Books a room. Raises Refused where the time is past, outside opening hours, or taken."""
    check_hours(session, cause, span)
    hold(session, span.room)
    if holders := overlapping(session, span):
        is_own = holders[0].member_id == member.id
        raise Refused("booking.already_yours" if is_own else "booking.taken", **span.facts, **_held(holders[0]))
    booking = Booking(
        estate_id=cause.estate_id,
        id=new_id(cause.now),
        number=next_number(session, cause.estate_id, "booking"),
        room_id=span.room.id,
        member_id=member.id,
        starts_at=span.starts_at,
        ends_at=span.ends_at,
        status="confirmed",
        inbox_id=cause.inbox_id,
        changed_at=cause.now,
    )
    session.add(booking)
    session.flush()
    session.add_all(_slots(booking))
    audit.record(session, cause, "booking.create", booking.id, room=span.room.name)
    _schedule(session, cause, booking)
    return booking


def check_hours(session: Session, cause: Cause, span: Span) -> None:
    """Raises Refused where a span is past, longer than a day holds, or outside opening hours."""
    zone = session.get_one(Estate, cause.estate_id).zone
    start, end = span.starts_at.astimezone(zone), span.ends_at.astimezone(zone)
    if start < cause.now:
        raise Refused("booking.past", **span.facts)
    if end <= start or end - start > LONGEST or end.date() != start.date():
        raise Refused("booking.bad_span", **span.facts)
    if start.time() < time.fromisoformat(span.room.opens) or end.time() > time.fromisoformat(span.room.closes):
        raise Refused("booking.closed", **span.facts)


def quarters(starts_at: datetime, ends_at: datetime) -> tuple[datetime, datetime]:
    """The whole quarters of an hour that a time touches: these are what a booking holds."""
    grain = GRAIN.total_seconds()
    before, after = starts_at.timestamp() % grain, -ends_at.timestamp() % grain
    return starts_at - timedelta(seconds=before), ends_at + timedelta(seconds=after)


def _slots(booking: Booking) -> Iterator[Slot]:
    at, end = quarters(booking.starts_at, booking.ends_at)
    while at < end:
        yield Slot(estate_id=booking.estate_id, room_id=booking.room_id, at=at, booking_id=booking.id)
        at += GRAIN


def _schedule(session: Session, cause: Cause, booking: Booking) -> None:
    ahead = [booking.starts_at - before for before in REMIND_BEFORE if booking.starts_at - before > cause.now]
    if ahead:
        due.schedule(session, cause, "booking.remind", booking.id, ahead[0])
    due.schedule(session, cause, "booking.end", booking.id, booking.ends_at)


def _held(booking: Booking) -> dict[str, Any]:
    return {"held_from": booking.starts_at.isoformat(), "held_to": booking.ends_at.isoformat()}


def overlapping(session: Session, span: Span) -> Sequence[Booking]:
    """The bookings that hold a quarter of an hour of a span, by time."""
    first, last = quarters(span.starts_at, span.ends_at)
    mine = (
        Booking.estate_id == span.room.estate_id,
        Booking.room_id == span.room.id,
        Booking.status == "confirmed",
        Booking.starts_at < last,
        Booking.ends_at > first,
    )
    return session.scalars(select(Booking).where(*mine).order_by(Booking.starts_at)).all()


def cancel(session: Session, cause: Cause, booking: Booking) -> None:
    """Gives a slot back. Whom it is offered to is `release`'s business."""
    hold(session, span_of(session, booking).room)
    booking.status, booking.changed_at = "cancelled", cause.now
    session.execute(delete(Slot).where(Slot.estate_id == booking.estate_id, Slot.booking_id == booking.id))
    due.cancel(session, booking.estate_id, booking.id)
    audit.record(session, cause, "booking.cancel", booking.id)


def erase(session: Session, booking: Booking) -> None:
    """Takes away a booking that was only kept for somebody who did not want it."""
    hold(session, span_of(session, booking).room)
    session.execute(delete(Slot).where(Slot.estate_id == booking.estate_id, Slot.booking_id == booking.id))
    due.cancel(session, booking.estate_id, booking.id)
    session.delete(booking)
    session.flush()


def finish(session: Session, cause: Cause, booking: Booking) -> None:
    if booking.status == "confirmed":
        booking.status, booking.changed_at = "done", cause.now
        audit.record(session, cause, "booking.end", booking.id)


def ahead_of(session: Session, estate_id: int, member_id: int, now: datetime) -> Sequence[Booking]:
    """A member's bookings that are not over, the next first."""
    mine = (
        Booking.estate_id == estate_id,
        Booking.member_id == member_id,
        Booking.status == "confirmed",
        Booking.ends_at > now,
    )
    return session.scalars(select(Booking).where(*mine).order_by(Booking.starts_at)).all()


def cancelled_at(session: Session, estate_id: int, member_id: int, now: datetime) -> Booking | None:
    """The booking that a member gave up at just this moment."""
    mine = {"estate_id": estate_id, "member_id": member_id, "status": "cancelled", "changed_at": now}
    return session.scalars(select(Booking).filter_by(**mine).order_by(Booking.id.desc())).first()


def rooms(session: Session, estate_id: int) -> Sequence[Room]:
    return session.scalars(select(Room).where(Room.estate_id == estate_id).order_by(Room.id)).all()


def span_of(session: Session, held: Held) -> Span:
    """The room and time of a booking, or of somebody who waits for one."""
    return Span(session.get_one(Room, (held.estate_id, held.room_id)), held.starts_at, held.ends_at)


def get(session: Session, estate_id: int, booking_id: int) -> Booking:
    return session.get_one(Booking, (estate_id, booking_id))


def of_message(session: Session, estate_id: int, inbox_id: int) -> Sequence[Booking]:
    mine = {"estate_id": estate_id, "inbox_id": inbox_id, "status": "confirmed"}
    return session.scalars(select(Booking).filter_by(**mine)).all()
