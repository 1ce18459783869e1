"""Volunteers: a task, who helps, and taking it back."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from models import volunteer
from models.volunteer import Plan
from tests.cast import GROUP_3, GROUP_12, Stage
from tests.models.said import by_message, recalled


def test_the_last_word_on_helping_counts(on: Stage) -> None:
    task = volunteer.call(on.session, on.by("wang", GROUP_12), Plan("扫楼道", 3))

    for who, is_coming in (("li", True), ("peng", True), ("li", False)):
        volunteer.sign_up(on.session, on.by(who), task, on.who(who), is_coming)

    assert volunteer.members(on.session, task) == [on.who("peng").id]


def test_a_recalled_refusal_leaves_the_offer_made_before(on: Stage) -> None:
    task = volunteer.call(on.session, on.by("wang", GROUP_12), Plan("扫楼道", 3))
    volunteer.sign_up(on.session, by_message(on, "li"), task, on.who("li"), True)
    cause = by_message(on, "li")
    volunteer.sign_up(on.session, cause, task, on.who("li"), False)

    volunteer.take_back(on.session, cause, recalled(on, cause))

    assert volunteer.members(on.session, task) == [on.who("li").id]


def test_a_recalled_call_to_which_nobody_came_is_closed(on: Stage) -> None:
    cause = by_message(on, "wang", GROUP_12)
    task = volunteer.call(on.session, cause, Plan("扫楼道", 3))

    volunteer.take_back(on.session, cause, recalled(on, cause))

    assert volunteer.open_in(on.session, on.estate_id, task.group_id, on.now) == []


def test_a_recalled_call_to_which_others_came_stays(on: Stage) -> None:
    cause = by_message(on, "wang", GROUP_12)
    task = volunteer.call(on.session, cause, Plan("扫楼道", 3))
    volunteer.sign_up(on.session, on.by("li"), task, on.who("li"), True)

    volunteer.take_back(on.session, cause, recalled(on, cause))

    assert list(volunteer.open_in(on.session, on.estate_id, task.group_id, on.now)) == [task]


def test_a_task_is_open_in_its_own_group_for_a_week_after_the_last_word(on: Stage) -> None:
    task = volunteer.call(on.session, on.by("wang", GROUP_12), Plan("扫楼道"))
    volunteer.call(on.session, on.by("tan", GROUP_3), Plan("铲青苔"))

    def is_open(**later: float) -> bool:
        return task in volunteer.open_in(on.session, on.estate_id, task.group_id, on.now + timedelta(**later))

    assert is_open(days=6, hours=23)
    assert not is_open(days=7)
    assert len(volunteer.open_in(on.session, on.estate_id, task.group_id, on.now)) == 1


def test_an_offer_that_a_platform_delivers_late_does_not_outdo_a_later_word(on: Stage) -> None:
    task = volunteer.call(on.session, on.by("wang", GROUP_12), Plan("扫雪"))
    late = replace(on.by("li"), now=on.now + timedelta(minutes=2), said_at=on.now - timedelta(minutes=1))

    volunteer.sign_up(on.session, replace(on.by("li"), said_at=on.now - timedelta(minutes=3)), task, on.who("li"), True)
    volunteer.sign_up(on.session, replace(on.by("li"), said_at=on.now), task, on.who("li"), False)
    volunteer.sign_up(on.session, late, task, on.who("li"), True)

    assert volunteer.members(on.session, task) == []
