"""Volunteers in plain words."""

from __future__ import annotations

from datetime import timedelta

import pytest

from models import volunteer
from models.member import Member
from models.volunteer import Task
from tests.cast import GROUP_3, GROUP_12, Cast
from tests.clock import NOW

CALL = "周六上午楼道大扫除，要3个志愿者"


def helpers(people: Cast) -> list[str]:
    (task,) = people.all(Task)
    keys = {member.id: member.key for member in people.all(Member)}
    with people.database.read() as session:
        return [keys[who] for who in volunteer.members(session, task)]


def test_a_call_is_put_down_and_who_comes_is_on_the_list(people: Cast) -> None:
    people.says("wang", CALL)
    people.says("li", "算我一个")
    people.says("peng", "算我一个")

    assert people.all(Task)[0].needed == 3
    assert helpers(people) == ["li", "peng"]
    assert people.templates(group=GROUP_12) == ["volunteer.called"]


def test_an_offer_in_another_group_is_not_for_this_task(people: Cast) -> None:
    people.says("wang", CALL)

    people.says("deng", "算我一个", GROUP_3)

    assert helpers(people) == []


def test_a_recalled_offer_is_gone(people: Cast) -> None:
    people.says("wang", CALL)
    offer = people.says("li", "算我一个")

    people.recalls("li", offer)

    assert helpers(people) == []


def test_a_recalled_call_takes_no_more_offers(people: Cast) -> None:
    call = people.says("wang", CALL)
    people.recalls("wang", call)

    people.says("li", "算我一个")

    assert helpers(people) == []


# The number that is needed, and reserves.

SATURDAY = "周六上午9点到11点楼道大扫除，要2个志愿者"


@pytest.fixture
def called(people: Cast) -> Cast:
    people.says("wang", SATURDAY)
    return people


def test_when_enough_come_the_group_hears_who_and_when_once(called: Cast) -> None:
    for who in ("li", "peng", "cheng"):
        called.says(who, "算我一个")

    (full,) = called.heard("volunteer.full", group=GROUP_12)
    assert "人齐了，老李、彭工，周六（4月18日） 09:00见" in full
    assert "候补第 1 位" in called.heard("volunteer.reserve", who="cheng")[0]


def test_saying_it_twice_is_saying_it_once(called: Cast) -> None:
    for who in ("li", "li", "peng", "peng"):
        called.says(who, "算我一个")

    assert helpers(called) == ["li", "peng"]
    assert len(called.heard("volunteer.full")) == 1


def test_a_reserve_takes_the_place_of_who_cannot_come(called: Cast) -> None:
    for who in ("li", "peng", "cheng"):
        called.says(who, "算我一个")
    called.says("li", "大扫除我来不了，要加班")

    (post,) = called.heard("volunteer.moved_up", group=GROUP_12)
    assert "老李来不了，程嗲嗲顶上" in post
    assert called.heard("volunteer.your_turn", who="cheng")
    assert helpers(called) == ["peng", "cheng"]


def test_without_a_reserve_the_group_is_asked(called: Cast) -> None:
    called.says("li", "算我一个")
    called.says("peng", "算我一个")
    called.says("li", "大扫除我来不了，要加班")
    called.says("hu", "大扫除我来顶")

    (post,) = called.heard("volunteer.missing", group=GROUP_12)
    assert "老李来不了，还差 1 位" in post
    assert helpers(called) == ["peng", "hu"]


def test_who_comes_back_stands_at_the_end(called: Cast) -> None:
    for who in ("li", "peng", "cheng"):
        called.says(who, "算我一个")
    called.says("li", "大扫除我来不了")
    called.passes(minutes=1)
    called.says("li", "大扫除算我一个，又有空了")

    assert helpers(called) == ["peng", "cheng", "li"]


# Its time.


def test_those_who_come_are_reminded_once_and_no_reserve_is(called: Cast) -> None:
    for who in ("li", "peng", "cheng"):
        called.says(who, "算我一个")
    called.lives(days=3)

    assert [len(called.heard("volunteer.remind", who=who)) for who in ("li", "peng", "cheng")] == [1, 1, 0]


def test_when_it_is_over_they_are_thanked_and_their_hours_are_counted(called: Cast) -> None:
    for who in ("li", "peng", "cheng"):
        called.says(who, "算我一个")
    called.lives(days=4)

    (thanks,) = called.heard("volunteer.thanks", group=GROUP_12)
    assert "谢谢老李、彭工" in thanks
    assert "每人 2 小时" in thanks
    assert given(called) == {"li": (1, 2.0), "peng": (1, 2.0)}


def test_nobody_came_nobody_is_thanked(called: Cast) -> None:
    called.lives(days=4)

    assert called.heard("volunteer.thanks") == []


def test_a_call_taken_back_reminds_and_thanks_nobody(people: Cast) -> None:
    call = people.says("wang", SATURDAY)
    people.recalls("wang", call)
    people.lives(days=4)

    assert people.templates(group=GROUP_12) == ["volunteer.called"]


def test_a_weekly_round_goes_on_with_the_same_people(people: Cast) -> None:
    people.says("wang", "每周五晚上8点到9点巡逻，招2个志愿者")
    people.says("li", "巡逻算我一个")
    people.says("peng", "巡逻我报名")
    people.lives(days=6)

    assert len(people.heard("volunteer.thanks", group=GROUP_12)) == 1
    first, second = people.all(Task)
    assert second.starts_at - first.starts_at == timedelta(days=7)
    with people.database.read() as session:
        assert volunteer.members(session, first) == volunteer.members(session, second)


def given(people: Cast) -> dict[str, tuple[int, float]]:
    keys = {member.id: member.key for member in people.all(Member)}
    with people.database.read() as session:
        sums = volunteer.given(session, Task.estate_id == people.estate_id, NOW)
    return {keys[who]: (times, length / timedelta(hours=1)) for who, (times, length) in sums.items()}


# A ticket's.


def test_a_ticket_is_opened_to_volunteers_and_its_end_thanks_them(people: Cast) -> None:
    people.says("li", "12栋2单元楼道垃圾堆了好几天，没人清")
    people.says("xu", "1 派 志愿者 2人")
    assert (people.ticket().status, people.ticket().assignee) == ("assigned", "志愿者")
    (post,) = people.heard("volunteer.called_for_ticket", group=GROUP_12)
    assert "#1 12栋2单元" in post
    assert "请 2 位邻居" in post

    people.says("peng", "算我一个")
    people.says("hu", "我来")
    people.says("xu", "1 办结 楼道清干净了")

    assert helpers(people) == ["peng", "hu"]
    assert "谢谢彭工、胡老师" in people.heard("volunteer.thanks", group=GROUP_12)[0]


def test_who_may_not_give_work_away_opens_nothing_to_volunteers(people: Cast) -> None:
    people.says("li", "12栋2单元楼道垃圾堆了好几天，没人清")
    people.says("liar", "1 派 志愿者 2人")

    assert people.all(Task) == []
    assert people.ticket().status == "open"


def test_what_is_refused_after_all_needs_no_hands_any_more(people: Cast) -> None:
    people.says("li", "12栋2单元楼道垃圾堆了好几天，没人清")
    people.says("xu", "1 派 志愿者 2人")
    people.says("xu", "1 不受理 明天保洁来清")
    people.says("peng", "算我一个")

    assert people.all(Task)[0].withdrawn_at is not None
    assert helpers(people) == []


def test_giving_it_twice_asks_the_group_once(people: Cast) -> None:
    people.says("li", "12栋2单元楼道垃圾堆了好几天，没人清")
    for _ in range(2):
        people.says("xu", "1 派 志愿者")

    assert len(people.heard("volunteer.called_for_ticket")) == 1
