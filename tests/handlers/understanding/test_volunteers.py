"""Offers of help, calls for it, and stepping back."""

from __future__ import annotations

import pytest

from handlers.understanding.meaning import Context
from handlers.understanding.volunteers import read_offer

JOINS = [
    "铲雪算我一个",
    "扫雪我来",
    "夜巡缺人我补上",
    "值班表加上我",
    "我报名当志愿者",
    "巡逻队算上我家一个",
    "周六清楼道我也来",
    "护学岗我报名",
    "我可以给独居老人送饭",
    "初三值班我顶",
    "明天我来清花坛的落叶",
    "写春联需要人手喊我",
    "我会剪头发，可以义务给老人剪",
    "种树我带崽一起参加",
    "帮刘娭毑拿药我顺路",
    "我有三轮车，搬桌子找我",
    "打扫楼梯交给我吧",
    "值夜排我周三",
    "陪独居的嗲嗲聊天，我愿意去",
    "大扫除我们一家都来",
    "缺人的话喊我一声",
    "垃圾分类宣传我能去",
    "我想当志愿者",
    "我是护士，义诊我来",
    "铲冰我有铁锹，我上",
    "送菜上门这事我包了",
    "发传单我可以",
    "活动室布置我来帮忙",
    "浇花我负责，我早上有空",
    "防汛值守我报名",
    "站岗我可以上午",
    "加我一个",
    "算我一个",
    "捡垃圾活动我参加",
    "哪家老人手机不会用找我",
    "拔草我带两把锄头来",
    "我义务教老人写毛笔字",
    "守门岗我来守晚上",
    "搬物资我出力",
    "清扫落叶我和老公都去",
]
CALLS = [
    ("周六上午清楼道，招5个志愿者", 5),
    ("扫雪缺3个人手，有空的来", 3),
    ("护学岗还差两名志愿者", 2),
    ("招募志愿者陪独居老人", None),
    ("谁愿意一起去捡垃圾", None),
    ("周日大扫除，大家有空的一起来搭把手", None),
    ("值班还缺人手，哪个有空", None),
]
LEAVES = [
    "明天来不了，志愿那个换人",
    "巡逻我这周去不成，谁替我",
    "护学岗我请个假",
    "周三值班我顶不了了，换个人",
    "扫雪那个我参加不了",
]
TALK = [
    "团购算我一个斤两别少",
    "拼车算我一个",
    "火锅我来",
    "打牌三缺一，我来",
    "高考志愿怎么填",
    "第一志愿填湖大",
    "没人扫地，楼道脏死了",
    "楼道堆满了东西",
    "能不能派人扫雪",
    "请物业打扫一下楼梯",
    "谢谢志愿者",
    "昨天我去帮忙扫雪了",
    "保洁阿姨在打扫",
    "我来晚了",
    "我去 好大的雪",
    "我值夜班，白天睡觉",
    "谁能帮我搬下冰箱",
    "帮我带份早餐",
    "我想请人打扫屋子",
    "专业家政上门打扫",
    "钟点工我家要一个",
    "明天我去上班",
    "我报名考驾照了",
    "我家要大扫除",
    "雪好大啊",
    "我崽在学校值日",
    "看到有人在清理花坛",
    "公司组织植树",
    "接龙 我要三斤",
    "老师让我们报名合唱",
    "我可以吗",
    "我能进来吗",
    "电梯里有人值班吗",
    "志愿服务时长怎么查",
    "巡逻车来了",
    "保安巡逻看到了",
    "我家楼道灯坏了",
    "我出去一下",
    "加我微信",
    "早上好",
]


@pytest.mark.parametrize("text", JOINS)
def test_who_offers_himself_joins(text: str) -> None:
    offer = read_offer(text, Context())

    assert offer is not None
    assert offer.verb == "join"


@pytest.mark.parametrize(("text", "needed"), CALLS)
def test_who_looks_for_hands_calls(text: str, needed: int | None) -> None:
    offer = read_offer(text, Context())

    assert offer is not None
    assert (offer.verb, offer.needed) == ("call", needed)


@pytest.mark.parametrize("text", LEAVES)
def test_who_cannot_come_to_his_duty_leaves(text: str) -> None:
    offer = read_offer(text, Context())

    assert offer is not None
    assert offer.verb == "leave"


@pytest.mark.parametrize("text", TALK)
def test_talk_jobs_and_shopping_offer_nothing(text: str) -> None:
    assert read_offer(text, Context()) is None


@pytest.mark.parametrize(("text", "task"), [("铲雪算我一个", "铲雪"), ("护学岗我报名", "护学岗"), ("算我一个", "")])
def test_the_task_is_what_is_to_be_done(text: str, task: str) -> None:
    offer = read_offer(text, Context())

    assert offer is not None
    assert offer.task == task


CALLED = Context(
    calls_for="task",
    tasks=("扫落叶 周日早上8点半到后山台阶扫落叶 要七八个志愿者", "搬书 周六下午社区书屋搬书"),
    is_pipeline=True,
)


@pytest.mark.parametrize(
    ("text", "verb"),
    [
        ("搬书我去", "join"),
        ("搬书我来顶阿凯", "join"),
        ("老师请假课停了，周日扫台阶还是算我", "join"),
        ("扫台阶先莫算我", "leave"),
        ("搬书别算我了", "leave"),
        ("落枕了，搬书我来不了", "leave"),
        ("书搬完了，好累", None),
        ("搬书我去年干过一回", None),
        ("我来了，菜场的鱼新鲜得很", None),
    ],
)
def test_who_names_the_work_that_hands_are_wanted_for_needs_few_words(text: str, verb: str | None) -> None:
    offer = read_offer(text, CALLED)

    assert (offer.verb if offer else None) == verb


def test_seven_or_eight_are_seven() -> None:
    offer = read_offer("周日扫落叶，要七八个志愿者", Context())

    assert offer is not None
    assert offer.needed == 7
