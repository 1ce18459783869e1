"""Which problems a message tells: one or several, of which category, how urgent, and where each one is."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from handlers.understanding.clauses import Clause
from handlers.understanding.danger import CATEGORIES, emergencies_in

CATEGORY = "category:"
URGENCY = "urgency:"
SEVERAL = "issue:several"  # the label of messages that tell problems of several categories

# How sure a clause must be of its category, the message of it, and the clause of telling a problem, to stand alone:
# less so where the whole message sounds like several problems.
_BARS = {True: (-1.0, -1.5, -9.0), False: (-0.5, -1.0, -2.0)}
_SOUNDS_SEVERAL = -0.5
_MOST = 3
NO_HINT = -3.0  # below this margin nothing hints at several problems, and the clauses are not weighed

Margins = Mapping[str, float]


class Told(NamedTuple):
    """A stretch [begins, stops) of the text that tells one problem."""

    category: str
    urgency: str
    begins: int
    stops: int


class _Part(NamedTuple):
    clause: Clause
    category: str
    margin: float


def best_category(margins: Margins) -> tuple[str, float]:
    """The likeliest category and its margin."""
    label = max((label for label in margins if label.startswith(CATEGORY)), key=margins.__getitem__)
    return label.removeprefix(CATEGORY), margins[label]


def tell_problems(
    text: str, clauses: Sequence[Clause], margins: Margins, weigh: Callable[[str], Margins]
) -> list[Told]:
    """The problems of a message that is known to tell one or more. `weigh` gives the margins of a part of it."""
    parts = _parts(clauses, margins, weigh) if len(clauses) > 1 and margins[SEVERAL] > NO_HINT else []
    if len(parts) < 2:
        return [Told(category_of(text, margins), urgency_of(margins), 0, len(text))]
    return _stretch(parts, text, weigh)


def _parts(clauses: Sequence[Clause], margins: Margins, weigh: Callable[[str], Margins]) -> list[_Part]:
    """The first clause of every category that stands alone, in the order of the text."""
    sure, whole, told = _BARS[margins[SEVERAL] > _SOUNDS_SEVERAL]
    found: dict[str, _Part] = {}
    for clause in clauses:
        own = weigh(clause.text)
        category, margin = best_category(own)
        if margin > sure and own["issue"] > told and margins[CATEGORY + category] > whole:
            found.setdefault(category, _Part(clause, category, margin))
    return sorted(found.values(), key=lambda part: -margins[CATEGORY + part.category])[:_MOST]


def _stretch(parts: list[_Part], text: str, weigh: Callable[[str], Margins]) -> list[Told]:
    """Every problem reaches to where the next begins."""
    parts = sorted(parts, key=lambda part: part.clause.begins)
    edges = [0, *(part.clause.begins for part in parts[1:]), len(text)]
    return [
        Told(part.category, urgency_of(weigh(text[begins:stops])), begins, stops)
        for part, begins, stops in zip(parts, edges, edges[1:], strict=False)
    ]


def category_of(text: str, margins: Margins) -> str:
    """A present danger to life names its category; else the model does."""
    if margins[f"{URGENCY}emergency"] > 0:
        named = [CATEGORIES[name] for name in emergencies_in(text) if name in CATEGORIES]
        if len(set(named)) == 1:
            return named[0]
    return best_category(margins)[0]


def urgency_of(margins: Margins) -> str:
    """The urgency that the model hears; the rules of `danger` are among its features."""
    if margins[f"{URGENCY}emergency"] > 0:
        return "emergency"
    return "urgent" if margins[f"{URGENCY}urgent"] > 0 else "normal"
