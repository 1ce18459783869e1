"""Calls to a meeting, and answers to one."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

import pytest

from handlers.understanding.meaning import Context, MeetingDraft
from handlers.understanding.meetings import read_meeting, read_rsvp
from handlers.understanding.times import find_times

NOW = datetime(2026, 5, 13, 10, 0, tzinfo=timezone(timedelta(hours=8)))  # a Wednesday


def read(text: str) -> MeetingDraft | None:
    return read_meeting(text, find_times(text, NOW, ()), Context(), NOW)


CALLS = [
    ("周五晚7点半在社区二楼开居民议事会", "15 19:30", "社区二楼"),
    ("本周六上午10点召开业主大会，地点中心广场，请准时参加", "16 10:00", "中心广场"),
    ("明晚8点架空层开个短会，说说停车的事，每家来一个", "14 20:00", "架空层"),
    ("各位楼栋长：后天下午3点到居委会会议室开碰头会", "15 15:00", "居委会会议室"),
    ("请大家周日下午2点半到凉亭坐一坐，商量种树", "17 14:30", "凉亭"),
    ("通知：5月20日19:00，党群服务中心一楼，听证会，请代表参加", "20 19:00", "党群服务中心一楼"),
    ("物业见面会定在周四晚上七点 活动室见", "14 19:00", "活动室"),
    ("今晚8点门卫室门口集合，开个会，讲下车棚", "13 20:00", "门卫室门口"),
    ("大家明天晚上7点在老樟树下碰个头，讨论电梯维修", "14 19:00", None),
    ("业委会筹备会 周六15:00 物业二楼 请带身份证", "16 15:00", "物业二楼"),
    ("召集志愿者开会：周五晚上六点，活动室，别迟到", "15 18:00", "活动室"),
    ("三单元的邻居，周日上午9点，一楼大厅聊聊漏水赔偿，都来", "17 09:00", None),
    ("党员大会，6月1号上午9点，党员活动室", None, "党员活动室"),
    ("我提议周六下午4点在花坛边开个现场会，请物业经理也来", "16 16:00", None),
    ("协商会 明天下午三点半 社区会议室 议题：加装充电桩", "14 15:30", "社区会议室"),
    ("坝坝会开起来咯，周五晚上七点，大坪里，大家都来", "15 19:00", None),
    ("后天晚上7点居民议事厅开座谈会，欢迎参加", "15 19:00", "居民议事厅"),
    ("垃圾分类培训，周四上午十点，二楼活动室，各户派一人", "14 10:00", "二楼活动室"),
    ("请顶楼的住户明晚八点到我家议一议防水", "14 20:00", None),
    ("居民代表会改时间了", None, None),
]

NO_CALLS = [
    "我明天上午9点开会",
    "公司下午3点开会，晚点回",
    "学校家长会周五下午2点",
    "晚上7点去看电影",
    "周六晚上6点聚餐，老地方",
    "昨天晚上的议事会开到10点",
    "议事会什么时候开",
    "业主大会还开不开",
    "周五的议事会我去不了",
    "明天的会我参加",
    "明天会下雨",
    "晚上8点不会停水吧",
    "会议室明天下午2点有空吗",
    "借会议室 明天下午2点到4点",
    "社会新闻晚上7点播",
    "周日有同学会 12点到家",
    "明天下午5点东门自提",
    "我老公在开会",
    "腾讯会议明早9点 老板要讲话",
    "机会难得 周六上午10点签到",
    "明晚8点停水",
    "音乐会的票 周六晚上7点半 转让",
    "今晚9点欧冠 会赢吗",
    "大家晚上好",
    "师傅明天上午10点过来修，会打电话",
    "老家村里周六开大会",
    "相亲会周日下午2点报名",
    "上次的座谈会不错",
    "客户明天下午3点来开会",
    "运动会周四上午8点开始，孩子班上的",
    "律师说周五开庭",
    "两会开始了",
    "周六下午3点相约打麻将",
    "刚开完会",
    "会员日周三晚上8点开抢",
    "晚会几点",
    "我会修电脑 周六有空",
    "周五晚上7点半巡逻集合",
    "明天上午10点疫苗接种",
    "快递柜明晚10点检修",
]


@pytest.mark.parametrize(("text", "start", "place"), CALLS)
def test_a_call_to_a_meeting_is_read_with_its_start_and_place(text: str, start: str | None, place: str | None) -> None:
    draft = read(text)

    assert draft is not None
    assert start is None or draft.starts_at is not None and f"{draft.starts_at:%d %H:%M}" == start
    assert place is None or draft.place == place


@pytest.mark.parametrize("text", NO_CALLS)
def test_ones_own_past_and_other_gatherings_are_no_call(text: str) -> None:
    assert read(text) is None


@pytest.mark.parametrize(
    ("text", "topic"),
    [
        ("周五晚7点半在社区二楼开居民议事会", "居民议事会"),
        ("大家明天晚上7点在凉亭碰个头，讨论电梯维修", "电梯维修"),
        ("物业述职会，5月20日14:00，在小区食堂，请各户派代表", "物业述职会"),
    ],
)
def test_the_topic_is_the_meetings_name_or_what_it_is_about(text: str, topic: str) -> None:
    draft = read(text)

    assert draft is not None
    assert draft.topic == topic


def test_a_moved_meeting_has_the_new_time() -> None:
    draft = read("周五的议事会改到周六上午10点，地点不变")

    assert draft is not None
    assert draft.is_change
    assert draft.starts_at == datetime(2026, 5, 16, 10, 0, tzinfo=NOW.tzinfo)


def test_a_meeting_that_is_called_off_is_cancelled() -> None:
    draft = read("通知大家，周五的议事会取消")

    assert draft is not None
    assert draft.is_cancelled


COMES = [
    "我参加",
    "我到",
    "我来",
    "我家去",
    "准时参加",
    "一定到",
    "参加+1",
    "好的，我参加",
    "收到 准时到",
    "我们家派人参加",
    "我妈去",
    "周五的会我来",
    "开会我到",
    "会我参加，带个凳子",
    "议事会算我一个",
    "才看到 开会算上我",
    "我和我老公都去",
    "来，要带本子不",
    "能来",
    "我明天能到",
    "报名参加",
    "602到",
    "两人参加",
    "我会去的",
    "座谈会我们家出席一人",
    "会议我准时到",
]
STAYS = [
    "去不了",
    "来不了",
    "我去不了",
    "明天来不了",
    "不好意思，参加不了",
    "请假",
    "请个假，出差",
    "上班去不了",
    "周五的会我来不了",
    "那个会我不参加了",
    "赶不回来",
    "缺席",
    "开会我请假",
    "没空来",
    "我恐怕来不了",
    "抱歉 加班去不了",
]
NEITHER = [
    "我去 这么贵",
    "来40个",
    "我来拿",
    "到门口了 空调怎么开",
    "我到楼下了",
    "我来咯 开门",
    "师傅来了吗",
    "水来了",
    "快递到了",
    "我去接娃",
    "明天来不来吃饭",
    "我要参加高考",
    "他来",
    "来了来了",
    "到货了",
    "我来自湘潭",
    "你去吗",
    "去哪",
    "谁去",
    "参加同学婚礼去不了",
    "公司开会我去",
    "团购我参加",
    "火锅我来",
    "谁来参加啊",
    "请大家参加",
    "打牌我来",
    "去不了电影院了",
    "来一斤",
    "到点了",
    "我来晚了",
    "电来了",
    "我在开会",
    "志愿巡逻我参加",
    "孩子家长会我去",
    "你来",
    "冲",
    "走",
    "哈哈我也是",
    "不去白不去",
    "来电显示坏了",
]


@pytest.mark.parametrize("text", COMES)
def test_who_says_that_he_comes_is_going(text: str) -> None:
    assert read_rsvp(text, Context()) is True


@pytest.mark.parametrize("text", STAYS)
def test_who_says_that_he_cannot_come_is_not_going(text: str) -> None:
    assert read_rsvp(text, Context()) is False


@pytest.mark.parametrize("text", NEITHER)
def test_coming_and_going_elsewhere_answers_no_meeting(text: str) -> None:
    assert read_rsvp(text, Context()) is None
