"""One engine for SQLite and PostgreSQL, with the rules that make a commit mean the same on both.

SQLite: write-ahead log, `synchronous=FULL`, foreign keys on, a busy timeout, and explicit BEGIN. The driver's own
transaction handling starts late and lets a rollback leak (SQLAlchemy docs, "Serializable isolation / Savepoints /
Transactional DDL"), so it is switched off; writers begin IMMEDIATE, readers begin deferred and never wait for them.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property
from typing import Any, TypeVar

from sqlalchemy import BigInteger, DateTime, Engine, MetaData, create_engine, event
from sqlalchemy.engine import Connection, Dialect, make_url
from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError
from sqlalchemy.orm import DeclarativeBase, Session, sessionmaker
from sqlalchemy.types import JSON, TypeDecorator

BUSY_MS = 15_000
TRIES = 5
DEADLOCKS = ("40P01", "40001")  # PostgreSQL's codes: two wanted what the other held, and one of them was stopped
Result = TypeVar("Result")
PRAGMAS = (
    "journal_mode=WAL",
    "synchronous=FULL",
    "foreign_keys=ON",
    f"busy_timeout={BUSY_MS}",
    "temp_store=MEMORY",  # what a savepoint keeps of changed pages; a file for it costs as much as three inserts
)


class UtcDateTime(TypeDecorator[datetime]):
    """An aware datetime, stored in UTC. SQLite drops zones, so they are put back on the way out."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"a time without a zone: {value!r}")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Base(DeclarativeBase):
    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = {  # noqa: RUF012 - SQLAlchemy reads it from the class
        datetime: UtcDateTime,
        int: BigInteger,
        dict[str, Any]: JSON,
        list[Any]: JSON,
    }


class _Turn:
    """A writer's turn, within this process.

    SQLite has one writer at a time, and waits for it by trying again and again, ten to a hundred times as long as the
    other's turn takes. So within a process writers wait at a lock, and only processes try. PostgreSQL needs none.
    """

    def __init__(self, lock: AbstractContextManager[object]) -> None:
        self._lock = lock
        self._here = threading.local()

    def __enter__(self) -> None:
        if getattr(self._here, "writes", False):
            raise RuntimeError("a write inside of a write: it would wait for itself, or be committed alone")
        self._lock.__enter__()
        self._here.writes = True

    def __exit__(self, *_: object) -> None:
        self._here.writes = False
        self._lock.__exit__(None, None, None)


@dataclass(frozen=True)
class Database:
    """The doors to the data: `write()` and `read()` open a session, and close the transaction behind it."""

    engine: Engine
    _turn: _Turn = field(default_factory=lambda: _Turn(nullcontext()), compare=False, repr=False)

    @contextmanager
    def write(self) -> Iterator[Session]:
        """One transaction: committed at the end, rolled back where anything is raised. Not inside of another."""
        with self._turn, self._writers.begin() as session:
            yield session

    def commit(self, work: Callable[[Session], Result]) -> Result:
        """One transaction. Where another process committed the same message, slot or number a moment before, the
        database refuses ours; it is done anew, and then it is a repeat, or the slot is taken."""
        for left in reversed(range(TRIES)):
            try:
                with self.write() as session:
                    result = work(session)
            except (IntegrityError, OperationalError) as error:
                if not left or not _is_race(error):
                    raise
            else:
                return result
        raise AssertionError("the last try returns or raises")

    def read(self) -> AbstractContextManager[Session]:
        return self._readers.begin()

    @cached_property  # making one costs as much as a statement
    def _writers(self) -> sessionmaker[Session]:
        return sessionmaker(self.engine, expire_on_commit=False)

    @cached_property
    def _readers(self) -> sessionmaker[Session]:
        return sessionmaker(self.engine.execution_options(is_read_only=True), expire_on_commit=False)


def _is_race(error: IntegrityError | OperationalError) -> bool:
    return isinstance(error, IntegrityError) or getattr(error.orig, "sqlstate", None) in DEADLOCKS


def connect(url: str) -> Database:
    """Opens a database. `url` is SQLAlchemy's; `postgresql://` means psycopg 3."""
    parsed = make_url(url)
    if parsed.get_backend_name() == "sqlite":
        lite = {"timeout": BUSY_MS / 1000, "check_same_thread": False}
        engine = create_engine(parsed, connect_args=lite, hide_parameters=True)
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
        return Database(engine, _Turn(threading.Lock()))
    # Parameters hold what people said; they must not stand in a log beside an error.
    postgres = parsed.set(drivername="postgresql+psycopg")
    return Database(create_engine(postgres, pool_pre_ping=True, pool_size=20, hide_parameters=True))


def _prepare_sqlite(connection: Any, _record: object) -> None:
    connection.isolation_level = None
    for pragma in PRAGMAS:
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Connection) -> None:
    begin = "BEGIN" if connection.get_execution_options().get("is_read_only") else "BEGIN IMMEDIATE"
    cursor = connection.connection.cursor()
    try:
        cursor.execute(begin)
    except connection.dialect.loaded_dbapi.Error as error:
        raise as_error(error, begin, connection.dialect) from error
    finally:
        cursor.close()


def as_error(error: Exception, sql: str, dialect: Dialect) -> BaseException:
    """The error by which SQLAlchemy tells of the driver's, for what is run by the driver itself. Without the values
    that were sent, which hold what people said; what the database says of them in its own words stays."""
    dbapi = dialect.loaded_dbapi.Error
    return DBAPIError.instance(sql, None, error, dbapi, hide_parameters=True, dialect=dialect)


def hold(session: Session, row: Base) -> None:
    """Reads a row anew and keeps others from changing it until this transaction ends, so that what is decided by its
    state is still so when it is written. SQLite's writers are alone anyway."""
    session.refresh(row, with_for_update=True)


def create_schema(database: Database) -> None:
    """Makes all tables as the models say. Deployments migrate instead; this is for tests and replays."""
    import models.schema  # noqa: F401 - registers every table on Base

    Base.metadata.create_all(database.engine)
