"""Within what time a matter must be taken up and answered: the table of service_times.toml."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from typing import Any

from config import HERE

_SPAN = re.compile(r"(\d{1,3})([hd])")


@dataclass(frozen=True)
class Length:
    """So many hours by the clock, or so many working days."""

    hours: int = 0
    working_days: int = 0


@dataclass(frozen=True)
class ServiceTimes:
    dispatch: Length  # until somebody takes it up
    answer: Length  # until it is settled or refused with a reason


@dataclass(frozen=True)
class Paging:
    """How an emergency calls: minutes between two calls, calls before others are called too, calls at most."""

    minutes: int
    alone: int
    most: int


@cache
def times_for(category: str, urgency: str) -> ServiceTimes:
    """The service times of a matter. Raises ValueError where the table has a length that is none."""
    fits = (line for line in _table()["line"] if _fits(line, category, urgency))
    line = next(fits)
    return ServiceTimes(_length(line["dispatch"]), _length(line["answer"]))


@cache
def paging() -> Paging:
    return Paging(**_table()["paging"])


@cache
def _table() -> dict[str, Any]:
    return tomllib.loads((HERE / "service_times.toml").read_text("utf-8"))


def _fits(line: dict[str, Any], category: str, urgency: str) -> bool:
    return line.get("urgency", urgency) == urgency and category in line.get("categories", [category])


def _length(said: str) -> Length:
    found = _SPAN.fullmatch(said)
    if found is None:
        raise ValueError(f"service_times.toml: {said!r} is no length like 2h or 7d")
    number = int(found[1])
    return Length(hours=number) if found[2] == "h" else Length(working_days=number)
