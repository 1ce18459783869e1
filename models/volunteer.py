"""Volunteers: a task that needs hands, who gives them, and for how long.

Who says first that he comes is on the list; whoever comes after the number that is needed is a reserve and moves up
when somebody steps back. A task that has a time reminds its people and, when it is over, thanks them; the hours that
somebody named are counted for those who came. A weekly one is on the list again for the next week, with its people.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Index, UniqueConstraint, select
from sqlalchemy.orm import Mapped, Session

from models import audit, due
from models.cause import Cause
from models.database import Base
from models.inbox import InboxMessage
from models.keys import InEstate, new_id, next_number, refers
from models.member import Member

OPEN_FOR = timedelta(days=7)  # after the last word about it, or until it begins
REMIND, END = "volunteer.remind", "volunteer.end"
REMIND_BEFORE = timedelta(hours=12)
LATE_CALL = timedelta(hours=1)  # of what is called later than that, so long before
USUAL = timedelta(hours=2)  # how long a task takes of which nobody said how long
WEEK = timedelta(days=7)


class Task(InEstate, Base):
    __tablename__ = "volunteer_tasks"
    number: Mapped[int]
    group_id: Mapped[int | None]
    ticket_id: Mapped[int | None]
    text: Mapped[str]
    needed: Mapped[int | None]
    starts_at: Mapped[datetime | None]
    ends_at: Mapped[datetime | None]
    is_weekly: Mapped[bool]
    called_by: Mapped[int]
    called_at: Mapped[datetime]
    changed_at: Mapped[datetime]
    inbox_id: Mapped[int | None]
    ended_at: Mapped[datetime | None]  # it was done, and its people thanked
    withdrawn_at: Mapped[datetime | None]
    __table_args__ = (
        UniqueConstraint("estate_id", "number"),
        Index(None, "estate_id", "group_id", "changed_at"),
        refers("group_id", "groups"),
        refers("ticket_id", "tickets"),
        refers("called_by", "members"),
    )

    @property
    def facts(self) -> dict[str, Any]:
        starts_at = self.starts_at.isoformat() if self.starts_at else None
        return {"number": self.number, "task": self.text, "needed": self.needed, "starts_at": starts_at}

    @property
    def length(self) -> timedelta:
        return self.ends_at - self.starts_at if self.starts_at and self.ends_at else USUAL


class SignUp(InEstate, Base):
    __tablename__ = "volunteer_sign_ups"
    task_id: Mapped[int]
    member_id: Mapped[int]
    is_coming: Mapped[bool]
    inbox_id: Mapped[int | None]
    said_at: Mapped[datetime]
    has_come: Mapped[bool | None]  # once it was over
    __table_args__ = (
        UniqueConstraint("estate_id", "task_id", "member_id"),
        refers("task_id", "volunteer_tasks"),
        refers("member_id", "members"),
    )


@dataclass(frozen=True)
class Plan:
    """What hands are wanted for. A span without an end is `USUAL` long."""

    text: str
    needed: int | None = None
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    is_weekly: bool = False
    ticket_id: int | None = None


def call(session: Session, cause: Cause, plan: Plan) -> Task:
    """Opens a task to volunteers. What is over already has no time."""
    if cause.member_id is None:
        raise ValueError("a task is opened by somebody")
    return _open(session, cause, plan, cause.member_id, cause.inbox_id)


def _open(session: Session, cause: Cause, plan: Plan, called_by: int, inbox_id: int | None) -> Task:
    is_ahead = plan.starts_at is not None and plan.starts_at > cause.now
    task = Task(
        estate_id=cause.estate_id,
        id=new_id(cause.now),
        number=next_number(session, cause.estate_id, "volunteer"),
        group_id=cause.group_id,
        ticket_id=plan.ticket_id,
        text=plan.text,
        needed=plan.needed,
        starts_at=plan.starts_at if is_ahead else None,
        ends_at=plan.ends_at if is_ahead else None,
        is_weekly=plan.is_weekly and is_ahead,
        called_by=called_by,
        called_at=cause.now,
        changed_at=cause.now,
        inbox_id=inbox_id,
    )
    session.add(task)
    session.flush()
    audit.record(session, cause, "volunteer.call", task.id, text=plan.text)
    if task.starts_at is not None:
        before = REMIND_BEFORE if task.starts_at - REMIND_BEFORE > cause.now else LATE_CALL
        if task.starts_at - before > cause.now:
            due.schedule(session, cause, REMIND, task.id, task.starts_at - before)
        due.schedule(session, cause, END, task.id, task.starts_at + task.length)
    return task


def sign_up(session: Session, cause: Cause, task: Task, member: Member, is_coming: bool) -> None:
    """Takes down who helps; the last word counts. Whoever comes back stands at the end."""
    entry = _entry(session, task, member.id)
    told_at = cause.told_after(entry.said_at if entry else None)
    if entry is not None and entry.said_at > told_at:
        return  # delivered late: he has said otherwise since
    if entry is None:
        entry = SignUp(estate_id=task.estate_id, task_id=task.id, member_id=member.id, id=new_id(cause.now))
        entry.is_coming = not is_coming
        session.add(entry)
    if entry.is_coming == is_coming:
        return
    entry.is_coming, entry.inbox_id, entry.said_at = is_coming, cause.inbox_id, told_at
    task.changed_at = cause.now
    audit.record(session, cause, "volunteer.join" if is_coming else "volunteer.leave", task.id)


def end(session: Session, cause: Cause, task: Task) -> Task | None:
    """It is over: its people's hours are counted, of those who were needed. Gives next week's task of a weekly one."""
    task.ended_at = cause.now
    for member_id in on_duty(session, task):
        if (entry := _entry(session, task, member_id)) is not None:
            entry.has_come = True
    audit.record(session, cause, "volunteer.end", task.id)
    if not task.is_weekly or task.starts_at is None:
        return None
    ends_at = task.ends_at + WEEK if task.ends_at else None
    plan = Plan(task.text, task.needed, task.starts_at + WEEK, ends_at, True, task.ticket_id)
    as_before = Cause(cause.estate_id, cause.now, None, task.group_id)
    again = _open(session, as_before, plan, task.called_by, None)
    for member_id in members(session, task):
        sign_up(session, as_before, again, session.get_one(Member, (task.estate_id, member_id)), True)
    return again


def mark_absent(session: Session, cause: Cause, task: Task, member_id: int, is_absent: bool) -> None:
    """Somebody on the list did not come, or did after all."""
    entry = _entry(session, task, member_id)
    if entry is not None and entry.has_come is not None:
        entry.has_come = not is_absent
        audit.record(session, cause, "volunteer.absent" if is_absent else "volunteer.present", task.id)


def take_back(session: Session, cause: Cause, inbox_id: int) -> None:
    """A message was recalled: a call of its sender's alone is closed; the offer that it made is gone, and what was
    said before it counts again."""
    for task in session.scalars(select(Task).filter_by(estate_id=cause.estate_id, inbox_id=inbox_id)):
        if set(members(session, task)) <= {task.called_by}:
            withdraw(session, cause, task)
    for entry in session.scalars(select(SignUp).filter_by(estate_id=cause.estate_id, inbox_id=inbox_id)):
        audit.record(session, cause, "volunteer.take_back", entry.task_id)
        who = (entry.estate_id, entry.member_id)
        if before := audit.last_word(session, entry.task_id, who, ("volunteer.join", "volunteer.leave")):
            entry.is_coming = before.action == "volunteer.join"
            entry.inbox_id, entry.said_at = before.inbox_id, before.at
        else:
            session.delete(entry)


def withdraw(session: Session, cause: Cause, task: Task) -> None:
    """Nobody is needed any more."""
    task.withdrawn_at = cause.now
    due.cancel(session, task.estate_id, task.id)
    audit.record(session, cause, "volunteer.withdraw", task.id)


def get(session: Session, estate_id: int, task_id: int) -> Task:
    return session.get_one(Task, (estate_id, task_id))


def _entry(session: Session, task: Task, member_id: int) -> SignUp | None:
    key = {"estate_id": task.estate_id, "task_id": task.id, "member_id": member_id}
    return session.scalars(select(SignUp).filter_by(**key)).first()


def members(session: Session, task: Task) -> list[int]:
    """Member ids of those who help, reserves too, in the order in which they said so."""
    mine = {"estate_id": task.estate_id, "task_id": task.id, "is_coming": True}
    return list(session.scalars(select(SignUp.member_id).filter_by(**mine).order_by(SignUp.said_at, SignUp.id)))


def on_duty(session: Session, task: Task) -> list[int]:
    """Those who come: all, or the first of them, so many as are needed."""
    return members(session, task)[: task.needed]


def reserves(session: Session, task: Task) -> list[int]:
    return members(session, task)[task.needed :] if task.needed else []


def open_in(session: Session, estate_id: int, group_id: int | None, now: datetime) -> Sequence[Task]:
    """A group's tasks that are ahead or that somebody spoke of lately, the latest first."""
    mine = (
        Task.estate_id == estate_id,
        Task.group_id == group_id,
        (Task.changed_at > now - OPEN_FOR) | (Task.starts_at > now),
        Task.withdrawn_at.is_(None),
        Task.ended_at.is_(None),
    )
    return session.scalars(select(Task).where(*mine).order_by(Task.changed_at.desc())).all()


def words_of(session: Session, task: Task) -> str:
    """What is wanted, and how it was called for: by these words people answer."""
    said = session.get(InboxMessage, (task.estate_id, task.inbox_id)) if task.inbox_id and not task.ticket_id else None
    return f"{task.text} {said.text}" if said else task.text


def of_ticket(session: Session, estate_id: int, ticket_id: int) -> Task | None:
    """The task to which a ticket was opened and that is not over."""
    mine = {"estate_id": estate_id, "ticket_id": ticket_id, "withdrawn_at": None, "ended_at": None}
    return session.scalars(select(Task).filter_by(**mine).order_by(Task.id.desc()).limit(1)).first()


def came(session: Session, task: Task) -> list[int]:
    """Member ids of those who were on the list when it was over, and were not marked absent."""
    mine = {"estate_id": task.estate_id, "task_id": task.id, "has_come": True}
    return list(session.scalars(select(SignUp.member_id).filter_by(**mine).order_by(SignUp.said_at, SignUp.id)))


def given(session: Session, which: ColumnElement[bool], since: datetime) -> dict[int, tuple[int, timedelta]]:
    """How often each member helped since a time, and how long where that was said, by member id. `which`: the condition
    of the tasks that count, with the estate in it."""
    ended = (Task.estate_id == SignUp.estate_id) & (Task.id == SignUp.task_id)
    query = select(SignUp.member_id, Task.starts_at, Task.ends_at).join(Task, ended)
    mine = (which, SignUp.has_come.is_(True), Task.ended_at >= since)
    sums: dict[int, tuple[int, timedelta]] = {}
    for who, starts_at, ends_at in session.execute(query.where(*mine)):
        times, length = sums.get(who, (0, timedelta()))
        sums[who] = times + 1, length + (ends_at - starts_at if starts_at and ends_at else timedelta())
    return sums
