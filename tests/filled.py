"""A database in which every table has rows, so that whoever copies or alters tables has something to lose."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Column, Connection, Table, insert

import models.schema  # noqa: F401 - registers every table on Base
from models import lesson, poll
from models.archive import code_of
from models.database import Base

ROWS = 3
AT = datetime(2026, 4, 2, 10, 0, 0, 250_000, tzinfo=UTC)
VALUES: dict[str, Any] = {
    "time": AT,
    "json": {"灯": ["不亮", 1, None, 0.5]},
    "bytes": b"\x00\xff\x89JPEG",
    "bool": True,
    "float": 0.25,
}
# What a check asks for.
ALLOWED: dict[str, Any] = {
    "bookings.status": "confirmed",
    "bookings.starts_at": AT - timedelta(hours=1),
    "lessons.source": lesson.SOURCES[0],
    "meetings.status": "planned",
    "outbox.state": "waiting",
    "outbox.group_id": None,
    "polls.kind": poll.KINDS[0],
    "polls.status": "open",
    "tickets.status": "open",
    "waitlist.status": "waiting",
}


def fill(connection: Connection) -> None:
    """Some rows into every table, each of whose references leads to a row that is there."""
    for table in Base.metadata.sorted_tables:
        connection.execute(insert(table), [_row(table, n) for n in range(1, ROWS + 1)])


def _row(table: Table, n: int) -> dict[str, Any]:
    return {column.name: _value(column, n) for column in table.columns}


def _value(column: Column[Any], n: int) -> Any:
    """The same number for an id and for whatever refers to one, so every reference holds."""
    code = code_of(column.type)
    if (named := f"{column.table.name}.{column.name}") in ALLOWED:
        return ALLOWED[named]
    if code == "int":
        return n
    return VALUES.get(code, f"{column.name}-{n}'\"\n🏠")
