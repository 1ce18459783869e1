"""The grammar: tokens that stand together make a moment, moments make phrases (from … to …, from … for so long)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple, cast

from handlers.understanding.time_tokens import Said, Token, minutes_of


class Moment(NamedTuple):
    """One point or day, as far as the words tell it."""

    said: Said
    begins: int
    stops: int


class Phrase(NamedTuple):
    """A moment with its end, where an end or a length is said."""

    start: Moment
    end: Moment | None = None
    minutes: float | None = None

    @property
    def stops(self) -> int:
        return self.end.stops if self.end else self.start.stops


_GAP = re.compile(r"[\s的,，()（）约大:]{0,3}")
_AROUND_JOINER = re.compile(r"(?:多|左右|起|开始)?[\s()（），,]{0,2}")
_BEFORE_LENGTH = re.compile(r"[^。！？!?;；\n\d]{0,12}")
_NO_LENGTH = re.compile(r"(?:了|已经?|提前|等|每|才|超过?|快|前|都|间隔|隔|晚)$")
_JOINT = re.compile("\\s?(?:[、和或及跟与,]|或者|还是|以及)\\s?")
_CLOCK = {"part", "hour", "minute", "is_exact"}
_DATES = {"day", "feast", "shift"}
_DAYS = {*_DATES, "year", "month", "year_shift", "month_shift", "weekdays", "week_shift", "edge", "days_after"}
_DAYS |= {"months_after", "is_lunar"}


def phrases(text: str, tokens: Sequence[Token]) -> list[Phrase]:
    """The phrases that the tokens make, in the order of the text."""
    items = _moments(text, tokens)
    made: list[Phrase] = []
    at = 0
    while at < len(items):
        item = items[at]
        if isinstance(item, Moment):
            phrase, at = _phrase(text, items, at)
            made.append(phrase)
        else:
            if item.kind == "lasting" and made:
                made[-1] = _lengthened(text, made[-1], item)
            at += 1
    made = _shared(text, made)
    return [phrase for phrase in made if phrase.end or not phrase.start.said.get("is_loose") or _is_placed(phrase)]


def _shared(text: str, made: list[Phrase]) -> list[Phrase]:
    """周三或周四晚上7点: the clock holds for both days."""
    shared = made[-1:]
    for phrase in reversed(made[:-1]):
        later = shared[0]
        if _is_bare_day(later) and _is_bare_clock(phrase) and _GAP.fullmatch(text, phrase.stops, later.start.begins):
            shared[0] = phrase._replace(start=_on_day(phrase.start, later.start))
            continue
        is_joint = _JOINT.fullmatch(text, phrase.stops, later.start.begins) and _is_bare_day(phrase)
        if is_joint and "hour" in later.start.said and has_day(later.start.said):
            clock = {key: value for key, value in later.start.said.items() if key in _CLOCK}
            start = phrase.start._replace(said=cast(Said, {**phrase.start.said, **clock}))
            phrase = later._replace(start=start)
        shared.insert(0, phrase)
    return shared


def _on_day(clock: Moment, day: Moment) -> Moment:
    """14:00, 周六: the day stands behind the clock."""
    return Moment(cast(Said, {**clock.said, **day.said}), clock.begins, day.stops)


def _is_bare_clock(phrase: Phrase) -> bool:
    return "hour" in phrase.start.said and not has_day(phrase.start.said)


def _is_bare_day(phrase: Phrase) -> bool:
    said = phrase.start.said
    return not phrase.end and has_day(said) and "hour" not in said and "part" not in said


def has_day(said: Said) -> bool:
    return not _DAYS.isdisjoint(said)


def _is_placed(phrase: Phrase) -> bool:
    """Whether 一点 is a clock time: a day, a part of the day or a length stands with it."""
    return "part" in phrase.start.said or has_day(phrase.start.said) or phrase.minutes is not None


def _moments(text: str, tokens: Sequence[Token]) -> list[Moment | Token]:
    items: list[Moment | Token] = []
    for token in tokens:
        last = items[-1] if items else None
        if token.kind in ("joiner", "lasting"):
            items.append(token)
            continue
        joined = _join(last.said, token.said) if isinstance(last, Moment) else None
        if isinstance(last, Moment) and joined and _GAP.fullmatch(text, last.stops, token.begins):
            items[-1] = Moment(joined, last.begins, token.stops)
        else:
            items.append(Moment(token.said, token.begins, token.stops))
    return items


def _join(before: Said, after: Said) -> Said | None:
    """Both together, or None where they speak of two times: the large comes before the small, nothing twice."""
    if "weekdays" in after and not _DATES.isdisjoint(before) and "hour" not in before:
        return before  # 12月13日(周日): the date says it all
    if before.get("weekdays") == () and after.get("weekdays"):
        before = cast(Said, {key: value for key, value in before.items() if key != "weekdays"})
    if not before.keys().isdisjoint(after) or "hour" in before or ("part" in before and has_day(after)):
        return None
    return cast(Said, {**before, **after})


def _phrase(text: str, items: Sequence[Moment | Token], at: int) -> tuple[Phrase, int]:
    """The phrase that begins with the moment at that index, and the index after it."""
    start = cast(Moment, items[at])
    joiner, end = [*items[at + 1 : at + 3], None, None][:2]
    is_range = isinstance(joiner, Token) and joiner.kind == "joiner" and isinstance(end, Moment)
    if not is_range or not isinstance(joiner, Token) or not isinstance(end, Moment):
        return Phrase(start), at + 1
    touches = _AROUND_JOINER.fullmatch(text, start.stops, joiner.begins)
    if touches and _AROUND_JOINER.fullmatch(text, joiner.stops, end.begins):
        return Phrase(start, end), at + 3
    return Phrase(start), at + 1


def _lengthened(text: str, phrase: Phrase, token: Token) -> Phrase:
    """The phrase with the length that is said after it: 3点开始两个小时."""
    is_near = _BEFORE_LENGTH.fullmatch(text, phrase.stops, token.begins)
    waits = _NO_LENGTH.search(text[phrase.stops : token.begins])
    if phrase.end or "hour" not in phrase.start.said or not is_near or waits:
        return phrase
    return Phrase(phrase.start, None, minutes_of(token.text))
