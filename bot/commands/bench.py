"""`bench`: the benchmarks. Each prints goal, figure and floor, and the command exits 1 when a goal is missed."""

from __future__ import annotations

import json
from argparse import ArgumentParser, Namespace
from collections.abc import Callable, Iterable
from pathlib import Path

from bot.bench import CannotRun, Row, callback, clock, faults, growth, month, noisy, served, understanding
from bot.commands import CommandError

BESIDE = Path(__file__).parents[3] / "shared" / "data"
# What is measured by which name: given the folder of texts to judge on, and whether the short form is wanted.
BENCHES: dict[str, Callable[[Path | None, bool], Iterable[Row]]] = {
    "understanding": understanding.rows,
    "month": lambda _data, is_short: month.rows(is_short),
    "callback": lambda _data, is_short: callback.rows(is_short),
    "served": lambda _data, is_short: served.rows(is_short),
    "noisy": lambda _data, is_short: noisy.rows(is_short),
    "clock": lambda _data, is_short: clock.rows(is_short),
    "growth": lambda _data, is_short: growth.rows(is_short),
    "faults": lambda _data, is_short: faults.rows(is_short),
}


def add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("name", choices=tuple(BENCHES))
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the rows there, too")
    parser.add_argument("--short", action="store_true", help="the form that CI runs")
    parser.add_argument(
        "--data", type=Path, metavar="FOLDER", help="texts to judge on (default: ../shared/data if there)"
    )
    parser.add_argument("--differing", action="store_true", help="list the time phrases that differ, and stop")


def run(given: Namespace) -> int:
    data = given.data or (BESIDE if BESIDE.is_dir() else None)
    if given.data and not given.data.is_dir():
        raise CommandError(f"{given.data}: no such folder")
    if given.differing and data:
        print(understanding.differing_times(data))
        return 0
    try:
        rows = [_shown(row) for row in BENCHES[given.name](data, given.short)]
    except CannotRun as why:
        raise CommandError(str(why)) from None
    if given.json:
        _write(given.json, rows)
    return 0 if all(row.is_reached for row in rows) else 1


def _shown(row: Row) -> Row:
    """Prints a row as soon as it is measured."""
    mark = " " if not row.goal else "✓" if row.is_reached else "✗"
    print(f"{mark} {row.name:52} {row.figure:>9g}  {row.goal:8} n {row.n:<6} {row.floor}".rstrip(), flush=True)
    return row


def _write(file: Path, rows: Iterable[Row]) -> None:
    try:
        file.write_text(json.dumps([row.as_dict() for row in rows], ensure_ascii=False, indent=1) + "\n", "utf-8")
    except OSError as error:
        raise CommandError(f"{file}: {error.strerror}") from None
