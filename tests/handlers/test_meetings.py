"""Meetings in plain words: called, moved, cancelled by those who may; who comes."""

from __future__ import annotations

import pytest

from models import meeting
from models.meeting import Meeting
from tests.cast import GROUP_3, GROUP_12, Cast

CALL = "后天晚上7点半在会议室开楼栋议事会，说说活动室怎么开放，大家都来"


def going(people: Cast) -> list[str]:
    (called,) = people.all(Meeting)
    from models.member import Member

    keys = {member.id: member.key for member in people.all(Member)}
    with people.database.read() as session:
        return [keys[who] for who in meeting.answers(session, called)[True]]


def test_a_call_is_put_down_with_time_and_place_and_who_comes(people: Cast) -> None:
    people.says("wang", CALL)
    people.says("li", "我参加")
    people.says("peng", "我参加")
    people.says("peng", "我来不了")

    (called,) = people.all(Meeting)
    assert called.starts_at.astimezone(people.now.tzinfo).strftime("%m-%d %H:%M") == "04-17 19:30"
    assert "会议室" in called.place
    assert going(people) == ["li"]


@pytest.mark.parametrize(
    ("who", "status"), [("wang", "cancelled"), ("xu", "cancelled"), ("tan", "planned"), ("li", "planned")]
)
def test_only_who_called_it_or_works_for_the_building_cancels_it(people: Cast, who: str, status: str) -> None:
    people.says("wang", CALL)

    people.says(who, "会议不开了")

    assert people.all(Meeting)[0].status == status


def test_a_recalled_call_is_cancelled_and_the_group_hears_of_it(people: Cast) -> None:
    call = people.says("wang", CALL)

    people.recalls("wang", call)

    assert people.all(Meeting)[0].status == "cancelled"
    assert people.templates(group=GROUP_12) == ["meeting.called", "meeting.cancelled"]


def test_a_recalled_refusal_leaves_the_word_before_it(people: Cast) -> None:
    people.says("wang", CALL)
    people.says("li", "我参加")
    no = people.says("li", "我来不了")
    assert going(people) == []

    people.recalls("li", no)

    assert going(people) == ["li"]


def test_a_word_in_another_group_is_about_nothing_here(people: Cast) -> None:
    people.says("wang", CALL)

    people.says("deng", "我参加", GROUP_3)

    assert going(people) == []


def test_the_group_is_reminded_the_day_before_and_an_hour_before(people: Cast) -> None:
    people.says("wang", CALL)

    for _ in range(58):
        people.passes(hours=1)

    assert people.templates(group=GROUP_12).count("meeting.remind") == 2
