"""Volunteers: what hands are wanted for, who comes, who came, and how much each gave this year."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from flask import abort, redirect, render_template, url_for
from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from bot.web import desk_paging, desk_rows, desk_tables, site, viewing
from bot.web.desk_door import blueprint, now, viewer
from models import volunteer
from models.cause import Cause
from models.estate import Group
from models.ticket import Ticket
from models.volunteer import Task

MARKS = {"absent": True, "present": False}


@dataclass(frozen=True)
class Person:
    id: int
    name: str
    has_come: bool = True


@dataclass(frozen=True)
class Called:
    task: Task
    group: str
    ticket: int | None  # the number of the ticket that was opened to volunteers
    on_duty: list[Person]
    reserves: list[Person]


@dataclass(frozen=True)
class Given:
    name: str
    times: int
    hours: float


@blueprint.get("/volunteers")
def volunteers() -> Any:
    with site().database.read() as db:
        ahead = db.scalars(select(Task).where(_mine(), Task.ended_at.is_(None)).order_by(Task.starts_at, Task.id))
        coming = [_called(db, task) for task in ahead]
        over = select(Task).where(_mine(), Task.ended_at.is_not(None)).order_by(Task.ended_at.desc())
        page = desk_paging.page(db, over)
        past = [_called(db, task) for task in page.rows]
        given = _given(db)
    return render_template("desk/volunteers.html", coming=coming, past=past, page=page, given=given, year=_year().year)


@blueprint.get("/volunteers.csv")
def volunteers_as_csv() -> Any:
    with site().database.read() as db:
        given = _given(db)
    lines = [(one.name, one.times, one.hours) for one in given]
    return desk_tables.as_csv(f"volunteers-{_year():%Y}", [("姓名", "次数", "小时"), *lines])


@blueprint.post("/volunteers/<int(max=9223372036854775807):task_id>/<int(max=9223372036854775807):member_id>/<mark>")
def mark(task_id: int, member_id: int, mark: str) -> Any:
    """Somebody who was on the list did not come, or did."""
    if mark not in MARKS:
        abort(404)
    with site().database.write() as db:
        found = db.scalars(select(Task).where(_mine(), Task.id == task_id)).first() or abort(404)
        cause = Cause(viewer().estate.id, now(), viewer().member.id)
        volunteer.mark_absent(db, cause, found, member_id, MARKS[mark])
    return redirect(url_for("desk.volunteers"), 303)


def _mine() -> ColumnElement[bool]:
    return viewing.in_groups(viewer(), Task) & Task.withdrawn_at.is_(None)


def _called(db: Session, task: Task) -> Called:
    ids = volunteer.members(db, task)
    names = desk_rows.names(db, task.estate_id, set(ids))
    came = set(volunteer.came(db, task))
    people = [Person(one, names[one], one in came) for one in ids]
    group = db.get(Group, (task.estate_id, task.group_id)) if task.group_id else None
    ticket = db.get(Ticket, (task.estate_id, task.ticket_id)) if task.ticket_id else None
    cut = task.needed or len(people)
    return Called(task, group.name if group else "", ticket.number if ticket else None, people[:cut], people[cut:])


def _given(db: Session) -> list[Given]:
    """Who helped this year in the viewer's groups, the most first."""
    sums = volunteer.given(db, _mine(), _year())
    names: Mapping[int, str] = desk_rows.names(db, viewer().estate.id, set(sums))
    given = [Given(names[who], times, length / timedelta(hours=1)) for who, (times, length) in sums.items()]
    return sorted(given, key=lambda one: (-one.hours, -one.times, one.name))


def _year() -> datetime:
    zone = viewer().estate.zone
    return datetime(now().astimezone(zone).year, 1, 1, tzinfo=zone)
