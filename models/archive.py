"""The whole database as one stream of lines that either kind of database writes and takes in: backup, restore, move.

    {"jianjian": 1, "revision": "0006", "taken_at": "2026-04-02T10:00:00+00:00"}
    {"table": "estates", "columns": [["id", "int"], ["name", "text"], …]}     by name
    [1, "…"]                                                    a row a line, in the order of the columns
    {"rows": 1, "sum": "…"}                                     of this table
    {"end": 18, "rows": 5210, "sum": "…"}                       of all tables

Tables are read as the database has them, not as the models say, so a schema that is older than the program is copied as
well. A sum adds up the SHA-256 of every row: it does not depend on the order in which a database gives them.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    Connection,
    Float,
    LargeBinary,
    MetaData,
    String,
    Table,
    func,
    insert,
    inspect,
    select,
    types,
)
from sqlalchemy.exc import ArgumentError

from models.database import UtcDateTime

FORMAT = 1
VERSION_TABLE = "alembic_version"
AT_ONCE = 100  # rows that are held in memory: a photo has some hundred kilobytes
LARGEST = 2**256
Progress = Callable[[str, int], None]  # table, and how many of its rows so far

# Code of a column → our type for it, and the database's own types that are such.
CODES: dict[str, tuple[types.TypeEngine[Any], tuple[type, ...]]] = {
    "time": (UtcDateTime(), (types.DateTime,)),
    "json": (JSON(none_as_null=True), (types.JSON,)),
    "bytes": (LargeBinary(), (types.LargeBinary,)),
    "bool": (Boolean(), (types.Boolean,)),
    "int": (BigInteger(), (types.Integer,)),
    "float": (Float(), (types.Numeric,)),
    "text": (String(), (types.String,)),
}


class BadArchive(Exception):
    """What is read is no archive, or not a whole one; the text says where."""


@dataclass
class Sum:
    """How many rows, and the sum of their hashes."""

    rows: int = 0
    value: int = 0

    def add(self, line: str) -> None:
        self.rows += 1
        self.value = (self.value + int.from_bytes(hashlib.sha256(line.encode()).digest(), "big")) % LARGEST

    def as_dict(self) -> dict[str, Any]:
        return {"rows": self.rows, "sum": f"{self.value:064x}"}

    @property
    def brief(self) -> str:
        """Enough of it to compare by eye."""
        return f"{self.value:064x}"[:12]


@dataclass
class Sums:
    """Of every table that holds something, and of all."""

    tables: dict[str, Sum] = field(default_factory=dict)

    @property
    def total(self) -> Sum:
        sums = self.tables.values()
        return Sum(sum(one.rows for one in sums), sum(one.value for one in sums) % LARGEST)


def dump(connection: Connection, revision: str, now: datetime, progress: Progress, sums: Sums) -> Iterator[str]:
    """Every row that the connection's transaction sees; fills in `sums`."""
    yield _line({"jianjian": FORMAT, "revision": revision, "taken_at": now.astimezone(UTC).isoformat()})
    for table in tables(connection):
        yield _line({"table": table.name, "columns": [[column.name, code_of(column.type)] for column in table.columns]})
        of_table = sums.tables[table.name] = Sum()
        for line in _rows(connection, table, progress):
            of_table.add(line)
            yield line
        yield _line(of_table.as_dict())
    yield _line({"end": len(sums.tables), **sums.total.as_dict()})


def load(connection: Connection, lines: Iterable[str], progress: Progress) -> Sums:
    """Puts the rows of an archive whose first line was read into tables that are empty, and reads them back.

    Raises BadArchive where a line is missing or was altered, and where the database holds something else afterwards.
    """
    reader = _Reader(iter(lines))
    sums = reader.read_into(connection, progress)
    found = count(connection, progress)
    for name, of_table in sums.tables.items():
        if found.tables.get(name, Sum()) != of_table:
            raise BadArchive(f"table {name}: what the database holds is not what was put into it")
    return sums


def revision_of(first: str) -> str:
    """The schema of an archive, by its first line. Raises BadArchive."""
    head = _object(first, "the first line")
    if head.get("jianjian") != FORMAT or not isinstance(head.get("revision"), str):
        raise BadArchive("the first line: no archive of this program")
    return str(head["revision"])


def count(connection: Connection, progress: Progress) -> Sums:
    """The sums of what is in a database now."""
    sums = Sums()
    for table in tables(connection):
        of_table = sums.tables[table.name] = Sum()
        for line in _rows(connection, table, progress):
            of_table.add(line)
    return sums


def counts(connection: Connection) -> dict[str, int]:
    """Only how many rows each table has."""
    return {
        table.name: connection.execute(select(func.count()).select_from(table)).scalar_one()
        for table in tables(connection)
    }


def tables(connection: Connection) -> list[Table]:
    """The tables that there are, those referred to before those that refer to them, with our types."""
    seen = inspect(connection)
    ordered = (name for name, _ in seen.get_sorted_table_and_fkc_names() if name and name != VERSION_TABLE)
    return [_table(name, sorted((c["name"], code_of(c["type"])) for c in seen.get_columns(name))) for name in ordered]


def _table(name: str, columns: Iterable[tuple[str, str]]) -> Table:
    return Table(name, MetaData(), *(Column(column, CODES[code][0]) for column, code in columns))


def code_of(kind: types.TypeEngine[Any]) -> str:
    """How a column of this type is written."""
    found = next((code for code, (_, own) in CODES.items() if isinstance(kind, own)), None)
    found = found or ("time" if isinstance(kind, UtcDateTime) else None)
    if found is None:
        raise TypeError(f"no code for a column of the type {kind!r}")
    return found


def _rows(connection: Connection, table: Table, progress: Progress) -> Iterator[str]:
    done = 0
    with connection.execute(select(table).execution_options(yield_per=AT_ONCE)) as found:
        for rows in found.partitions():
            for row in rows:
                yield _line([_written(value) for value in row])
            done += len(rows)
            progress(table.name, done)


def _written(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    return base64.b64encode(value).decode() if isinstance(value, bytes) else value


READ: dict[str, Callable[[Any], Any]] = {"time": datetime.fromisoformat, "bytes": base64.b64decode}


@dataclass
class _Reader:
    """Walks through the lines after the first."""

    lines: Iterator[str]
    number: int = 1

    def read_into(self, connection: Connection, progress: Progress) -> Sums:
        sums = Sums()
        while True:
            head = _object(self._next(), f"line {self.number}")
            if "end" in head:
                self._compare(head, {"end": len(sums.tables), **sums.total.as_dict()})
                return sums
            table = self._table_of(head)
            sums.tables[table.name] = self._read_table(connection, table, progress)

    def _table_of(self, head: Mapping[str, Any]) -> Table:
        try:
            return _table(head["table"], [(name, code) for name, code in head["columns"]])
        except (KeyError, TypeError, ValueError, ArgumentError):
            raise BadArchive(f"line {self.number}: no table's head") from None

    def _read_table(self, connection: Connection, table: Table, progress: Progress) -> Sum:
        found, waiting = Sum(), []
        convert = [(column.name, READ.get(code_of(column.type))) for column in table.columns]
        while (line := self._next()).startswith("["):
            found.add(line)
            waiting.append(self._row(line, convert))
            if len(waiting) == AT_ONCE:
                _put(connection, table, waiting, progress, found.rows)
        _put(connection, table, waiting, progress, found.rows)
        self._compare(_object(line, f"line {self.number}"), found.as_dict())
        return found

    def _row(self, line: str, convert: list[tuple[str, Callable[[Any], Any] | None]]) -> dict[str, Any]:
        try:
            values = zip(convert, json.loads(line), strict=True)
            return {name: read(value) if read and value is not None else value for (name, read), value in values}
        except ValueError:
            raise BadArchive(f"line {self.number}: no row of this table") from None

    def _compare(self, said: Mapping[str, Any], found: Mapping[str, Any]) -> None:
        if said != found:
            raise BadArchive(f"line {self.number}: rows are missing or were altered")

    def _next(self) -> str:
        line = next(self.lines, None)
        self.number += 1
        if line is None:
            raise BadArchive(f"line {self.number}: it ends too early")
        return line


def _put(connection: Connection, table: Table, rows: list[dict[str, Any]], progress: Progress, so_far: int) -> None:
    """Empties `rows` into the table."""
    if rows:
        connection.execute(insert(table), rows)
        progress(table.name, so_far)
        rows.clear()


def _object(line: str, where: str) -> dict[str, Any]:
    try:
        read = json.loads(line)
    except ValueError:
        read = None
    if not isinstance(read, dict):
        raise BadArchive(f"{where}: no archive of this program")
    return read


def _line(value: Any) -> str:
    """One form for one value, so that equal rows have equal sums."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
