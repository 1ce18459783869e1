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
from sqlalchemy import event, text

from bot import clock, delivery, intake
from bot.playing import SENDERS
from handlers.message import Message
from models.database import Database
from tests.bot.web.test_desk import routes

GROW = ("inbox", "outbox", "tickets", "voices", "audit", "due", "bookings", "slots", "ballots")
# What a page tells of the whole estate; `bench growth` measures these pages.
WHOLE = {
    "FROM tickets": "what stands open, or was told in a month",
    "count(*) AS count_1 FROM outbox": "how many letters there are, on the page of letters and on that of digests",
    "GROUP BY outbox.state": "how many of them wait or are dead",
}
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


@pytest.fixture(params=["sqlite"])
def database_kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


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
    """The statements that walk through a table that grows, with what the planner says of them."""
    lines = []
    with database.engine.connect() as connection:
        for statement, values in found.items():
            steps = [row[3] for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values)]
            stops = "LIMIT" in statement and not any("TEMP B-TREE" in step for step in steps)  # after a few rows
            lines += [f"{step}: {' '.join(statement.split())}" for step in steps if _is_walk(step) and not stops]
    return lines


def _is_walk(step: str) -> bool:
    told = re.match(r"(SCAN|SEARCH) (\w+)(.*)", step)
    if told is None or told[2] not in GROW or "ix_due_failed" in step:  # that index holds only what failed
        return False
    return told[1] == "SCAN" or told[3].endswith("(estate_id=?)")


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
    found_walks = [line for line in walks(database, found) if not any(part in line for part in WHOLE)]
    assert found_walks == [], "\n".join(found_walks)


def test_a_missing_index_is_seen(app: Flask, database: Database, xu: FlaskClient, now: datetime) -> None:
    pages = pages_of(app, database)
    with recorded(database) as found:
        everything(pages, database, xu, now)
    before = set(walks(database, found))
    with database.engine.begin() as connection:
        connection.execute(text("DROP INDEX ix_audit_estate_id_subject_id_id"))

    new = [line for line in walks(database, found) if line not in before]
    assert [line for line in new if line.startswith("SEARCH audit") and not any(part in line for part in WHOLE)]
