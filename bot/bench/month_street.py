"""The street of `bench month`: ten estates with ten buildings each, its people, and what they say in a month.

Everything follows from the seed. What residents say are sentences of the project's judging corpus, which nothing was
learnt from; the pairs of tests/sentences say which reports tell the same matter.
"""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from bot.bench import scores
from handlers.message import Message
from models.setup import BuildingPlan, EstatePlan, GroupPlan, MemberPlan, RolePlan, RoomPlan

ZONE = ZoneInfo("Asia/Shanghai")
BEGINS = datetime(2026, 4, 20, 6, 0, tzinfo=ZONE)  # 1 May's days off and the make-up day before them lie in it
BUILDINGS, UNITS, FLOORS = 10, 3, 20
PAIRED, JOINED = 0.25, 0.15  # of what is reported: told as one of a pair; joined by neighbours' 我家也是
ALSO = ("我家也是", "我们家也是这样", "+1", "同，我这边也是", "我也遇到了")


@dataclass(frozen=True)
class Told:
    """A message and the event that it tells; None where it tells none."""

    message: Message
    event: int | None = None


@dataclass(frozen=True)
class Size:
    estates: int
    days: int
    messages: int
    share_of_reports: float = 0.03


FULL, SHORT = Size(10, 30, 60_000), Size(1, 8, 1_600)


def estate_name(number: int) -> str:
    return f"第{number + 1}小区"


def group_name(number: int, building: int) -> str:
    return f"{estate_name(number)}{building}栋群"


def plan_of(number: int) -> EstatePlan:
    """An estate: three households of a floor and unit, a leader for each building, two grid workers, the community."""
    homes = sorted(_homes())
    residents = [
        MemberPlan(f"e{number}-{home}", home, home, _leads(home), accounts=(("web", f"e{number}-{home}"),))
        for home in homes
    ]
    halves = (range(1, BUILDINGS // 2 + 1), range(BUILDINGS // 2 + 1, BUILDINGS + 1))
    workers = [
        MemberPlan(
            worker_of(number, half[0]), f"网格员{n + 1}", None, tuple(RolePlan("grid_worker", str(b)) for b in half)
        )
        for n, half in enumerate(halves)
    ]
    office = MemberPlan(f"e{number}-office", "社区小田", None, (RolePlan("community_staff"),))
    return EstatePlan(
        name=estate_name(number),
        buildings=tuple(
            BuildingPlan(str(b), tuple(str(u) for u in range(1, UNITS + 1)), FLOORS) for b in range(1, BUILDINGS + 1)
        ),
        members=(*residents, *workers, office),
        groups=tuple(GroupPlan(group_name(number, b), (str(b),)) for b in range(1, BUILDINGS + 1)),
        rooms=(RoomPlan("活动室"),),
    )


def worker_of(number: int, building: int) -> str:
    """The key and address of the grid worker of a building."""
    return f"e{number}-worker{1 if building <= BUILDINGS // 2 else 2}"


def _homes() -> set[str]:
    every = (
        f"{b}-{u}-{floor}0{flat}"
        for b in range(1, BUILDINGS + 1)
        for u in range(1, UNITS + 1)
        for floor in range(1, FLOORS + 1)
        for flat in (1, 2)
    )
    return set(every)


def _leads(home: str) -> tuple[RolePlan, ...]:
    building, _, room = home.partition("-")
    return (RolePlan("building_leader", building),) if room == "1-101" else ()


class Talk:
    """What is said in the street, out of the corpus in a folder (tests/sentences)."""

    def __init__(self, corpus: Path, size: Size, seed: int) -> None:
        self._random = random.Random(seed)
        self._size = size
        said = scores.read(corpus / "judge")
        self._chat = [m["text"] for m in said if m["intents"] in (["chat"], ["question"])]
        self._reports = [m["text"] for m in said if _is_plain_report(m)]
        pairs = [json.loads(line) for line in (corpus / "pairs.jsonl").read_text("utf-8").splitlines()]
        self._pairs = [pair for pair in pairs if _is_usable(pair)]
        self._homes = sorted(_homes())
        self._events = 0
        self._count = 0

    def messages(self) -> list[Told]:
        """Everything that residents say, in the order of time."""
        reports = round(self._size.messages * self._size.share_of_reports)
        told: list[Told] = []
        while len(told) < reports:
            told += self._paired() if self._random.random() < PAIRED else self._single()
        told += [self._chatter() for _ in range(self._size.messages - len(told))]
        return sorted(told, key=lambda one: one.message.at)

    def _single(self) -> Iterator[Told]:
        estate, home, at = self._somebody()
        event = self._event()
        yield self._says(estate, home, at, self._random.choice(self._reports), event)
        if self._random.random() < JOINED:
            for minutes in sorted(self._random.sample(range(2, 28), self._random.choice((1, 1, 2)))):
                other = self._neighbour(home)
                yield self._says(estate, other, at + timedelta(minutes=minutes), self._random.choice(ALSO), event)

    def _paired(self) -> Iterator[Told]:
        pair = self._random.choice(self._pairs)
        estate, _, at = self._somebody()
        apart = datetime.fromisoformat(pair["b"]["at"]) - datetime.fromisoformat(pair["a"]["at"])
        first = self._event()
        second = first if pair["same"] else self._event()
        yield self._says(estate, pair["a"]["household"], at, pair["a"]["text"], first)
        yield self._says(estate, pair["b"]["household"], at + abs(apart), pair["b"]["text"], second)

    def _chatter(self) -> Told:
        estate, home, at = self._somebody()
        return self._says(estate, home, at, self._random.choice(self._chat), None)

    def _somebody(self) -> tuple[int, str, datetime]:
        """(estate, home, time): people talk from half past six to half past eleven, most in the evening."""
        day = BEGINS.replace(hour=0) + timedelta(days=self._random.randrange(self._size.days))
        hour = min(max(self._random.gauss(*self._random.choice(((8.5, 1.5), (13, 2), (20, 2)))), 6.5), 23.4)
        at = day + timedelta(hours=hour, seconds=self._random.randrange(60))
        return self._random.randrange(self._size.estates), self._random.choice(self._homes), max(at, BEGINS)

    def _neighbour(self, home: str) -> str:
        building = home.partition("-")[0]
        return self._random.choice([one for one in self._homes if one.startswith(f"{building}-") and one != home])

    def _event(self) -> int:
        self._events += 1
        return self._events

    def _says(self, estate: int, home: str, at: datetime, text: str, event: int | None) -> Told:
        self._count += 1
        sender = f"e{estate}-{home}"
        group = group_name(estate, int(home.partition("-")[0]))
        return Told(Message("web", "month", f"m{self._count}", sender, at, text, home, group), event)


def _is_plain_report(message: dict[str, Any]) -> bool:
    """One problem, and no building: the group's is meant."""
    issues = message.get("issues") or []
    return message["intents"] == ["issue"] and len(issues) == 1 and "building" not in issues[0].get("place", {})


def _is_usable(pair: dict[str, Any]) -> bool:
    """Both households are flats of the street."""
    return {pair["a"]["household"], pair["b"]["household"]} <= _homes()
