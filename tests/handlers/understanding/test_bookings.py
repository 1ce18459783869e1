"""Wishes about rooms, told from appointments elsewhere, complaints and talk."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta, timezone

import pytest

from handlers.understanding.bookings import read_bookings
from handlers.understanding.meaning import BookingWish, Context
from handlers.understanding.rooms import find_room
from handlers.understanding.times import find_times

NOW = datetime(2026, 5, 13, 10, 0, tzinfo=timezone(timedelta(hours=8)))  # a Wednesday
GROUP = Context(rooms=("乒乓球室", "议事厅", "舞蹈房"), is_pipeline=True)
ONE_ROOM = Context(rooms=("活动室",), is_pipeline=True)


def read(text: str, context: Context = GROUP) -> tuple[BookingWish, ...]:
    return read_bookings(text, find_times(text, NOW, ()), context, NOW)


def spans(wish: BookingWish) -> list[tuple[str, str | None]]:
    return [(f"{t.start:%d %H:%M}", f"{t.end:%d %H:%M}" if t.end else None) for t in wish.times]


WISHES = [
    ("明天下午2点到4点想用乒乓球室", "create", "乒乓球室"),
    ("周六上午9点到11点议事厅给我留着", "create", "议事厅"),
    ("帮我约一下后天晚上六点到七点的舞蹈房", "create", "舞蹈房"),
    ("舞蹈房，周五晚7点到9点", "create", "舞蹈房"),
    ("订议事厅 明天 15:00-16:00", "create", "议事厅"),
    ("我们合唱队周日下午3点要用议事厅", "create", "议事厅"),
    ("后天上午10点乒乓球室占一个位子 谢谢", "create", "乒乓球室"),
    ("明早8点到9点打乒乓，给我们留一下", "create", "乒乓球室"),
    ("想借议事厅开个茶话会，周六下午2点到5点", "create", "议事厅"),
    ("麻烦预约舞蹈房 5月20号晚上七点到八点半", "create", "舞蹈房"),
    ("我要订明天晚上的乒乓球室 6点到7点", "create", "乒乓球室"),
    ("那就约上 后天晚上六点到七点", "create", None),
    ("明天下午的乒乓球室不用了", "cancel", "乒乓球室"),
    ("议事厅周六那个帮我退了吧", "cancel", "议事厅"),
    ("我爸脚崴了，今晚舞蹈房不去了", "cancel", "舞蹈房"),
    ("取消明天10点的议事厅", "cancel", "议事厅"),
    ("乒乓球室那个钟头我放弃，给别人用吧", "cancel", "乒乓球室"),
    ("舞蹈房周五晚上让出来", "cancel", "舞蹈房"),
    ("明晚的舞蹈房跳不成了，帮我销掉", "cancel", "舞蹈房"),
    ("把我的预约取消", "cancel", None),
    ("周六议事厅有空吗", "query", "议事厅"),
    ("明天下午乒乓球室有人约没", "query", "乒乓球室"),
    ("哪天晚上能用舞蹈房", "query", "舞蹈房"),
    ("后天晚上议事厅7点到8点有人没", "query", "议事厅"),
    ("周日舞蹈房约满了冇", "query", "舞蹈房"),
    ("乒乓球室下午空不空", "query", "乒乓球室"),
    ("这周议事厅还剩哪几个钟点？", "query", "议事厅"),
    ("今晚的舞蹈房被谁订了？", "query", "舞蹈房"),
    ("乒乓球室明天还有位子吗", "query", "乒乓球室"),
    ("查一下议事厅周五的安排表", "query", "议事厅"),
    ("那3点到4点给我 多谢", "accept", None),
    ("5点那个钟头归我啦", "accept", None),
    ("乒乓球室那个时段我要了", "accept", "乒乓球室"),
    ("哦8点才开门 那算了 下次吧", "decline", None),
    ("那不用了 谢谢", "decline", None),
    ("那算了", "decline", None),
]

NOTHING = [
    "协和的专家号约到下个月去了",
    "明天下午3点约了理发",
    "约了牙医周六上午10点",
    "高铁票订好了明早8点",
    "晚上7点订了个包厢吃饭 来不来",
    "快递师傅说下午3点上门",
    "公司会议室明天10点到12点又被占了",
    "乒乓球室的灯坏了三天",
    "舞蹈房天天被人反锁，凭什么",
    "议事厅漏水了",
    "舞蹈房楼上跳舞吵死了",
    "昨晚在乒乓球室打得过瘾",
    "乒乓球室几点开门",
    "今天在舞蹈房看到王姐了",
    "约饭吗 周六晚上",
    "你约了谁",
    "外卖订了没",
    "订奶的找我",
    "这个车位租不租",
    "房子什么时候可以看",
    "看房约周六下午行不行",
    "明天傍晚西门自提 要的接龙",
    "有人捡到钥匙没",
    "有人在家吗",
    "我要三份",
    "给我来40个",
    "给我留两斤虾",
    "退货了 质量太差",
    "电梯有人吗 按了没反应",
    "不用了谢谢",
    "明天不去了 天太热",
    "取消订单怎么弄",
    "疫苗预约码发我一下",
    "儿子的驾校科目二约在周四上午",
    "小区还有空车位吗",
    "排队做核酸的人好多",
    "茶颜排队排到马路上",
    "到门口了 空调怎么开",
    "打完了 门带关了",
    "球打完了 3比2",
    "有天分 改天我带带他",
    "大家早点休息",
]


@pytest.mark.parametrize(("text", "verb", "room"), WISHES)
def test_a_wish_about_a_room_is_read_with_its_verb_and_room(text: str, verb: str, room: str | None) -> None:
    assert [(wish.verb, wish.room) for wish in read(text)] == [(verb, room)]


@pytest.mark.parametrize("text", NOTHING)
def test_appointments_elsewhere_complaints_and_talk_are_no_wishes(text: str) -> None:
    assert read(text) == ()


@pytest.mark.parametrize(
    "text",
    [
        "明天下午2点到4点想用乒乓球室",
        "琴房后天晚上6点到7点帮我订一下",
        "周六上午会议室有空吗",
        "烧烤区周日的不用了 帮我退",
        "下周三下午2点到3点，阅览室",
        "康复室明天10点的预约销掉",
        "多功能厅这周五晚上被占了没",
    ],
)
def test_without_knowing_the_rooms_those_that_estates_have_are_understood(text: str) -> None:
    assert len(read(text, Context())) == 1


@pytest.mark.parametrize("text", ["那3点到4点给我 多谢", "那算了", "后天晚上六点到七点约上", "那不用了", "归我啦"])
def test_without_the_talk_before_nothing_is_guessed(text: str) -> None:
    assert read(text, Context()) == ()


def test_the_span_that_is_wanted_comes_along() -> None:
    (wish,) = read("明天下午2点到4点想用乒乓球室")

    assert spans(wish) == [("14 14:00", "14 16:00")]


def test_moving_a_booking_gives_one_back_and_takes_another() -> None:
    cancel, create = read("明早9点的乒乓球室退了，换成周五晚上7点到8点")

    assert (cancel.verb, spans(cancel)) == ("cancel", [("14 09:00", None)])
    assert (create.verb, create.room, spans(create)) == ("create", "乒乓球室", [("15 19:00", "15 20:00")])


@pytest.mark.parametrize(
    ("text", "hours"),
    [
        ("明天3点到4点的舞蹈房，有人约了的话帮我排个队", 1),
        ("哦 刘嗲约了2点到4点啊 那帮我排队 空出来就给我", 0),
        ("帮我排候补", 0),
        ("议事厅要是有人退了就留给我", 0),
    ],
)
def test_who_would_wait_says_so_and_the_hours_of_others_are_not_his(text: str, hours: int) -> None:
    (wish,) = read(text)

    assert wish.would_wait
    assert len(wish.times) == hours


def test_asking_and_wanting_in_one_are_two_wishes() -> None:
    assert [wish.verb for wish in read("明晚7点舞蹈房空不空，空就帮我订上")] == ["query", "create"]


def test_calling_the_bot_is_enough_without_a_room() -> None:
    called = replace(ONE_ROOM, mentions_bot=True)

    assert [wish.verb for wish in read("帮我约明天下午4点到5点", called)] == ["create"]


@pytest.mark.parametrize(
    ("text", "rooms", "room"),
    [
        ("想去打乒乓", ("乒乓球室", "议事厅"), "乒乓球室"),
        ("球室有空吗", ("乒乓球室", "议事厅"), "乒乓球室"),
        ("场地有空吗", ("活动室",), "活动室"),
        ("晚上跳舞", ("活动室",), "活动室"),
        ("开会要个地方", ("议事厅", "活动室"), "议事厅"),
        ("大会议室", ("大会议室", "小会议室"), "大会议室"),
        ("羽毛球场", (), "羽毛球场"),
        ("小区门口", (), None),
        ("去哪吃饭", ("活动室",), None),
    ],
)
def test_a_room_is_found_by_name_part_or_use(text: str, rooms: tuple[str, ...], room: str | None) -> None:
    assert find_room(text, rooms) == room
