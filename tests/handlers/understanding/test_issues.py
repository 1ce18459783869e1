"""Which problems a message tells: how many, of which category, how urgent, where."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from handlers.understanding import Context, understand
from handlers.understanding.danger import emergencies_in
from handlers.understanding.meaning import Issue

NOW = datetime(2026, 3, 11, 19, 42, tzinfo=ZoneInfo("Asia/Shanghai"))


def issues(text: str) -> tuple[Issue, ...]:
    return understand(text, Context(), NOW).issues


@pytest.mark.parametrize(
    ("text", "category"),
    [
        ("电梯又坏了，提着菜爬上来的", "elevator"),
        ("厨房的水管一直在漏水", "water"),
        ("下水道堵了，厕所返味", "drainage"),
        ("我家突然停电了", "power"),
        ("楼道的声控灯不亮了", "lighting"),
        ("消防通道又被堵住了", "fire_safety"),
        ("单元门的门禁坏了，刷不开", "security"),
        ("有车乱停，堵着车库出口", "parking"),
        ("垃圾桶满了没人清，臭死了", "sanitation"),
        ("楼上半夜装修，吵得睡不着", "noise"),
        ("绿化带的树枝该修剪了", "greening"),
        ("有人遛狗不牵绳", "pets"),
        ("楼道堆满杂物，过不去", "clutter"),
        ("宽带断网两天了", "network"),
    ],
)
def test_a_problem_has_the_category_of_the_thing_to_be_mended(text: str, category: str) -> None:
    assert [issue.category for issue in issues(text)] == [category]


def test_two_problems_in_one_message_are_two_issues_with_their_own_places() -> None:
    found = issues("3栋电梯停了，5栋楼道灯不亮")

    assert [(issue.category, issue.place.building) for issue in found] == [("elevator", "3"), ("lighting", "5")]


def test_one_kind_of_problem_at_two_places_is_not_told_as_two_kinds() -> None:
    found = issues("3栋的路灯不亮了，5栋的路灯也不亮")

    assert {issue.category for issue in found} == {"lighting"}


def test_one_problem_told_in_several_clauses_stays_one_issue() -> None:
    assert len(issues("电梯又坏了，按了半天没反应，麻烦派人来修一下")) == 1


@pytest.mark.parametrize(
    ("text", "category"),
    [
        ("有人困在电梯里了，快来人", "elevator"),
        ("着火了！三楼在冒黑烟", "fire_safety"),
        ("楼道里好浓的煤气味", "gas"),
        ("高压线断了掉在地上，还在冒火花", "power"),
        ("有个老人晕倒了叫不醒", "care"),
        ("小孩一个人反锁在屋里哭", "care"),
    ],
)
def test_danger_to_life_is_an_emergency_and_names_its_category(text: str, category: str) -> None:
    assert [(issue.category, issue.urgency) for issue in issues(text)] == [(category, "emergency")]


@pytest.mark.parametrize("text", ["整栋停水了", "突然停电了，整栋都黑了", "唯一的电梯停了"])
def test_a_basic_service_that_is_out_is_urgent(text: str) -> None:
    assert [issue.urgency for issue in issues(text)] == ["urgent"]


@pytest.mark.parametrize(
    "text",
    [
        "明天上午消防演习，会有浓烟，大家别慌",
        "昨天着火的那家已经扑灭了",
        "要是着火了往哪跑",
        "没有着火，是厨房的水汽",
        "这首歌彻底火了",
        "嗓子都冒烟了",
        "迟早要着火",
    ],
)
def test_practised_past_supposed_negated_and_figurative_dangers_are_none(text: str) -> None:
    assert emergencies_in(text) == []
