"""Is the second of two reports the same matter as the first? Labelled pairs, each played through the whole pipeline."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from bot.bench import Row
from bot.commands.replay import outcome_of
from bot.estate_files import plan_of
from bot.transcript import Transcript, message_of

GROUP = "业主群"


def rows(file: Path) -> Iterator[Row]:
    """How often a report joined a ticket rightly, and how many of those that belonged together did."""
    marks = Counter(mark for _, mark in judged(file))
    joined, together = marks["hit"] + marks["wrong"], marks["hit"] + marks["missed"]
    every = sum(marks.values())
    heard = every - marks["unheard"]
    yield Row("same matter: joined rightly", round(marks["hit"] / max(1, joined), 3), joined)
    yield Row("same matter: found of those that are", round(marks["hit"] / max(1, together), 3), together)
    yield Row("same matter: pairs of which both were heard", round(heard / max(1, every), 3), every)


def judged(file: Path) -> Iterator[tuple[dict[str, Any], str]]:
    """Each pair with hit, wrong, missed, apart (rightly two), or unheard (one of them opened nothing)."""
    for line in file.read_text("utf-8").splitlines():
        pair = json.loads(line)
        yield pair, _mark(pair, outcome_of(file, _transcript(pair)))


def _mark(pair: dict[str, Any], outcome: dict[str, Any]) -> str:
    tickets = [set(ticket["messages"]) for ticket in outcome["tickets"]]
    if not all(any(name in told for told in tickets) for name in ("a", "b")):
        return "unheard"
    if any({"a", "b"} <= told for told in tickets):
        return "hit" if pair["same"] else "wrong"
    return "missed" if pair["same"] else "apart"


def _transcript(pair: dict[str, Any]) -> Transcript:
    names = {"a": pair["a"]["household"], "b": pair["b"]["household"]}
    people = {home: f"u{home}" for home in names.values()}
    estate = {
        "name": "试验小区",
        "groups": [{"name": GROUP, "buildings": pair["buildings"]}],
        "buildings": [_building(name) for name in pair["buildings"]],
        "members": [{"id": who, "name": home, "household": home} for home, who in people.items()],
    }
    told = [{"id": k, "sender": people[names[k]], "name": names[k], "group": GROUP, **pair[k]} for k in names]
    messages = tuple(message_of(row, row["id"]) for row in told)
    return Transcript(plan_of(estate, pair["id"]), messages[-1].at, messages)


def _building(name: str) -> dict[str, Any]:
    return {"name": name, "units": [str(unit) for unit in range(1, 7)], "floors": 33}
