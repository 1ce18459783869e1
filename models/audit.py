"""What was done, by whom, to what. The history of a ticket, and what live pages wait for, are read from here."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Index, select
from sqlalchemy.orm import Mapped, Session

from models.cause import Cause
from models.database import Base
from models.inbox import InboxMessage
from models.keys import InEstate, new_id
from models.rows import append


class AuditEntry(InEstate, Base):
    __tablename__ = "audit"
    at: Mapped[datetime]
    member_id: Mapped[int | None]
    inbox_id: Mapped[int | None]
    action: Mapped[str]  # "ticket.report", as intents are named
    subject_id: Mapped[int]
    facts: Mapped[dict[str, Any]]

    __table_args__ = (Index(None, "estate_id", "subject_id", "id"), Index(None, "estate_id", "inbox_id"))


def record(session: Session, cause: Cause, action: str, subject_id: int, **facts: Any) -> None:
    append(
        session,
        AuditEntry,
        estate_id=cause.estate_id,
        id=new_id(cause.now),
        at=cause.now,
        member_id=cause.member_id,
        inbox_id=cause.inbox_id,
        action=action,
        subject_id=subject_id,
        facts=facts,
    )


def history(session: Session, estate_id: int, subject_id: int) -> Sequence[AuditEntry]:
    """Everything done to one thing, oldest first."""
    mine = (AuditEntry.estate_id == estate_id, AuditEntry.subject_id == subject_id)
    return session.scalars(select(AuditEntry).where(*mine).order_by(AuditEntry.id)).all()


def last_word(
    session: Session, subject_id: int, member: tuple[int, int], actions: tuple[str, ...]
) -> AuditEntry | None:
    """What a member (estate's id, own id) did last to a thing, of some actions, without what he took back."""
    said = (InboxMessage.estate_id == AuditEntry.estate_id) & (InboxMessage.id == AuditEntry.inbox_id)
    query = (
        select(AuditEntry)
        .outerjoin(InboxMessage, said)
        .where(
            AuditEntry.estate_id == member[0],
            AuditEntry.subject_id == subject_id,
            AuditEntry.member_id == member[1],
            AuditEntry.action.in_(actions),
            InboxMessage.recalled_at.is_(None),
        )
    )
    return session.scalars(query.order_by(AuditEntry.id.desc()).limit(1)).first()


def done_by(session: Session, estate_id: int, inbox_id: int, action: str) -> int | None:
    """The thing to which a message did something: found by the history, since most things keep no message."""
    mine = (AuditEntry.estate_id == estate_id, AuditEntry.inbox_id == inbox_id, AuditEntry.action == action)
    return session.scalars(select(AuditEntry.subject_id).where(*mine)).first()
