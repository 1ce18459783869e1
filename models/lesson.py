"""What workers said about how a message was to be read, and what settled tickets confirm: the examples from which an
estate learns (handlers/lessons.py). Nobody else's estate ever sees them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta, tzinfo
from typing import Any

from sqlalchemy import CheckConstraint, Index, Select, select, text, update
from sqlalchemy.orm import Mapped, Session

from models import audit, due
from models.cause import Cause
from models.database import Base, hold
from models.estate import Estate
from models.inbox import InboxMessage
from models.keys import InEstate, new_id, refers
from models.ticket import FALSE_ALARM, Ticket, Voice, voices

SOURCES = ("correction", "confirmed")
LEARN_AT = time(3, 10)  # when hardly anybody writes
SETTLED = ("resolved", "closed")

Problem = tuple[str, str]  # category and urgency


class Lesson(InEstate, Base):
    """A verdict on a message. The text stays where it came in, so that a recall takes it from here, too."""

    __tablename__ = "lessons"
    inbox_id: Mapped[int]
    member_id: Mapped[int]  # who said so
    at: Mapped[datetime]
    verdict: Mapped[list[Any]]  # {category, urgency} of every problem that the message tells; empty: it tells none
    source: Mapped[str]
    superseded_at: Mapped[datetime | None]  # the last word on a message holds; those before it are kept
    __table_args__ = (
        CheckConstraint(f"source IN {SOURCES}", name="source"),
        Index(
            "uq_lessons_valid",
            "estate_id",
            "inbox_id",
            unique=True,
            sqlite_where=text("superseded_at IS NULL"),
            postgresql_where=text("superseded_at IS NULL"),
        ),
        refers("inbox_id", "inbox"),
        refers("member_id", "members"),
    )


@dataclass(frozen=True)
class Taught:
    """A message with what it should have been read as."""

    inbox_id: int
    text: str
    at: datetime  # when it was said
    problems: tuple[Problem, ...]
    source: str


def record(session: Session, cause: Cause, message: InboxMessage, problems: Iterable[Problem], source: str) -> Lesson:
    """Keeps what `cause.member_id` says about a message, in place of what was said of it before, and puts learning
    from it on the list for the coming night."""
    hold(session, message)
    before = (Lesson.estate_id == cause.estate_id, Lesson.inbox_id == message.id, Lesson.superseded_at.is_(None))
    session.execute(update(Lesson).where(*before).values(superseded_at=cause.now))
    verdict = [{"category": category, "urgency": urgency} for category, urgency in problems]
    lesson = Lesson(
        estate_id=cause.estate_id,
        id=new_id(cause.now),
        inbox_id=message.id,
        member_id=cause.member_id,
        at=cause.now,
        verdict=verdict,
        source=source,
    )
    session.add(lesson)
    session.flush()
    audit.record(session, cause, "lesson.record", message.id, verdict=verdict, source=source)
    schedule_learning(session, cause)
    return lesson


def schedule_learning(session: Session, cause: Cause) -> None:
    """Learning is due at the next ten past three; without a new lesson there is nothing to learn, and nothing is."""
    zone = session.get_one(Estate, cause.estate_id).zone
    due.schedule(session, cause, "learn", cause.estate_id, next_night(cause.now, zone))


def next_night(now: datetime, zone: tzinfo) -> datetime:
    """The next `LEARN_AT` after `now` in the estate's zone."""
    local = now.astimezone(zone)
    nights = (datetime.combine(local.date() + timedelta(days=n), LEARN_AT, zone) for n in range(2))
    return next(at for at in nights if at > local)


def of_message(session: Session, estate_id: int, inbox_id: int) -> Lesson | None:
    """The verdict on a message that holds."""
    mine = (Lesson.estate_id == estate_id, Lesson.inbox_id == inbox_id, Lesson.superseded_at.is_(None))
    return session.scalars(select(Lesson).where(*mine)).first()


def of_estate(session: Session, estate_id: int, limit: int) -> list[Taught]:
    """The last lessons that hold, the oldest first, without messages that were taken back."""
    said = (InboxMessage.estate_id == Lesson.estate_id) & (InboxMessage.id == Lesson.inbox_id)
    mine = (Lesson.estate_id == estate_id, Lesson.superseded_at.is_(None), InboxMessage.recalled_at.is_(None))
    query = select(Lesson, InboxMessage).join(InboxMessage, said).where(*mine).order_by(Lesson.id.desc()).limit(limit)
    rows = session.execute(query).all()
    return [_taught(message, _problems(lesson), lesson.source) for lesson, message in reversed(rows)]


def _problems(lesson: Lesson) -> tuple[Problem, ...]:
    return tuple((problem["category"], problem["urgency"]) for problem in lesson.verdict)


def _taught(message: InboxMessage, problems: tuple[Problem, ...], source: str) -> Taught:
    return Taught(message.id, message.text, message.at, problems, source)


def confirmed(session: Session, estate_id: int, limit: int) -> list[Taught]:
    """Reports that were settled and not judged bad, the oldest first: read right, without anybody saying so. What a
    worker said about a message himself counts instead."""
    told: dict[int, tuple[InboxMessage, list[Ticket]]] = {}
    for message, ticket in session.execute(_unjudged_reports(estate_id).limit(2 * limit)):
        told.setdefault(message.id, (message, []))[1].append(ticket)
    good = [(message, of) for message, of in told.values() if all(map(_is_confirmed, of))][:limit]
    return [_taught(message, tuple((t.category, t.urgency) for t in of), "settled") for message, of in reversed(good)]


def _unjudged_reports(estate_id: int) -> Select[InboxMessage, Ticket]:
    """The messages by which reporters told their tickets, the last first, without those that have a lesson."""
    said = (InboxMessage.estate_id == Voice.estate_id) & (InboxMessage.id == Voice.inbox_id)
    about = (Ticket.estate_id == Voice.estate_id) & (Ticket.id == Voice.ticket_id)
    of_it = (Lesson.estate_id == estate_id, Lesson.inbox_id == InboxMessage.id, Lesson.superseded_at.is_(None))
    query = select(InboxMessage, Ticket).join(Voice, said).join(Ticket, about)
    is_told = (Voice.kind == "report", Voice.member_id == Ticket.reporter_id, InboxMessage.recalled_at.is_(None))
    mine = query.where(InboxMessage.estate_id == estate_id, *is_told, ~select(Lesson.id).where(*of_it).exists())
    return mine.order_by(InboxMessage.id.desc())


def _is_confirmed(ticket: Ticket) -> bool:
    return ticket.status in SETTLED and ticket.is_satisfied is not False


def problems_told(session: Session, estate_id: int, inbox_id: int) -> tuple[Problem, ...]:
    """The problems that a message tells by the tickets that stand on it: without those that were none."""
    told = (Voice.estate_id == estate_id, Voice.inbox_id == inbox_id, Voice.kind == "report")
    ids = session.scalars(select(Voice.ticket_id).where(*told).order_by(Voice.id)).all()
    wholes = dict.fromkeys(_whole(session, estate_id, ticket_id) for ticket_id in ids)
    return tuple((t.category, t.urgency) for t in wholes if (t.status, t.result) != ("rejected", FALSE_ALARM))


def _whole(session: Session, estate_id: int, ticket_id: int) -> Ticket:
    """The ticket into which one was merged, by way of others too; or itself."""
    ticket = session.get_one(Ticket, (estate_id, ticket_id))
    return _whole(session, estate_id, ticket.merged_into) if ticket.merged_into else ticket


def reports_of(session: Session, ticket: Ticket) -> Sequence[InboxMessage]:
    """The messages that told a ticket, and those merged into it, as a problem; without those taken back."""
    told = [voice.inbox_id for voice in voices(session, ticket) if voice.kind == "report" and voice.inbox_id]
    mine = (InboxMessage.estate_id == ticket.estate_id, InboxMessage.id.in_(told), InboxMessage.recalled_at.is_(None))
    return session.scalars(select(InboxMessage).where(*mine).order_by(InboxMessage.id)).all()
