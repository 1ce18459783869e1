"""The short way for what is done with nearly every message: rows written at once, and statements put together once.

The unit of work asks of every row what changed, what it hangs on and in which order it goes; a row that is new and
complete has no such questions, and costs a quarter without them. Building a select costs as much as running it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from typing import Any, Generic, TypeVar, cast

from sqlalchemy import (
    ColumnElement,
    CompoundSelect,
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
from models.prepared import Prepared

BETWEEN = "\x1f"  # stands in no name
Known = TypeVar("Known", bound=Base)
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


class Finder(Generic[Known]):
    """Finds objects of a table by a statement for whole rows, which begins with `rows_of`."""

    def __init__(self, table: type[Known], rows: Select[*tuple[Any, ...]] | CompoundSelect[*tuple[Any, ...]]) -> None:
        self._table, self._rows = table, Prepared(rows)

    def all(self, session: Session, **values: Any) -> list[Known]:
        """In the order of the statement."""
        return [as_read(session, self._table, row) for row in self._rows.all(session, values)]

    def first(self, session: Session, **values: Any) -> Known | None:
        return next(iter(self.all(session, **values)), None)


def append(session: Session, table: type[Base], **values: Any) -> None:
    """Writes a row that this transaction does not need as an object. What is not named is NULL."""
    _insert(table).run(session, _whole(table, values))


def append_once(session: Session, table: type[Base], **values: Any) -> None:
    """Like `append`; a row that is there already by the table's unique key stays as it is. An id that is taken is an
    error as ever: two processes may draw the same one, and then the transaction is done anew."""
    _insert_once(table, session.connection().dialect.name).run(session, _whole(table, values))


def put(session: Session, row: Base) -> None:
    """Writes a new row; from then on the session knows it as if it had read it. What is not set is NULL.

    Where a savepoint takes the row back, the session does not notice: nobody may keep the object beyond that.
    """
    held = row.__dict__
    for name in names_of(type(row)):
        held.setdefault(name, None)
    _insert(type(row)).run(session, held)
    _know(session, row)


def as_read(session: Session, table: type[Known], values: Sequence[Any]) -> Known:
    """The object of a row whose values, in the order of `names_of`, a statement found: the one that the session has, or
    a new one."""
    held = dict(zip(names_of(table), values, strict=True))
    key = tuple(held[str(column.key)] for column in table.__mapper__.primary_key)
    here = session.identity_map.get(table.__mapper__.identity_key_from_primary_key(key))
    if here is not None:
        return cast("Known", here)
    row = table()
    row.__dict__.update(held)
    _know(session, row)
    return row


def _know(session: Session, row: Base) -> None:
    make_transient_to_detached(row)
    session.add(row)


def _whole(table: type[Base], values: dict[str, Any]) -> dict[str, Any]:
    return dict.fromkeys(names_of(table)) | values


@cache
def _insert(table: type[Base]) -> Prepared:
    return Prepared(insert(_table(table)))


@cache
def _insert_once(table: type[Base], dialect: str) -> Prepared:
    [unique] = [rule for rule in _table(table).constraints if isinstance(rule, UniqueConstraint)]
    return Prepared(_INSERTS[dialect](_table(table)).on_conflict_do_nothing(index_elements=list(unique.columns)))


@cache
def names_of(table: type[Base]) -> tuple[str, ...]:
    """The columns of a table, as its objects name them."""
    return tuple(column.key for column in table.__mapper__.column_attrs)


def columns_of(table: type[Base]) -> list[InstrumentedAttribute[Any]]:
    """What a statement asks for that finds whole rows for `as_read`."""
    return [getattr(table, name) for name in names_of(table)]


def rows_of(table: type[Base]) -> Select[*tuple[Any, ...]]:
    return select(*columns_of(table))


def _table(table: type[Base]) -> Table:
    return cast("Table", table.__table__)
