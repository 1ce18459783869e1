"""What came of a transcript, as formats.md has it: `replay --json`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.wording import render
from models import meeting, poll, volunteer
from models import ticket as tickets
from models.booking import Booking, Room
from models.database import Base
from models.estate import Estate, Group
from models.inbox import InboxMessage
from models.meeting import Meeting
from models.member import Member
from models.outbox import OutboxMessage
from models.poll import Poll
from models.ticket import Ticket
from models.volunteer import Task
from models.waiting import Waiting

Row = TypeVar("Row", bound=Base)
Fields = dict[str, Any]


def outcome(session: Session, estate_id: int) -> Fields:
    """The state of an estate and all that was said in it."""
    return _Account(session, session.get_one(Estate, estate_id)).tell()


@dataclass(frozen=True)
class _Account:
    session: Session
    estate: Estate

    def tell(self) -> Fields:
        said = self.all(OutboxMessage)
        sent = sorted((row for row in said if row.sent_at), key=lambda row: (row.sent_at, row.id))
        return {
            "messages": [self.message(row) for row in self.all(InboxMessage)],
            "replies": [self.reply(row) for row in sent if row.kind != "digest"],
            "tickets": [self.ticket(row) for row in self.all(Ticket)],
            "polls": [self.poll(row) for row in self.all(Poll) if row.status != "withdrawn"],
            "bookings": [self.slot(row) for row in self.all(Booking)],
            "waitlist": [self.slot(row) for row in self.all(Waiting)],
            "meetings": [self.meeting(row) for row in self.all(Meeting) if row.status == "planned"],
            "sign_offs": [],
            "volunteers": [self.task(row) for row in self.all(Task) if row.withdrawn_at is None],
            "reminders": [self.reminder(row) for row in sent if row.kind == "reminder"],
            "digests": [self.digest(row) for row in sent if row.kind == "digest"],
        }

    def all(self, table: type[Row]) -> Sequence[Row]:
        rows = select(table).filter_by(estate_id=self.estate.id)
        return self.session.scalars(rows.order_by(table.__table__.c.id)).all()

    def key(self, member_id: int) -> str:
        return self.session.get_one(Member, (self.estate.id, member_id)).key

    def local(self, at: datetime | None) -> str | None:
        return at.astimezone(self.estate.zone).isoformat() if at else None

    def external_id(self, inbox_id: int | None) -> str | None:
        return self.session.get_one(InboxMessage, (self.estate.id, inbox_id)).external_id if inbox_id else None

    def message(self, row: InboxMessage) -> Fields:
        told = tickets.of_message(self.session, self.estate.id, row.id)
        return {"id": row.external_id, "intents": row.intents, "ticket": told[0].number if told else None}

    def to(self, row: OutboxMessage) -> Fields:
        if row.group_id is None:
            return {"to": self.key(row.member_id or 0)}
        return {"group": self.session.get_one(Group, (self.estate.id, row.group_id)).name}

    def text(self, row: OutboxMessage) -> str:
        return render(row.template, row.facts, self.estate.zone, row.sent_at or row.created_at)

    def reply(self, row: OutboxMessage) -> Fields:
        answers = {"in_reply_to": self.external_id(row.inbox_id), "text": self.text(row)}
        return {"at": self.local(row.sent_at)} | self.to(row) | answers

    def ticket(self, row: Ticket) -> Fields:
        ids = [self.external_id(voice.inbox_id) for voice in tickets.voices(self.session, row)]
        into = tickets.get(self.session, self.estate.id, row.merged_into).number if row.merged_into else None
        return {
            "number": row.number,
            "category": row.category,
            "urgency": row.urgency,
            "status": row.status,
            "place": row.place,
            "reporter": self.key(row.reporter_id),
            "supporter_households": len(tickets.households_behind(self.session, row)),
            "messages": [external_id for external_id in ids if external_id],
            "satisfied": row.is_satisfied,
            "merged_into": into,
        }

    def poll(self, row: Poll) -> Fields:
        return {
            "number": row.number,
            "question": row.question,
            "kind": row.kind,
            "tally": poll.tally(self.session, row),
            "households": len(poll.standing(self.session, row)),
            "status": row.status,
            "closes_at": self.local(row.closes_at),
        }

    def slot(self, row: Booking | Waiting) -> Fields:
        room = self.session.get_one(Room, (self.estate.id, row.room_id))
        times = {"start": self.local(row.starts_at), "end": self.local(row.ends_at)}
        return {"room": room.name, "member": self.key(row.member_id)} | times | {"status": row.status}

    def meeting(self, row: Meeting) -> Fields:
        said = meeting.answers(self.session, row)
        return {
            "topic": row.topic,
            "start": self.local(row.starts_at),
            "place": row.place,
            "going": [self.key(member_id) for member_id in said[True]],
            "not_going": [self.key(member_id) for member_id in said[False]],
        }

    def task(self, row: Task) -> Fields:
        return {"task": row.text, "members": [self.key(m) for m in volunteer.members(self.session, row)]}

    def reminder(self, row: OutboxMessage) -> Fields:
        return {"at": self.local(row.sent_at)} | self.to(row) | {"about": row.about}

    def digest(self, row: OutboxMessage) -> Fields:
        return {"at": self.local(row.sent_at)} | self.to(row) | {"text": self.text(row)}
