"""`bench served`: callbacks over sixteen connections to the program as it is served, beside the floor app on the same
server, in turns. One process each; the load comes from this one.

With JIANJIAN_BENCH_DATABASE, an empty PostgreSQL, also what one and two processes take in together on it, in turns.
"""

from __future__ import annotations

import http.client
import os
import statistics
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

from bot.bench import Row, office
from bot.bench.growth import opened
from bot.bench.office import Followers
from bot.bench.processes import environment_of, free_port, program
from bot.channels.official_account.platform_side import Delivery

CONNECTIONS = 16
MESSAGES, FEW_MESSAGES = 1600, 480  # a turn
TURNS, FEW_TURNS = 7, 2


@dataclass
class Turn:
    """What one turn of load met."""

    a_second: float
    seconds: list[float] = field(default_factory=list)

    def part(self, share: float) -> float:
        return sorted(self.seconds)[int(share * (len(self.seconds) - 1))]


def rows(is_short: bool) -> Iterator[Row]:
    messages, turns = (FEW_MESSAGES, FEW_TURNS) if is_short else (MESSAGES, TURNS)
    with tempfile.TemporaryDirectory(prefix="jianjian-served-") as folder:
        yield from _beside_the_floor(Path(folder), messages, turns)
        if url := os.environ.get("JIANJIAN_BENCH_DATABASE"):
            yield from _by_several(url, Path(folder), messages, turns)


def _beside_the_floor(folder: Path, messages: int, turns: int) -> Iterator[Row]:
    url, port, floor_port = f"sqlite:///{folder / 'office.db'}", free_port(), free_port()
    office.found(url).engine.dispose()
    followers = Followers()
    floor = ("bot.bench.floor", str(folder / "floor.db"), str(floor_port))
    ours, least, reports = list[Turn](), list[Turn](), list[Turn]()
    with (
        program("bot", "serve", port=port, environment=environment_of(url, folder, port)),
        program(*floor, port=floor_port, environment={}),
    ):
        for _ in range(turns):
            least.append(_load([floor_port], messages, followers.thanks))
            ours.append(_load([port], messages, followers.thanks))
            reports.append(_load([port], messages // 4, followers.report))
    ratios = [one.a_second / other.a_second for one, other in zip(ours, least, strict=True)]
    beside = f"floor app {statistics.median(turn.a_second for turn in least):.0f}/s"
    n = messages * turns
    yield Row(
        "callbacks a second (chat), times the floor app's", round(statistics.median(ratios), 2), n, "≥0.6", beside
    )
    yield Row("  callbacks a second", round(statistics.median(turn.a_second for turn in ours)), n)
    tail = statistics.median(turn.part(0.99) / turn.part(0.5) for turn in ours)
    of_floor = statistics.median(turn.part(0.99) / turn.part(0.5) for turn in least)
    yield Row("  p99, times p50", round(tail, 2), n, "≤3", f"floor app {of_floor:.2f}")
    yield Row("  p50, ms", round(statistics.median(turn.part(0.5) for turn in ours) * 1000, 1), n)
    told = statistics.median(turn.a_second for turn in reports)
    yield Row("  reports a second, each a ticket", round(told), messages // 4 * turns)


def _by_several(url: str, folder: Path, messages: int, turns: int) -> Iterator[Row]:
    with opened(url) as database:
        office.install_in(database)
    ports, followers = [free_port() for _ in range(2)], Followers()
    one, both = list[float](), list[float]()
    with ExitStack() as running:
        for port in ports:
            running.enter_context(program("bot", "serve", port=port, environment=environment_of(url, folder, port)))
        for port in ports:
            _load([port], messages // 4, followers.thanks)  # to get warm
        for _ in range(turns):
            one.append(_load(ports[:1], messages, followers.thanks).a_second)
            both.append(_load(ports, messages, followers.thanks).a_second)
    ratios = [two / single for two, single in zip(both, one, strict=True)]
    beside = f"one {statistics.median(one):.0f}/s; {os.cpu_count()} cores, of which the load takes one"
    n = messages * turns
    yield Row("callbacks a second of two processes, times one's", round(statistics.median(ratios), 2), n, "", beside)


def _load(ports: Sequence[int], messages: int, says: Callable[[], Delivery]) -> Turn:
    """So many messages over the connections, each of which waits for its answer before it sends the next."""
    waiting = iter([says() for _ in range(messages)])
    lock, seconds = threading.Lock(), list[float]()

    def speak(port: int) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        while True:
            with lock:
                delivery = next(waiting, None)
            if delivery is None:
                connection.close()
                return
            begun = time.perf_counter()
            connection.request("POST", delivery.address, delivery.body, {"Content-Type": "text/xml"})
            answer = connection.getresponse()
            answer.read()
            if answer.status != 200:
                raise RuntimeError(f"a callback was answered {answer.status}")
            seconds.append(time.perf_counter() - begun)

    threads = [threading.Thread(target=speak, args=(ports[n % len(ports)],)) for n in range(CONNECTIONS)]
    begun = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if len(seconds) < messages:
        raise RuntimeError(f"only {len(seconds)} of {messages} callbacks were answered")
    return Turn(messages / (time.perf_counter() - begun), seconds)
