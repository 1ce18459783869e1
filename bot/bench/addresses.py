"""How well places are found on delivery addresses: F1 of building, unit, floor and room.

FILE holds JSON Lines {"text", "spans": [[kind, begins, stops], …]}; houseno is the building, cellno the unit, floorno
the floor and roomno the room. A floor that was only derived from a room is left out of the count.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from handlers.understanding.meaning import Place
from handlers.understanding.normal import normalise
from handlers.understanding.place_pieces import label
from handlers.understanding.places import find_places, merge

FIELDS = {"houseno": "building", "cellno": "unit", "floorno": "floor", "roomno": "room"}
BELOW = ("负", "B", "b", "-", "地下")


def measure(path: str | Path) -> dict[str, float]:
    """Precision, recall and F1 over the four fields, and F1 of each."""
    counts: Counter[tuple[str, str]] = Counter()
    for _, gold, found in _rows(path):
        for field in FIELDS.values():
            counts.update((field, what) for what in _outcome(gold.get(field), found.get(field)))
    every: Counter[str] = Counter()
    for (_, what), n in counts.items():
        every[what] += n
    by_field = {f"f1_{f}": _f1({w: counts[f, w] for w in ("hit", "false", "missed")}) for f in FIELDS.values()}
    precision = every["hit"] / max(1, every["hit"] + every["false"])
    recall = every["hit"] / max(1, every["hit"] + every["missed"])
    return {"precision": precision, "recall": recall, "f1": _f1(every), **by_field}


def said(place: Place) -> dict[str, str]:
    """The fields that the text itself names."""
    return {f: v for f, v in place.as_dict().items() if f not in place.inferred and f in FIELDS.values()}


def _rows(path: str | Path) -> Iterator[tuple[str, dict[str, str], dict[str, str]]]:
    with open(path, encoding="utf-8") as lines:
        for line in lines:
            row = json.loads(line)
            gold: dict[str, str] = {}
            for kind, begins, stops in row["spans"]:
                if kind in FIELDS:
                    gold.setdefault(FIELDS[kind], _gold(kind, row["text"][begins:stops]))
            yield row["text"], gold, said(merge(find_places(normalise(row["text"]))))


def _gold(kind: str, text: str) -> str:
    name = label(normalise(text))
    name = name.removesuffix("F") if kind == "floorno" else name
    return f"-{name}" if kind == "floorno" and text.startswith(BELOW) and name.isdecimal() else name


def _outcome(gold: str | None, found: str | None) -> list[str]:
    if gold == found:
        return ["hit"] if gold else []
    return [what for what, value in (("missed", gold), ("false", found)) if value]


def _f1(counts: dict[str, int] | Counter[str]) -> float:
    hits = 2 * counts["hit"]
    return hits / max(1, hits + counts["false"] + counts["missed"])
