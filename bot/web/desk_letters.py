"""Letters: the digests as they were sent, and what waits on machines: the outbox, dead letters, the clock's list."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot import wording
from bot.web import desk_paging, desk_rows, desk_words, site, viewing
from bot.web.desk_door import blueprint, now, require_letters, viewer
from models import audit, outbox
from models.cause import Cause
from models.due import Due
from models.estate import Group
from models.outbox import STATES, OutboxMessage

JOBS_SHOWN = 10
TICKET_LINE = re.compile(r"(\d{1,12}) ")  # a digest's line begins with the ticket's number


@dataclass(frozen=True)
class Letter:
    """`text` is empty for what is between the bot and one other person."""

    row: OutboxMessage
    to: str
    is_group: bool
    text: str

    @property
    def lines(self) -> list[tuple[str, str]]:
        """(ticket's number, rest) for each line; no number where the line tells of no ticket."""
        found = ((TICKET_LINE.match(line), line) for line in self.text.splitlines())
        return [(match[1], line[match.end(1) :]) if match else ("", line) for match, line in found]


@blueprint.get("/digests")
def digests() -> Any:
    """Everybody's for who looks after the whole estate, else one's own."""
    mine = [viewing.letters(viewer()), OutboxMessage.kind == "digest"]
    if not (viewer().sees_all and viewer().sees_letters):
        mine.append(OutboxMessage.member_id == viewer().member.id)
    with site().database.read() as db:
        page = desk_paging.page(db, select(OutboxMessage).where(*mine).order_by(OutboxMessage.id.desc()))
        found = _letters(db, page.rows)
    return render_template("desk/digests.html", page=page, letters=found, states=desk_words.LETTER)


@blueprint.get("/letters")
def letters() -> Any:
    require_letters()
    state = request.args.get("state", "")
    mine = select(OutboxMessage).where(viewing.letters(viewer()))
    query = mine.where(OutboxMessage.state == state) if state in STATES else mine
    with site().database.read() as db:
        page = desk_paging.page(db, query.order_by(OutboxMessage.id.desc()))
        shown = {
            "letters": _letters(db, page.rows),
            "counts": _counts(db),
            "failed": _failed_jobs(db),
            "jobs": _next_jobs(db),
        }
    words = {"states": desk_words.LETTER, "about": desk_words.ABOUT, "job_names": desk_words.JOB}
    return render_template("desk/letters.html", page=page, state=state, **shown, **words)


@blueprint.post("/letters/<int(max=9223372036854775807):letter_id>/replay")
def replay(letter_id: int) -> Any:
    """Gives a dead letter another round of tries."""
    require_letters()
    with site().database.write() as db:
        mine = select(OutboxMessage.id).where(viewing.letters(viewer()), OutboxMessage.id == letter_id)
        if db.scalars(mine).first() is None:
            abort(404)
        estate_id = viewer().estate.id
        is_revived = outbox.revive(db, estate_id, letter_id, now())
        if is_revived:
            audit.record(db, Cause(estate_id, now(), viewer().member.id), "outbox.replay", letter_id)
    flash("已放回去重新发送。" if is_revived else "这一条已经不在“没发出去”里了。")
    return redirect(url_for("desk.letters", state="dead" if is_revived else None), 303)


def dead_count(db: Session) -> int:
    return _counts(db).get("dead", 0)


def _counts(db: Session) -> dict[str, int]:
    query = select(OutboxMessage.state, func.count()).where(viewing.letters(viewer())).group_by(OutboxMessage.state)
    return dict(db.execute(query).all())


def _letters(db: Session, rows: Sequence[OutboxMessage]) -> list[Letter]:
    estate_id = viewer().estate.id
    people = desk_rows.names(db, estate_id, {row.member_id for row in rows if row.member_id})
    wanted = (Group.estate_id == estate_id, Group.id.in_({row.group_id for row in rows if row.group_id}))
    groups = dict(db.execute(select(Group.id, Group.name).where(*wanted)).all())
    return [_letter(row, groups.get(row.group_id or 0) or people.get(row.member_id or 0, "")) for row in rows]


def _letter(row: OutboxMessage, to: str) -> Letter:
    is_private = row.member_id is not None and row.kind != "digest" and row.member_id != viewer().member.id
    if is_private:
        return Letter(row, to, False, "")
    # As it read on the day it went out: 今天 in it is that day.
    text = wording.render(row.template, row.facts, viewer().estate.zone, row.sent_at or row.created_at)
    return Letter(row, to, row.group_id is not None, text)


def _failed_jobs(db: Session) -> Sequence[Due]:
    """What the clock tried and could not do. Only for who looks after the whole estate."""
    if not viewer().sees_all:
        return []
    broken = (Due.estate_id == viewer().estate.id, Due.error.is_not(None))
    return db.scalars(select(Due).where(*broken).order_by(Due.at.desc()).limit(JOBS_SHOWN)).all()


def _next_jobs(db: Session) -> Sequence[Due]:
    if not viewer().sees_all:
        return []
    ahead = (Due.estate_id == viewer().estate.id, Due.done_at.is_(None))
    return db.scalars(select(Due).where(*ahead).order_by(Due.at).limit(JOBS_SHOWN)).all()
