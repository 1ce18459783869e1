"""What a worker says about how the bot read."""

from __future__ import annotations

import pytest

from handlers.understanding import Context, understand
from handlers.understanding.corrections import category_named, read_correction
from handlers.understanding.meaning import Order
from tests.clock import NOW

WORKER = Context(sender_roles=frozenset({"building_leader"}), is_pipeline=True)
QUOTING = Context(sender_roles=frozenset({"grid_worker"}), quoted_text="铁笼子又不走了", is_pipeline=True)


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("12 不是问题", 12),
        ("12 误报", 12),
        ("12误报了", 12),
        ("#12 这是误报", 12),
        ("12号单不是报事", 12),
        ("误报 12", 12),
        ("12，不用登记", 12),
    ],
)
def test_a_worker_says_that_a_ticket_was_no_problem(text: str, number: int) -> None:
    assert read_correction(text, WORKER) == Order("not_a_problem", number)
    assert understand(text, WORKER, NOW).intents == ("ticket.update",)


@pytest.mark.parametrize(
    ("text", "category"),
    [
        ("12 改类 照明", "lighting"),
        ("12 类别 照明", "lighting"),
        ("12改类别：停车", "parking"),
        ("#12 改成照明类", "lighting"),
        ("12 类别改为漏水", "water"),
        ("12 属于噪音类", "noise"),
    ],
)
def test_a_worker_names_another_category(text: str, category: str) -> None:
    found = read_correction(text, WORKER)

    assert found
    assert (found.verb, found.number, found.target) == ("recategorise", 12, category)
    assert understand(text, WORKER, NOW).intents == ("ticket.update",)


def test_a_category_that_there_is_not_is_kept_as_it_was_said() -> None:
    assert read_correction("12 改类 随便啦", WORKER) == Order("recategorise", 12, None, "随便啦")


@pytest.mark.parametrize(
    ("text", "category"),
    [("这是报事", None), ("漏报", None), ("登记这条", None), ("这条登记一下", None), ("漏报 照明", "lighting")],
)
def test_of_a_quoted_message_a_worker_says_that_it_was_missed(text: str, category: str | None) -> None:
    found = read_correction(text, QUOTING)

    assert found
    assert (found.verb, found.target) == ("missed", category)
    assert read_correction(text, WORKER) is None


@pytest.mark.parametrize("text", ["误报", "这条不是问题", "这是误报"])
def test_without_a_number_it_is_about_what_is_quoted(text: str) -> None:
    assert read_correction(text, QUOTING) == Order("not_a_problem")
    assert read_correction(text, WORKER) is None


@pytest.mark.parametrize(
    "text",
    [
        "12栋不是问题",
        "误报的那个电话是谁打的",
        "这不是问题的关键",
        "12 办结 已换灯",
        "改到12点",
        "12 改成周六",
        "漏报了好几天没人管",
        "这是报事的地方吗",
        "12 是漏水",
    ],
)
def test_talk_of_workers_corrects_nothing(text: str) -> None:
    assert read_correction(text, WORKER) is None
    assert read_correction(text, QUOTING) is None


@pytest.mark.parametrize("text", ["12 误报", "12 改类 照明", "这是报事", "漏报 照明"])
@pytest.mark.parametrize("roles", [frozenset(), frozenset({"resident"}), frozenset({"volunteer"})])
def test_who_is_no_worker_corrects_nothing(text: str, roles: frozenset[str]) -> None:
    assert read_correction(text, Context(sender_roles=roles, quoted_text="灯不亮", is_pipeline=True)) is None


@pytest.mark.parametrize(
    ("word", "code"),
    [("照明", "lighting"), ("lighting", "lighting"), ("漏水", "water"), ("路灯", "lighting"), ("水", None), ("", None)],
)
def test_a_category_goes_by_its_name_a_part_of_it_or_its_thing(word: str, code: str | None) -> None:
    assert category_named(word) == code
