"""Adding one's voice: how it is said, and what only sounds like it."""

from __future__ import annotations

import pytest

from handlers.understanding.supports import read_support


@pytest.mark.parametrize(
    "text",
    [
        "+1",
        "加一 我端着盆子下楼都怕",
        "同，我婆婆也在门口等",
        "附议！",
        "我家也是 楼上楼下都在响",
        "不止你一家，我这层也黑的",
        "一样一样，冇得信号",
    ],
)
def test_saying_that_it_is_the_same_is_heard(text: str) -> None:
    assert read_support(text) == "same"


@pytest.mark.parametrize("text", ["我们单元也断网了", "三楼也闻到了", "我车也被划了一道", "隔壁也没热水"])
def test_an_also_of_ones_own_home_is_heard(text: str) -> None:
    assert read_support(text) == "also"


@pytest.mark.parametrize(
    "text",
    ["+1 两箱橙子", "我也想去看看", "我也参加", "你家也是长沙的？", "哈哈我也是", "电梯停了，楼梯灯也不亮", ""],
)
def test_other_alsos_are_not(text: str) -> None:
    assert read_support(text) is None
