"""The short way for what is done with nearly every message: rows written at once, and statements put together once.

The unit of work asks of every row what changed, what it hangs on and in which order it goes; a row that is new and
complete has no such questions, and costs a quarter without them. Building a select costs as much as running it.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any, cast

from sqlalchemy import ColumnElement, Insert, Table, bindparam, insert
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import InstrumentedAttribute, Session, make_transient_to_detached

from models.database import Base

_INSERTS: dict[str, Callable[[Table], sqlite.Insert | postgresql.Insert]] = {
    "sqlite": sqlite.insert,
    "postgresql": postgresql.insert,
}


def given(column: InstrumentedAttribute[Any]) -> ColumnElement[bool]:
    """The condition that a column has the value which the statement is run with, under the column's own name."""
    return column == bindparam(column.key)


def append(session: Session, table: type[Base], **values: Any) -> None:
    """Writes a row that this transaction does not need as an object. Every column without a default is to be named."""
    session.connection().execute(_insert(table), values)


def append_once(session: Session, table: type[Base], **values: Any) -> None:
    """Like `append`; a row that is there already by one of the table's unique keys stays as it is."""
    connection = session.connection()
    connection.execute(_insert_once(table, connection.dialect.name), values)


def put(session: Session, row: Base) -> None:
    """Writes a new row; from then on the session knows it as if it had read it. What is not set is NULL."""
    held = row.__dict__
    for name in _columns(type(row)):
        held.setdefault(name, None)
    session.connection().execute(_insert(type(row)), {name: held[name] for name in _columns(type(row))})
    make_transient_to_detached(row)
    session.add(row)


@cache
def _insert(table: type[Base]) -> Insert:
    return insert(_table(table))


@cache
def _insert_once(table: type[Base], dialect: str) -> Insert:
    return _INSERTS[dialect](_table(table)).on_conflict_do_nothing()


@cache
def _columns(table: type[Base]) -> tuple[str, ...]:
    return tuple(column.key for column in table.__mapper__.column_attrs)


def _table(table: type[Base]) -> Table:
    return cast("Table", table.__table__)
