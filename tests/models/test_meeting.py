"""Meetings: called, moved, cancelled; who comes; reminded the day before and an hour before."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from models import meeting
from models.due import Due
from models.meeting import Meeting, Plan
from models.refused import Refused
from tests.cast import GROUP_3, GROUP_12, Stage
from tests.models.said import by_message, recalled


def call(on: Stage, **ahead: float) -> Meeting:
    return meeting.create(on.session, on.by("wang", GROUP_12), Plan("楼道刷漆", on.now + timedelta(**ahead), "会议室"))


def reminders(on: Stage, called: Meeting) -> list[timedelta]:
    rows = on.session.scalars(select(Due.at).filter_by(subject_id=called.id, kind="meeting.remind").order_by(Due.at))
    return [called.starts_at - at for at in rows]


@pytest.mark.parametrize(("hours", "before"), [(48, [24, 1]), (24.1, [24, 1]), (24, [1]), (2, [1]), (1, []), (0.5, [])])
def test_the_reminders_that_still_lie_ahead_are_put_on_the_list(on: Stage, hours: float, before: list[int]) -> None:
    called = call(on, hours=hours)

    assert reminders(on, called) == [timedelta(hours=n) for n in before]


@pytest.mark.parametrize("minutes", [0, -5])
def test_a_meeting_in_the_past_is_refused(on: Stage, minutes: int) -> None:
    with pytest.raises(Refused, match="meeting.past"):
        call(on, minutes=minutes)


def test_the_last_word_on_coming_counts(on: Stage) -> None:
    called = call(on, days=2)

    for who, is_going in (("li", True), ("peng", False), ("li", False), ("peng", True)):
        meeting.answer(on.session, on.by(who), called, on.who(who), is_going)

    assert meeting.answers(on.session, called) == {True: [on.who("peng").id], False: [on.who("li").id]}


def test_a_recalled_answer_gives_way_to_the_one_before_it(on: Stage) -> None:
    called = call(on, days=2)
    meeting.answer(on.session, by_message(on, "li"), called, on.who("li"), True)
    cause = by_message(on, "li")
    meeting.answer(on.session, cause, called, on.who("li"), False)

    meeting.take_back(on.session, cause, recalled(on, cause))

    assert meeting.answers(on.session, called)[True] == [on.who("li").id]


def test_after_both_answers_are_recalled_none_is_left(on: Stage) -> None:
    called = call(on, days=2)
    first, second = by_message(on, "li"), by_message(on, "li")
    meeting.answer(on.session, first, called, on.who("li"), True)
    meeting.answer(on.session, second, called, on.who("li"), False)

    for cause in (first, second):
        meeting.take_back(on.session, cause, recalled(on, cause))

    assert meeting.answers(on.session, called) == {True: [], False: []}


def test_a_moved_meeting_keeps_its_people_and_moves_its_reminders(on: Stage) -> None:
    called = call(on, days=2)
    meeting.answer(on.session, on.by("li"), called, on.who("li"), True)

    meeting.move(on.session, on.by("wang"), called, on.now + timedelta(days=3), None)

    assert called.place == "会议室"
    assert meeting.answers(on.session, called)[True] == [on.who("li").id]
    assert reminders(on, called) == [timedelta(days=1), timedelta(hours=1)]


def test_a_cancelled_meeting_reminds_nobody_and_lies_no_longer_ahead(on: Stage) -> None:
    called = call(on, days=2)

    meeting.cancel(on.session, on.by("wang"), called)

    assert reminders(on, called) == []
    assert meeting.ahead_in(on.session, on.estate_id, called.group_id, on.now) == []


def test_a_meeting_of_another_group_or_of_the_past_lies_not_ahead_here(on: Stage) -> None:
    mine = call(on, hours=2)
    meeting.create(on.session, on.by("tan", GROUP_3), Plan("晒被子", on.now + timedelta(hours=3)))

    assert list(meeting.ahead_in(on.session, on.estate_id, mine.group_id, on.now)) == [mine]
    assert meeting.ahead_in(on.session, on.estate_id, mine.group_id, mine.starts_at) == []


def test_an_answer_that_a_platform_delivers_late_does_not_outdo_a_later_one(on: Stage) -> None:
    called = call(on, days=2)
    late = replace(on.by("li"), now=on.now + timedelta(minutes=2), said_at=on.now - timedelta(minutes=1))

    meeting.answer(on.session, replace(on.by("li"), said_at=on.now), called, on.who("li"), False)
    meeting.answer(on.session, late, called, on.who("li"), True)

    assert meeting.answers(on.session, called) == {True: [], False: [on.who("li").id]}
