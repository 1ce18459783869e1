"""Today: what needs me now, in one glance. A ticket stands once, in the first list that it belongs to."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import render_template
from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from bot.web import desk_bookings, desk_doubtful, desk_letters, desk_meetings, desk_polls, desk_rows, site, viewing
from bot.web.desk_board import RANK
from bot.web.desk_door import blueprint, now, viewer
from models.ticket import LIVE, Ticket, is_overdue_at

SHOWN = 5  # rows of a list here; the board has them all


@dataclass(frozen=True)
class Need:
    """A list on the page. `board` is the parameters with which the board shows the like."""

    code: str
    title: str
    tone: str
    board: dict[str, str]


EMERGENCY = Need("emergency", "紧急", "urgent", {"urgency": "emergency"})
PRESSING = Need("pressing", "加急超时", "warn", {"sort": "urgency"})
NEW = Need("new", "新报的", "info", {"status": "open", "sort": "-reported"})
VERDICT = Need("verdict", "等居民评价", "good", {"status": "resolved"})


@dataclass(frozen=True)
class Listed:
    need: Need
    rows: list[desk_rows.Row]
    total: int


@blueprint.get("/")
def today() -> Any:
    with site().database.read() as db:
        lists = [_listed(db, need, wanted) for need, wanted in _needs(now())]
        beside = {
            "polls": desk_polls.open_now(db, 3),
            "bookings": desk_bookings.today(db),
            "meetings": desk_meetings.ahead(db, 3),
            "doubtful": desk_doubtful.count(db),
            "dead": desk_letters.dead_count(db) if viewer().sees_letters else 0,
        }
    return render_template("desk/today.html", lists=lists, **beside)


def _needs(at: datetime) -> list[tuple[Need, ColumnElement[bool]]]:
    is_live, is_open = Ticket.status.in_(LIVE), Ticket.status == "open"
    is_old = is_overdue_at(at)
    is_urgent, is_emergency = Ticket.urgency == "urgent", Ticket.urgency == "emergency"
    return [
        (EMERGENCY, is_live & is_emergency),
        (PRESSING, is_live & ~is_emergency & (is_urgent | is_old)),
        (NEW, is_open & ~is_emergency & ~is_urgent & ~is_old),
        (VERDICT, Ticket.status == "resolved"),
    ]


def _listed(db: Session, need: Need, wanted: ColumnElement[bool]) -> Listed:
    mine = select(Ticket).where(viewing.tickets(viewer()), wanted)
    total = db.scalar(mine.with_only_columns(func.count())) or 0
    oldest_first = mine.order_by(RANK, Ticket.reported_at, Ticket.id).limit(SHOWN)
    return Listed(need, desk_rows.rows(db, viewer().member, db.scalars(oldest_first).all()), total)
