"""The three rates of a month, by building and by category, with how many each counts; the same as a table for Excel."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from flask import Response, abort, render_template, request
from sqlalchemy.orm import Session

from bot.web import desk_words, site, viewing
from bot.web.desk_door import blueprint, now, viewer
from models import rates
from models.rates import Rates
from models.ticket import Ticket

MONTH = re.compile(r"20\d\d-(?:0[1-9]|1[0-2])")
TITLES = {"response": "响应率", "resolution": "解决率", "satisfaction": "满意率"}
# What a spreadsheet would take for a formula is written with a quote before it.
FORMULA = ("=", "+", "-", "@", "\t", "\r")


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
    written = io.StringIO()
    lines = csv.writer(written)
    parts = [f"{title}{part}" for title in TITLES.values() for part in ("（件）", "（共）")]
    lines.writerow(["", "", "报事", *parts])
    for table in tables:
        lines.writerows([table.title, _harmless(name), row.told, *_counts(row)] for name, row in table.rows)
    # The mark at the beginning tells Excel that it is UTF-8.
    name = {"Content-Disposition": f"attachment; filename=jianjian-{month:%Y-%m}.csv"}
    return Response("\ufeff" + written.getvalue(), mimetype="text/csv", headers=name)


def _counts(row: Rates) -> list[int]:
    return [number for rate in (row.response, row.resolution, row.satisfaction) for number in (rate.hits, rate.of)]


def _tables(db: Session, month: date) -> list[Table]:
    zone = viewer().estate.zone
    begins, ends = (datetime(day.year, day.month, 1, tzinfo=zone) for day in (month, _next(month)))
    found = rates.told_between(db, viewing.tickets(viewer()), begins, ends)

    def by(key: rates.Key) -> Mapping[str, Rates]:
        return rates.by(db, found, key, now(), zone)

    return [
        Table("合计", list(by(lambda ticket: "全部").items())),
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


def _harmless(cell: str) -> str:
    return f"'{cell}" if cell.startswith(FORMULA) else cell
