"""Which problems a message tells: one or two, of which category, how urgent, and where each one is."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from heapq import nlargest
from itertools import combinations
from typing import NamedTuple

from config.categories import categories
from handlers.understanding.clauses import Clause, split_clauses
from handlers.understanding.danger import CATEGORIES, emergencies_in
from handlers.understanding.hearing import Hearing, Margins, Weighed

CATEGORY = "category:"
URGENCY = "urgency:"
SEVERAL = "issue:several"  # the label of messages that tell more than one problem

# The margin of an emergency, by whether the chat is listened to all day. Alone, a page too many is cheaper than one too
# few; in a chat a second voice soon says what the first did not.
EMERGENCY = {True: 0.0, False: -0.6}
NEVER = -99.0
_CATEGORIES = tuple(CATEGORY + code for code in categories())
NO_HINT = -2.0  # below this margin of SEVERAL nothing hints at two problems, and the clauses are not weighed
# Whether there are two: how surely the message sounds like it, how sure two of its clauses are of different
# categories and of telling a problem, and how many clauses there are. Fitted on the developing split.
_TWO_SOUNDS, _TWO_CATEGORIES, _TWO_PROBLEMS, _TWO_CLAUSES = 1.0, 0.5, 0.13, 0.15
_TWO_PLACES = 3.0  # two units or buildings are named
# By whether the message comes out of a chat that is listened to all day: there one ticket too many annoys a group.
_TWO_BAR = {True: 2.6, False: 0.0}


class Told(NamedTuple):
    """A stretch [begins, stops) of the text that tells one problem."""

    category: str
    urgency: str
    begins: int
    stops: int


class _Part(NamedTuple):
    clause: Clause
    weighed: Weighed
    category: str  # its likeliest
    margin: float


def tell_problems(heard: Hearing, weigh: Callable[[str], Weighed], is_pipeline: bool) -> list[Told]:
    """The problems of a message that is known to tell one or more. `weigh` gives the margins of a part of it."""
    text, margins = heard.text, heard.kinds
    two_places = _names_two_places(heard)
    clauses = split_clauses(text) if two_places or margins[SEVERAL] > NO_HINT else []
    if len(clauses) > 1:
        parts = [_part(clause, weigh(clause.text)) for clause in clauses]
        sure = _tells_two(parts, margins) + _TWO_PLACES * two_places
        if sure > _TWO_BAR[is_pipeline]:
            return _two(text, parts, margins, weigh, is_pipeline)
    return [Told(category_of(text, margins, is_pipeline), urgency_of(margins, is_pipeline), 0, len(text))]


def best_categories(margins: Margins, most: int = 1) -> list[str]:
    """The likeliest categories, the likeliest first."""
    labels = nlargest(most, _CATEGORIES, key=margins.__getitem__)
    return [label.removeprefix(CATEGORY) for label in labels]


def _part(clause: Clause, weighed: Weighed) -> _Part:
    (category,) = best_categories(weighed.kinds)
    return _Part(clause, weighed, category, weighed.kinds[CATEGORY + category])


def _tells_two(parts: Sequence[_Part], margins: Margins) -> float:
    pairs = [(one, other) for one, other in combinations(parts, 2) if one.category != other.category]
    if not pairs:
        return NEVER
    categories = max(min(one.margin, other.margin) for one, other in pairs)
    problems = max(min(one.weighed.issue, other.weighed.issue) for one, other in pairs)
    sure = _TWO_SOUNDS * margins[SEVERAL] + _TWO_CATEGORIES * categories + _TWO_PROBLEMS * problems
    return sure + _TWO_CLAUSES * len(parts)


def _names_two_places(heard: Hearing) -> bool:
    named = {(span.place.building, span.place.unit) for span in heard.places if span.place.building or span.place.unit}
    return len(named) > 1


def _two(
    text: str, parts: Sequence[_Part], margins: Margins, weigh: Callable[[str], Weighed], is_pipeline: bool
) -> list[Told]:
    """The two likeliest categories of the message, each where the clause stands that tells it best."""
    chosen = best_categories(margins, 2)
    best = {name: max(parts, key=lambda part: part.weighed.kinds[CATEGORY + name]).clause for name in chosen}
    first, second = sorted(chosen, key=lambda name: best[name].begins)
    if best[first] == best[second]:
        return [Told(name, urgency_of(margins, is_pipeline), 0, len(text)) for name in chosen]
    edge = best[second].begins
    return [
        Told(first, urgency_of(weigh(text[:edge]).kinds, is_pipeline), 0, edge),
        Told(second, urgency_of(weigh(text[edge:]).kinds, is_pipeline), edge, len(text)),
    ]


def category_of(text: str, margins: Margins, is_pipeline: bool) -> str:
    """A present danger to life names its category; else the weights do."""
    if margins[f"{URGENCY}emergency"] > EMERGENCY[is_pipeline]:
        named = [CATEGORIES[name] for name in emergencies_in(text) if name in CATEGORIES]
        if len(set(named)) == 1:
            return named[0]
    return best_categories(margins)[0]


def urgency_of(margins: Margins, is_pipeline: bool) -> str:
    """The urgency that the weights hear; the rules of `danger` are among their features."""
    if margins[f"{URGENCY}emergency"] > EMERGENCY[is_pipeline]:
        return "emergency"
    return "urgent" if margins[f"{URGENCY}urgent"] > 0 else "normal"
