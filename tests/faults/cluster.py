"""A PostgreSQL that dies: restarted, or killed while a synchronous standby takes over."""

from __future__ import annotations

import itertools
import os
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import psycopg

from tests.faults.program import wait_until
from tests.postgres import USER, free_port, give_away, programs_of, run

# As an office would set it, but for the disk: the machine does not lose power here, only processes die.
SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "fsync": "off",
    "max_connections": "100",
    "shared_buffers": "32MB",
    "timezone": "UTC",
    "wal_level": "replica",
    "max_wal_senders": "5",
    "hot_standby": "on",
    "wal_keep_size": "256MB",
}


@dataclass
class Node:
    """One server: its folder beneath the cluster's, and its port."""

    home: Path
    name: str
    port: int
    programs: Path

    def start(self) -> None:
        options = " ".join(f"-c {name}='{value}'" for name, value in {**SETTINGS, "port": str(self.port)}.items())
        self._control("-w", "-l", f"{self.name}.log", "-o", options, "start")

    def stop(self, mode: str = "fast") -> None:
        self._control("-m", mode, "stop")

    def promote(self) -> None:
        self._control("-w", "promote")

    def kill(self) -> None:
        """kill -9, of the server and of all that serve its connections."""
        postmaster = int((self.home / self.name / "postmaster.pid").read_text("ascii").split()[0])
        for process in (postmaster, *_children(postmaster)):
            with suppress(ProcessLookupError):
                os.kill(process, signal.SIGKILL)
        wait_until(lambda: not _is_alive(postmaster), f"{self.name} is dead")

    def execute(self, statement: str) -> list[tuple[object, ...]]:
        address = f"postgresql://{USER}@127.0.0.1:{self.port}/postgres"
        with psycopg.connect(address, autocommit=True, connect_timeout=5) as connection:
            cursor = connection.execute(statement)
            return cursor.fetchall() if cursor.description else []

    def _control(self, *arguments: str) -> None:
        run(self.home, self.programs / "pg_ctl", "-D", self.name, *arguments)


@dataclass
class Cluster:
    """`primary` writes. With a standby, nothing is committed that it does not have."""

    home: Path
    primary: Node
    standby: Node | None = None
    _numbers: Iterator[int] = field(default_factory=lambda: itertools.count(2))

    def url(self, ports: tuple[int, ...], database: str = "postgres") -> str:
        """One address for all servers: whoever takes writes is the right one."""
        hosts = "&".join(f"host=127.0.0.1:{port}" for port in ports)
        return f"postgresql://{USER}@/{database}?{hosts}&target_session_attrs=read-write&connect_timeout=3"

    def add_standby(self, port: int) -> None:
        """A copy of the primary that follows it, without which the primary commits nothing from then on."""
        node = Node(self.home, f"node{next(self._numbers)}", port, self.primary.programs)
        follow = f"host=127.0.0.1 port={self.primary.port} user={USER} application_name={node.name}"
        run(
            self.home,
            node.programs / "pg_basebackup",
            "-D",
            node.name,
            "-d",
            follow,
            "-R",
            "-X",
            "stream",
            "-c",
            "fast",
        )
        node.start()
        self.primary.execute(f"ALTER SYSTEM SET synchronous_standby_names = '{node.name}'")
        self.primary.execute("SELECT pg_reload_conf()")
        in_step = "SELECT 1 FROM pg_stat_replication WHERE sync_state = 'sync'"
        wait_until(lambda: bool(self.primary.execute(in_step)), "the standby is in step")
        self.standby = node

    def fail_over(self) -> None:
        """The primary dies, and the standby takes its place."""
        if self.standby is None:
            raise ValueError("there is no standby")
        self.primary.kill()
        shutil.rmtree(self.home / self.primary.name, ignore_errors=True)
        self.primary, self.standby = self.standby, None
        self.primary.promote()
        self.primary.execute("ALTER SYSTEM RESET synchronous_standby_names")
        self.primary.execute("SELECT pg_reload_conf()")


@contextmanager
def running() -> Iterator[Cluster]:
    """A single server for the time of the block; whatever was started beside it is ended too."""
    programs = programs_of()
    home = Path(tempfile.mkdtemp(prefix="postgres-that-dies-"))
    try:
        give_away(home)
        run(home, programs / "initdb", "-D", "node1", "-U", USER, "-A", "trust", "-E", "UTF8", "--locale=C", "-N")
        cluster = Cluster(home, Node(home, "node1", free_port(), programs))
        cluster.primary.start()
        try:
            yield cluster
        finally:
            for node in (cluster.standby, cluster.primary):
                if node:
                    with suppress(subprocess.CalledProcessError):
                        node.stop("immediate")
    finally:
        shutil.rmtree(home, ignore_errors=True)


def _children(parent: int) -> list[int]:
    """The processes that a process started, of Linux's own books."""
    return [int(child) for child in Path(f"/proc/{parent}/task/{parent}/children").read_text("ascii").split()]


def _is_alive(process: int) -> bool:
    """A killed process whose parent has not looked yet is dead too."""
    try:
        return Path(f"/proc/{process}/stat").read_text("ascii").rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False
