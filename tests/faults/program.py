"""The real program in processes of its own, to be killed."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

import requests

ROOT = Path(__file__).parents[2]
PATIENCE_SECONDS = 60.0
LOOK_EVERY_SECONDS = 0.02
STOPS_WITHIN_SECONDS = 10.0  # promised, and therefore not patience


def wait_until(holds: Callable[[], bool], what: str) -> None:
    """Waits for something that another process does. Not how long it takes is tested, but that it comes."""
    end = time.monotonic() + PATIENCE_SECONDS
    while not holds():
        assert time.monotonic() < end, f"waited in vain until {what}"
        time.sleep(LOOK_EVERY_SECONDS)


@dataclass
class Program:
    """`python -m bot COMMAND`. What it says goes to `log`, for whoever looks into a failure."""

    command: str
    environment: Mapping[str, str]
    log: Path
    arguments: tuple[str, ...] = ()
    died_at: list[float] = field(default_factory=list)
    failpoint: str = ""  # that it was started with
    _process: subprocess.Popen[bytes] | None = None
    _output: IO[bytes] | None = None

    def start(self, failpoint: str = "") -> None:
        """Starts it, armed with a failpoint or not, and comes back when it is ready."""
        self.launch(failpoint)
        self.wait_until_ready()

    def launch(self, failpoint: str = "") -> None:
        self.failpoint = failpoint
        environment = {**os.environ, **self.environment, "JIANJIAN_FAILPOINT": failpoint}
        self._output = self.log.open("wb")
        program = (sys.executable, "-m", "bot", self.command, *self.arguments)
        self._process = subprocess.Popen(
            program, cwd=ROOT, env=environment, stdin=subprocess.DEVNULL, stdout=self._output, stderr=subprocess.STDOUT
        )

    def wait_until_ready(self) -> None:
        wait_until(lambda: self.is_dead or self._is_ready(), f"{self.command} is ready")
        assert not self.is_dead or self.failpoint, self.log.read_text("utf-8")

    @property
    def is_dead(self) -> bool:
        return self._process is None or self._process.poll() is not None

    def wait_for_death(self) -> None:
        """Comes back when it has killed itself at its failpoint."""
        assert self._process
        assert self._process.wait(PATIENCE_SECONDS) == -signal.SIGKILL, self.log.read_text("utf-8")
        self._bury()

    def dies_within(self, seconds: float) -> bool:
        """Did it kill itself, or does it before so many seconds are over?"""
        try:
            assert self._process
            self._process.wait(seconds)
        except subprocess.TimeoutExpired:
            return False
        self.wait_for_death()
        return True

    def stop(self) -> int:
        """Asks it to end (SIGTERM), as an operator or systemd does, and gives its exit code."""
        assert self._process
        self._process.terminate()
        code = self._process.wait(STOPS_WITHIN_SECONDS)
        self._bury()
        return code

    def kill(self) -> None:
        """kill -9, whatever it is doing."""
        if self._process:
            self._process.kill()
            self._process.wait()
            self._bury()

    def _bury(self) -> None:
        self.died_at.append(time.monotonic())
        self._process = None
        if self._output:
            self._output.close()

    def _is_ready(self) -> bool:
        if self.command == "work":
            return b"working" in self.log.read_bytes()
        try:
            return requests.get(f"{self.environment['JIANJIAN_BASE_URL']}/healthz", timeout=5).status_code == 200
        except requests.ConnectionError:
            return False
