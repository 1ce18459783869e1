"""The scenarios of faults by their names, each with how often it breaks something in its short and its long form."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from tests.faults import database_dies, junk, kills, races, weather
from tests.faults.played import Played


@dataclass(frozen=True)
class Scenario:
    """`play` takes a seed, a number of faults, a folder of its own and the kind of database. `short` and `long`: the
    number of faults by kind; a kind that is absent is not played."""

    play: Callable[[int, int, Path, str], Played]
    short: dict[str, int]
    long: dict[str, int]


SCENARIOS: dict[str, Scenario] = {
    "junk": Scenario(junk.play, {"sqlite": 1200}, {"sqlite": 12_000}),
    "weather": Scenario(weather.play, {"sqlite": 4}, {"sqlite": 60, "postgresql": 20}),
    "races": Scenario(races.play, {}, {"sqlite": 100, "postgresql": 100}),
    "restarts": Scenario(database_dies.restarts, {"postgresql": 2}, {"postgresql": 40}),
    "failover": Scenario(database_dies.failover, {"postgresql": 1}, {"postgresql": 20}),
    "kills": Scenario(kills.play, {"sqlite": 30, "postgresql": 20}, {"sqlite": 1000, "postgresql": 300}),
}
