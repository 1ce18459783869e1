"""What the commands share that copy a whole database: opening it, progress on a terminal, and what refuses them."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy.exc import OperationalError

from bot.backups import Refused
from bot.commands import CommandError
from bot.opening import connect_to
from config import settings
from models.archive import Progress
from models.database import Database

WIDTH = 60


@contextmanager
def opened() -> Iterator[Database]:
    """The database that the settings name, of whatever schema."""
    database = connect_to(settings.load())
    try:
        yield database
    finally:
        database.engine.dispose()


@contextmanager
def refusing(what: Path | str) -> Iterator[None]:
    """Turns what can go wrong into one line that names the place."""
    try:
        yield
    except Refused as no:
        raise CommandError(f"{what}: {str(no).splitlines()[0]}") from None
    except OSError as error:
        raise CommandError(f"{what}: {error.strerror}") from None
    except OperationalError as error:  # its text names no password
        raise CommandError(f"{what}: the database says: {str(error.orig).splitlines()[0]}") from None


def progress() -> Progress:
    """Table and rows on one line that is written over, where somebody looks; else nothing."""
    return _show if sys.stderr.isatty() else lambda table, rows: None


def _show(table: str, rows: int) -> None:
    print(f"\r{f'{table} {rows:,}':{WIDTH}}", end="", file=sys.stderr, flush=True)


def told(what: str) -> None:
    if sys.stderr.isatty():
        print(f"\r{'':{WIDTH}}\r", end="", file=sys.stderr)
    print(what)
