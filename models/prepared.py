"""Statements for what is asked with nearly every message: put together once, then run by the driver itself.

SQLAlchemy writes the SQL of each kind of database and says how every value goes in and comes out. What it does anew at
every execution (a cache's key, a context, a cursor's result) costs several times what the database does, and is left
out here. Its transactions, its errors and its listeners stay: a statement is run on the session's own connection, fails
with the errors of sqlalchemy.exc, and is told to whoever listens for "before_cursor_execute".
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import CompoundSelect, Delete, Insert, Select, Update
from sqlalchemy.engine import Connection, Dialect
from sqlalchemy.orm import Session

from models.database import as_error

Statement = Select[*tuple[Any, ...]] | CompoundSelect[*tuple[Any, ...]] | Insert | Update | Delete
Convert = Callable[[Any], Any] | None
Found = Sequence[Any]  # a row's values, in the order of the statement's columns


class Prepared:
    """A statement that is run with values by the names of its bindparams. A list of values for IN must be written out:
    how many there are is part of the SQL."""

    def __init__(self, statement: Statement) -> None:
        self._statement = statement
        self._plans: dict[str, _Plan] = {}

    def all(self, session: Session, values: Mapping[str, Any]) -> Sequence[Found]:
        """The rows that it finds, or gives back of what it wrote. Raises sqlalchemy.exc.DBAPIError, and KeyError where
        a value is missing."""
        session.flush()
        connection = session.connection()
        plan = self._plans.get(connection.dialect.name) or self._plan_for(connection.dialect)
        return plan.run(connection, values)

    def first(self, session: Session, values: Mapping[str, Any]) -> Found | None:
        return next(iter(self.all(session, values)), None)

    run = all  # where nothing comes back, or nobody wants it

    def _plan_for(self, dialect: Dialect) -> _Plan:
        plan = self._plans[dialect.name] = _planned(self._statement, dialect)
        return plan


@dataclass(frozen=True)
class _Plan:
    """What one kind of database is sent. `fixed`: the values that the statement itself holds, as they go in."""

    sql: str
    names: tuple[str, ...]
    fixed: dict[str, Any]
    takes: tuple[tuple[int, Callable[[Any], Any]], ...]  # which of the names' values are converted, and how
    is_positional: bool
    gives: tuple[Convert, ...]

    def run(self, connection: Connection, values: Mapping[str, Any]) -> Sequence[Found]:
        sent = self._sent(values)
        cursor = connection.connection.cursor()
        for listener in connection.dispatch.before_cursor_execute:
            listener(connection, cursor, self.sql, sent, None, False)
        try:
            cursor.execute(self.sql, sent)
            found: Sequence[Found] = cursor.fetchall() if self.gives else ()
        except connection.dialect.loaded_dbapi.Error as error:
            raise as_error(error, self.sql, connection.dialect) from error
        finally:
            cursor.close()
        return [self._converted(row) for row in found] if found and any(self.gives) else found

    def _sent(self, values: Mapping[str, Any]) -> Any:
        given = {**values, **self.fixed}
        sent = [given[name] for name in self.names]
        for index, convert in self.takes:
            sent[index] = convert(sent[index])
        return tuple(sent) if self.is_positional else dict(zip(self.names, sent, strict=True))

    def _converted(self, row: Found) -> Found:
        return [value if convert is None else convert(value) for value, convert in zip(row, self.gives, strict=True)]


def _planned(statement: Statement, dialect: Dialect) -> _Plan:
    compiled = statement.compile(dialect=dialect)
    if compiled.post_compile_params:
        raise TypeError(f"a list of values is to be written out: {compiled.string}")
    names = tuple(compiled.positiontup or compiled.params)
    into = {name: compiled.binds[name].type.dialect_impl(dialect).bind_processor(dialect) for name in names}
    fixed = {
        name: value if (convert := into[name]) is None else convert(value)
        for name, value in compiled.params.items()
        if not compiled.binds[name].required
    }
    takes = [(n, convert) for n, name in enumerate(names) if name not in fixed and (convert := into[name]) is not None]
    gives = [column.type.dialect_impl(dialect).result_processor(dialect, None) for column in statement.exported_columns]
    return _Plan(compiled.string, names, fixed, tuple(takes), compiled.positional, tuple(gives))
