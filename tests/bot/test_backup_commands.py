"""backup, restore, move and upgrade as they are typed."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from bot.__main__ import main
from models import archive, migrations
from models.database import connect
from tests import filled

Use = Callable[[str], str]


@pytest.fixture
def use(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Use:
    """Makes a file the database of the commands that follow."""
    monkeypatch.setenv("JIANJIAN_STATE", str(tmp_path / "state"))

    def choose(name: str) -> str:
        url = name if "://" in name else f"sqlite:///{tmp_path / name}"
        monkeypatch.setenv("JIANJIAN_DATABASE_URL", url)
        return url

    return choose


def fill(url: str, revision: str = "head") -> None:
    database = connect(url)
    migrations.upgrade(database, revision)
    if revision == "head":
        with database.engine.begin() as connection:
            filled.fill(connection)
    database.engine.dispose()


def count(url: str) -> int:
    database = connect(url)
    with database.engine.connect() as connection:
        rows = sum(archive.counts(connection).values())
    database.engine.dispose()
    return rows


def test_saved_and_put_back(use: Use, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    url = use("office.db")
    fill(url)

    assert main(["backup", str(tmp_path / "b.gz")]) == 0
    restored = use("new.db")
    assert main(["restore", str(tmp_path / "b.gz")]) == 0

    saved, put_back = capsys.readouterr().out.splitlines()
    assert saved.split()[-1] == put_back.split()[-1]  # the sums
    assert count(restored) == count(url)


def test_a_backup_is_for_nobody_else_to_read(use: Use, tmp_path: Path) -> None:
    fill(use("office.db"))

    assert main(["backup", str(tmp_path / "b.gz")]) == 0

    assert (tmp_path / "b.gz").stat().st_mode & 0o777 == 0o600


def test_what_is_of_an_older_schema_is_upgraded_before_it_is_moved(
    use: Use, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    fill(use("office.db"), "0004")

    assert main(["move", f"sqlite:///{tmp_path / 'target.db'}"]) == 2
    assert "run upgrade first" in capsys.readouterr().err


def test_moved_once_and_again(use: Use, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    fill(use("office.db"))
    target = f"sqlite:///{tmp_path / 'target.db'}"

    assert [main(["move", target]) for _ in range(2)] == [0, 0]

    first, second = capsys.readouterr().out.splitlines()
    assert "copied" in first
    assert "nothing was changed" in second


def test_upgraded_once_and_again(use: Use, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    fill(use("office.db"), "0004")

    assert [main(["upgrade"]) for _ in range(2)] == [0, 0]

    first, second = capsys.readouterr().out.splitlines()
    assert "before-upgrade-" in first
    assert "nothing was changed" in second
    assert len(list((tmp_path / "state").glob("before-upgrade-*.gz"))) == 1


@pytest.mark.parametrize(
    ("database", "typed", "said"),
    [
        ("none.db", ["backup", "b.gz"], "b.gz: the database has no tables yet"),
        ("none.db", ["restore", "missing.gz"], "missing.gz: No such file or directory"),
        ("none.db", ["restore", "."], ".: Is a directory"),
        ("none.db", ["backup", "no/such/folder/b.gz"], "no/such/folder/b.gz: "),
        ("none.db", ["move", "nonsense"], "URL: is no address of a database"),
        ("postgresql://who:secret@127.0.0.1:1/x", ["move", "sqlite:///x.db"], "only a SQLite database is moved"),
        ("postgresql://who:secret@127.0.0.1:1/x", ["backup", "b.gz"], "b.gz: the database says: "),
    ],
)
def test_what_cannot_be_done_is_said_in_one_line(
    use: Use,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    database: str,
    typed: list[str],
    said: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    use(database)

    assert main(typed) == 2

    (line,) = capsys.readouterr().err.splitlines()
    assert said in line
    assert "secret" not in line
    assert list(tmp_path.glob("*.gz*")) == []
