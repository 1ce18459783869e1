"""When: the times that a message names, resolved against the moment it was written.

What is asked or planned lies ahead. Times gone by (昨天, 上周三, 两天前) and habits (天天) are not returned. Whether a time
matters (今晚加班 names one and plans nothing) is for the caller to say, who knows the intent.

A bare hour means the day: 1 to 6 are afternoon, 7 to 12 stand as they are when a day is said; with no day, the next of
7:00 to 21:59 that lies ahead, so 7点 said at three is this evening's, and said at nine in the evening tomorrow morning's.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from typing import NamedTuple

from handlers.understanding.meaning import TimeSpan
from handlers.understanding.places import PlaceSpan
from handlers.understanding.time_clock import hour_of, hour_until, part_begins, part_stops
from handlers.understanding.time_days import days_of
from handlers.understanding.time_moments import Moment, Phrase, has_day, phrases
from handlers.understanding.time_tokens import Said, tokens

_PLAIN_PARTS = ("上午", "中午", "下午", "傍晚", "晚上")  # alone, 半夜 and 早上 tell of habits
_VAGUE = {"feast", "edge", "month", "month_shift"}  # a day only spoken of, where a clock time says what is meant
_UNTIL = re.compile("(?<![改挪换迟延调移])[到至]$")
_ONE_DAY = timedelta(days=1)
_SAME_HOURS = re.compile(r"的?(?:还是)?(?:同一|同样|一样|同|相同)个?的?(?:时间|时段|钟点|时候|点)")


class _Known(NamedTuple):
    """The moment of writing, and the day that the message spoke of last."""

    now: datetime
    day: date | None = None
    hour: int | None = None
    part: str | None = None  # of that day, as long as no clock time went with it

    @property
    def today(self) -> date:
        return self.now.date()


def find_times(text: str, now: datetime, places: Sequence[PlaceSpan] = ()) -> tuple[TimeSpan, ...]:
    """Every time ahead that the normalised text names, in its order. What belongs to one of the `places` is none."""
    taken = [(p.begins, p.stops) for p in places if p.place.building or p.place.unit or p.place.floor or p.place.room]
    found = [t for t in tokens(text) if not any(begins <= t.begins < stops for begins, stops in taken)]
    if not found:
        return ()
    known = _Known(now.replace(second=0, microsecond=0))
    spans: list[TimeSpan] = []
    vague: list[TimeSpan] = []
    for phrase in phrases(text, found):
        resolved = list(_spans(phrase, known))
        _append(spans, resolved, phrase, text)
        vague += resolved if _VAGUE.intersection(phrase.start.said) else []
        if resolved and has_day(phrase.start.said):
            known = _after(known, resolved[-1], phrase.start.said)
    spans = _with_same_hours(text, spans)
    has_clock = any(isinstance(span.start, datetime) for span in spans)
    return tuple(s for s in spans if isinstance(s.start, datetime) or not (has_clock and s in vague))


def _append(spans: list[TimeSpan], resolved: list[TimeSpan], phrase: Phrase, text: str) -> None:
    """Adds what a phrase says; where it goes on with the time before, both become one."""
    if spans and resolved and not has_day(phrase.start.said):
        before, span = spans[-1], resolved[0]
        if _completes(span, before):
            spans.pop()
        elif _closes(span, before, text):
            spans[-1] = replace(before, end=span.start, stops=span.stops)
            return
    told = {(span.start, span.end) for span in spans}
    spans += [span for span in resolved if (span.start, span.end) not in told]


def _closes(span: TimeSpan, before: TimeSpan, text: str) -> bool:
    """七点 …, 到八点: an end told later. 改到八点 is a new time."""
    if before.end or not isinstance(before.start, datetime) or not isinstance(span.start, datetime):
        return False
    is_later = before.start < span.start and before.start.date() == span.start.date()
    return is_later and _UNTIL.search(text, before.stops, span.begins) is not None


def _completes(span: TimeSpan, before: TimeSpan) -> bool:
    """周四下午 … 两点到四点: the clock belongs to the day told before, and both are one time."""
    if isinstance(before.start, datetime) or before.end or not isinstance(span.start, datetime):
        return False
    return span.start.date() == before.start


def _with_same_hours(text: str, spans: list[TimeSpan]) -> list[TimeSpan]:
    """明天下午三点的不要了，改成后天同一时间: a day takes the hours of the time before it."""
    filled: list[TimeSpan] = []
    for span in spans:
        before = filled[-1] if filled else None
        is_bare = before and not isinstance(span.start, datetime) and _SAME_HOURS.match(text, span.stops)
        filled.append(_at_hours_of(before, span) if before and is_bare else span)
    return filled


def _at_hours_of(before: TimeSpan, span: TimeSpan) -> TimeSpan:
    """The day of one time with the hours of another, where it has any."""
    if not isinstance(before.start, datetime):
        return span
    day = span.start
    ends = before.end if isinstance(before.end, datetime) else None
    return replace(span, start=_on(day, before.start), end=ends and _on(day, ends))


def _on(day: date, clock: datetime) -> datetime:
    return datetime.combine(day, clock.timetz())


def _after(known: _Known, span: TimeSpan, said: Said) -> _Known:
    """What later times without a day lean on."""
    if isinstance(span.start, datetime):
        return known._replace(day=span.start.date(), hour=span.start.hour, part=None)
    return known._replace(day=span.start, hour=None, part=said.get("part"))


def _spans(phrase: Phrase, known: _Known) -> Iterator[TimeSpan]:
    said = phrase.start.said
    if said.get("is_past") or (said.get("is_habit") and "hour" not in said):
        return
    weekdays = said.get("weekdays", ())
    for weekday in weekdays or (None,):
        one: Said = said if weekday is None else {**said, "weekdays": (weekday,)}
        start, last = _start(one, known)
        if start:
            end = _end(phrase, start, known) or last
            is_weekly = said.get("is_weekly", False)
            yield TimeSpan(start, end, phrase.start.begins, phrase.stops, is_weekly)


def _start(said: Said, known: _Known) -> tuple[datetime | date | None, date | None]:
    if "minutes_after" in said:
        return known.now + timedelta(minutes=said["minutes_after"]), None
    if not has_day(said):
        return _without_day(said, known), None
    is_number = "day" in said and not said.keys() & {"month", "month_shift"}  # 1月5、6日: the second leans on the first
    found = days_of(said, known.today, max(known.day or known.today, known.today) if is_number else known.today)
    if found and "hour" not in said:
        return (None, None) if _is_over(said, known) else found
    if not found:
        return None, None
    start = _at(found[0], said, known)
    if start <= known.now and "shift" not in said:
        later = days_of(said, known.today, known.today + _ONE_DAY)
        start = _at(later[0], said, known) if later else start
    return start, None


def _is_over(said: Said, known: _Known) -> bool:
    """今早 said at ten is gone by."""
    return said.get("shift") == 0 and "part" in said and part_stops(said["part"]) <= known.now.hour + 1


def _at(day: date, said: Said, known: _Known) -> datetime:
    hours = hour_of(said, known.now if day == known.today else None)
    return _moment(day, hours, said["minute"], known)


def _without_day(said: Said, known: _Known) -> datetime | date | None:
    """A clock time or a part of the day alone: on the day spoken of before, or else the next that lies ahead."""
    if "hour" not in said:
        is_ahead = said.get("part") in _PLAIN_PARTS and part_begins(said["part"]) > known.now.hour
        return (known.day or known.today) if is_ahead else None
    if known.day:
        leaning: Said = {"part": known.part, **said} if known.part else said
        same = _moment(known.day, hour_of(leaning, None, known.hour), said["minute"], known)
        if same > known.now:
            return same
    today = _at(known.today, said, known)
    if today > known.now:
        return today
    return _moment(known.today + _ONE_DAY, hour_of(said, None), said["minute"], known)


def _end(phrase: Phrase, start: datetime | date, known: _Known) -> datetime | date | None:
    if isinstance(start, datetime) and phrase.minutes:
        return start + timedelta(minutes=phrase.minutes)
    if not phrase.end or phrase.end.said.get("is_past"):
        return None
    return _end_clock(phrase.end, start, known) if isinstance(start, datetime) else _end_day(phrase.end, start, known)


def _end_clock(end: Moment, start: datetime, known: _Known) -> datetime | date | None:
    if "hour" not in end.said:
        return None
    found = days_of(end.said, known.today, start.date()) if has_day(end.said) else None
    if found:
        return _moment(found[0], hour_of(end.said, None), end.said["minute"], known)
    return _moment(start.date(), hour_until(end.said, start), end.said["minute"], known)


def _end_day(end: Moment, start: date, known: _Known) -> date | None:
    found = days_of(end.said, known.today, start + _ONE_DAY) if has_day(end.said) else None
    return (found[1] or found[0]) if found else None


def _moment(day: date, hours: int, minute: int, known: _Known) -> datetime:
    """Hours of 24 and more are those of the night after the day named."""
    midnight = datetime.combine(day, time(), tzinfo=known.now.tzinfo)
    return midnight + timedelta(hours=hours, minutes=minute)
