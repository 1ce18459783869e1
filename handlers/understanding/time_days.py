"""Which day a moment means. What is asked or planned lies ahead: the first such day that is not before the earliest."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

from handlers.understanding.calendar_days import (
    add_months,
    days_off,
    feast,
    lunar_day,
    monday,
    month_end,
    next_month_with,
    next_year_with,
)
from handlers.understanding.time_tokens import Said

Days = tuple[date, date | None]  # the day, and the last one where the words mean several
_NEAR_NEW_YEAR = 75  # days: 初二 said in June is no day of the new year


def days_of(said: Said, today: date, earliest: date) -> Days | None:
    """The day that the words name, with its last day for a stretch (下周, 国庆期间); None where they name none ahead."""
    reader = next((read for key, read in _READERS if key in said), None)
    try:
        return reader(said, today, earliest) if reader else None
    except (ValueError, OverflowError):  # 2月30日
        return None


def _shifted(said: Said, today: date, earliest: date) -> Days:
    return today + timedelta(days=said["shift"]), None


def _in_days(said: Said, today: date, earliest: date) -> Days:
    return today + timedelta(days=int(said["days_after"])), None


def _in_months(said: Said, today: date, earliest: date) -> Days:
    return add_months(today, int(said["months_after"])), None


def _feast(said: Said, today: date, earliest: date) -> Days:
    name = said["feast"]
    if said.get("is_days_off"):
        years = (today.year, today.year + 1)
        return next(off for off in (days_off(name, year) for year in years) if off[1] >= earliest)
    if "year_shift" in said:
        return feast(name, today.year + said["year_shift"]), None
    return next_year_with(lambda year: feast(name, year), earliest), None


def _edge(said: Said, today: date, earliest: date) -> Days | None:
    if said["edge"] == "年":
        return date(today.year + said["year_shift"], 12, 31), None
    if said["edge"] == "周":
        return _weekend(said, today, earliest)
    first = _first_of_month(said, today)
    day = month_end(first) if said["edge"] in "底末" else first + timedelta(days=_EDGES[said["edge"]] - 1)
    return (day, None) if day >= earliest else None


def _weekend(said: Said, today: date, earliest: date) -> Days:
    saturday = monday(today) + timedelta(days=5 + 7 * said.get("week_shift", 0))
    return max(saturday, today), saturday + timedelta(days=1)


def _first_of_month(said: Said, today: date) -> date:
    if "month" in said:
        year = said.get("year", today.year + said.get("year_shift", 0))
        first = date(year, said["month"], 1)
        is_over = month_end(first) < today and "year" not in said and "year_shift" not in said
        return add_months(first, 12) if is_over else first
    return add_months(today.replace(day=1), said["month_shift"])


def _lunar(said: Said, today: date, earliest: date) -> Days | None:
    month, number = said["month"], said["day"]
    day = next_year_with(lambda year: lunar_day(year, month, number), earliest)
    return (day, None) if (day - today).days <= _NEAR_NEW_YEAR or "is_near" not in said else None


def _numbered(said: Said, today: date, earliest: date) -> Days | None:
    """15号, 下个月5号, 3月12日, 2026年3月12日. With a year or a month said in full, a day gone by is no time ahead."""
    number = said["day"]
    if not _FIXED.isdisjoint(said):
        day = _first_of_month(said, today).replace(day=number)
        return (day, None) if day >= today else None
    if "month" not in said:
        return next_month_with(number, earliest), None
    month = said["month"]
    return next_year_with(lambda year: date(year, month, number), earliest), None


def _whole_month(said: Said, today: date, earliest: date) -> Days | None:
    first = _first_of_month(said, today)
    return (first, month_end(first)) if first > today else None


def _weekday(said: Said, today: date, earliest: date) -> Days | None:
    """周三 is the next one; 本周三 and 下周三 count weeks from Monday; 下周 alone is the whole week."""
    if "week_shift" not in said:
        ahead = (said["weekdays"][0] - earliest.weekday()) % 7
        return earliest + timedelta(days=ahead), None
    first = monday(today) + timedelta(days=7 * said["week_shift"])
    if not said["weekdays"]:
        return (first, first + timedelta(days=6)) if first > today else None
    day = first + timedelta(days=said["weekdays"][0])
    return (day, None) if day >= today else None


_FIXED = {"month_shift", "year", "year_shift"}
_EDGES = {"初": 1, "上": 1, "中": 15, "下": 21}
_READERS: tuple[tuple[str, Callable[[Said, date, date], Days | None]], ...] = (
    ("shift", _shifted),
    ("days_after", _in_days),
    ("months_after", _in_months),
    ("feast", _feast),
    ("edge", _edge),
    ("is_lunar", _lunar),
    ("day", _numbered),
    ("weekdays", _weekday),
    ("month", _whole_month),
    ("month_shift", _whole_month),
)
