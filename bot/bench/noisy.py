"""`bench noisy`: one estate writes seven times as much as its share; how much longer do the others wait?

Every estate writes at its own pace, whether it was answered or not, as people do. Calm and noisy turns alternate.
JIANJIAN_BENCH_DATABASE names another database than a SQLite file of its own; it must be empty.
"""

from __future__ import annotations

import http.client
import itertools
import os
import random
import statistics
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from bot.bench import Row
from bot.bench.filling import Size, found
from bot.bench.growth import opened
from bot.bench.office import SETTINGS, THANKS
from bot.bench.processes import environment_of, free_port, program
from bot.channels.official_account.platform_side import Delivery, PlatformSide

SEED = 20261128
ESTATES = 8
SIZE = Size(buildings=30, workers=1, tickets=0, messages=0)
HOMES = 8  # people of a building, as bot/bench/filling.py names them
TIMES_ITS_SHARE = 7
A_SECOND = 15.0  # messages of an estate: with the noise more than half of what two cores can do
SECONDS, FEW_SECONDS = 20.0, 4.0  # of a turn
TURNS, FEW_TURNS = 6, 2
CONNECTIONS_EACH = 4
TELLS_EVERY = 10  # every tenth message tells a problem
NOISY = 0


@dataclass
class Estate:
    """Its people write in turn, each message new; how long each waited for his answer."""

    name: str
    waits: list[float] = field(default_factory=list)
    _numbers: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    def next(self, platform: PlatformSide, estate: int) -> Delivery:
        number = next(self._numbers)
        sender = f"{self.name}-{number % SIZE.buildings + 1}-{number % HOMES + 1}"
        where = f"{number % SIZE.buildings + 1}栋{number % 2 + 1}单元{number % 11 + 1}楼"
        text = f"{where}楼道的灯不亮了" if number % TELLS_EVERY == 0 else THANKS[number % len(THANKS)]
        return platform.text(sender, text, estate * 10**9 + number, datetime.now(UTC))


def rows(is_short: bool) -> Iterator[Row]:
    seconds, turns = (FEW_SECONDS, FEW_TURNS) if is_short else (SECONDS, TURNS)
    with tempfile.TemporaryDirectory(prefix="jianjian-noisy-") as folder, _office(Path(folder)) as port:
        district = _District(port, random.Random(SEED))
        district.turn(1.0, is_noisy=False)  # to get warm
        calm, noisy = list[list[float]](), list[list[float]]()
        for _ in range(turns):
            calm.append(district.turn(seconds, is_noisy=False))
            noisy.append(district.turn(seconds, is_noisy=True))
    for share, name, goal in ((0.99, "p99", "≤1.2"), (0.5, "p50", "")):
        ratios = [part(loud, share) / part(still, share) for still, loud in zip(calm, noisy, strict=True)]
        beside = f"calm {statistics.median(part(still, share) for still in calm) * 1000:.1f} ms"
        n = sum(len(waits) for waits in noisy)
        yield Row(f"others' {name} beside a noisy estate, times calm", _median(ratios), n, goal, beside, SEED)


def part(waits: Sequence[float], share: float) -> float:
    return sorted(waits)[int(share * (len(waits) - 1))]


def _median(ratios: Sequence[float]) -> float:
    return round(statistics.median(ratios), 2)


@contextmanager
def _office(folder: Path) -> Iterator[int]:
    """The port of a front that serves all the estates."""
    url, port = os.environ.get("JIANJIAN_BENCH_DATABASE") or f"sqlite:///{folder / 'district.db'}", free_port()
    with opened(url) as database:
        for n in range(ESTATES):
            found(database, _name(n), SIZE, datetime.now(UTC))
    with program("bot", "serve", port=port, environment=environment_of(url, folder, port)):
        yield port


def _name(estate: int) -> str:
    return f"小区{estate}"


class _District:
    def __init__(self, port: int, chance: random.Random) -> None:
        self._port, self._chance = port, chance
        self._platform = PlatformSide(SETTINGS)
        self._estates = [Estate(_name(n)) for n in range(ESTATES)]

    def turn(self, seconds: float, is_noisy: bool) -> list[float]:
        """Seconds that each message of the others waited."""
        paces = [A_SECOND * (TIMES_ITS_SHARE if is_noisy and n == NOISY else 1) for n in range(ESTATES)]
        for estate in self._estates:
            estate.waits.clear()
        speakers = [
            threading.Thread(target=self._speak, args=(n, waiting, time.perf_counter() + 0.5))
            for n, pace in enumerate(paces)
            for waiting in self._shared_out(n, pace, seconds)
        ]
        for speaker in speakers:
            speaker.start()
        for speaker in speakers:
            speaker.join()
        told = [wait for n, estate in enumerate(self._estates) for wait in estate.waits if n != NOISY]
        if len(told) < sum(int(pace * seconds) for n, pace in enumerate(paces) if n != NOISY):
            raise RuntimeError("not all were answered")
        return told

    def _shared_out(self, estate: int, pace: float, seconds: float) -> list[list[tuple[float, Delivery]]]:
        """What an estate says in a turn and when, dealt to connections enough."""
        count = int(pace * seconds)
        times = sorted(self._chance.uniform(0, seconds) for _ in range(count))
        said = [(at, self._estates[estate].next(self._platform, estate)) for at in times]
        connections = CONNECTIONS_EACH * max(1, round(pace / A_SECOND))
        return [said[n::connections] for n in range(connections)]

    def _speak(self, estate: int, waiting: Sequence[tuple[float, Delivery]], begun: float) -> None:
        """Each message at its time; who is kept waiting counts from when he wanted to speak."""
        connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=60)
        for at, delivery in waiting:
            time.sleep(max(0.0, begun + at - time.perf_counter()))
            connection.request("POST", delivery.address, delivery.body, {"Content-Type": "text/xml"})
            answer = connection.getresponse()
            answer.read()
            if answer.status != 200:
                raise RuntimeError(f"a callback was answered {answer.status}")
            self._estates[estate].waits.append(time.perf_counter() - begun - at)
        connection.close()
