"""Working days with days off and make-up days, and lengths of time that count them."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.service_times import Length, paging, times_for
from config.working_time import is_working_day, is_working_time, later, next_working_time

ZONE = ZoneInfo("Asia/Shanghai")


def at(day: str, clock: str = "10:00") -> datetime:
    return datetime.fromisoformat(f"{day}T{clock}").replace(tzinfo=ZONE)


@pytest.mark.parametrize(
    ("day", "is_working"),
    [
        ("2026-04-15", True),  # a Wednesday
        ("2026-04-18", False),  # a Saturday
        ("2026-10-01", False),  # National Day
        ("2026-10-10", True),  # a Saturday worked to make up for it
        ("2026-02-14", True),  # the same before Spring Festival
        ("2026-02-17", False),  # its first day
        ("2099-01-05", True),  # no decree yet: a Monday
        ("2099-01-04", False),  # and a Sunday
    ],
)
def test_days_off_and_make_up_days_count_as_the_state_council_decrees(day: str, is_working: bool) -> None:
    assert is_working_day(date.fromisoformat(day)) is is_working


def test_hours_run_by_the_clock_day_and_night() -> None:
    assert later(at("2026-04-17", "23:30"), Length(hours=2), ZONE) == at("2026-04-18", "01:30")


@pytest.mark.parametrize(
    ("start", "days", "end"),
    [
        (at("2026-04-17"), 3, at("2026-04-22")),  # Friday to Wednesday
        (at("2026-09-30", "16:00"), 1, at("2026-10-08", "16:00")),  # over seven days off
        (at("2026-10-09", "16:00"), 1, at("2026-10-10", "16:00")),  # to the Saturday that is worked
        (at("2026-04-18", "22:00"), 1, at("2026-04-21", "08:30")),  # told on a Saturday: it begins on Monday
    ],
)
def test_working_days_keep_the_time_of_day(start: datetime, days: int, end: datetime) -> None:
    assert later(start, Length(working_days=days), ZONE) == end


@given(st.datetimes(datetime(2025, 1, 1), datetime(2026, 11, 30)), st.integers(1, 20))
def test_a_length_holds_just_so_many_working_days(naive: datetime, days: int) -> None:
    start = naive.replace(tzinfo=ZONE)

    end = later(start, Length(working_days=days), ZONE)

    between = [start.date() + timedelta(days=n) for n in range(1, (end.date() - start.date()).days + 1)]
    of_the_report = not is_working_day(start.date())  # then the first working day only begins it
    assert sum(map(is_working_day, between)) == days + of_the_report
    assert is_working_day(end.date())


@pytest.mark.parametrize(
    ("asked", "opens"),
    [
        (at("2026-04-15", "10:00"), at("2026-04-15", "10:00")),
        (at("2026-04-15", "06:00"), at("2026-04-15", "08:30")),
        (at("2026-04-17", "17:30"), at("2026-04-20", "08:30")),
        (at("2026-09-30", "20:00"), at("2026-10-08", "08:30")),
    ],
)
def test_what_waits_for_working_hours_waits_until_offices_open(asked: datetime, opens: datetime) -> None:
    assert next_working_time(asked, ZONE) == opens
    assert is_working_time(opens, ZONE)


def test_danger_comes_first_then_what_one_cannot_live_without() -> None:
    def hours(category: str, urgency: str) -> tuple[int, int]:
        times = times_for(category, urgency)
        return times.dispatch.hours, times.answer.hours

    assert hours("lighting", "emergency") == (1, 2)
    assert hours("water", "emergency") == (1, 2)
    assert hours("water", "normal") == (2, 24)
    assert hours("lighting", "urgent") == (2, 24)
    assert times_for("lighting", "normal").answer == Length(working_days=7)
    assert times_for("illegal_building", "normal").answer == Length(working_days=15)


def test_paging_has_an_end() -> None:
    assert 0 < paging().alone < paging().most
