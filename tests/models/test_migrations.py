"""Migrations: up, down and up again on both databases, and equal to what the models say."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import inspect, text
from sqlalchemy.exc import IntegrityError

import models.schema  # noqa: F401 - registers every table on Base
from models import archive, migrations
from models.database import Base, Database, connect
from tests import cast, filled


@pytest.fixture
def empty(empty_database_url: str) -> Iterator[Database]:
    database = connect(empty_database_url)
    yield database
    database.engine.dispose()


def tables(database: Database) -> set[str]:
    return set(inspect(database.engine).get_table_names()) - {"alembic_version"}


def checks(database: Database) -> set[tuple[str, str | None]]:
    """Alembic does not compare checks, so they are compared here."""
    seen = inspect(database.engine)
    return {(table, check["name"]) for table in tables(database) for check in seen.get_check_constraints(table)}


def test_an_empty_database_is_not_current_and_becomes_so_by_going_up(empty: Database) -> None:
    assert not migrations.is_current(empty)

    migrations.upgrade(empty)

    assert migrations.is_current(empty)
    assert tables(empty) == set(Base.metadata.tables)


def test_what_the_migrations_make_is_what_the_models_say(empty: Database) -> None:
    migrations.upgrade(empty)

    with empty.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, Base.metadata) == []


def test_the_checks_of_the_migrations_are_those_of_the_models(empty: Database, database: Database) -> None:
    migrations.upgrade(empty)

    assert checks(empty) == checks(database)


def test_down_to_nothing_and_up_again_gives_a_database_that_works(empty: Database) -> None:
    migrations.upgrade(empty)

    migrations.downgrade(empty, "base")
    assert tables(empty) == set()
    migrations.upgrade(empty)

    assert cast.assemble(empty).estate_id


def test_going_up_twice_keeps_what_is_there(empty: Database) -> None:
    migrations.upgrade(empty)
    people = cast.assemble(empty)

    migrations.upgrade(empty)

    assert len(people.all(cast.Member)) == len(cast.PEOPLE)


REVISIONS = [script.revision for script in reversed(list(migrations.scripts().walk_revisions()))]


@pytest.mark.parametrize("revision", REVISIONS[1:])
def test_each_goes_down_and_up_again_under_filled_tables(empty: Database, revision: str) -> None:
    """What a migration adds is gone after going down; what was there before it is all there, before and after."""
    migrations.upgrade(empty)
    with empty.engine.begin() as connection:
        filled.fill(connection)
    before = REVISIONS[REVISIONS.index(revision) - 1]
    migrations.downgrade(empty, revision)

    migrations.downgrade(empty, before)
    kept = rows(empty)
    migrations.upgrade(empty, revision)

    again = rows(empty)
    assert kept
    assert all(again[table] == kept[table] == filled.ROWS for table in kept)
    migrations.upgrade(empty)
    with empty.engine.connect() as connection:
        migrations.verify(connection)


def rows(database: Database) -> dict[str, int]:
    with database.engine.connect() as connection:
        return archive.counts(connection)


def test_a_migration_that_fails_half_way_leaves_nothing_of_it(empty: Database) -> None:
    migrations.upgrade(empty, "0004")
    before = tables(empty)

    with pytest.raises(RuntimeError, match="the lights went out"), migrations.altering(empty) as connection:
        migrations.upgrade_in(connection)
        raise RuntimeError("the lights went out")

    assert tables(empty) == before
    migrations.upgrade(empty)
    assert migrations.is_current(empty)


def test_a_row_that_refers_to_nothing_after_a_migration_is_refused(empty: Database) -> None:
    migrations.upgrade(empty)
    with empty.engine.begin() as connection:
        filled.fill(connection)

    with pytest.raises((migrations.BrokenSchema, IntegrityError)), migrations.altering(empty) as connection:
        connection.execute(text("DELETE FROM members"))

    assert rows(empty)["members"] == filled.ROWS
