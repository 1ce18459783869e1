"""The three rates of a month by grid, building and category, each with its number; also as a table for Excel."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from flask import abort, render_template, request
from sqlalchemy.orm import Session, load_only

from bot.web import desk_tables, desk_words, site, viewing
from bot.web.desk_door import blueprint, now, viewer
from models import member, rates
from models.rates import Rates
from models.ticket import Ticket

MONTH = re.compile(r"20\d\d-(?:0[1-9]|1[0-2])")
TITLES = {"response": "响应率", "resolution": "解决率", "satisfaction": "满意率"}


@dataclass(frozen=True)
class Table:
    title: str
    rows: list[tuple[str, Rates]]


@blueprint.get("/rates")
def month_of_rates() -> Any:
    month = _month()
    with site().database.read() as db:
        tables = _tables(db, month)
    before, after = month - timedelta(days=1), _next(month)
    is_last = after > _today()
    return render_template(
        "desk/rates.html", tables=tables, month=month, before=before, after=None if is_last else after, titles=TITLES
    )


@blueprint.get("/rates.csv")
def rates_as_csv() -> Any:
    month = _month()
    with site().database.read() as db:
        tables = _tables(db, month)
    parts = [f"{title}{part}" for title in TITLES.values() for part in ("（件）", "（共）")]
    lines = [[table.title, name, row.told, *_counts(row)] for table in tables for name, row in table.rows]
    return desk_tables.as_csv(f"jianjian-{month:%Y-%m}", [["", "", "报事", *parts], *lines])


def _counts(row: Rates) -> list[int]:
    return [number for rate in (row.response, row.resolution, row.satisfaction) for number in (rate.hits, rate.of)]


def _tables(db: Session, month: date) -> list[Table]:
    zone = viewer().estate.zone
    begins, ends = (datetime(day.year, day.month, 1, tzinfo=zone) for day in (month, _next(month)))
    told = rates.told_between(viewing.tickets(viewer()), begins, ends)
    found = db.scalars(told.options(load_only(*rates.COUNTED))).all()

    judged = rates.judge(db, found, now(), zone)

    def by(key: rates.Key) -> Mapping[str, Rates]:
        return rates.by(judged, key)

    grids = member.grids(db, viewer().estate.id)

    def grid(ticket: Ticket) -> str:
        return grids.get(ticket.building or "", "") or "小区"

    return [
        Table("合计", list(by(lambda ticket: "全部").items())),
        Table("网格", sorted(by(grid).items(), key=lambda row: (row[0] == "小区", row[0]))),
        Table("楼栋", sorted(by(_building).items(), key=lambda row: (len(row[0]), row[0]))),
        Table("类别", sorted(by(_category).items(), key=lambda row: -row[1].told)),
    ]


def _building(ticket: Ticket) -> str:
    return f"{ticket.building}栋" if ticket.building else "小区"


def _category(ticket: Ticket) -> str:
    return desk_words.category(ticket.category)


def _month() -> date:
    """The month that is asked for, by its first day; this one where none is."""
    said = request.args.get("month", "")
    if said and not MONTH.fullmatch(said):
        abort(404)
    return date.fromisoformat(f"{said}-01") if said else _today().replace(day=1)


def _today() -> date:
    return now().astimezone(viewer().estate.zone).date()


def _next(month: date) -> date:
    return (month.replace(day=1) + timedelta(days=32)).replace(day=1)
