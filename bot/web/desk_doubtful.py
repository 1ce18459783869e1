"""What the bot was not sure of: a worker says in one click whether it was a problem, and it learns from that."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot import wording
from bot.web import desk_paging, desk_rows, desk_words, site, viewing
from bot.web.desk_door import blueprint, now, viewer
from handlers import corrections, work
from handlers.lessons import active_layer
from handlers.understanding import Context
from handlers.understanding.read import read_as_issue
from models import doubt
from models.cause import Cause
from models.estate import Group
from models.inbox import InboxMessage
from models.refused import Refused

THANKS = {"issue": "记下了：是报事。", "not": "记下了：不是报事。"}


@dataclass(frozen=True)
class Doubt:
    """A message, who said it where, and what it most likely tells if it tells a problem."""

    message: InboxMessage
    name: str
    group: str
    category: str

    @property
    def is_report(self) -> bool:
        return "issue" in self.message.intents


@blueprint.get("/doubtful")
def doubtful() -> Any:
    with site().database.read() as db:
        mine = select(InboxMessage).where(viewing.messages(viewer()), doubt.doubtful(now()))
        page = desk_paging.page(db, mine.order_by(InboxMessage.id.desc()))
        doubts = _doubts(db, page.rows)
    return render_template("desk/doubtful.html", page=page, doubts=doubts, categories=desk_words.CATEGORIES)


@blueprint.post("/doubtful/<int(max=9223372036854775807):message_id>/<answer>")
def judge(message_id: int, answer: str) -> Any:
    """Does what follows from the answer, by the same rules as a correction said in chat."""
    deed = ANSWERS.get(answer) or abort(404)
    category = request.form.get("category") or None
    try:
        with site().database.write() as db:
            deed(db, _seen(db, message_id), category if category in dict(desk_words.CATEGORIES) else None)
    except Refused as no:
        flash(wording.render(no.code, no.params, viewer().estate.zone, now()))
    else:
        flash(THANKS[answer])
    return redirect(url_for("desk.doubtful"), 303)


def count(db: Session) -> int:
    """How many wait for the viewer's word."""
    mine = (viewing.messages(viewer()), doubt.doubtful(now()))
    return db.scalar(select(func.count()).select_from(InboxMessage).where(*mine)) or 0


def _seen(db: Session, message_id: int) -> InboxMessage:
    """The message, if the viewer may see it. Whether it is still doubtful does not matter: the last word holds."""
    mine = select(InboxMessage).where(viewing.messages(viewer()), InboxMessage.id == message_id)
    return db.scalars(mine).first() or abort(404)


def _is_one(db: Session, message: InboxMessage, category: str | None) -> None:
    corrections.affirm(db, _cause(), message, category, work.MAY)


def _is_none(db: Session, message: InboxMessage, _category: str | None) -> None:
    corrections.deny(db, _cause(), message, work.MAY)


ANSWERS: dict[str, Callable[[Session, InboxMessage, str | None], None]] = {"issue": _is_one, "not": _is_none}


def _cause() -> Cause:
    return Cause(viewer().estate.id, now(), viewer().member.id)


def _doubts(db: Session, rows: Sequence[InboxMessage]) -> list[Doubt]:
    estate_id = viewer().estate.id
    names = desk_rows.names(db, estate_id, {row.member_id for row in rows})
    wanted = (Group.estate_id == estate_id, Group.id.in_({row.group_id for row in rows}))
    groups = dict(db.execute(select(Group.id, Group.name).where(*wanted)).all())
    context = Context(is_pipeline=True, layer=active_layer(db, estate_id))
    said = [(row, names.get(row.member_id, ""), groups.get(row.group_id or 0, "")) for row in rows]
    return [Doubt(row, name, group, _likeliest(row, context)) for row, name, group in said]


def _likeliest(row: InboxMessage, context: Context) -> str:
    """The category that it was read as, or would be."""
    read = row.reading.get("issues")
    if read:
        return str(read[0]["category"])
    return read_as_issue(row.text, context, row.at.astimezone(viewer().estate.zone)).issues[0].category
