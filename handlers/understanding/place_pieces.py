"""What a piece of a place says: each kind of piece has a reader that yields the fields it fills.

A reader gets the piece as matched and the fields already filled by the pieces just before it (12栋 before 3-502),
and answers with its own fields, one dict for each place (8-9栋 names two), or with nothing where it is no place.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from handlers.understanding.numerals import CHINESE, to_digits
from handlers.understanding.place_words import is_in_house

Fields = dict[str, str]
LEVELS = ("area", "building", "unit", "floor", "room", "spot")

_LABEL = re.compile(rf"[A-Za-z]?-?\d+[A-Za-z]?|[{CHINESE}]+|[A-Za-z]|[东西南北]")
_DIGITS = re.compile(r"\d+")
_PARTS = re.compile(rf"[A-Za-z]?\d+[A-Za-z]?|[A-Za-z](?=-)|(?<![\dA-Za-z])[{CHINESE}]+")
_SUFFIXES = (("floor", re.compile("[楼层fF]$")), ("unit", re.compile("单元|门|单无")), ("building", re.compile("")))
_HOUSE = re.compile("[栋幢撞座搂#]|号大?楼")


def label(said: str) -> str:
    """The name as it is kept: plain digits, or the letter in upper case."""
    found = _LABEL.search(said)
    name = found.group().replace("-", "") if found else said
    return to_digits(name) or (name.upper() if not name.isdecimal() else name)


def floor_of(room: str) -> str | None:
    """The floor that a room number implies: 502 → 5, 1603 → 16."""
    found = _DIGITS.search(room)
    digits = found.group() if found else ""
    is_telling = len(digits) in (3, 4) and not digits.startswith("0") and digits[-2:] != "00"
    return digits[:-2] if is_telling else None


def read(kind: str, said: str, before: Fields) -> list[Fields]:
    """What one piece says after the pieces before it."""
    return _READERS[kind](said, before)


def _tail(said: str, before: Fields) -> list[Fields]:
    """The number that ends an address: 大厦1203, 5楼A1203."""
    is_house = said.endswith("号") and not before
    return [] if "room" in before or is_house else [{"room": said.rstrip("室号房铺店").upper()}]


def _small(said: str, before: Fields) -> list[Fields]:
    """A short number behind a house is a stair, behind a stair or a floor a room; 14H is a room."""
    is_room = said[-1].isalpha() and said[-1].isascii() or before.keys() & {"unit", "floor"}
    return _named(said, "room" if is_room else "unit")


def _path(said: str, before: Fields) -> list[Fields]:
    building, _, rest = said.partition("-")
    field = "unit" if said.endswith("单元") else "floor"
    return [{"unit" if "building" in before else "building": label(building), field: label(rest)}]


def _named(said: str, field: str) -> list[Fields]:
    return [{field: label(said)}]


def _joined(said: str, before: Fields) -> list[Fields]:
    parts = [label(part) for part in _PARTS.findall(said)]
    last = "floor" if said.endswith("楼") else "room"
    levels = ("building", "unit", "floor", "room") if len(parts) == 4 else ("building", "unit", last)
    return [dict(zip(levels, parts, strict=False))] if len(parts) in (3, 4) and "building" not in before else []


def _paired(said: str, before: Fields) -> list[Fields]:
    parts = [label(part) for part in _PARTS.findall(said)]
    if len(parts) != 2:
        return []
    is_room = len(_DIGITS.sub("", parts[1])) < len(parts[1]) - 2
    if is_room and _is_row(*parts):
        return [{"room": parts[0]}]
    upper = next((level for level in ("building", "unit") if level not in before), "floor")
    lower = "room" if is_room or upper != "building" else "unit"
    return [{upper: parts[0], lower: parts[1]}]


def _is_row(first: str, second: str) -> bool:
    """322-324 are neighbouring rooms."""
    ends = [_DIGITS.sub("", part) for part in (first, second)]
    numbers = [int(found.group()) for part in (first, second) if (found := _DIGITS.search(part))]
    return not ends[1] and len(numbers) == 2 and numbers[0] >= 100 and 0 < numbers[1] - numbers[0] <= 20


def _listed(said: str, before: Fields) -> list[Fields]:
    field = next(name for name, mark in _SUFFIXES if mark.search(said))
    names = [to_digits(name) or name for name in re.findall(rf"\d+|[{CHINESE}]+|[A-Z]\d?", said)]
    if _is_path(said, names, before, field):
        return [{"building": names[0], field: names[1]}]
    return [{field: name} for name in names]


def _is_path(said: str, names: list[str], before: Fields, field: str) -> bool:
    """13-2单元 goes down from building to unit; 1-3单元 and 3-5楼 are ranges."""
    if field == "building" or len(names) != 2 or "-" not in said or "building" in before:
        return False
    return not (names[0].isdecimal() and names[1].isdecimal()) or int(names[0]) >= int(names[1])


def _building(said: str, before: Fields) -> list[Fields]:
    is_count = said[0] in "两俩"
    is_stair = said[1:] == "座" and "building" in before
    return [] if is_count else _named(said, "unit" if is_stair else "building")


def _unit(said: str, before: Fields) -> list[Fields]:
    is_sure = "单" in said or "洞" in said or "building" in before
    return _named(said, "unit") if is_sure else []


def _below(said: str, before: Fields) -> list[Fields]:
    found = re.search(r"\d|[一二三四五]", said)
    return [{"floor": f"-{to_digits(found.group())}"}] if found else []


def _suffixed(said: str, before: Fields) -> list[Fields]:
    name = label(said)
    is_room = said[-1] != "号" or len(_DIGITS.sub("", name)) + 3 <= len(name) or "unit" in before
    if is_room:
        return [{"room": name}] if len(name) > 2 or before else []
    return [{"unit": name}] if "building" in before else []


def _bare(said: str, before: Fields) -> list[Fields]:
    is_after = any(level in before for level in ("building", "unit", "floor"))
    return [{"room": label(said)}] if is_after else []


_READERS: dict[str, Callable[[str, Fields], list[Fields]]] = {
    "joined": _joined,
    "paired": _paired,
    "listed": _listed,
    "building": _building,
    "unit": _unit,
    "door": lambda said, before: _named(said, "unit"),
    "lone": lambda said, before: _bare(said, before) or [{"room": label(said)}],
    "below": _below,
    "floor": lambda said, before: [{"floor": label(said.rstrip("fF"))}],
    "suffixed": _suffixed,
    "bare": _bare,
    "area": lambda said, before: [{"area": said}],
    "spot": lambda said, before: [{"spot": said}],
    "lane": lambda said, before: [] if "building" in before else _named(said, "building"),
    "house": lambda said, before: [] if "building" in before else _named(said, "building"),
    "stall": lambda said, before: _named(said, "unit"),
    "block": lambda said, before: [{"building": said[0].upper(), "room": said[1:]}],
    "row": lambda said, before: _named(said, "building"),
    "path": _path,
    "tail": _tail,
    "small": _small,
}

__all__ = ["LEVELS", "Fields", "floor_of", "is_in_house", "label", "read"]
