"""Meetings: what about, when, where, and who comes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import render_template
from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from bot.web import desk_paging, desk_rows, site, viewing
from bot.web.desk_door import blueprint, now, viewer
from models import meeting
from models.estate import Group
from models.meeting import Meeting


@dataclass(frozen=True)
class Called:
    meeting: Meeting
    group: str
    called_by: str
    going: list[str]
    not_going: list[str]


@blueprint.get("/meetings")
def meetings() -> Any:
    with site().database.read() as db:
        coming = ahead(db, None)
        over = select(Meeting).where(_mine(), ~_is_ahead()).order_by(Meeting.starts_at.desc())
        page = desk_paging.page(db, over)
        past = [_called(db, found) for found in page.rows]
    return render_template("desk/meetings.html", coming=coming, past=past, page=page)


def ahead(db: Session, limit: int | None) -> list[Called]:
    """The meetings that lie ahead, the next first."""
    query = select(Meeting).where(_mine(), _is_ahead()).order_by(Meeting.starts_at).limit(limit)
    return [_called(db, found) for found in db.scalars(query)]


def _mine() -> ColumnElement[bool]:
    return viewing.in_groups(viewer(), Meeting)


def _is_ahead() -> ColumnElement[bool]:
    return (Meeting.status == "planned") & (Meeting.starts_at > now())


def _called(db: Session, found: Meeting) -> Called:
    answers = meeting.answers(db, found)
    names = desk_rows.names(db, found.estate_id, {found.called_by, *answers[True], *answers[False]})
    group = db.get_one(Group, (found.estate_id, found.group_id)).name if found.group_id else ""
    people = {is_going: [names[member_id] for member_id in ids] for is_going, ids in answers.items()}
    return Called(found, group, names[found.called_by], people[True], people[False])
