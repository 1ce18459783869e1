"""A migration must not keep people waiting: what it does to a PostgreSQL that is in use is read by squawk, and indexes
of tables that grow are made ahead of it, while others write. The first seven are older than the rule."""

from __future__ import annotations

import io
import json
import re
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from alembic import command
from alembic.config import Config
from alembic.script import Script
from sqlalchemy import inspect, text

from models import migrations
from models.database import Database, connect
from tests import cast

OLDER = ("0001", "0002", "0003", "0004", "0005", "0006", "0007")
# What these rules want is had otherwise: one transaction, undone as a whole, need not be repeatable; a lock is waited
# for ten seconds at most (models.migrations.LOCK_WITHIN); and to drop an index takes no time once it has the lock.
OF_OTHERS = ",".join(
    (
        "prefer-robust-stmts",
        "require-lock-timeout",
        "require-statement-timeout",
        "require-timeout-settings",
        "require-concurrent-index-deletion",
    )
)
BREAK = "UPDATE pg_index SET indisvalid = false WHERE indexrelid = to_regclass(:name)"
RULED = [script for script in migrations.scripts().walk_revisions() if script.revision not in OLDER]


def statements(script: Script) -> str:
    """What a migration does on PostgreSQL: the indexes that it makes ahead, and its transaction without them."""
    ahead = migrations.ahead_of(str(script.down_revision), script.revision)
    written = io.StringIO()
    config = Config(output_buffer=written)
    config.set_main_option("script_location", str(migrations.HERE))
    config.attributes["dialect"] = "postgresql"
    command.upgrade(config, f"{script.down_revision}:{script.revision}", sql=True)
    rest = written.getvalue()
    for name, _ in ahead:
        rest, times = re.subn(rf"CREATE INDEX IF NOT EXISTS {name} [^;]*;", "", rest)
        assert times == 1, f"{name} is made ahead, and not in the migration"
    return "\n".join([*(f"{statement};" for _, statement in ahead), rest])


def complaints(sql: str, folder: Path) -> list[str]:
    """The rules that squawk finds broken."""
    file = folder / "migration.sql"
    file.write_text(sql, "utf-8")
    squawk = Path(sys.executable).parent / "squawk"
    told = subprocess.run(
        [squawk, "--reporter", "json", "--pg-version", "15.0", "--exclude", OF_OTHERS, file],
        capture_output=True,
        text=True,
        check=False,
    )
    assert told.stdout.startswith("["), told.stderr
    return [f"{one['rule_name']}: {one['message']}" for one in json.loads(told.stdout)]


@pytest.mark.parametrize("script", RULED, ids=lambda script: script.revision)
def test_a_migration_keeps_nobody_waiting(script: Script, tmp_path: Path) -> None:
    assert complaints(statements(script), tmp_path) == []


@pytest.mark.parametrize(
    "sql",
    [
        "CREATE INDEX ix_a ON tickets (estate_id);",
        "ALTER TABLE tickets ADD COLUMN x VARCHAR NOT NULL;",
        "ALTER TABLE tickets ALTER COLUMN title TYPE TEXT;",
        "ALTER TABLE tickets ADD CONSTRAINT f FOREIGN KEY (a) REFERENCES b (c);",
        "ALTER TABLE tickets ALTER COLUMN floor SET NOT NULL;",
    ],
)
def test_what_locks_for_long_is_seen(sql: str, tmp_path: Path) -> None:
    assert complaints(sql, tmp_path)


@pytest.mark.parametrize("database_kind", ["postgresql"])
def test_indexes_are_made_while_somebody_writes_and_one_that_was_left_broken_is_made_anew(
    empty_database_url: str,
) -> None:
    database = connect(empty_database_url)
    migrations.upgrade(database, "0007")
    people = cast.assemble(database)
    for said in ("12栋2单元3楼灯不亮了", "12栋电梯停了"):
        people.says("li", said)
    [(name, _), *_] = migrations.ahead_of("0007", "0008")
    with database.engine.begin() as connection:
        connection.exec_driver_sql(f"CREATE INDEX {name} ON tickets (estate_id)")
        connection.execute(text(BREAK), {"name": name})

    building = threading.Thread(target=migrations.build_ahead, args=(database, "0008"))
    with database.engine.begin() as first:
        first.exec_driver_sql("UPDATE tickets SET title = title WHERE number = 1")
        building.start()
        building.join(0.5)
        is_waiting = building.is_alive()  # until the first writer has ended; and others are let in
        with database.engine.begin() as second:
            second.exec_driver_sql("SET LOCAL lock_timeout = '2s'")
            second.exec_driver_sql("UPDATE tickets SET title = title WHERE number = 2")
    building.join()

    migrations.upgrade(database)
    made = {index["name"]: index["column_names"] for index in inspect(database.engine).get_indexes("tickets")}
    assert is_waiting
    assert made[name] == ["estate_id", "changed_at"]
    database.engine.dispose()


def test_sqlite_makes_nothing_ahead(tmp_path: Path) -> None:
    database: Database = connect(f"sqlite:///{tmp_path}/a.db")
    migrations.upgrade(database, "0007")

    migrations.build_ahead(database)

    assert "ix_tickets_estate_id_changed_at" not in {
        index["name"] for index in inspect(database.engine).get_indexes("tickets")
    }
    database.engine.dispose()
