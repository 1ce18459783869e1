"""A throw-away PostgreSQL for the tests: started once a session, a fresh database for whoever asks.

The server runs from the system's own binaries on a free loopback port. PostgreSQL refuses to run as root, so root
starts it as the user `postgres`. Nothing in it is worth keeping, so it does not wait for the disk.
"""

from __future__ import annotations

import itertools
import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import psycopg

from tests.present import missing

INSTALLED_IN = Path("/usr/lib/postgresql")  # Debian keeps its programs out of PATH
USER = "tests"
SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "fsync": "off",
    "full_page_writes": "off",
    "synchronous_commit": "off",
    "max_connections": "100",
    "shared_buffers": "32MB",
    "timezone": "UTC",
}


@dataclass
class Server:
    """A running server. Databases are made from others, so that a schema is built once."""

    port: int
    _numbers: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    def url(self, database: str) -> str:
        return f"postgresql://{USER}@127.0.0.1:{self.port}/{database}"

    def create(self, template: str = "template1") -> str:
        """A new database, a copy of `template`; its name."""
        name = f"tests_{next(self._numbers)}"
        self._administer(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
        return name

    def drop(self, database: str) -> None:
        """Drop it, also under connections that somebody left open."""
        self._administer(f'DROP DATABASE "{database}" WITH (FORCE)')

    def _administer(self, statement: str) -> None:
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            connection.execute(statement)


@contextmanager
def running() -> Iterator[Server]:
    """A server for the time of the block; where there is none to start, the test is skipped or fails (CI)."""
    programs = programs_of()
    directory = Path(tempfile.mkdtemp(prefix="postgres-for-tests-"))
    try:
        give_away(directory)
        run(directory, programs / "initdb", "-D", "data", "-U", USER, "-A", "trust", "-E", "UTF8", "--locale=C", "-N")
        port = _start(programs, directory)
        try:
            yield Server(port)
        finally:
            run(directory, programs / "pg_ctl", "-D", "data", "-m", "immediate", "stop")
    finally:
        shutil.rmtree(directory, ignore_errors=True)


def programs_of() -> Path:
    """The folder of the system's binaries."""
    found = sorted(INSTALLED_IN.glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    in_path = shutil.which("initdb")
    if not found and not in_path:
        missing("PostgreSQL is not installed (no initdb)")
    if _server_user() is None and os.geteuid() == 0:
        missing("PostgreSQL cannot run as root, and there is no user postgres to run it as")
    return (found[-1] if found else Path(str(in_path))).parent


def _server_user() -> pwd.struct_passwd | None:
    """The account that the server must run as, where this is not our own."""
    if os.geteuid() != 0:
        return None
    try:
        return pwd.getpwnam("postgres")
    except KeyError:
        return None


def give_away(directory: Path) -> None:
    """To the account that the server runs as."""
    if user := _server_user():
        os.chown(directory, user.pw_uid, user.pw_gid)


def _start(programs: Path, directory: Path) -> int:
    """Start on a free port; tried again, because somebody may take the port in between."""
    for attempts_left in (2, 1, 0):
        port = free_port()
        options = " ".join(f"-c {name}='{value}'" for name, value in {**SETTINGS, "port": str(port)}.items())
        command = (programs / "pg_ctl", "-D", "data", "-w", "-l", "log", "-o", options, "start")
        try:
            run(directory, *command)
            return port
        except subprocess.CalledProcessError:
            if not attempts_left:
                print((directory / "log").read_text(errors="replace"))
                raise
    raise AssertionError("unreachable")


def free_port() -> int:
    """A port of loopback on which nobody listens now."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def run(directory: Path, *command: Path | str) -> None:
    """Runs one of the binaries as the server's account, in a directory."""
    user = _server_user()
    account = {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []} if user else {}
    environment = {"PATH": os.environ.get("PATH", ""), "LC_ALL": "C"}
    # The server inherits these handles: a pipe would never end, so what it says goes nowhere but to its log.
    subprocess.run(
        [str(part) for part in command],
        cwd=directory,
        env=environment,
        check=True,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        **account,  # type: ignore[call-overload]
    )
