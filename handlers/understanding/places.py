"""Where: the places that a message names, and which of them a clause is about."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from handlers.understanding.meaning import PLACE_FIELDS, Place
from handlers.understanding.place_addresses import WEAK, hide_roads, is_address
from handlers.understanding.place_doubts import is_doubtful
from handlers.understanding.place_pieces import LEVELS, Fields, floor_of, is_in_house, read
from handlers.understanding.place_words import pieces

_HINT = re.compile(
    r"[\d栋幢楼层室单元门区期库负座口场园广厅间站道路堂亭坛棚房池馆院墙校边架顶台棋厕桥室所林地工驿菜超公游花草]"
)
_BETWEEN = re.compile(r"[\s\-—_,，、。的在/()（）]{0,3}")
_NARROW = re.compile(r"[\s\-—_的/()]{0,2}")
NOWHERE = Place()
_STRUCTURE = ("building", "unit", "floor", "room")


@dataclass(frozen=True)
class PlaceSpan:
    """A place as one stretch of text tells it."""

    place: Place
    begins: int
    stops: int


def find_places(text: str) -> tuple[PlaceSpan, ...]:
    """Every place that the normalised text names, in its order. Parts that stand together are one place."""
    if not _HINT.search(text):
        return ()
    runs: list[_Run] = []
    for kind, match in _pieces(text):
        _take(runs, kind, match)
    return tuple(span for run in runs for span in run.spans())


def _pieces(text: str) -> list[tuple[str, re.Match[str]]]:
    """What stands in the text, without the numbers that only look like places."""
    if is_address(text):
        found = [(m.lastgroup or "", m) for m in pieces(is_postal=True).finditer(hide_roads(text))]
        is_named = any(kind in ("building", "joined") for kind, _ in found)
        return [(kind, m) for kind, m in found if not (is_named and kind in WEAK)]
    found = [(m.lastgroup or "", m) for m in pieces().finditer(text)]
    return [(kind, m) for kind, m in found if kind == "spot" or not is_doubtful(kind, m)]


def merge(spans: Sequence[PlaceSpan]) -> Place:
    """The first place that the spans name, filled with what later spans add without contradicting it."""
    place = spans[0].place if spans else NOWHERE
    for span in spans[1:]:
        if place.building and span.place.building and span.place.building != place.building:
            break
        if _agrees(place, span.place):
            place = _filled(place, span.place, PLACE_FIELDS)
    return place


def places_for(spans: Sequence[PlaceSpan], begins: int, stops: int) -> Place:
    """The place of the clause [begins, stops), given all places of the message.

    What the clause says itself wins. What is missing above it (7栋 … 4楼) comes from the nearest clause before, else
    after; a clause that names nothing is about the place told before. A spot outside the houses needs no building.
    """
    own = merge([span for span in spans if begins <= span.begins < stops])
    before = [span.place for span in spans if span.begins < begins]
    after = [span.place for span in spans if span.begins >= stops]
    if own.spot and not _has_structure(own) and not is_in_house(own.spot):
        return own
    if not own and before:
        own, before = _last_group(before), []
    for other in [*reversed(before), *after]:
        wanted = _above(own)
        if not wanted:
            break
        own = _filled(own, other, wanted)
    return own


def _last_group(places: list[Place]) -> Place:
    """The place told last, with the levels above it from earlier."""
    place = places[-1]
    for other in reversed(places[:-1]):
        place = _filled(place, other, _above(place))
    return place


def _has_structure(place: Place) -> bool:
    return any(getattr(place, level) for level in _STRUCTURE)


def _above(place: Place) -> tuple[str, ...]:
    """The levels above the highest that the place has; all of them for no place, and none above a building."""
    if place.building:
        return ()
    said = next((LEVELS.index(level) for level in LEVELS[1:5] if getattr(place, level)), 5)
    return LEVELS[:said]


def _agrees(place: Place, other: Place) -> bool:
    """Whether the other says nothing against the place, but for a floor that was only derived."""
    both = ((name, getattr(place, name), getattr(other, name)) for name in _STRUCTURE)
    return all(not a or not b or a == b or name in place.inferred for name, a, b in both)


def _filled(place: Place, other: Place, wanted: Sequence[str]) -> Place:
    found = {name: getattr(other, name) for name in wanted if getattr(other, name) and not getattr(place, name)}
    if not found:
        return place
    return replace(place, **found, inferred=place.inferred | (other.inferred & found.keys()))


class _Run:
    """Pieces that stand together; a list of numbers (8-9栋) makes it several places."""

    def __init__(self, begins: int) -> None:
        self.begins = begins
        self.stops = begins
        self.tells: list[Fields] = [{}]

    def takes(self, said: list[Fields], stops: int) -> None:
        self.tells = [*self.tells[:-1], *({**self.tells[-1], **fields} for fields in said)]
        self.stops = stops

    def spans(self) -> list[PlaceSpan]:
        return [PlaceSpan(_place(fields), self.begins, self.stops) for fields in self.tells if fields]


def _take(runs: list[_Run], kind: str, match: re.Match[str]) -> None:
    """Adds a piece to the run that it continues, or begins a new one."""
    last = runs[-1] if runs else None
    gap = _NARROW if kind in ("bare", "lone", "suffixed", "tail") else _BETWEEN
    if last and gap.fullmatch(match.string, last.stops, match.start()):
        said = read(kind, match.group(), last.tells[-1])
        if said and _continues(last.tells[-1], said[0]):
            last.takes(said, match.end())
            return
    said = read(kind, match.group(), {})
    if said:
        runs.append(_Run(match.start()))
        runs[-1].takes(said, match.end())


def _continues(before: Fields, said: Fields) -> bool:
    """A place is told from the large to the small, but a spot or an area stands anywhere."""
    if not said or any(level in before for level in said):
        return False
    ranks = [LEVELS.index(level) for level in said if level not in ("spot", "area")]
    placed = [LEVELS.index(level) for level in before if level not in ("spot", "area")]
    return not ranks or not placed or max(placed) < min(ranks)


def _place(fields: Fields) -> Place:
    floor = None if "floor" in fields else floor_of(fields.get("room", ""))
    derived = {"floor": floor} if floor else {}
    return Place(**fields, **derived, inferred=frozenset(derived))
