"""Meetings: what about, when, where, and who comes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import CheckConstraint, Index, UniqueConstraint, select
from sqlalchemy.orm import Mapped, Session

from models import audit, due
from models.cause import Cause
from models.database import Base
from models.keys import InEstate, new_id, next_number, refers
from models.member import Member
from models.refused import Refused

REMIND_BEFORE = (timedelta(days=1), timedelta(hours=1))


class Meeting(InEstate, Base):
    __tablename__ = "meetings"
    number: Mapped[int]
    group_id: Mapped[int | None]
    topic: Mapped[str]
    place: Mapped[str]
    starts_at: Mapped[datetime]
    called_by: Mapped[int]
    status: Mapped[str]
    changed_at: Mapped[datetime]
    __table_args__ = (
        CheckConstraint("status IN ('planned', 'cancelled')", name="status"),
        UniqueConstraint("estate_id", "number"),
        Index(None, "estate_id", "group_id", "starts_at"),
        refers("group_id", "groups"),
        refers("called_by", "members"),
    )

    @property
    def facts(self) -> dict[str, Any]:
        return {
            "number": self.number,
            "topic": self.topic,
            "meeting_place": self.place,
            "starts_at": self.starts_at.isoformat(),
        }


class Rsvp(InEstate, Base):
    """A member's last word on whether he comes."""

    __tablename__ = "rsvps"
    meeting_id: Mapped[int]
    member_id: Mapped[int]
    is_going: Mapped[bool]
    inbox_id: Mapped[int | None]
    said_at: Mapped[datetime]
    __table_args__ = (
        UniqueConstraint("estate_id", "meeting_id", "member_id"),
        Index(None, "estate_id", "inbox_id"),
        refers("meeting_id", "meetings"),
        refers("member_id", "members"),
    )


@dataclass(frozen=True)
class Plan:
    topic: str
    starts_at: datetime
    place: str = ""


def create(session: Session, cause: Cause, plan: Plan) -> Meeting:
    """Calls a meeting, and puts its reminders on the clock's list."""
    if plan.starts_at <= cause.now:
        raise Refused("meeting.past")
    if cause.member_id is None:
        raise ValueError("a meeting is called by somebody")
    meeting = Meeting(
        estate_id=cause.estate_id,
        id=new_id(cause.now),
        number=next_number(session, cause.estate_id, "meeting"),
        group_id=cause.group_id,
        topic=plan.topic,
        place=plan.place,
        starts_at=plan.starts_at,
        called_by=cause.member_id,
        status="planned",
        changed_at=cause.now,
    )
    session.add(meeting)
    session.flush()
    audit.record(session, cause, "meeting.create", meeting.id, **meeting.facts)
    _schedule(session, cause, meeting)
    return meeting


def move(session: Session, cause: Cause, meeting: Meeting, starts_at: datetime, place: str | None) -> None:
    """Another time or place. Who said he comes stays on the list; the reminders move along."""
    if starts_at <= cause.now:
        raise Refused("meeting.past")
    meeting.starts_at, meeting.changed_at = starts_at, cause.now
    meeting.place = place or meeting.place
    due.cancel(session, meeting.estate_id, meeting.id)
    audit.record(session, cause, "meeting.move", meeting.id, **meeting.facts)
    _schedule(session, cause, meeting)


def cancel(session: Session, cause: Cause, meeting: Meeting) -> None:
    meeting.status, meeting.changed_at = "cancelled", cause.now
    due.cancel(session, meeting.estate_id, meeting.id)
    audit.record(session, cause, "meeting.cancel", meeting.id)


def _schedule(session: Session, cause: Cause, meeting: Meeting) -> None:
    for before in REMIND_BEFORE:
        if meeting.starts_at - before > cause.now:
            due.schedule(session, cause, "meeting.remind", meeting.id, meeting.starts_at - before)


def answer(session: Session, cause: Cause, meeting: Meeting, member: Member, is_going: bool) -> None:
    """Takes down whether a member comes; the last word counts."""
    key = {"estate_id": meeting.estate_id, "meeting_id": meeting.id, "member_id": member.id}
    said = session.scalars(select(Rsvp).filter_by(**key)).first()
    told_at = cause.told_after(said.said_at if said else None)
    if said is not None and said.said_at > told_at:
        return  # delivered late: he has said otherwise since
    if said is None:
        said = Rsvp(id=new_id(cause.now), **key)
        session.add(said)
    said.is_going, said.inbox_id, said.said_at = is_going, cause.inbox_id, told_at
    meeting.changed_at = cause.now
    audit.record(session, cause, "meeting.rsvp", meeting.id, is_going=is_going)


def take_back(session: Session, cause: Cause, inbox_id: int) -> None:
    """A message was recalled: the answer that it gave is gone, and the one before it counts again."""
    for said in session.scalars(select(Rsvp).filter_by(estate_id=cause.estate_id, inbox_id=inbox_id)):
        audit.record(session, cause, "meeting.take_back", said.meeting_id)
        who = (said.estate_id, said.member_id)
        if before := audit.last_word(session, said.meeting_id, who, ("meeting.rsvp",)):
            said.is_going, said.inbox_id, said.said_at = before.facts["is_going"], before.inbox_id, before.at
        else:
            session.delete(said)


def answers(session: Session, meeting: Meeting) -> dict[bool, list[int]]:
    """Member ids by whether they come, in the order in which they said so."""
    said = select(Rsvp).filter_by(estate_id=meeting.estate_id, meeting_id=meeting.id).order_by(Rsvp.said_at, Rsvp.id)
    people: dict[bool, list[int]] = {True: [], False: []}
    for rsvp in session.scalars(said):
        people[rsvp.is_going].append(rsvp.member_id)
    return people


def ahead_in(session: Session, estate_id: int, group_id: int | None, now: datetime) -> Sequence[Meeting]:
    """A group's meetings that lie ahead, the one called or changed last first."""
    mine = (
        Meeting.estate_id == estate_id,
        Meeting.group_id == group_id,
        Meeting.status == "planned",
        Meeting.starts_at > now,
    )
    return session.scalars(select(Meeting).where(*mine).order_by(Meeting.changed_at.desc())).all()


def of_message(session: Session, estate_id: int, inbox_id: int) -> Meeting | None:
    """The meeting that a message called, if it still stands."""
    called = audit.done_by(session, estate_id, inbox_id, "meeting.create")
    found = get(session, estate_id, called) if called else None
    return found if found and found.status == "planned" else None


def get(session: Session, estate_id: int, meeting_id: int) -> Meeting:
    return session.get_one(Meeting, (estate_id, meeting_id))
