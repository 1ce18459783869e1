"""The schema's history, by Alembic. Every table ever made is made here first."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text

from models.database import Base, Database

HERE = Path(__file__).parent
LOCK_WITHIN = "10s"  # rather fail than keep everybody waiting behind a table that is in use (PostgreSQL)


class BrokenSchema(Exception):
    """After a migration the tables are not what the models say, or a row refers to one that is not there."""


def upgrade(database: Database, to: str = "head") -> None:
    """Brings the schema up to a revision: wholly or not at all. Safe to run at any time, and twice."""
    build_ahead(database, to)
    with altering(database) as connection:
        upgrade_in(connection, to)


def downgrade(database: Database, to: str) -> None:
    with altering(database) as connection:
        command.downgrade(_configuration(connection), to)


def build_ahead(database: Database, to: str = "head") -> None:
    """Makes the new indexes of a growing table (`AHEAD` of a migration) while others go on writing. PostgreSQL can do
    that outside of a transaction only; one that did not come to its end is made anew. Where the migration itself fails
    later, the index stays and does no harm."""
    if database.engine.dialect.name != "postgresql":
        return
    with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        if (current := revision_of(connection)) is None:
            return
        for name, statement in ahead_of(current, to):
            if connection.scalar(_INVALID, {"name": name}):
                connection.exec_driver_sql(f"DROP INDEX CONCURRENTLY {name}")
            connection.exec_driver_sql(statement)


def ahead_of(current: str, to: str = "head") -> list[tuple[str, str]]:
    """The indexes that the way from one revision to another makes ahead: names, and the statements that make them."""
    way = reversed(list(scripts().iterate_revisions(to, current)))
    made = [index for script in way for index in getattr(script.module, "AHEAD", ())]
    return [
        (name, f"CREATE INDEX CONCURRENTLY IF NOT EXISTS {name} ON {table} ({', '.join(columns)})")
        for name, table, columns in made
    ]


_INVALID = text("SELECT true FROM pg_index WHERE indexrelid = to_regclass(:name) AND NOT indisvalid")


@contextmanager
def altering(database: Database) -> Iterator[Connection]:
    """A transaction in which tables may be made and altered. SQLite alters a table by making it anew, so there it is
    looked only at the end whether rows refer to what is there. Raises BrokenSchema."""
    with database.engine.connect() as connection:
        if connection.dialect.name != "sqlite":
            with connection.begin():
                connection.exec_driver_sql(f"SET LOCAL lock_timeout = '{LOCK_WITHIN}'")
                yield connection
            return
        _check_references(connection, "OFF")
        try:
            with connection.begin():
                yield connection
                _find_broken_reference(connection)
        finally:
            _check_references(connection, "ON")


def _check_references(connection: Connection, switch: str) -> None:
    """Beneath SQLAlchemy, which would begin a transaction, where SQLite does not listen."""
    driver = connection.connection.dbapi_connection
    if driver is not None:
        driver.execute(f"PRAGMA foreign_keys={switch}")


def _find_broken_reference(connection: Connection) -> None:
    if broken := connection.exec_driver_sql("PRAGMA foreign_key_check").first():
        raise BrokenSchema(f"table {broken[0]}: a row refers to one of {broken[2]} that is not there")


def upgrade_in(connection: Connection, to: str = "head") -> None:
    """The same as `upgrade`, in a transaction of `altering`."""
    command.upgrade(_configuration(connection), to)


def verify(connection: Connection) -> None:
    """Raises BrokenSchema where the tables are not what the models say."""
    if found := compare_metadata(MigrationContext.configure(connection), Base.metadata):
        raise BrokenSchema(f"the tables are not what the program wants: {found[0]}")


def is_current(database: Database) -> bool:
    """Whether the schema is the one that this program wants."""
    with database.engine.connect() as connection:
        return revision_of(connection) == head()


def revision_of(connection: Connection) -> str | None:
    """The schema's revision; None where there is none yet."""
    return MigrationContext.configure(connection).get_current_revision()


def head() -> str:
    """The newest revision."""
    return str(scripts().get_current_head())


def knows(revision: str) -> bool:
    return any(script.revision == revision for script in scripts().walk_revisions())


def scripts() -> ScriptDirectory:
    """The migrations, as Alembic reads them."""
    return ScriptDirectory.from_config(_configuration(None))


def _configuration(connection: Connection | None) -> Config:
    config = Config()
    config.set_main_option("script_location", str(HERE).replace("%", "%%"))
    config.attributes["connection"] = connection
    return config
