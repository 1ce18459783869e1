"""Bookings: within opening hours, never two in one quarter of an hour."""

from __future__ import annotations

import threading
from datetime import datetime, timedelta

import pytest
from sqlalchemy import func, select

from bot.intake import committed
from models import booking
from models.booking import Booking, Slot, Span
from models.database import Database
from models.due import Due
from models.refused import Refused
from tests import cast
from tests.cast import Stage
from tests.clock import SHANGHAI


def test_a_booking_holds_every_quarter_of_its_time(on: Stage) -> None:
    held = on.book("li", 15, 17)

    quarters = on.session.scalars(select(Slot.at).filter_by(booking_id=held.id).order_by(Slot.at)).all()

    assert quarters == [held.starts_at + n * booking.GRAIN for n in range(8)]


@pytest.mark.parametrize(
    ("start", "end"), [(15, 17), (14, 15.25), (16.75, 18), (15.5, 16), (14, 18), (16.9, 17.5), (14.5, 15.05)]
)
def test_what_touches_a_quarter_that_is_held_is_taken(on: Stage, start: float, end: float) -> None:
    on.book("li", 15, 17)

    with pytest.raises(Refused, match="booking.taken"):
        on.book("peng", start, end)
    on.session.flush()


def test_two_that_do_not_overlap_but_share_a_quarter_are_kept_apart_by_a_plain_no(on: Stage) -> None:
    on.book("li", 14, 15.1)

    with pytest.raises(Refused, match="booking.taken"):
        on.book("peng", 15.2, 16)
    on.session.flush()


@pytest.mark.parametrize(("start", "end"), [(14, 15), (17, 18)])
def test_what_only_borders_on_a_booking_is_free(on: Stage, start: float, end: float) -> None:
    on.book("li", 15, 17)

    on.book("peng", start, end)
    on.session.flush()


def test_the_other_room_is_free(on: Stage) -> None:
    on.book("li", 15, 17)

    on.book("peng", 15, 17, room="会议室")
    on.session.flush()


@pytest.mark.parametrize(
    ("start", "end", "allowed"), [(7, 8, True), (20, 21, True), (6.9, 8, False), (20, 21.1, False)]
)
def test_the_opening_hours_count_to_the_minute_and_in_the_estates_zone(
    on: Stage, start: float, end: float, allowed: bool
) -> None:
    if allowed:
        assert on.book("li", start, end).status == "confirmed"
    else:
        with pytest.raises(Refused, match="booking.closed"):
            on.book("li", start, end)


@pytest.mark.parametrize(("start", "end"), [(15, 15), (17, 15), (20, 32)])
def test_a_time_that_ends_before_it_begins_or_on_another_day_is_refused(on: Stage, start: float, end: float) -> None:
    with pytest.raises(Refused, match="booking.bad_span"):
        on.book("li", start, end)


def test_a_time_that_is_past_is_refused_and_one_that_begins_now_is_not(on: Stage) -> None:
    with pytest.raises(Refused, match="booking.past"):
        on.book("li", 9.9, 11, days=0)

    assert on.book("li", 10, 11, days=0).status == "confirmed"


@pytest.mark.parametrize("day", [datetime(2028, 2, 29), datetime(2026, 12, 31), datetime(2027, 1, 1)])
def test_leap_day_and_new_year_are_days_like_others(on: Stage, day: datetime) -> None:
    start = day.replace(hour=15, tzinfo=SHANGHAI)
    span = Span(on.room(), start, start + timedelta(hours=2))

    held = booking.book(on.session, on.by("li"), on.who("li"), span)

    assert held.ends_at - held.starts_at == timedelta(hours=2)


def test_a_cancelled_booking_leaves_its_time_free_and_the_clock_nothing_to_do(on: Stage) -> None:
    held = on.book("li", 15, 17)

    booking.cancel(on.session, on.by("li"), held)

    assert on.book("peng", 15, 17).status == "confirmed"
    assert on.session.scalars(select(Due).filter_by(subject_id=held.id)).all() == []


@pytest.mark.parametrize(("begins_in", "minutes"), [(24 * 60, 60), (61, 60), (45, 15), (16, 15), (14, None)])
def test_one_reminder_comes_an_hour_or_a_quarter_before_whichever_lies_ahead(
    on: Stage, begins_in: int, minutes: int | None
) -> None:
    start = on.now + timedelta(minutes=begins_in)
    held = booking.book(on.session, on.by("li"), on.who("li"), Span(on.room(), start, start + timedelta(hours=1)))

    reminders = on.session.scalars(select(Due.at).filter_by(subject_id=held.id, kind="booking.remind")).all()

    assert reminders == ([] if minutes is None else [start - timedelta(minutes=minutes)])


def test_of_two_hundred_who_want_one_slot_at_once_exactly_one_gets_it(database: Database) -> None:
    people = cast.assemble(database)
    told: list[str] = []

    def want(who: str) -> None:
        try:
            with database.read() as session:
                on = Stage(session, people.estate_id)
                member, span, cause = on.who(who), on.span(15, 17), on.by(who)
            committed(database, lambda session: booking.book(session, cause, member, _anew(session, span)))
            told.append("confirmed")
        except Refused as no:
            told.append(no.code)

    wishes = [threading.Thread(target=want, args=(plan.key,)) for plan in cast.PEOPLE for _ in range(19)][:200]
    for wish in wishes:
        wish.start()
    for wish in wishes:
        wish.join()

    assert len(told) == 200
    assert told.count("confirmed") == 1
    assert set(told) <= {"confirmed", "booking.taken", "booking.already_yours"}
    with database.read() as session:
        assert session.scalars(select(func.count()).select_from(Booking)).one() == 1
        assert session.scalars(select(func.count()).select_from(Slot)).one() == 8


def _anew(session: object, span: Span) -> Span:
    room = session.get(booking.Room, (span.room.estate_id, span.room.id))  # type: ignore[attr-defined]
    return Span(room, span.starts_at, span.ends_at)
