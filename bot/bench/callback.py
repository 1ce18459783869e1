"""`bench callback`: what one callback costs in process, beside its floor, measured in turns; and what a start costs."""

from __future__ import annotations

import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

from flask.testing import FlaskClient
from sqlalchemy import event

from bot.bench import Row, floor, office
from bot.bench.office import Followers
from bot.bench.processes import resident_mib, seconds_to_first_answer
from bot.channels.official_account.platform_side import Delivery
from bot.serving import application
from handlers.understanding import load
from models.database import Database

BLOCK = 40  # messages of each kind, one after the other, before it is another's turn
BLOCKS, FEW_BLOCKS = 25, 4
GOALS = {"chat, not answered": "≤1.5", "chat, answered": "≤1.5", "report": "≤3"}


def rows(is_short: bool) -> Iterator[Row]:
    with tempfile.TemporaryDirectory(prefix="jianjian-callback-") as folder:
        yield from _in_process(Path(folder), FEW_BLOCKS if is_short else BLOCKS)
        yield from _starts(Path(folder), 1 if is_short else 5)


def _in_process(folder: Path, blocks: int) -> Iterator[Row]:
    load()
    url = f"sqlite:///{folder / 'office.db'}"
    database, followers = office.found(url), Followers()
    ours = application(database, office.settings(url, folder)).test_client()
    least = floor.app(folder / "floor.db").test_client()
    counted = _Counted(database)
    turns = {
        "floor": _Turn(least, followers.chat, is_answered=False),
        "chat, not answered": _Turn(ours, followers.thanks, is_answered=False),
        "chat, answered": _Turn(ours, followers.chat, is_answered=True),
        "report": _Turn(ours, followers.report, is_answered=True),
    }
    taken: dict[str, list[float]] = {name: [] for name in turns}
    for _ in range(blocks):
        for name, turn in turns.items():
            with counted.under(name):
                taken[name].append(_block(turn))
    n = blocks * BLOCK
    beside = f"floor {statistics.median(taken['floor']) * 1000:.2f} ms"
    for name, goal in GOALS.items():
        ratios = [ours / least for ours, least in zip(taken[name], taken["floor"], strict=True)]
        yield Row(f"a callback ({name}), times the floor", round(statistics.median(ratios), 2), n, goal, beside)
        yield Row("  commits a message", round(counted.commits[name] / n, 3), n, "≤1")
        yield Row("  statements a message", round(counted.statements[name] / n, 1), n)
    database.engine.dispose()


class _Turn(NamedTuple):
    """Who is called, with what, and whether something must come back."""

    client: FlaskClient
    says: Callable[[], Delivery]
    is_answered: bool


def _block(turn: _Turn) -> float:
    """Seconds a message, the median of a block."""
    seconds = []
    for delivery in [turn.says() for _ in range(BLOCK)]:
        begun = time.perf_counter()
        answer = turn.client.post(delivery.address, data=delivery.body, content_type="text/xml")
        seconds.append(time.perf_counter() - begun)
        if answer.status_code != 200 or bool(answer.data) != turn.is_answered:
            raise RuntimeError(f"a callback was answered {answer.status} with {len(answer.data)} bytes")
    return statistics.median(seconds)


def _starts(folder: Path, times: int) -> Iterator[Row]:
    seconds = [seconds_to_first_answer(folder / f"start-{n}") for n in range(times)]
    yield Row("seconds from start to first acknowledged message", round(statistics.median(seconds), 2), times, "≤3")
    yield Row("resident memory of the demo, MiB", round(resident_mib(folder / "demo"), 1), 1, "≤200")


class _Counted:
    """Commits and statements of a database, by whatever goes on."""

    def __init__(self, database: Database) -> None:
        self.commits: dict[str, int] = {}
        self.statements: dict[str, int] = {}
        self._name = ""
        event.listen(database.engine, "commit", lambda *_: self._add(self.commits))
        event.listen(database.engine, "before_cursor_execute", lambda *_: self._add(self.statements))

    def under(self, name: str) -> _Counted:
        self._name = name
        return self

    def __enter__(self) -> None:
        self.commits.setdefault(self._name, 0)
        self.statements.setdefault(self._name, 0)

    def __exit__(self, *_: object) -> None:
        self._name = ""

    def _add(self, counts: dict[str, int]) -> None:
        if self._name:
            counts[self._name] += 1
