"""Volunteers: a task that needs hands, and who gives them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Index, UniqueConstraint, select
from sqlalchemy.orm import Mapped, Session

from models import audit
from models.cause import Cause
from models.database import Base
from models.keys import InEstate, new_id, next_number, refers
from models.member import Member

OPEN_FOR = timedelta(days=7)  # after the last word about it


class Task(InEstate, Base):
    __tablename__ = "volunteer_tasks"
    number: Mapped[int]
    group_id: Mapped[int | None]
    text: Mapped[str]
    needed: Mapped[int | None]
    called_by: Mapped[int]
    called_at: Mapped[datetime]
    changed_at: Mapped[datetime]
    inbox_id: Mapped[int | None]
    withdrawn_at: Mapped[datetime | None]
    __table_args__ = (
        UniqueConstraint("estate_id", "number"),
        Index(None, "estate_id", "group_id", "changed_at"),
        refers("group_id", "groups"),
        refers("called_by", "members"),
    )

    @property
    def facts(self) -> dict[str, Any]:
        return {"number": self.number, "task": self.text, "needed": self.needed}


class SignUp(InEstate, Base):
    __tablename__ = "volunteer_sign_ups"
    task_id: Mapped[int]
    member_id: Mapped[int]
    is_coming: Mapped[bool]
    inbox_id: Mapped[int | None]
    said_at: Mapped[datetime]
    __table_args__ = (
        UniqueConstraint("estate_id", "task_id", "member_id"),
        refers("task_id", "volunteer_tasks"),
        refers("member_id", "members"),
    )


def call(session: Session, cause: Cause, text: str, needed: int | None) -> Task:
    """Opens a task to volunteers."""
    if cause.member_id is None:
        raise ValueError("a task is opened by somebody")
    task = Task(
        estate_id=cause.estate_id,
        id=new_id(cause.now),
        number=next_number(session, cause.estate_id, "volunteer"),
        group_id=cause.group_id,
        text=text,
        needed=needed,
        called_by=cause.member_id,
        called_at=cause.now,
        changed_at=cause.now,
        inbox_id=cause.inbox_id,
    )
    session.add(task)
    session.flush()
    audit.record(session, cause, "volunteer.call", task.id, text=text)
    return task


def sign_up(session: Session, cause: Cause, task: Task, member: Member, is_coming: bool) -> None:
    """Takes down who helps; the last word counts."""
    key = {"estate_id": task.estate_id, "task_id": task.id, "member_id": member.id}
    entry = session.scalars(select(SignUp).filter_by(**key)).first()
    if entry is None:
        entry = SignUp(id=new_id(cause.now), **key)
        session.add(entry)
    entry.is_coming, entry.inbox_id, entry.said_at = is_coming, cause.inbox_id, cause.now
    task.changed_at = cause.now
    audit.record(session, cause, "volunteer.join" if is_coming else "volunteer.leave", task.id)


def take_back(session: Session, cause: Cause, inbox_id: int) -> None:
    """A message was recalled: a call of its sender's alone is closed; the offer that it made is gone, and what was
    said before it counts again."""
    for task in session.scalars(select(Task).filter_by(estate_id=cause.estate_id, inbox_id=inbox_id)):
        if set(members(session, task)) <= {task.called_by}:
            task.withdrawn_at = cause.now
            audit.record(session, cause, "volunteer.withdraw", task.id)
    for entry in session.scalars(select(SignUp).filter_by(estate_id=cause.estate_id, inbox_id=inbox_id)):
        audit.record(session, cause, "volunteer.take_back", entry.task_id)
        who = (entry.estate_id, entry.member_id)
        if before := audit.last_word(session, entry.task_id, who, ("volunteer.join", "volunteer.leave")):
            entry.is_coming = before.action == "volunteer.join"
            entry.inbox_id, entry.said_at = before.inbox_id, before.at
        else:
            session.delete(entry)


def members(session: Session, task: Task) -> list[int]:
    """Member ids of those who help, in the order in which they said so."""
    mine = {"estate_id": task.estate_id, "task_id": task.id, "is_coming": True}
    return list(session.scalars(select(SignUp.member_id).filter_by(**mine).order_by(SignUp.said_at, SignUp.id)))


def open_in(session: Session, estate_id: int, group_id: int | None, now: datetime) -> Sequence[Task]:
    """A group's tasks that somebody spoke of lately, the latest first."""
    mine = (
        Task.estate_id == estate_id,
        Task.group_id == group_id,
        Task.changed_at > now - OPEN_FOR,
        Task.withdrawn_at.is_(None),
    )
    return session.scalars(select(Task).where(*mine).order_by(Task.changed_at.desc())).all()
