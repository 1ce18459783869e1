"""Backup and restore, the move from one database to another, and the upgrade of the schema: wholly or not at all.

An archive (models/archive.py) is compressed with gzip. It is written under another name first, so what stands under its
own name is whole.
"""

from __future__ import annotations

import gzip
import os
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from sqlalchemy import Connection, MetaData
from sqlalchemy.exc import DataError, IntegrityError, SQLAlchemyError

from models import archive, migrations
from models.archive import BadArchive, Progress, Sum, Sums
from models.database import Database

LONGEST_LINE = 64 * 1024 * 1024  # a photo is at most some hundred kilobytes; more is no line of ours


class Refused(Exception):
    """It was not done, and nothing is changed; the text says why."""


def save(database: Database, file: Path, now: datetime, progress: Progress) -> Sum:
    """Writes all that the database holds at this moment to a file, while others go on writing."""
    with _snapshot(database) as connection, _replacing(file) as new:
        revision = migrations.revision_of(connection)
        if revision is None:
            raise Refused("the database has no tables yet; there is nothing to back up")
        sums = Sums()
        with gzip.open(new, "wt", encoding="utf-8", compresslevel=6) as packed:
            packed.writelines(f"{line}\n" for line in archive.dump(connection, revision, now, progress, sums))
    return sums.total


def restore(database: Database, file: Path, progress: Progress) -> Sum:
    """Fills an empty database from a file, in the schema of that time, and brings it up to this program's."""
    with _lines(file) as lines:
        return _fill(database, lines, progress).total


def move(source: Database, target: Database, now: datetime, progress: Progress) -> tuple[Sum, bool]:
    """Copies a database into an empty one, and keeps everybody from writing to the old one meanwhile. Gives the sum and
    whether anything had to be done: where the target holds the same already, nothing is."""
    with source.engine.begin() as old:  # SQLite: begins IMMEDIATE, so other writers wait
        revision = migrations.revision_of(old)
        if revision is None:
            raise Refused("the old database has no tables yet; there is nothing to move")
        if revision != migrations.head():
            raise Refused("the old database is of an older schema; run upgrade first")
        if _is_same(old, target, progress):
            return archive.count(old, progress).total, False
        lines = archive.dump(old, revision, now, progress, Sums())
        return _fill(target, lines, progress).total, True


def upgrade(database: Database, file: Path, now: datetime, progress: Progress) -> None:
    """Backs up to a file, migrates and verifies; the database is left as it was where anything of it fails."""
    save(database, file, now, progress)
    try:
        migrations.build_ahead(database)
        with migrations.altering(database) as connection:
            before = archive.counts(connection)
            migrations.upgrade_in(connection)
            migrations.verify(connection)
            after = archive.counts(connection)
            if lost := [name for name, rows in before.items() if after.get(name, 0) < rows]:
                raise Refused(
                    f"rows of {lost[0]} would be lost: {before[lost[0]]} before, {after.get(lost[0], 0)} after"
                )
    except (migrations.BrokenSchema, SQLAlchemyError) as error:
        raise Refused(f"the database is as it was; the backup is in {file}: {error}") from error


def _fill(database: Database, lines: Iterator[str], progress: Progress) -> Sums:
    try:
        with migrations.altering(database) as connection:
            _make_room(connection)
            revision = archive.revision_of(next(lines, ""))
            if not migrations.knows(revision):
                raise Refused(f"it is of a newer program (schema {revision}): restore it with that one")
            migrations.upgrade_in(connection, revision)
            sums = archive.load(connection, lines, progress)
            migrations.upgrade_in(connection)
            migrations.verify(connection)
    except (BadArchive, migrations.BrokenSchema) as error:
        raise Refused(str(error)) from error
    except (DataError, IntegrityError) as error:
        raise Refused(f"this database does not take what is in it: {error.orig}") from error
    return sums


def _make_room(connection: Connection) -> None:
    """Takes empty tables away. Raises Refused where there is anything in one."""
    held = [name for name, rows in archive.counts(connection).items() if rows]
    if held:
        raise Refused(f"the database is not empty: there is something in {held[0]}")
    there = MetaData()
    there.reflect(connection)
    there.drop_all(connection)


def _is_same(old: Connection, target: Database, progress: Progress) -> bool:
    with _snapshot(target) as new:
        if migrations.revision_of(new) != migrations.revision_of(old) or not any(archive.counts(new).values()):
            return False
        return archive.count(new, progress) == archive.count(old, progress)


@contextmanager
def _snapshot(database: Database) -> Iterator[Connection]:
    """A transaction that sees one moment, and keeps nobody waiting."""
    level = {"isolation_level": "REPEATABLE READ"} if database.engine.dialect.name == "postgresql" else {}
    with database.engine.execution_options(is_read_only=True, **level).connect() as connection, connection.begin():
        yield connection


@contextmanager
def _replacing(file: Path) -> Iterator[Path]:
    """A new file beside, for nobody else to read, which takes the name when it is whole and on the disk."""
    new = file.with_name(f"{file.name}.part")
    try:
        os.close(os.open(new, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600))
        yield new
        with new.open("rb+") as written:
            os.fsync(written.fileno())
        os.replace(new, file)
        _sync_folder(file.parent)
    finally:
        new.unlink(missing_ok=True)


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


@contextmanager
def _lines(file: Path) -> Iterator[Iterator[str]]:
    """The lines of an archive. Raises Refused where it is none or a part is missing."""
    try:
        with gzip.open(file, "rt", encoding="utf-8", newline="\n") as packed:
            yield (line.rstrip("\n") for line in iter(lambda: packed.readline(LONGEST_LINE), ""))
    except (gzip.BadGzipFile, zlib.error, UnicodeDecodeError) as error:
        raise Refused(f"no archive of this program, or an altered one ({error})") from None
    except EOFError:
        raise Refused("it ends too early: a part of the archive is missing") from None
