"""The words we know, and where a text holds them.

A term has one to four characters and one or more tags: `elevator.things`, `elevator.faults`, `thanks`. Terms are
looked up at every position of the text, so that it does not matter how the text is cut into words.
"""

from __future__ import annotations

import tomllib
from functools import cache
from importlib import resources
from operator import add
from typing import NamedTuple

LONGEST = 4


class Hit(NamedTuple):
    """A term found in the text at [begins, stops)."""

    begins: int
    stops: int
    tags: tuple[str, ...]

    def as_place(self) -> Hit:
        """The same term where it only says where something is."""
        return Hit(self.begins, self.stops, tuple(f"at.{tag}" for tag in self.tags))


def read_table(name: str) -> dict[str, object]:
    """A TOML table of config/lexicon."""
    return tomllib.loads((resources.files("config") / "lexicon" / f"{name}.toml").read_text("utf-8"))


def _flat(table: dict[str, object], prefix: str = "") -> dict[str, str]:
    flat: dict[str, str] = {}
    for key, value in table.items():
        name = f"{prefix}{key}"
        flat |= _flat(value, f"{name}.") if isinstance(value, dict) else {name: str(value)}
    return flat


@cache
def terms() -> dict[str, tuple[str, ...]]:
    """Every term with its tags."""
    known: dict[str, tuple[str, ...]] = {}
    for table in ("issues", "signals"):
        for tag, words in _flat(read_table(table)).items():
            for word in words.split():
                known[word] = (*known.get(word, ()), tag)
    return known


def find_terms(text: str) -> list[Hit]:
    """The terms in the text, each where it stands first. Signals within a longer term are none: 不 of 不亮 denies nothing."""
    known = terms()
    pairs = list(map(add, text, text[1:]))
    threes = list(map(add, pairs, text[2:]))
    said = known.keys() & {*text, *pairs, *threes, *map(add, threes, text[3:])}
    hits = [Hit(begins := text.find(term), begins + len(term), known[term]) for term in said]
    hits.sort(key=lambda hit: (hit.begins, -hit.stops))
    kept: list[Hit] = []
    reached = 0
    for hit in hits:
        if hit.stops > reached or any("." in tag for tag in hit.tags):
            kept.append(hit)
        reached = max(reached, hit.stops)
    return kept
