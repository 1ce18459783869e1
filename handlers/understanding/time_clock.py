"""Which hour of the day a clock time means. Hours of 24 and more belong to the night after the day named."""

from __future__ import annotations

from datetime import datetime

from handlers.understanding.time_tokens import Said

# First and last hour that each part of the day allows, by the character that tells it.
_WINDOWS = (
    ("凌", (0, 6)),
    ("半", (22, 29)),
    ("深", (22, 29)),
    ("午夜", (23, 29)),
    ("清", (4, 11)),
    ("下", (12, 20)),
    ("午后", (12, 20)),
    ("中", (11, 15)),
    ("正", (11, 15)),
    ("晌", (11, 15)),
    ("午", (11, 15)),
    ("傍", (16, 20)),
    ("上午", (6, 12)),
    ("上昼", (6, 12)),
    ("早", (4, 11)),
    ("", (17, 29)),  # 晚, 夜
)
_SENSIBLE = range(7, 22)  # when people meet, book and call


def part_begins(part: str) -> int:
    """The hour at which a part of the day begins."""
    return _window(part)[0]


def part_stops(part: str) -> int:
    """The hour at which a part of the day is over."""
    return _window(part)[1]


def hour_of(said: Said, now: datetime | None, after: int | None = None) -> int:
    """The hour, with morning or evening settled. `now` is given where the day is that of writing; `after` is the hour
    told before on the same day."""
    hour = said["hour"]
    if hour > 12 or (said.get("is_exact") and (hour or "part" not in said)):
        return hour
    if "part" in said:
        return _within(hour, *_window(said["part"]))
    if now is not None:
        ahead = (h for h in (hour, hour + 12) if h in _SENSIBLE and (h, said["minute"]) > (now.hour, now.minute))
        return next(ahead, _by_day(hour))
    is_evening = after is not None and after >= 17 and hour + 12 > after
    return hour + 12 if is_evening and hour < 12 else _by_day(hour)


def hour_until(said: Said, start: datetime) -> int:
    """The hour of an end: the first after the start that the words allow."""
    hour = said["hour"]
    if "part" in said:
        hour = _within(hour, *_window(said["part"]))
    is_open = hour <= 12 and "part" not in said and not said.get("is_exact")
    choices = (hour, hour + 12, hour + 24) if is_open else (hour, hour + 24)
    return next((h for h in choices if (h, said["minute"]) > (start.hour, start.minute)), hour)


def _window(part: str) -> tuple[int, int]:
    return next(window for mark, window in _WINDOWS if mark in part)


def _within(hour: int, first: int, last: int) -> int:
    return next((h for h in (hour % 12, hour % 12 + 12, hour % 12 + 24) if first <= h <= last), hour)


def _by_day(hour: int) -> int:
    return hour + 12 if 1 <= hour <= 6 else hour
