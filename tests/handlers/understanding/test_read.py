"""The one door of understanding: what it says of whole messages, and how often it is right."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.bench.scores import score
from handlers.understanding import Context, understand
from handlers.understanding.meaning import OpenPoll

NOW = datetime(2026, 3, 11, 19, 42, tzinfo=ZoneInfo("Asia/Shanghai"))
JUDGE = Path(__file__).parents[2] / "sentences" / "judge"

# A little below what was measured: a change that loses more than noise should be seen.
FLOORS = {
    "issue_f1": 0.93,
    "intent_macro_f1": 0.91,
    "category_accuracy": 0.83,
    "urgency_accuracy": 0.84,
    "emergency_recall": 0.93,
    "emergency_precision": 0.92,
    "place_f1": 0.91,
    "time_start": 0.92,
}


def intents(text: str, **known: object) -> tuple[str, ...]:
    return understand(text, Context(**known), NOW).intents  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "text",
    [
        "昨天电梯修好了，现在快得很",
        "没有漏水，是我洒的",
        "要是停电了怎么办，哈哈",
        "我老家那边停水了",
        "股票跌停了",
        "团购脐橙，五十块一箱，要的接龙",
        "早上好",
        "捡到一串钥匙，谁的",
    ],
)
def test_what_is_over_negated_supposed_elsewhere_or_no_matter_at_all_is_chat(text: str) -> None:
    assert intents(text) == ("chat",)


@pytest.mark.parametrize("text", ["我家也是", "+1 我们单元也停了", "我家也没水"])
def test_saying_the_same_is_support_and_no_issue_of_its_own(text: str) -> None:
    assert intents(text) == ("support",)


def test_chat_stands_alone_and_carries_nothing() -> None:
    meaning = understand("哈哈哈哈", Context(), NOW)

    assert (meaning.intents, meaning.issues, meaning.times, meaning.keywords) == (("chat",), (), (), ())


def test_a_problem_comes_with_place_keywords_and_sureness() -> None:
    meaning = understand("12栋3单元的电梯又停了", Context(), NOW)

    assert meaning.intents == ("issue",)
    assert (meaning.place.building, meaning.place.unit) == ("12", "3")
    assert "电梯" in meaning.keywords
    assert 0.5 < meaning.confidence <= 1


def test_a_booking_comes_with_its_time() -> None:
    meaning = understand("明天下午3点到5点想预约活动室", Context(rooms=("活动室",)), NOW)

    assert meaning.intents == ("booking.create",)
    assert [(t.start.hour, t.end.hour) for t in meaning.times] == [(15, 17)]  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("said", "days"),
    [
        ("大家投个票，周末烧烤去河边还是上楼顶", []),
        ("大家投个票，夜里十一点以后关不关喷泉？1 关 2 不关，周五截止", ["2026-03-13"]),
    ],
)
def test_of_a_polls_times_only_its_closing_counts(said: str, days: list[str]) -> None:
    meaning = understand(said, Context(), NOW)

    assert (meaning.intents, [str(span.start) for span in meaning.times]) == (("poll.create",), days)


def test_a_letter_votes_only_while_a_poll_is_open() -> None:
    poll = OpenPoll(1, "几点开门", ("7点", "8点"))

    assert intents("B", is_pipeline=True, polls=(poll,)) == ("poll.vote",)
    assert "poll.vote" not in intents("B", is_pipeline=True)


def test_plus_one_needs_a_report_before_it_where_the_talk_is_known() -> None:
    assert intents("我家也是", is_pipeline=True, recent_issue="elevator") == ("support",)
    assert intents("+1 两箱", is_pipeline=True) == ("chat",)


def test_reasons_name_what_led_to_the_meaning() -> None:
    assert "danger gas" in understand("楼道里好浓的煤气味", Context(), NOW).reasons


def test_a_quoted_reply_is_understood_by_the_senders_own_words() -> None:
    assert intents("「老周：楼道灯不亮了」\n- - - - -\n我家也是") == ("support",)


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=80))
def test_no_text_breaks_it_and_the_same_text_means_the_same(text: str) -> None:
    assert understand(text, Context(), NOW) == understand(text, Context(), NOW)


@pytest.fixture(scope="module")
def judged() -> dict[str, float]:
    return score(JUDGE)


@pytest.mark.parametrize("figure", FLOORS)
def test_sentences_written_blind_by_another_hand_are_understood_as_well_as_before(
    judged: dict[str, float], figure: str
) -> None:
    assert judged[figure] >= FLOORS[figure]


def test_few_chat_messages_become_tickets(judged: dict[str, float]) -> None:
    assert judged["false_tickets_per_100_chat"] <= 6
