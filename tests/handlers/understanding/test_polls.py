"""A poll is a question with something to choose, put to the group."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

import pytest

from handlers.understanding.meaning import Context, PollDraft
from handlers.understanding.polls import is_poll_query, option_times, read_poll
from handlers.understanding.times import find_times

NOW = datetime(2026, 5, 13, 10, 0, tzinfo=timezone(timedelta(hours=8)))  # a Wednesday
POLES = ("同意", "不同意")


def read(text: str, context: Context | None = None) -> PollDraft | None:
    return read_poll(text, find_times(text, NOW, ()), context or Context(), NOW)


POLLS = [
    ("投票：门厅的地垫要什么样的 A 灰色 B 红色", ("灰色", "红色"), "single"),
    ("大家投个票，阅览室周几闭馆 A.周一 B.周三 C.周五", ("周一", "周三", "周五"), "single"),
    ("给新凉亭起名 1、听雨亭 2、望岳亭 3、歇脚亭 一户一票", ("听雨亭", "望岳亭", "歇脚亭"), "single"),
    ("选一个哈：①装雨棚 ②装长凳 ③都不装", ("装雨棚", "装长凳", "都不装"), "single"),
    ("公示栏换什么边框？木头的/不锈钢的/塑料的", ("木头的", "不锈钢的", "塑料的"), "single"),
    ("信箱放哪头？东头 / 西头", ("东头", "西头"), "single"),
    ("围栏刷白漆还是绿漆，大家表个态", ("白漆", "绿漆"), "single"),
    ("各位邻居，儿童节是放电影还是搞游园，都说说看法", ("放电影", "搞游园"), "single"),
    ("广播早上7点还是8点响起 每户一票", ("7点", "8点"), "single"),
    ("中秋晚会定在周五还是周六还是周日 大家选一下", ("周五", "周六", "周日"), "single"),
    ("夜里怎么看门 甲：装监控 乙：请夜班保安，每家回一个字", ("装监控", "请夜班保安"), "single"),
    ("投票 消防栓箱子 1红色 2银色 回数字", ("红色", "银色"), "single"),
    ("楼道要不要贴防滑条，大家投个票", ("要", "不要"), "yes_no"),
    ("各位业主，同不同意把花坛改成停车位？都表个态", POLES, "yes_no"),
    ("装不装感应门，征求一下各家意见", POLES, "yes_no"),
    ("单元门口加把长椅，赞成的扣1反对的扣2", ("赞成", "反对"), "yes_no"),
    ("门口那棵枯树砍掉，同意的回1 不同意的回2", ("同意", "不同意"), "yes_no"),
    ("是否同意公共收益拿去修围墙，请各户表态", POLES, "yes_no"),
    ("大家觉得有没有必要给地库加反光镜", POLES, "yes_no"),
    ("发起投票：更换水泵", POLES, "yes_no"),
    ("该不该收电动车停车管理费？请大家举手", POLES, "yes_no"),
    ("可多选：A 修秋千 B 换沙子 C 添滑梯", ("修秋千", "换沙子", "添滑梯"), "multiple"),
    ("大家最多选两个 1.葡萄架 2.紫藤 3.月季墙", ("葡萄架", "紫藤", "月季墙"), "multiple"),
    ("老年餐口味大家选，清淡、微辣、中辣里选一个，各家回一声", ("清淡", "微辣", "中辣"), "single"),
    ("投票选新保洁时段\n早晨\n中午\n傍晚", ("早晨", "中午", "傍晚"), "single"),
    ("健身器材先装哪样？A漫步机 B单杠 C腰背按摩器", ("漫步机", "单杠", "腰背按摩器"), "single"),
    ("小件，建个投票，题目：跳绳比赛几个人一队。选项就三人、五人、八人", ("三人", "五人", "八人"), "single"),
    ("晒被子的地方 A 屋顶 B 草坪边，周五前投", ("屋顶", "草坪边"), "single"),
    ("大伙说说，快递架子放一楼还是放负一楼", ("放一楼", "放负一楼"), "single"),
    ("需不需要请人来教垃圾分类，请各家回复", POLES, "yes_no"),
    ("民意征集：夜里几点关喷泉？九点/十点/不关", ("九点", "十点", "不关"), "single"),
    ("开个投票哈 楼名牌 要木刻的还是亚克力的", ("木刻的", "亚克力的"), "single"),
    ("你们觉得宣传栏移到大门口好 要不要移 举手投票", ("要", "不要"), "yes_no"),
    ("投票定一下：春游A橘子洲B岳麓山", ("橘子洲", "岳麓山"), "single"),
    ("接龙选时间 A 上午 B 下午", ("上午", "下午"), "single"),
    ("每家一票，门岗亭子要空调还是风扇", ("空调", "风扇"), "single"),
    ("发个匿名投票：要不要换锁芯", ("要", "不要"), "yes_no"),
    ("关于装充电柜，同意的请接龙，不同意的也讲一声 大家投票", POLES, "yes_no"),
    ("选项A 保留石桌 选项B 换木桌 请投票", ("保留石桌", "换木桌"), "single"),
    ("愿不愿意每户出二十块买灭火器？各家表态", POLES, "yes_no"),
]

TALK = [
    "你吃饭了没",
    "去不去",
    "晚上吃面还是吃粉",
    "水电费是线上交还是去窗口",
    "这么晒要不要这么夸张",
    "停电是整栋还是就我们层",
    "我投你一票哈哈",
    "帮我家妹子投个票，点进去第七个",
    "昨天投票投完就忘了",
    "投票结果公布了吗",
    "还有谁没投票",
    "那次投票我没赶上",
    "苹果梨子都有 A筐20 B筐30 下单接龙",
    "土鸡 1.公鸡80 2.母鸡100 要的接龙 明天到货",
    "我选8点",
    "同意",
    "要不要一起去菜场",
    "你们公司周末加班还是双休",
    "看电视还是睡觉呢",
    "老师让家长投票选班服",
    "大家好，我是新搬来的",
    "大家早点休息",
    "各位路上小心",
    "3/5的人都走了",
    "2栋/3栋今天清洗水箱",
    "1号楼 2号楼 今天停水检修",
    "电梯又坏了，还是老毛病",
    "还是你厉害",
    "水还是黄的",
    "天气还是有点冷",
    "A座电梯停了",
    "B超单子丢了谁捡到",
    "作业第3题选A还是选B",
    "唱歌比赛给12号选手投票",
    "我们公司年会投票选地方",
    "票都投了，等结果",
    "彩票又没中",
    "有没有必要这么大声",
    "1. 带身份证 2. 带户口本",
    "能不能派个人来看看",
    "电影票还剩两张",
    "好不好吃啊那家",
]


@pytest.mark.parametrize(("text", "options", "kind"), POLLS)
def test_a_question_with_something_to_choose_put_to_the_group_is_a_poll(
    text: str, options: tuple[str, ...], kind: str
) -> None:
    draft = read(text)

    assert draft is not None
    assert (draft.options, draft.kind) == (options, kind)


@pytest.mark.parametrize("text", TALK)
def test_talk_votes_shopping_and_private_questions_are_no_poll(text: str) -> None:
    assert read(text) is None


@pytest.mark.parametrize(
    ("text", "question"),
    [
        ("投票：门厅的地垫要什么样的 A 灰色 B 红色", "门厅的地垫要什么样的"),
        ("公示栏换什么边框？木头的/不锈钢的/塑料的", "公示栏换什么边框"),
        ("广播早上7点还是8点响起 每户一票 周五晚上9点截止", "广播早上7点还是8点响起"),
        ("各位楼长，楼道要不要贴防滑条，赞成反对都讲一声", "楼道要不要贴防滑条"),
        ("每户一票：垃圾桶摆哪边，东边、西边，周日晚10点前投完", "垃圾桶摆哪边"),
    ],
)
def test_the_question_stands_without_its_trimmings(text: str, question: str) -> None:
    draft = read(text)

    assert draft is not None
    assert draft.question == question


@pytest.mark.parametrize(
    ("text", "closes_at"),
    [
        ("要不要换锁，大家投票，周五晚上8点截止", datetime(2026, 5, 15, 20, 0, tzinfo=NOW.tzinfo)),
        ("发起投票：A 木门 B 铁门，明天中午12点前投完", datetime(2026, 5, 14, 12, 0, tzinfo=NOW.tzinfo)),
        ("装不装晾衣杆 一户一票 截止到5月20号", datetime(2026, 5, 20, 23, 59, tzinfo=NOW.tzinfo)),
        ("装不装晾衣杆 一户一票", None),
    ],
)
def test_the_deadline_is_the_time_that_is_called_one(text: str, closes_at: datetime | None) -> None:
    draft = read(text)

    assert draft is not None
    assert draft.closes_at == closes_at


def test_options_that_are_hours_are_no_times_of_the_message() -> None:
    text = "广播早上7点还是8点响起 每户一票 周五晚上9点截止"
    times = find_times(text, NOW, ())
    draft = read(text)

    assert draft is not None
    assert [text[t.begins : t.stops] for t in set(times) - option_times(text, times, draft)] == ["周五晚上9点"]


@pytest.mark.parametrize(
    "text",
    [
        "投票结果怎么样了",
        "还有哪几户没投",
        "现在投得怎样哒",
        "没投票的有谁",
        "换信箱那个表决过了没",
        "赞成的有几户",
        "现在几票了",
        "票数报一下",
        "哪个方案领先",
        "小件统计一下投票情况",
        "到底投完了没有，投票截止了吗",
        "方案二占多少票",
        "看看投票进度",
        "我刚才投进去了吗",
        "还差多少户没投",
        "投了多少家了",
        "锁芯那次投票最后选的哪个",
        "同意的过半了冇",
        "谁还没表态",
        "投票什么时候出结果",
    ],
)
def test_asking_how_a_poll_stands_is_a_poll_query(text: str) -> None:
    assert is_poll_query(text)


@pytest.mark.parametrize(
    "text",
    [
        "我选8点",
        "还有电影票吗",
        "美国大选投票结果出来没",
        "股票今天怎么样",
        "车票抢到了吗",
        "你还没吃吗",
        "发票什么时候给我",
        "我投诉的那个事怎样了",
        "谁还没交物业费",
        "还差多少才满减",
        "选秀节目现在谁票多",
        "同意楼上",
        "我投好了",
        "票我放门口了",
        "彩票中了多少",
        "歌手比赛投票结果呢",
        "还有谁要拼车",
        "机票几多钱",
        "大家晚上好",
    ],
)
def test_votes_tickets_for_trains_and_shows_are_no_poll_query(text: str) -> None:
    assert not is_poll_query(text)
