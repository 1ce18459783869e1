"""The short way for what is done with nearly every message: rows written at once, and statements put together once.

The unit of work asks of every row what changed, what it hangs on and in which order it goes; a row that is new and
complete has no such questions, and costs a quarter without them. Building a select costs as much as running it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, cached_property
from typing import TYPE_CHECKING, Any, Generic, TypeVar, cast

from sqlalchemy import (
    ColumnElement,
    CursorResult,
    Insert,
    Select,
    String,
    Table,
    UniqueConstraint,
    bindparam,
    insert,
    select,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import InstrumentedAttribute, Session, make_transient_to_detached
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement

from models.database import Base

if TYPE_CHECKING:
    from models.keys import InEstate

BETWEEN = "\x1f"  # stands in no name
Row = TypeVar("Row", bound="InEstate")
_INSERTS: dict[str, Callable[[Table], sqlite.Insert | postgresql.Insert]] = {
    "sqlite": sqlite.insert,
    "postgresql": postgresql.insert,
}


def given(column: InstrumentedAttribute[Any]) -> ColumnElement[bool]:
    """The condition that a column has the value which the statement is run with, under the column's own name."""
    return column == bindparam(column.key)


class together(FunctionElement[str]):  # noqa: N801 - a function of the database
    """The texts of many rows in one, with `BETWEEN` between them. SQLAlchemy's aggregate_strings writes its separator
    into the statement anew each time."""

    type = String()
    inherit_cache = True


@compiles(together, "sqlite")
def _sqlite_together(element: together, compiler: SQLCompiler, **kw: Any) -> str:
    return f"group_concat({compiler.process(element.clauses, **kw)}, '{BETWEEN}')"


@compiles(together, "postgresql")
def _postgresql_together(element: together, compiler: SQLCompiler, **kw: Any) -> str:
    return f"string_agg({compiler.process(element.clauses, **kw)}, '{BETWEEN}')"


def ask(
    session: Session, statement: Select[*tuple[Any, ...]], values: dict[str, Any]
) -> CursorResult[*tuple[Any, ...]]:
    """Runs a statement for plain values, without what a session does about objects."""
    session.flush()
    return session.connection().execute(statement, values)


@dataclass(frozen=True)
class Finder(Generic[Row]):
    """Finds rows of an estate by a statement for their ids. Most are looked for in vain, and then no object is made:
    to ask for ids costs a third of asking for objects."""

    table: type[Row]
    ids: Select[int]

    def all(self, session: Session, **values: Any) -> list[Row]:
        """The rows in the order of the statement."""
        found = ask(session, self.ids, values).scalars().all()
        if not found:
            return []
        rows = {row.id: row for row in session.scalars(self._by_ids, {"estate_id": values["estate_id"], "ids": found})}
        return [rows[key] for key in found if key in rows]  # one may have gone in between

    def first(self, session: Session, **values: Any) -> Row | None:
        return next(iter(self.all(session, **values)), None)

    @cached_property
    def _by_ids(self) -> Select[Row]:
        these = self.table.id.in_(bindparam("ids", expanding=True))
        return select(self.table).where(given(self.table.estate_id), these)


def append(session: Session, table: type[Base], **values: Any) -> None:
    """Writes a row that this transaction does not need as an object. Every column without a default is to be named."""
    session.connection().execute(_insert(table), values)


def append_once(session: Session, table: type[Base], **values: Any) -> None:
    """Like `append`; a row that is there already by the table's unique key stays as it is. An id that is taken is an
    error as ever: two processes may draw the same one, and then the transaction is done anew."""
    connection = session.connection()
    connection.execute(_insert_once(table, connection.dialect.name), values)


def put(session: Session, row: Base) -> None:
    """Writes a new row; from then on the session knows it as if it had read it. What is not set is NULL.

    Where a savepoint takes the row back, the session does not notice: nobody may keep the object beyond that.
    """
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
    [unique] = [rule for rule in _table(table).constraints if isinstance(rule, UniqueConstraint)]
    return _INSERTS[dialect](_table(table)).on_conflict_do_nothing(index_elements=list(unique.columns))


@cache
def _columns(table: type[Base]) -> tuple[str, ...]:
    return tuple(column.key for column in table.__mapper__.column_attrs)


def _table(table: type[Base]) -> Table:
    return cast("Table", table.__table__)
