"""Point-in-time recovery as docs/operations.md tells it: its own lines are run, on a server made for this."""

from __future__ import annotations

import re
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from subprocess import CalledProcessError

import psycopg
import pytest

from models import migrations
from models.database import connect
from tests import cast
from tests.postgres import USER, free_port, give_away, programs_of, run

ROOT = Path(__file__).parents[2]
TOLD = re.findall(r"```(conf|sh)\n(.*?)```", (ROOT / "docs" / "operations.md").read_text("utf-8"), re.DOTALL)
(_, CONF), (_, BASE_BACKUP), (_, RESTORE) = TOLD
SETTINGS = "listen_addresses = '127.0.0.1'\nunix_socket_directories = ''\nfsync = off\nshared_buffers = 32MB\n"


class Server:
    """As the page has it, in folders of its own."""

    def __init__(self, home: Path) -> None:
        self.port, self._home, self._programs = free_port(), home, programs_of()
        for folder in ("backups", "backups/wal", "lib"):
            (home / folder).mkdir()
            give_away(home / folder)
        self._sh('initdb -D "$PWD/lib/main" -U tests -A trust -E UTF8 --locale=C -N')
        with (home / "lib" / "main" / "postgresql.conf").open("a") as file:
            file.write(f"{SETTINGS}port = {self.port}\n{self._here(CONF)}")
        self._sh('pg_ctl -D "$PWD/lib/main" -w -l "$PWD/lib/log" start')

    @property
    def url(self) -> str:
        return f"postgresql://{USER}@127.0.0.1:{self.port}/postgres"

    def follow(self, told: str, **changes: str) -> None:
        """Runs lines of the page with other folders, and with what is named changed."""
        for old, new in changes.items():
            assert old in told
            told = told.replace(old, new)
        self._sh(self._here(told))

    def now(self) -> str:
        with psycopg.connect(self.url, autocommit=True) as connection:
            return str(connection.execute("SELECT now()").fetchone()[0])  # type: ignore[index]

    def archive(self) -> None:
        """What a minute of waiting does."""
        with psycopg.connect(self.url, autocommit=True) as connection:
            connection.execute("SELECT pg_switch_wal()")

    def stop(self) -> None:
        with suppress(CalledProcessError):
            self._sh('pg_ctl -D "$PWD/lib/main" -m immediate stop')

    def _here(self, told: str) -> str:
        folders = {"/var/backups/jianjian": self._home / "backups", "/var/lib/postgresql/15": self._home / "lib"}
        for old, new in folders.items():
            told = told.replace(old, str(new))
        return told

    def _sh(self, script: str) -> None:
        run(self._home, "sh", "-ec", f'PATH="{self._programs}:$PATH"\n{script}')


@pytest.fixture
def server() -> Iterator[Server]:
    home = Path(tempfile.mkdtemp(prefix="postgres-with-an-archive-"))
    give_away(home)
    made = Server(home)
    yield made
    made.stop()
    shutil.rmtree(home, ignore_errors=True)


def test_what_was_told_until_a_moment_comes_back_and_what_was_done_after_it_does_not(server: Server) -> None:
    database = connect(server.url)
    migrations.upgrade(database)
    people = cast.assemble(database)
    people.says("li", "12栋2单元3楼灯不亮了")
    server.follow(BASE_BACKUP, **{"postgresql://postgres@localhost/postgres": server.url})
    people.says("peng", "12栋电梯停了")
    time.sleep(0.01)
    moment = server.now()
    time.sleep(0.01)
    with database.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE tickets SET status = 'withdrawn', text = ''")  # the mistake
    database.engine.dispose()
    server.archive()

    server.follow(RESTORE, **{"2026-11-27 09:30:00+08": moment})

    deadline = time.monotonic() + 60
    while _is_recovering(server) and time.monotonic() < deadline:
        time.sleep(0.1)
    assert migrations.is_current(database)
    assert [ticket.text for ticket in people.tickets()] == ["12栋2单元3楼灯不亮了", "12栋电梯停了"]
    people.says("hu", "12栋1单元停水了")
    assert len(people.tickets()) == 3
    database.engine.dispose()


def _is_recovering(server: Server) -> bool:
    with psycopg.connect(server.url, autocommit=True) as connection:
        return bool(connection.execute("SELECT pg_is_in_recovery()").fetchone()[0])  # type: ignore[index]
