"""For whom a worker speaks: the forms in which workers file what they were told."""

from __future__ import annotations

import pytest

from handlers.understanding import Context, understand
from tests.clock import NOW

WORKER = Context(sender_roles=frozenset({"grid_worker"}), is_private=True, is_pipeline=True)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("代报：3栋楼道灯坏了", ""),
        ("代报 5栋2单元下水道堵了，味道大", ""),
        ("代3栋402李奶奶报：厨房水管漏水", "李奶奶"),
        ("帮7栋1单元的周大爷报一下，他家门口的灯不亮", "周大爷"),
        ("替老吴登记一下，楼上天天半夜拖椅子", "老吴"),
        ("刚才12栋1801的彭工打电话来说电梯又停了", "彭工"),
        ("陈姨来社区反映，2栋垃圾没人收", "陈姨"),
        ("有个居民上门说6栋的井盖松了", ""),
        ("今天有位住户上门说，一楼过道的灯白天也亮着", ""),
        ("替二单元一位老人报一下，楼道灯坏了", ""),
        ("今早3-2-302邓哥来电说，楼道感应灯坏了", "邓哥"),
    ],
)
def test_a_worker_files_a_report_for_somebody(text: str, name: str) -> None:
    meaning = understand(text, WORKER, NOW)

    assert meaning.intents == ("issue",)
    assert meaning.behalf is not None
    assert meaning.behalf.name == name


@pytest.mark.parametrize(
    "text",
    [
        "帮我报一下，我家漏水",
        "帮我们记一下周五开会",
        "12 办结 已换灯",
        "大家帮忙看一下谁的车挡住了消防通道",
        "代办社保的在二楼窗口",
        "今天上午来电了，大家放心",
        "替换的灯泡到了，下午去装",
        "电话里说不清，我过来看看",
    ],
)
def test_what_only_sounds_like_it_is_no_filing(text: str) -> None:
    assert understand(text, WORKER, NOW).behalf is None


@pytest.mark.parametrize("text", ["代3栋402李奶奶报：厨房水管漏水", "帮我妈报一下，她家停水了"])
def test_a_resident_speaks_for_himself_whatever_he_says(text: str) -> None:
    assert understand(text, Context(is_pipeline=True), NOW).behalf is None
