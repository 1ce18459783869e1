"""Backup, restore, move and upgrade: all or nothing, on both kinds of database and between them."""

from __future__ import annotations

import gzip
import itertools
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import select, text

from bot import backups
from models import archive, migrations
from models.archive import Sums
from models.database import Base, Database, connect
from models.inbox import InboxMessage
from tests import cast, filled
from tests.conftest import NOW

Make = Callable[[], Database]


def silent(table: str, rows: int) -> None:
    """Nobody looks."""


@pytest.fixture
def make(empty_database_url: str, tmp_path: Path) -> Iterator[Make]:
    """Databases of one kind, empty: the first is the fixture's own, others are files beside or copies of nothing."""
    made: list[Database] = []

    def one() -> Database:
        if made:
            made.append(connect(f"sqlite:///{tmp_path / f'other-{len(made)}.db'}"))
        else:
            made.append(connect(empty_database_url))
        return made[-1]

    yield one
    for database in made:
        database.engine.dispose()


@pytest.fixture
def full(make: Make) -> Database:
    """Every table has rows."""
    database = make()
    migrations.upgrade(database)
    with database.engine.begin() as connection:
        filled.fill(connection)
    return database


def sums(database: Database) -> Sums:
    with database.engine.connect() as connection:
        return archive.count(connection, silent)


def rows(database: Database) -> dict[str, list[tuple[object, ...]]]:
    with database.engine.connect() as connection:
        found = {table: connection.execute(select(table)).all() for table in Base.metadata.sorted_tables}
    return {table.name: sorted((tuple(row) for row in read), key=repr) for table, read in found.items()}


def test_every_table_is_in_a_backup(full: Database, tmp_path: Path) -> None:
    done = backups.save(full, tmp_path / "b.gz", NOW, silent)

    with full.engine.connect() as connection:
        assert {table.name for table in archive.tables(connection)} == set(Base.metadata.tables)
    assert done.rows == filled.ROWS * len(Base.metadata.tables)


def test_what_was_saved_comes_back_to_the_last_byte(full: Database, make: Make, tmp_path: Path) -> None:
    backups.save(full, tmp_path / "b.gz", NOW, silent)
    other = make()

    backups.restore(other, tmp_path / "b.gz", silent)

    assert rows(other) == rows(full)
    assert sums(other) == sums(full)
    assert migrations.is_current(other)


def test_a_backup_of_sqlite_fills_a_database_of_the_other_kind(empty_database_url: str, tmp_path: Path) -> None:
    source, target = connect(f"sqlite:///{tmp_path / 'source.db'}"), connect(empty_database_url)
    migrations.upgrade(source)
    with source.engine.begin() as connection:
        filled.fill(connection)
    backups.save(source, tmp_path / "b.gz", NOW, silent)

    backups.restore(target, tmp_path / "b.gz", silent)

    assert rows(target) == rows(source)
    for database in (source, target):
        database.engine.dispose()


def test_a_backup_of_an_older_schema_is_restored_into_this_one(make: Make, tmp_path: Path) -> None:
    old = make()
    migrations.upgrade(old, "0002")
    with old.engine.begin() as connection:
        connection.execute(text("INSERT INTO subdistricts (id, name) VALUES (7, '东街')"))
    backups.save(old, tmp_path / "old.gz", NOW, silent)
    new = make()

    backups.restore(new, tmp_path / "old.gz", silent)

    assert migrations.is_current(new)
    with new.engine.connect() as connection:
        assert connection.execute(text("SELECT id, name FROM subdistricts")).all() == [(7, "东街")]


def test_while_people_write_a_backup_is_of_one_moment(make: Make, tmp_path: Path) -> None:
    """Each message that it holds is there with all that came of it: tickets have their voices, numbers no gaps."""
    database = make()
    migrations.upgrade(database)
    people = cast.assemble(database)
    is_over = threading.Event()

    def write() -> None:
        floors = itertools.cycle(range(1, 19))
        while not is_over.is_set():
            people.says("li", f"12栋{next(floors)}楼的灯坏了不亮")

    writer = threading.Thread(target=write)
    writer.start()
    try:
        for n in range(3):
            backups.save(database, tmp_path / f"{n}.gz", NOW, silent)
    finally:
        is_over.set()
        writer.join()
    other = make()
    backups.restore(other, tmp_path / "2.gz", silent)

    with other.engine.connect() as connection:
        tickets = connection.execute(text("SELECT number FROM tickets ORDER BY number")).scalars().all()
        alone = "SELECT count(*) FROM tickets WHERE NOT EXISTS (SELECT 1 FROM voices WHERE ticket_id = tickets.id)"
        assert tickets == list(range(1, len(tickets) + 1))
        assert connection.execute(text(alone)).scalar_one() == 0
        last = connection.execute(text("SELECT last FROM counters WHERE kind = 'ticket'")).scalar_one()
        assert last == len(tickets)


def test_a_database_that_holds_something_is_not_overwritten(full: Database, tmp_path: Path) -> None:
    backups.save(full, tmp_path / "b.gz", NOW, silent)
    before = sums(full)

    with pytest.raises(backups.Refused, match="not empty"):
        backups.restore(full, tmp_path / "b.gz", silent)

    assert sums(full) == before


def _cut(content: bytes) -> bytes:
    return content[: len(content) // 2]


def _bit(content: bytes) -> bytes:
    place = len(content) // 2
    return content[:place] + bytes([content[place] ^ 4]) + content[place + 1 :]


def _without(line: int) -> Callable[[bytes], bytes]:
    def damage(content: bytes) -> bytes:
        lines = gzip.decompress(content).splitlines(keepends=True)
        return gzip.compress(b"".join(lines[:line] + lines[line + 1 :]))

    return damage


def _changed(content: bytes) -> bytes:
    return gzip.compress(gzip.decompress(content).replace(b"name-2", b"name-9", 1))


def _newer(content: bytes) -> bytes:
    return gzip.compress(gzip.decompress(content).replace(b'"revision":"', b'"revision":"9', 1))


DAMAGE: dict[str, tuple[Callable[[bytes], bytes], str]] = {
    "cut in the middle": (_cut, "too early"),
    "a bit is wrong": (_bit, "altered|archive|no row"),
    "a row is missing": (_without(2), "missing or were altered"),
    "the last line is missing": (_without(-2), "."),
    "a value was changed": (_changed, "missing or were altered"),
    "of a newer program": (_newer, "newer"),
    "no archive at all": (lambda content: b"hello", "no archive"),
    "another gzip": (lambda content: gzip.compress(b'{"a": 1}\n'), "no archive"),
    "empty": (lambda content: b"", "no archive"),
}


@pytest.mark.parametrize(("damage", "said"), DAMAGE.values(), ids=DAMAGE)
def test_a_damaged_backup_is_refused_and_leaves_nothing(
    full: Database, make: Make, tmp_path: Path, damage: Callable[[bytes], bytes], said: str
) -> None:
    file = tmp_path / "b.gz"
    backups.save(full, file, NOW, silent)
    file.write_bytes(damage(file.read_bytes()))
    other = make()

    with pytest.raises(backups.Refused, match=said):
        backups.restore(other, file, silent)

    assert not any(one.rows for one in sums(other).tables.values())


def test_a_backup_that_fails_leaves_the_one_before(full: Database, tmp_path: Path) -> None:
    file = tmp_path / "b.gz"
    backups.save(full, file, NOW, silent)
    before = file.read_bytes()

    def breaks(table: str, rows: int) -> None:
        raise OSError(28, "No space left on device")

    with pytest.raises(OSError, match="No space"):
        backups.save(full, file, NOW, breaks)

    assert file.read_bytes() == before
    assert list(tmp_path.glob("*.part")) == []


# Moving.


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Database]:
    """A SQLite database with something in every table."""
    database = connect(f"sqlite:///{tmp_path / 'office.db'}")
    migrations.upgrade(database)
    with database.engine.begin() as connection:
        filled.fill(connection)
    yield database
    database.engine.dispose()


def test_a_move_done_twice_changes_nothing_the_second_time(office: Database, make: Make) -> None:
    target = make()

    first = backups.move(office, target, NOW, silent)
    second = backups.move(office, target, NOW, silent)

    assert (first[1], second[1]) == (True, False)
    assert first[0] == second[0]
    assert rows(target) == rows(office)


def test_a_move_onto_something_else_is_refused(office: Database, make: Make) -> None:
    target = make()
    migrations.upgrade(target)
    cast.assemble(target)
    before = sums(target)

    with pytest.raises(backups.Refused, match="not empty"):
        backups.move(office, target, NOW, silent)

    assert sums(target) == before


def test_while_it_moves_nobody_writes_to_the_old_one(office: Database, make: Make) -> None:
    """Else what came in meanwhile would be acknowledged, and lost."""
    writers: list[threading.Thread] = []
    waits: list[bool] = []

    def write() -> None:
        with office.write() as session:
            session.execute(text("UPDATE inbox SET text = 'late'"))

    def tries_to_write(table: str, rows: int) -> None:
        if not writers:
            writers.append(threading.Thread(target=write))
            writers[0].start()
            writers[0].join(0.3)
            waits.append(writers[0].is_alive())

    target = make()
    backups.move(office, target, NOW, tries_to_write)
    writers[0].join()

    assert waits == [True]
    with target.read() as session:
        assert "late" not in session.scalars(select(InboxMessage.text)).all()


# Upgrading.


def test_an_upgrade_keeps_every_row_and_a_backup_of_before(make: Make, tmp_path: Path) -> None:
    database = make()
    migrations.upgrade(database, "0005")
    with database.engine.begin() as connection:
        connection.execute(text("INSERT INTO subdistricts (id, name) VALUES (7, '东街')"))

    backups.upgrade(database, tmp_path / "before.gz", NOW, silent)

    assert migrations.is_current(database)
    assert sums(database).tables["subdistricts"].rows == 1
    other = make()
    assert backups.restore(other, tmp_path / "before.gz", silent).rows == 1


@pytest.mark.parametrize("fails", ["half way", "verifying", "losing rows"])
def test_an_upgrade_that_fails_leaves_the_database_as_it_was(
    make: Make, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fails: str
) -> None:
    database = make()
    migrations.upgrade(database, "0005")
    with database.engine.begin() as connection:
        connection.execute(text("INSERT INTO subdistricts (id, name) VALUES (7, '东街')"))
    before = sums(database)
    goes_up = migrations.upgrade_in

    def half_way(connection: object, to: str = "head") -> None:
        goes_up(connection, to)  # type: ignore[arg-type]
        if fails == "half way":
            connection.execute(text("ALTER TABLE nothing ADD COLUMN x"))  # type: ignore[attr-defined]
        if fails == "losing rows":
            connection.execute(text("DELETE FROM subdistricts"))  # type: ignore[attr-defined]
        if fails == "verifying":
            connection.execute(text("ALTER TABLE rooms ADD COLUMN stray INTEGER"))  # type: ignore[attr-defined]

    monkeypatch.setattr(migrations, "upgrade_in", half_way)
    with pytest.raises(backups.Refused):
        backups.upgrade(database, tmp_path / "before.gz", NOW, silent)

    assert sums(database) == before
    with database.engine.connect() as connection:
        assert migrations.revision_of(connection) == "0005"


def test_an_upgrade_without_room_for_its_backup_is_not_begun(make: Make, tmp_path: Path) -> None:
    database = make()
    migrations.upgrade(database, "0005")

    with pytest.raises(OSError, match="."):
        backups.upgrade(database, tmp_path / "no" / "such" / "folder" / "b.gz", NOW, silent)

    with database.engine.connect() as connection:
        assert migrations.revision_of(connection) == "0005"
