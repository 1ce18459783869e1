"""What the state of the chat adds to the words: offers, awaited verdicts, calls for people, the bot's name."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta, timezone

import pytest

from handlers.understanding import Context, understand
from handlers.understanding.meaning import Meaning, OpenPoll

NOW = datetime(2026, 4, 15, 10, 0, tzinfo=timezone(timedelta(hours=8)))  # a Wednesday
CHAT = Context(rooms=("活动室",), is_pipeline=True)
WORKER = replace(CHAT, sender_roles=frozenset({"grid_worker"}))


def read(text: str, context: Context) -> Meaning:
    return understand(text, context, NOW)


def test_a_room_and_an_hour_said_to_the_bot_are_a_booking() -> None:
    told = read("@小件 明天上午9点到11点活动室 我们合唱队练歌", replace(CHAT, mentions_bot=True))

    assert told.intents == ("booking.create",)
    assert told.bookings[0].room == "活动室"


def test_a_booking_is_moved_in_plain_words() -> None:
    told = read("周六那个改到10点到12点 孙子要补觉", replace(CHAT, is_private=True))

    assert [wish.verb for wish in told.bookings] == ["cancel", "create"]


@pytest.mark.parametrize(
    ("text", "verb"), [("要", "accept"), ("好的，谢谢", "accept"), ("不要了", "decline"), ("算了", "decline")]
)
def test_a_yes_or_no_answers_the_offer_that_stands_and_no_poll(text: str, verb: str) -> None:
    poll = OpenPoll(1, "要不要装雨棚", ("要", "不要"), "yes_no")
    told = read(text, replace(CHAT, has_offer=True, polls=(poll,)))

    assert [wish.verb for wish in told.bookings] == [verb]
    assert told.vote is None


def test_without_an_offer_the_same_word_is_a_vote() -> None:
    poll = OpenPoll(1, "要不要装雨棚", ("要", "不要"), "yes_no")

    assert read("不要", replace(CHAT, polls=(poll,))).intents == ("poll.vote",)


def test_my_home_too_is_no_yes_to_a_poll() -> None:
    poll = OpenPoll(1, "门厅放不放长椅", ("同意", "不同意"), "yes_no")
    told = read("我家也是", replace(CHAT, polls=(poll,), recent_issue="water"))

    assert told.intents == ("support",)


def test_a_verdict_that_is_waited_for_is_heard_wherever_it_stands() -> None:
    told = read("弄得蛮快 满意 老师傅爬上爬下一上午", replace(CHAT, awaits_verdict=True))

    assert told.feedback is not None and told.feedback.is_satisfied


def test_a_verdict_put_off_is_none() -> None:
    assert read("晚上看看 不响了再讲满意", replace(CHAT, awaits_verdict=True)).feedback is None


def test_who_comes_answers_the_call_that_was_made_last() -> None:
    assert read("可以 我照样到", replace(CHAT, calls_for="meeting")).is_going is True
    offer = read("我报名 我带铁锹", replace(CHAT, calls_for="task")).offer
    assert offer is not None and offer.verb == "join"
    back = read("明早要顶班 把我划掉", replace(CHAT, calls_for="task")).offer
    assert back is not None and back.verb == "leave"


def test_a_worker_closes_by_ending_with_the_word_for_it() -> None:
    told = read("跟两家都谈妥了 谁要晒谁先讲 办结", replace(WORKER, quoted_text="楼顶又吵起来了"))

    assert told.order is not None and told.order.verb == "resolve"


@pytest.mark.parametrize("text", ["配件没到 这个还不能办结", "12组架子都装好了", "5 点我去社区开会", "2 号线今天好挤"])
def test_what_only_holds_a_number_or_a_word_of_an_order_is_none(text: str) -> None:
    assert read(text, WORKER).order is None


def test_or_not_gives_its_own_two_options() -> None:
    told = read("@小件 投票：门厅放长椅 要还是不要 明晚9点截止", replace(CHAT, mentions_bot=True))

    assert told.poll is not None and told.poll.options == ("要", "不要")


def test_a_meeting_moves_by_its_bare_name_to_the_place_named_behind() -> None:
    told = read("活动中心那天要体检 会改到周日下午3点 在7栋架空层", CHAT)

    assert told.meeting is not None and told.meeting.is_change
    assert told.meeting.place == "7栋架空层"
    assert told.meeting.starts_at == datetime(2026, 4, 19, 15, 0, tzinfo=NOW.tzinfo)


def test_a_question_about_what_is_told_here_today_is_heard_as_the_same_trouble() -> None:
    said = "请问2栋电梯是坏了吗 我按了半天冇反应"
    asked = Context(buildings=("2",), is_pipeline=True)

    assert "issue" not in understand(said, asked, NOW).intents
    assert "issue" not in understand(said, replace(asked, fresh_issues=frozenset({"water"})), NOW).intents
    assert "issue" in understand(said, replace(asked, fresh_issues=frozenset({"elevator"})), NOW).intents


def test_a_chains_word_is_no_part_of_its_question() -> None:
    said = "#接龙\n架空层装一台直饮水机 写同意或者不同意 周四晚9点截止"

    meaning = understand(said, Context(is_pipeline=True), NOW)

    assert meaning.poll is not None and meaning.poll.question.startswith("架空层")


def test_a_negated_trapping_in_dialect_is_no_emergency() -> None:
    told = read("三栋电梯卡在四楼不动哒 里头冇关人 放心", CHAT)

    assert "emergency" not in [issue.urgency for issue in told.issues]
