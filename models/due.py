"""What the clock has to do, and when: one row an occurrence, so that nothing fires twice or is lost in a restart.

A row is done in the same transaction as what it causes; a process that dies in between leaves it due.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Index, UniqueConstraint, delete, select, text
from sqlalchemy.orm import Mapped, Session

from models.cause import Cause
from models.database import Base
from models.keys import InEstate, new_id
from models.rows import append_once

FAILED, UNDONE = text("error IS NOT NULL"), text("done_at IS NULL")  # few of many


class Due(InEstate, Base):
    __tablename__ = "due"
    kind: Mapped[str]  # a key of handlers.due.DUE
    subject_id: Mapped[int]
    occurrence: Mapped[str]
    at: Mapped[datetime]
    facts: Mapped[dict[str, Any]]
    attempts: Mapped[int]
    error: Mapped[str | None]
    done_at: Mapped[datetime | None]
    __table_args__ = (
        UniqueConstraint("estate_id", "kind", "subject_id", "occurrence"),
        Index("ix_due_next", "at", "id", sqlite_where=UNDONE, postgresql_where=UNDONE),
        Index("ix_due_ahead", "estate_id", "at", sqlite_where=UNDONE, postgresql_where=UNDONE),
        Index(None, "estate_id", "subject_id"),
        Index("ix_due_failed", "estate_id", "at", sqlite_where=FAILED, postgresql_where=FAILED),
    )


def schedule(session: Session, cause: Cause, kind: str, subject_id: int, at: datetime, **facts: Any) -> None:
    """Puts an occurrence on the list, once: the same kind, subject and time a second time changes nothing."""
    occurrence = facts.pop("occurrence", at.isoformat())
    key = {"estate_id": cause.estate_id, "kind": kind, "subject_id": subject_id, "occurrence": occurrence}
    append_once(session, Due, id=new_id(cause.now), at=at, facts=facts, attempts=0, **key)


def cancel(session: Session, estate_id: int, subject_id: int) -> None:
    """Takes all that is still to come about one thing off the list."""
    mine = (Due.estate_id == estate_id, Due.subject_id == subject_id, Due.done_at.is_(None))
    session.execute(delete(Due).where(*mine))


def take(session: Session, now: datetime, but: int | None = None) -> Due | None:
    """One occurrence that is due, of any estate `but` one, held by this transaction alone."""
    due = select(Due).where(Due.done_at.is_(None), Due.at <= now).order_by(Due.at, Due.id).limit(1)
    if but is not None:
        due = due.where(Due.estate_id != but)
    return session.scalars(due.with_for_update(skip_locked=True)).first()


def next_at(session: Session) -> datetime | None:
    """When the next occurrence falls due."""
    return session.scalars(select(Due.at).where(Due.done_at.is_(None)).order_by(Due.at).limit(1)).first()
