"""The board: tickets, filtered and sorted as the address says."""

from __future__ import annotations

import re
from typing import Any

from flask import render_template, request
from sqlalchemy import ColumnElement, case, or_, select

from bot.web import desk_paging, desk_rows, desk_words, site, viewing
from bot.web.desk_door import blueprint, viewer
from config.categories import categories
from models.ticket import LIVE, STATUSES, Ticket

# What the chips above the board choose. The first is what the board shows by itself.
VIEWS: dict[str, tuple[str, tuple[str, ...]]] = {
    "live": ("待办", LIVE),
    "resolved": ("等评价", ("resolved",)),
    "closed": ("已结单", ("closed",)),
    "all": ("全部", STATUSES),
}
RANK = case({"emergency": 0, "urgent": 1}, value=Ticket.urgency, else_=2)
STEP = case({status: n for n, status in enumerate(STATUSES)}, value=Ticket.status)
SORTS: dict[str, tuple[Any, ...]] = {
    "urgency": (RANK, Ticket.reported_at),
    "number": (Ticket.number,),
    "status": (STEP, Ticket.number),
    "building": (Ticket.building, Ticket.unit, Ticket.number),
    "reported": (Ticket.reported_at,),
    "changed": (Ticket.changed_at,),
}
COLUMNS = (
    ("number", "编号"),
    (None, "什么事"),
    ("building", "在哪里"),
    ("urgency", "轻重"),
    ("status", "到哪一步"),
    (None, "谁在办"),
    (None, "几户"),
    ("reported", "什么时候报的"),
)
NUMBER = re.compile(r"#?\s*(\d{1,12})")


@blueprint.get("/tickets")
def board() -> Any:
    query = select(Ticket).where(viewing.tickets(viewer()), *_filters()).order_by(*_order())
    with site().database.read() as db:
        found = desk_paging.page(db, query)
        rows = desk_rows.rows(db, viewer().member, found.rows)
        buildings = db.scalars(viewing.building_names(viewer())).all()
    return render_template(
        "desk/board.html",
        page=found,
        rows=rows,
        buildings=sorted(buildings, key=lambda name: (len(name), name)),
        views={code: words for code, (words, _) in VIEWS.items()},
        statuses={code: desk_words.status(code) for code in STATUSES},
        urgencies=desk_words.URGENCY,
        categories={code: str(known["name"]) for code, known in categories().items()},
        columns=COLUMNS,
        chosen=_chosen(),
    )


def _chosen() -> dict[str, str]:
    """What the address asks for."""
    names = ("status", "urgency", "category", "building", "q", "sort")
    said = {name: desk_paging.written(request.args.get(name, "")) for name in names}
    status = said["status"] or "live"
    # What waits is read by weight; what is done, the latest first.
    usual = "urgency" if status in ("live", *LIVE) else "-number"
    return said | {"status": status, "sort": said["sort"] or usual}


def _filters() -> list[ColumnElement[bool]]:
    chosen = _chosen()
    _, statuses = VIEWS.get(chosen["status"], ("", (chosen["status"],)))
    wanted: list[ColumnElement[bool]] = [] if statuses is STATUSES else [Ticket.status.in_(statuses)]
    wanted += [getattr(Ticket, name) == chosen[name] for name in ("urgency", "category") if chosen[name]]
    if chosen["building"]:
        is_none = chosen["building"] == "-"
        wanted.append(Ticket.building.is_(None) if is_none else Ticket.building == chosen["building"])
    if chosen["q"]:
        wanted.append(_search(chosen["q"]))
    return wanted


def _search(words: str) -> ColumnElement[bool]:
    """A number finds its ticket; anything else is looked for in what was told and in the keywords."""
    number = NUMBER.fullmatch(words)
    by_number = [Ticket.number == int(number[1])] if number else []
    return or_(Ticket.text.contains(words, autoescape=True), Ticket.title.contains(words, autoescape=True), *by_number)


def _order() -> list[Any]:
    name = _chosen()["sort"]
    parts = SORTS.get(name.removeprefix("-"), SORTS["urgency"])
    ordered = [part.desc() for part in parts] if name.startswith("-") else list(parts)
    return [*ordered, Ticket.id]
