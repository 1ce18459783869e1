"""What each token of a time says: words read into plain numbers, nothing resolved yet."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import NamedTuple, TypedDict

from handlers.understanding.calendar_days import NAMES
from handlers.understanding.numerals import to_float, to_int
from handlers.understanding.time_words import AMOUNT, TOKENS


class Said(TypedDict, total=False):
    """What a time says of itself. Tokens that stand together add up, as long as none says the same again."""

    year: int
    year_shift: int
    month: int
    month_shift: int
    day: int
    is_lunar: bool
    is_near: bool
    feast: str
    is_days_off: bool  # 国庆期间
    weekdays: tuple[int, ...]
    week_shift: int
    shift: int  # days from today
    edge: str  # 底, 初, 中 of a month or of the year
    part: str
    hour: int
    minute: int
    is_exact: bool  # 14:00 and 06:30 need no guess about morning or evening
    is_loose: bool  # 一点, 两点: only a time beside another token
    minutes_after: float
    days_after: float
    months_after: float
    is_past: bool
    is_weekly: bool
    is_habit: bool


class Token(NamedTuple):
    kind: str
    said: Said
    text: str
    begins: int
    stops: int


_UNIT_MINUTES = {"分": 1, "刻": 15, "小": 60, "钟": 60}
_UNIT_DAYS = {"天": 1, "周": 7, "星": 7, "礼": 7}
_NUMBER = re.compile(r"\d+|[零〇一二两三四五六七八九十廿卅]+")
_EITHER = re.compile("[一二两三四五六七八九]{2}点")
_LUNAR_MONTHS = {"正": 1, "冬": 11, "腊": 12}
_WEEKDAYS = "一二三四五六日"
_SHIFTS = {"今": 0, "当": 0, "明": 1, "后": 2}
_YEARS = {"今年": 0, "明年": 1}


def tokens(text: str) -> list[Token]:
    """The tokens of the text, in order."""
    found = (
        Token(m.lastgroup or "", _READERS.get(m.lastgroup or "", _nothing)(m), m.group(), m.start(), m.end())
        for m in TOKENS.finditer(text)
    )
    return [token for token in found if token.said.get("hour", 0) <= 24 and token.said.get("minute", 0) < 60]


def minutes_of(said: str) -> float | None:
    """How long a duration is: 一个半小时 is 90. 几 and months have no length in minutes."""
    found = AMOUNT.search(said)
    number = to_float(found.group("number")) if found else None
    if not found or number is None or found.group("unit") == "月":
        return None
    unit = _UNIT_MINUTES.get(found.group("unit")) or _UNIT_DAYS[found.group("unit")] * 1440
    return (number + (0.5 if found.group("half") else 0)) * unit


def _nothing(match: re.Match[str]) -> Said:
    return {}


def _numbers(text: str) -> list[int]:
    return [number for number in map(to_int, _NUMBER.findall(text)) if number is not None]


def _after(match: re.Match[str]) -> Said:
    found = AMOUNT.search(match.group())
    minutes = minutes_of(match.group())
    if minutes is not None and found:
        return {"minutes_after": minutes} if found.group("unit") in _UNIT_MINUTES else {"days_after": minutes / 1440}
    number = to_float(found.group("number")) if found else None
    return {"months_after": number} if number else {"is_habit": True}


def _whole(match: re.Match[str]) -> Said:
    year, month, day = (_numbers(match.group()) + [1, 1])[:3]
    return {"year": year, "month": month, "day": day}


def _month_day(match: re.Match[str]) -> Said:
    month, day = _numbers(match.group())[:2]
    return {"month": month, "day": day}


def _lunar(match: re.Match[str]) -> Said:
    text = match.group()
    head, _, tail = text.removeprefix("农历").removeprefix("阴历").rpartition("月")
    day = (_numbers(tail) or [1])[0]
    if not head:  # 初二 alone is that of the new year, when that is near
        return {"month": 1, "day": day, "is_lunar": True, "is_near": True}
    return {"month": _LUNAR_MONTHS.get(head) or to_int(head) or 1, "day": day, "is_lunar": True}


def _feast(match: re.Match[str]) -> Said:
    text = match.group()
    said: Said = {"feast": max((name for name in NAMES if name in text), key=len)}
    if match.group("off"):
        said["is_days_off"] = True
    if text[:2] in _YEARS:
        said["year_shift"] = _YEARS[text[:2]]
    return said


def _week(match: re.Match[str]) -> Said:
    which = match.group("which") or match.group("span") or ""
    days = match.group("days") or ""
    said: Said = {"weekdays": _weekdays(days)}
    if days == "末":
        said["edge"] = "周"
    if which.startswith("每"):
        said["is_weekly"] = True
    elif which:
        said["week_shift"] = which.count("下")
    return said


def _weekdays(days: str) -> tuple[int, ...]:
    if days == "末":
        return (5,)
    found = (int(d) - 1 if d.isdecimal() else _WEEKDAYS.find(d.replace("天", "日")) for d in days)
    return tuple(number for number in found if number >= 0)


def _today(match: re.Match[str]) -> Said:
    text = match.group()
    key = text.lstrip("大")[0]
    return {"shift": _SHIFTS["明" if text.startswith("明后") else key] + text.count("大")}


def _month_edge(match: re.Match[str]) -> Said:
    text = match.group()
    said: Said = {"edge": "年" if "年" in text else text[text.index("月") + 1]}
    number = _numbers(text.partition("月")[0])
    if "年" in text:
        said["year_shift"] = _YEARS.get(text[:2], 0)
    elif number:
        said["month"] = number[0]
    else:
        said["month_shift"] = text.count("下") if text[0] == "下" else 0
    return said


def _month(match: re.Match[str]) -> Said:
    text = match.group()
    if "年" in text:
        return {"year_shift": _YEARS[text]} if text in _YEARS else {"year": int(text[:4])}
    number = _numbers(text)
    return {"month": number[0]} if number else {"month_shift": text.count("下")}


def _clock(match: re.Match[str]) -> Said:
    text = match.group()
    numbers = _numbers(text)
    if _EITHER.match(text):  # 三四点: the first of the two
        numbers[0] //= 10
    said: Said = {"hour": numbers[0], "minute": _minute(text, numbers)}
    if numbers[0] == 0 or (":" in text and text.startswith("0")):
        said["is_exact"] = True
    if text in ("一点", "两点", "三点") or text.isdecimal() or _NUMBER.fullmatch(text):
        said["is_loose"] = True
    return said


def _minute(text: str, numbers: list[int]) -> int:
    if text.endswith("半"):
        return 30
    if text.endswith("刻"):
        return 15 * numbers[1]
    return numbers[1] if len(numbers) > 1 else 0


_READERS: dict[str, Callable[[re.Match[str]], Said]] = {
    "past": lambda match: {"is_past": True},
    "habit": lambda match: {"is_habit": True},
    "after": _after,
    "whole": _whole,
    "month_day": _month_day,
    "lunar": _lunar,
    "dotted": _month_day,
    "feast": _feast,
    "week": _week,
    "today": _today,
    "month_edge": _month_edge,
    "month": _month,
    "day": lambda match: {"day": _numbers(match.group())[0]},
    "part": lambda match: {"part": match.group()},
    "clock": _clock,
}
