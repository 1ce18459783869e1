"""The failpoints stand in the program, each in one place, and cost nothing unless one is armed."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from config.failpoints import POINTS

ROOT = Path(__file__).parents[2]
FOLDERS = ("bot", "handlers", "models", "config")
REACHES = """
from config.failpoints import reach
for _ in range(3):
    reach("delivery.after-send")
    print("on", flush=True)
"""


def run(**environment: str) -> tuple[int, int]:
    """(exit code, how often it went on) of a program that passes one failpoint three times."""
    done = subprocess.run(
        [sys.executable, "-c", REACHES], cwd=ROOT, env={**os.environ, **environment}, capture_output=True, text=True
    )
    return done.returncode, done.stdout.count("on")


def test_every_failpoint_is_reached_in_one_place_and_every_place_is_listed() -> None:
    files = [file for folder in FOLDERS for file in (ROOT / folder).rglob("*.py")]
    reached = Counter(name for file in files for name in re.findall(r'\breach\("([^"]+)"\)', file.read_text("utf-8")))

    assert reached == Counter(POINTS)


@pytest.mark.parametrize("armed", ["", "delivery.after-mark"])
def test_a_failpoint_that_is_not_armed_does_nothing(armed: str) -> None:
    assert run(JIANJIAN_FAILPOINT=armed) == (0, 3)


@pytest.mark.parametrize(("armed", "times"), [("delivery.after-send", 0), ("delivery.after-send:3", 2)])
def test_the_armed_one_kills_the_process_at_the_time_it_names(armed: str, times: int) -> None:
    assert run(JIANJIAN_FAILPOINT=armed) == (-signal.SIGKILL, times)
