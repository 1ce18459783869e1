"""An emergency calls until somebody takes it up, day and night; then others are called too; its end is told once."""

from __future__ import annotations

import pytest

from models import audit
from tests.cast import GROUP_3, GROUP_12, Cast

TRAPPED = "救命，12栋1单元电梯困人了，门打不开"


def calls(people: Cast, who: str) -> int:
    return len(people.heard("ticket.page_worker", who=who))


def happened(people: Cast, action: str) -> int:
    with people.database.read() as session:
        entries = audit.history(session, people.estate_id, people.ticket().id)
    return sum(entry.action == action for entry in entries)


@pytest.fixture
def trapped(people: Cast) -> Cast:
    people.says("li", TRAPPED)
    return people


def test_the_worker_is_called_again_every_few_minutes_until_somebody_answers(trapped: Cast) -> None:
    assert calls(trapped, "xu") == 1

    trapped.lives(minutes=6)

    assert calls(trapped, "xu") == 3
    assert calls(trapped, "wang") == 0


@pytest.mark.parametrize("answer", ["收到", "收到，马上到", "我马上过去", "1 收到", "1 受理", "在路上了", "5分钟到"])
def test_any_plain_word_for_it_ends_the_calls_and_is_told_in_the_group(trapped: Cast, answer: str) -> None:
    trapped.says("xu", answer)

    trapped.lives(hours=1)

    assert calls(trapped, "xu") == 1
    assert trapped.ticket().status == "accepted"
    assert "ticket.acknowledged" in trapped.templates(group=GROUP_12)


@pytest.mark.parametrize("who", ["peng", "liar", "tan"])
def test_nobody_without_a_role_for_the_building_ends_the_calls(trapped: Cast, who: str) -> None:
    trapped.says(who, "收到")
    trapped.says(who, "1 收到")

    trapped.lives(minutes=3)

    assert trapped.ticket().status == "open"
    assert calls(trapped, "xu") == 2


def test_after_three_calls_the_buildings_leader_is_called_too_and_no_other_buildings(trapped: Cast) -> None:
    trapped.lives(minutes=10)

    assert calls(trapped, "wang") == 1
    assert calls(trapped, "tan") == 0


def test_the_calls_have_an_end_that_stands_in_the_history(trapped: Cast) -> None:
    trapped.lives(hours=2)

    assert calls(trapped, "xu") == 10
    assert happened(trapped, "ticket.page_unanswered") == 1


def test_after_an_outage_the_next_call_comes_once_and_not_once_for_each_that_was_missed(trapped: Cast) -> None:
    trapped.passes(minutes=40)

    assert calls(trapped, "xu") == 2


def test_two_who_answer_at_once_are_one_taking_up_and_the_second_breaks_nothing(trapped: Cast) -> None:
    trapped.says("xu", "收到")
    trapped.says("wang", "收到")

    assert trapped.ticket().status == "accepted"
    assert trapped.templates(group=GROUP_12).count("ticket.acknowledged") == 1


@pytest.mark.parametrize("word", ["人救出来了", "1 解除", "警报解除，大家放心", "孩子已经抱出来了"])
def test_that_the_danger_is_over_is_told_once_and_ends_the_calls(trapped: Cast, word: str) -> None:
    trapped.says("xu", word)
    trapped.says("xu", "险情解除")
    trapped.lives(hours=1)

    assert trapped.templates(group=GROUP_12).count("ticket.all_clear") == 1
    assert calls(trapped, "xu") == 1


@pytest.mark.parametrize("word", ["还没救出来", "人救出来了吗？", "等人救出来了再说"])
def test_hoping_for_the_end_is_no_end(trapped: Cast, word: str) -> None:
    trapped.says("xu", word)

    assert "ticket.all_clear" not in trapped.templates(group=GROUP_12)


@pytest.mark.parametrize("talk", ["我去年在单位也关过一回", "我来说一句，大家别慌", "收到的快递放哪了？"])
def test_a_leaders_talk_that_only_begins_like_an_answer_ends_no_call(trapped: Cast, talk: str) -> None:
    trapped.says("wang", talk)

    assert trapped.ticket().status == "open"


def test_a_neighbours_all_clear_is_only_talk(trapped: Cast) -> None:
    trapped.says("peng", "人救出来了")

    assert "ticket.all_clear" not in trapped.templates(group=GROUP_12)


def test_a_calm_matter_calls_nobody(people: Cast) -> None:
    people.says("li", "12栋2单元3楼路灯不亮了")
    people.lives(hours=1)

    assert people.heard("ticket.page_worker") == []


def test_a_word_for_it_without_an_emergency_takes_nothing_up(people: Cast) -> None:
    people.says("deng", "3栋1单元楼道的灯不亮了", GROUP_3)
    people.says("xu", "收到", GROUP_12)

    assert people.ticket().status == "open"


def test_what_becomes_an_emergency_begins_to_call(people: Cast) -> None:
    people.says("li", "12栋1单元电梯停在5楼不动了")
    people.says("li", "里面关了人，在拍门喊救命")

    assert people.ticket().urgency == "emergency"
    assert calls(people, "xu") == 1
