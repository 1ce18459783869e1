"""move: copy everything from the database that the settings name to an empty one, say from SQLite to PostgreSQL.

The old database takes nothing in while it is copied, and is left as it is. Done twice it changes nothing. Then set
JIANJIAN_DATABASE_URL to the new one.
"""

from __future__ import annotations

import argparse
from datetime import UTC, datetime

from sqlalchemy.exc import ArgumentError

from bot import backups
from bot.commands import CommandError
from bot.commands.copying import opened, progress, refusing, told
from models.database import Database, connect


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("url", metavar="URL", help="of the new database: postgresql://user@host/name")


def run(given: argparse.Namespace) -> None:
    with refusing("the new database"), opened() as database:
        if database.engine.dialect.name != "sqlite":
            raise CommandError("only a SQLite database is moved; for others take backup and restore")
        target = _target(given.url)
        try:
            done, is_new = backups.move(database, target, datetime.now(UTC), progress())
        finally:
            target.engine.dispose()
    said = "rows copied and compared" if is_new else "rows are there already, nothing was changed;"
    told(f"{done.rows:,} {said} sum {done.brief}")


def _target(url: str) -> Database:
    try:
        return connect(url)
    except (ArgumentError, ValueError):  # the error's own text may hold the password
        raise CommandError("URL: is no address of a database") from None
