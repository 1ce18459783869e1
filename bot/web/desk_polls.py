"""Polls with their tallies, and which households have not voted yet."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import abort, render_template
from sqlalchemy import case, select
from sqlalchemy.orm import Session

from bot.web import desk_paging, desk_rows, site, viewing
from bot.web.desk_door import blueprint, viewer
from models import poll
from models.estate import Group
from models.member import Member
from models.poll import Poll

KINDS = {"single": "选一个", "multiple": "可多选", "yes_no": "同意或不同意"}
STATUS = {"open": "进行中", "closed": "已截止", "withdrawn": "已撤回"}


@dataclass(frozen=True)
class Standing:
    """A poll as it stands: (option, households) in the order of the options."""

    poll: Poll
    group: str
    tally: list[tuple[str, int]]
    voted: int
    missing: list[list[Member]]

    @property
    def households(self) -> int:
        return self.voted + len(self.missing)

    @property
    def most(self) -> int:
        return max((count for _, count in self.tally), default=0)


@blueprint.get("/polls")
def polls() -> Any:
    open_first = select(Poll).where(viewing.polls(viewer())).order_by(case((Poll.status == "open", 0), else_=1))
    with site().database.read() as db:
        page = desk_paging.page(db, open_first.order_by(Poll.id.desc()))
        standings = [_standing(db, found) for found in page.rows]
    return render_template("desk/polls.html", page=page, standings=standings, statuses=STATUS, kinds=KINDS)


@blueprint.get("/polls/<int(max=999999999999):number>")
def poll_page(number: int) -> Any:
    with site().database.read() as db:
        found = db.scalars(select(Poll).where(viewing.polls(viewer()), Poll.number == number)).first() or abort(404)
        standing = _standing(db, found)
        asker = desk_rows.names(db, found.estate_id, {found.opened_by}).get(found.opened_by, "")
    return render_template("desk/poll.html", standing=standing, asker=asker, statuses=STATUS, kinds=KINDS)


def open_now(db: Session, limit: int) -> list[Standing]:
    """The open polls that close first."""
    mine = select(Poll).where(viewing.polls(viewer()), Poll.status == "open").order_by(Poll.closes_at).limit(limit)
    return [_standing(db, found) for found in db.scalars(mine)]


def _standing(db: Session, found: Poll) -> Standing:
    voted = len(poll.standing(db, found))
    group = db.get_one(Group, (found.estate_id, found.group_id)).name
    tally = list(poll.tally(db, found).items())
    return Standing(found, group, tally, voted, list(poll.missing(db, found).values()))
