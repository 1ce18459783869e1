"""Days of the Chinese calendar: feasts, lunar days, the days off around a feast, months and weeks."""

from __future__ import annotations

import calendar
from collections.abc import Callable
from datetime import date, timedelta
from functools import lru_cache

import chinese_calendar
from lunardate import LunarDate

_SOLAR = {
    "元旦": (1, 1), "情人节": (2, 14), "女生节": (3, 7), "三八节": (3, 8), "三八妇女节": (3, 8), "妇女节": (3, 8),
    "植树节": (3, 12), "愚人节": (4, 1), "五一": (5, 1), "劳动节": (5, 1), "青年节": (5, 4), "五四青年节": (5, 4),
    "护士节": (5, 12), "六一": (6, 1), "儿童节": (6, 1), "建党节": (7, 1),
    "建军节": (8, 1), "教师节": (9, 10), "国庆": (10, 1), "十一": (10, 1), "万圣节": (10, 31), "双十一": (11, 11),
    "双11": (11, 11), "双十二": (12, 12), "双12": (12, 12), "平安夜": (12, 24), "圣诞": (12, 25), "跨年": (12, 31),
}  # fmt: skip
_LUNAR = {
    "春节": (1, 1), "大年初一": (1, 1), "元宵": (1, 15), "二月二": (2, 2), "龙抬头": (2, 2), "端午": (5, 5),
    "七夕": (7, 7), "中元节": (7, 15), "中秋": (8, 15), "八月十五": (8, 15), "八月节": (8, 15), "重阳": (9, 9),
    "腊八": (12, 8), "小年": (12, 23),
}  # fmt: skip
_NTH_WEEKDAY = {"母亲节": (5, 6, 2), "父亲节": (6, 6, 3), "感恩节": (11, 3, 4)}  # month, weekday, which
_EVE = ("除夕", "年三十", "大年三十", "年夜")
_NOMINAL_DAYS_OFF = {"国庆": 7, "十一": 7, "春节": 8, "五一": 5, "劳动节": 5, "元旦": 1}
_TERMS = {"清明": (4, 4.81), "立夏": (5, 5.52), "夏至": (6, 21.37), "立冬": (11, 7.438), "冬至": (12, 21.94)}
NAMES = (*_SOLAR, *_LUNAR, *_NTH_WEEKDAY, *_EVE, *_TERMS)


def feast(name: str, year: int) -> date:
    """The day of a feast in a year of the sun."""
    if name in _SOLAR:
        return date(year, *_SOLAR[name])
    if name in _NTH_WEEKDAY:
        return _nth_weekday(year, *_NTH_WEEKDAY[name])
    if name in _EVE:
        return lunar_day(year, 1, 1) - timedelta(days=1)
    return lunar_day(year, *_LUNAR[name]) if name in _LUNAR else _term(year, *_TERMS[name])


@lru_cache(maxsize=512)
def lunar_day(year: int, month: int, day: int) -> date:
    """The day of the sun's `year` on which the lunar day falls; a lunar 30th in a short month is its last day."""
    found = (_from_lunar(lunar_year, month, day) for lunar_year in (year - 1, year))
    return next((one for one in found if one.year == year), _from_lunar(year, month, day))


@lru_cache(maxsize=128)
def days_off(name: str, year: int) -> tuple[date, date]:
    """First and last day off around a feast: as decreed, or the usual number where no table says so."""
    day = feast(name, year)
    if not _is_off(day):
        return day, day + timedelta(days=_NOMINAL_DAYS_OFF.get(name, 3) - 1)
    return _edge(day, -1), _edge(day, 1)


def next_year_with(day_of: Callable[[int], date], earliest: date) -> date:
    """The first day that `day_of` gives for this year or the next ones and that is not before `earliest`."""
    for year in range(earliest.year, earliest.year + 9):
        try:
            day = day_of(year)
        except ValueError:  # 29 February
            continue
        if day >= earliest:
            return day
    raise ValueError("no such day")


def next_month_with(number: int, earliest: date) -> date:
    """The first day with that number in its month which is not before `earliest`."""
    for months in range(4):
        first = add_months(earliest.replace(day=1), months)
        if number <= month_end(first).day and first.replace(day=number) >= earliest:
            return first.replace(day=number)
    raise ValueError("no such day")


def add_months(day: date, months: int) -> date:
    """The same day that many months later, or the last of that month."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def month_end(day: date) -> date:
    return day.replace(day=calendar.monthrange(day.year, day.month)[1])


def monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


def _nth_weekday(year: int, month: int, weekday: int, which: int) -> date:
    first = date(year, month, 1)
    return first + timedelta(days=(weekday - first.weekday()) % 7 + 7 * (which - 1))


def _term(year: int, month: int, constant: float) -> date:
    """A solar term by the usual formula for this century."""
    short = year % 100
    return date(year, month, int(short * 0.2422 + constant) - short // 4)


def _from_lunar(year: int, month: int, day: int) -> date:
    try:
        return LunarDate(year, month, day).to_solar_date()
    except ValueError:
        return LunarDate(year, month, 29).to_solar_date()


def _is_off(day: date) -> bool:
    try:
        return chinese_calendar.is_holiday(day)
    except NotImplementedError:  # the table ends with the last decree
        return False


def _edge(day: date, step: int) -> date:
    following = day + timedelta(days=step)
    return _edge(following, step) if _is_off(following) else day
