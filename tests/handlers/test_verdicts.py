"""What the teller says of his own ticket: mended, not mended, wrong place, take it back, how does it stand."""

from __future__ import annotations

import pytest

from tests.cast import GROUP_3, GROUP_12, Cast

LAMP = "12栋2单元3楼路灯不亮了"


@pytest.fixture
def settled(people: Cast) -> Cast:
    people.says("li", LAMP)
    people.says("cheng", "我家也是")
    people.says("xu", "1 办结 已换灯")
    return people


@pytest.mark.parametrize("who", ["li", "fang"])
def test_the_reporters_household_is_content_and_it_is_closed(settled: Cast, who: str) -> None:
    settled.says(who, "满意")

    assert (settled.ticket().status, settled.ticket().is_satisfied) == ("closed", True)


@pytest.mark.parametrize("who", ["peng", "xu", "liar", "cheng"])
def test_nobody_else_is_content_for_the_reporter(settled: Cast, who: str) -> None:
    settled.says(who, "满意")

    assert (settled.ticket().status, settled.ticket().is_satisfied) == ("resolved", None)


@pytest.mark.parametrize(("who", "satisfied"), [("li", False), ("cheng", None)])
def test_whoever_stands_behind_it_says_that_it_is_not_mended(settled: Cast, who: str, satisfied: bool | None) -> None:
    settled.says(who, "没修好")

    ticket = settled.ticket()
    assert (ticket.status, ticket.times_reopened, ticket.is_satisfied) == ("open", 1, satisfied)
    assert settled.heard("ticket.reopened_for_worker", who="xu")


def test_who_stands_not_behind_it_does_not_open_it_again(settled: Cast) -> None:
    settled.says("peng", "1 没修好")

    assert settled.ticket().status == "resolved"


def test_a_ticket_opened_again_and_settled_again_waits_for_a_new_verdict(settled: Cast) -> None:
    settled.says("li", "没修好")
    settled.says("xu", "1 办结 换了整盏灯")

    assert (settled.ticket().status, settled.ticket().is_satisfied) == ("resolved", None)
    settled.says("li", "满意")
    assert settled.ticket().status == "closed"


def test_settled_opened_and_settled_again_on_one_day_the_reporter_is_reminded_once(people: Cast) -> None:
    people.says("li", "12栋2单元3楼路灯不亮了")
    people.says("xu", "1 办结 已换灯")
    people.passes(minutes=30)
    people.says("li", "没修好")
    people.passes(hours=1)
    people.says("xu", "1 办结 换了整盏灯")

    people.lives(days=2)

    assert [("换了整盏灯" in said) for said in people.heard("ticket.verdict_reminder", who="li")] == [True]


def test_the_reporter_corrects_the_place(people: Cast) -> None:
    people.says("li", LAMP)

    people.says("li", "不是2单元是1单元")

    assert people.ticket().place == {"building": "12", "unit": "1", "floor": "3"}


def test_another_does_not_correct_or_take_back_what_is_not_his(people: Cast) -> None:
    people.says("li", LAMP)

    people.says("peng", "不是2单元是1单元")
    people.says("peng", "撤回")

    assert (people.ticket().unit, people.ticket().status) == ("2", "open")


def test_the_reporter_takes_it_back_by_a_word(people: Cast) -> None:
    people.says("li", LAMP)

    people.says("li", "撤回")

    assert people.ticket().status == "withdrawn"


def test_who_has_nothing_to_take_back_is_not_answered_by_an_error(people: Cast) -> None:
    people.says("li", "撤回")

    assert people.templates() == []


def test_a_question_about_a_number_is_answered_with_its_state(people: Cast) -> None:
    people.says("li", LAMP)
    people.says("xu", "1 派 物业")

    people.says("li", "@小件 1号单现在怎么样了", mentions_bot=True)

    assert any("物业" in text for text in people.heard("ticket.status"))


def test_a_verdict_of_another_group_is_about_that_groups_tickets(settled: Cast) -> None:
    settled.says("deng", "没修好", GROUP_3)

    assert settled.ticket().status == "resolved"


# Silence.


def test_the_reporter_alone_is_reminded_once_the_next_morning(settled: Cast) -> None:
    settled.lives(days=5)

    (reminded,) = settled.heard("ticket.verdict_reminder", who="li")
    assert "已换灯" in reminded
    assert len(settled.heard("ticket.verdict_reminder")) == 1


@pytest.mark.parametrize("verdict", ["满意，亮了", "没修好，还是黑的"])
def test_who_has_said_his_word_is_not_reminded(settled: Cast, verdict: str) -> None:
    settled.says("li", verdict)

    settled.lives(days=5)

    assert settled.heard("ticket.verdict_reminder") == []


def test_after_a_week_of_silence_it_closes_without_a_verdict_or_a_post(settled: Cast) -> None:
    before = settled.templates(group=GROUP_12)

    settled.lives(days=8)

    assert (settled.ticket().status, settled.ticket().is_satisfied) == ("closed", None)
    assert settled.templates(group=GROUP_12) == before


def test_what_was_opened_and_settled_again_has_a_week_of_its_own(settled: Cast) -> None:
    settled.passes(days=3)
    settled.says("li", "没修好，还是黑的")
    settled.passes(hours=1)
    settled.says("xu", "1 办结 换了线路")

    settled.lives(days=5)

    assert settled.ticket().status == "resolved"
    assert len(settled.heard("ticket.verdict_reminder", who="li")) == 2
