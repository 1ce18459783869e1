"""When offices work: the working days of the Chinese calendar, and their hours.

The State Council decrees each year's days off and make-up days (调休) the autumn before; `chinesecalendar` has them.
For a year that it does not know yet, Monday to Friday are taken.
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta, tzinfo
from functools import lru_cache

import chinese_calendar

from config.service_times import Length

OPENS, CLOSES = time(8, 30), time(17, 30)
_ONE_DAY = timedelta(days=1)


@lru_cache(maxsize=4096)  # the calendar of ten years
def is_working_day(day: date) -> bool:
    try:
        return bool(chinese_calendar.is_workday(day))
    except NotImplementedError:  # a year without a decree yet
        return day.weekday() < 5


def is_working_time(at: datetime, zone: tzinfo) -> bool:
    local = at.astimezone(zone)
    return is_working_day(local.date()) and OPENS <= local.time() < CLOSES


def next_working_time(at: datetime, zone: tzinfo) -> datetime:
    """The time itself if offices work then, else when they open next."""
    if is_working_time(at, zone):
        return at
    local = at.astimezone(zone)
    day = local.date() if is_working_day(local.date()) and local.time() < OPENS else _after(local.date())
    return datetime.combine(day, OPENS, zone)


def later(at: datetime, length: Length, zone: tzinfo) -> datetime:
    """A length later. Working days are counted from the day of `at`, or, where that is none, from the opening of the
    next one; the time of day stays: three working days from Friday 10:00 end on Wednesday at 10:00."""
    if not length.working_days:
        return at + timedelta(hours=length.hours)
    local = at.astimezone(zone)
    if not is_working_day(local.date()):
        local = datetime.combine(_after(local.date()), OPENS, zone)
    return datetime.combine(_days_after(local.date(), length.working_days), local.time(), zone)


@lru_cache(maxsize=4096)
def _days_after(day: date, working_days: int) -> date:
    for _ in range(working_days):
        day = _after(day)
    return day


def _after(day: date) -> date:
    """The next working day."""
    day += _ONE_DAY
    while not is_working_day(day):
        day += _ONE_DAY
    return day
