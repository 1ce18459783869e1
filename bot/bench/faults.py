"""`bench faults`: the scenarios of tests/faults, each in a process of its own. They need a checkout of the project."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from bot.bench import CannotRun, Row

CHECKOUT = Path(__file__).parents[2]
GOALS = {
    "seconds until writing again, at most": "≤15",
    "milliseconds of the slowest answer": "≤50",
    "MiB grown": "≤8",
}  # by the names of figures


def rows(is_short: bool) -> Iterator[Row]:
    """Plays every scenario on every kind of database that it is played on. Raises CannotRun."""
    for name in _scenarios():
        for played in _play(name, is_short):
            yield from _rows(played)


def _scenarios() -> list[str]:
    if not (CHECKOUT / "tests" / "faults" / "scenarios.py").exists():
        raise CannotRun("tests/faults: not here; run this bench in a checkout of the project")
    with _run("--list") as listing:
        return listing.communicate()[0].split()


def _play(name: str, is_short: bool) -> Iterator[dict[str, Any]]:
    with _run(name, *(["--short"] if is_short else [])) as process:
        assert process.stdout
        for line in process.stdout:
            yield json.loads(line)
    if process.returncode not in (0, 1):  # 1: a promise was broken, and the line says so
        yield _no_end(name)


def _no_end(name: str) -> dict[str, Any]:
    broken = ["it came to no end"]
    return {"scenario": name, "database": "?", "seed": None, "faults": 0, "broken": broken, "figures": {}}


def _run(*arguments: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "tests.faults", *arguments]
    return subprocess.Popen(command, cwd=CHECKOUT, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True)


def _rows(played: dict[str, Any]) -> Iterator[Row]:
    """One for the promises, and one for each figure."""
    named = f"{played['scenario']} on {played['database']}"
    for broken in played["broken"][:5]:
        print(f"    {broken}")
    seed = played["seed"]
    yield Row(f"{named}: promises broken", len(played["broken"]), played["faults"], "≤0", "lost, doubled, late", seed)
    for name, figure in played["figures"].items():
        yield Row(f"  {name}", figure, played["faults"], GOALS.get(name, ""), seed=seed)
