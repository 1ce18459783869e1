"""No statement of the way of a message, of the clock, the delivery or the desk walks through a table that grows with
every message: neither all of it nor all of one estate's part."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Connection, event, text

from bot import clock, delivery, intake
from bot.playing import SENDERS
from handlers.message import Message
from models.database import Database
from tests.bot.web.test_desk import routes

GROW = ("inbox", "outbox", "tickets", "voices", "audit", "due", "bookings", "slots", "ballots")
# What a page tells of the whole estate, word for word; `bench growth` measures these pages.
WHOLE = {
    "SELECT count(*) AS count_1 FROM outbox WHERE outbox.estate_id = $": "how many letters there are",
    "SELECT outbox.state, count(*) AS count_1 FROM outbox WHERE outbox.estate_id = $ GROUP BY outbox.state": (
        "how many of them wait or are dead"
    ),
}
# Indexes of a few rows: what is not done, not sent, or failed.
FEW = ("ix_due_failed", "ix_due_ahead", "ix_due_next", "ix_outbox_due")
SAID = (
    "3栋1单元的电梯又停了",
    "我家也是",
    "今天天气真好",
    "1 受理",
    "1 办结 修好了",
    "满意",
    "没修好",
    "活动室周六下午空不空",
    "1 到哪一步了",
    "谢谢",
)
Recorded = dict[str, Any]  # statement → its last values


@contextmanager
def recorded(database: Database) -> Iterator[Recorded]:
    found: Recorded = {}

    def note(_c: object, _cursor: object, statement: str, values: Any, _context: object, many: bool) -> None:
        if not many and statement.lstrip().upper().startswith(("SELECT", "UPDATE", "DELETE")):
            found[statement] = values

    event.listen(database.engine, "before_cursor_execute", note)
    try:
        yield found
    finally:
        event.remove(database.engine, "before_cursor_execute", note)


def walks(database: Database, found: Recorded) -> list[str]:
    """The statements that walk through a table that grows, with what the planner says of them. PostgreSQL plans by what
    the tables hold, and would rather walk through ones as small as a test's: there that is made dear, and only walks
    through all of a table are seen."""
    explain = _of_sqlite if database.engine.dialect.name == "sqlite" else _of_postgresql
    lines = []
    with database.engine.connect() as connection:
        for statement, values in found.items():
            said = re.sub(r"\?|%\(\w+\)s(::\w+)?", "$", " ".join(statement.split()))
            lines += [f"{step}: {said}" for step in explain(connection, statement, values) if said not in WHOLE]
    return lines


def _of_sqlite(connection: Connection, statement: str, values: Any) -> list[str]:
    steps = [row[3] for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values)]
    if "LIMIT" in statement and not any("TEMP B-TREE" in step for step in steps):
        return []  # it stops after a few rows
    return [step for step in steps if _is_walk(step)]


def _is_walk(step: str) -> bool:
    told = re.match(r"(SCAN|SEARCH) (\w+)(.*)", step)
    if told is None or told[2] not in GROW or any(few in step for few in FEW):
        return False
    return told[1] == "SCAN" or told[3].endswith("(estate_id=?)")


def _of_postgresql(connection: Connection, statement: str, values: Any) -> list[str]:
    connection.exec_driver_sql("SET enable_seqscan = off")
    connection.exec_driver_sql("SET enable_bitmapscan = off")
    [plan] = connection.exec_driver_sql(f"EXPLAIN (FORMAT JSON) {statement}", values).scalar_one()
    return list(_walks_of(plan["Plan"], stops=False))


def _walks_of(plan: dict[str, Any], stops: bool) -> Iterator[str]:
    """A scan of a whole table that grows. Beneath a limit it stops early, unless it is sorted first."""
    kind = plan["Node Type"]
    stops = kind == "Limit" or (stops and kind != "Sort")
    is_whole = kind == "Seq Scan" or ("Index" in kind and "Index Cond" not in plan and plan["Index Name"] not in FEW)
    if "Scan" in kind and plan.get("Relation Name") in GROW and is_whole and not stops:
        yield f"{kind} of {plan['Relation Name']}"
    for part in plan.get("Plans", ()):
        yield from _walks_of(part, stops)


def pages_of(app: Flask, database: Database) -> list[str]:
    return [address for _, method, address in routes(app, database) if method == "GET"]


def everything(pages: list[str], database: Database, xu: FlaskClient, now: datetime) -> None:
    """Residents and workers talk in a group and alone, time passes, and every page of the desk is opened."""
    for n, said in enumerate(SAID):
        for group in ("3栋邻里群", None):
            for who in ("chen", "xu"):
                intake.take(database, Message("web", "t", f"q{n}-{group}-{who}", who, now, said, who, group), now)
    for days in (1, 2, 30):
        clock.tick(database, now + timedelta(days=days))
    delivery.deliver(database, SENDERS, "w", now + timedelta(days=31))
    for page in pages:
        xu.get(page)


def test_nothing_walks_through_what_grows(app: Flask, database: Database, xu: FlaskClient, now: datetime) -> None:
    pages = pages_of(app, database)
    with recorded(database) as found:
        everything(pages, database, xu, now)

    assert len(found) > 60
    assert (found_walks := walks(database, found)) == [], "\n".join(found_walks)


@pytest.mark.parametrize("database_kind", ["sqlite"])
@pytest.mark.parametrize(
    ("index", "table"),
    [
        ("ix_audit_estate_id_subject_id_id", "audit"),
        ("ix_tickets_estate_id_changed_at", "tickets"),
        ("ix_tickets_estate_id_status_building", "tickets"),
        ("ix_voices_estate_id_inbox_id_ticket_id", "voices"),
        ("ix_outbox_due", "outbox"),
    ],
)
def test_a_missing_index_is_seen(
    app: Flask, database: Database, xu: FlaskClient, now: datetime, index: str, table: str
) -> None:
    pages = pages_of(app, database)
    with recorded(database) as found:
        everything(pages, database, xu, now)
    with database.engine.begin() as connection:
        connection.execute(text(f"DROP INDEX {index}"))

    assert [line for line in walks(database, found) if re.match(rf"(SCAN|SEARCH) {table}\b", line)]
