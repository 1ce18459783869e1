"""A vote is a clause that is nothing but a choice, or says that it chooses."""

from __future__ import annotations

import pytest

from handlers.understanding.meaning import Context, OpenPoll, Vote
from handlers.understanding.votes import read_vote

HOURS = OpenPoll(3, "阅览室晚上几点关门", ("8点", "9点", "10点"))
COLOURS = OpenPoll(4, "信箱刷什么颜色", ("原木色", "天蓝", "奶黄"))
CONSENT = OpenPoll(5, "同不同意加装雨棚", ("同意", "不同意"), "yes_no")
NEED = OpenPoll(6, "要不要换锁", ("要", "不要", "无所谓"), "yes_no")
WORKS = OpenPoll(7, "先做哪几样", ("修路灯", "补草皮", "换信箱", "刷栏杆"), "multiple")
GATES = OpenPoll(8, "快递柜装哪里", ("装在东门", "装在西门"))


def read(text: str, *polls: OpenPoll) -> Vote | None:
    return read_vote(text, Context(polls=polls, is_pipeline=True))


CHOICES = [
    ("8点！", HOURS, (0,)),
    ("我804同意", CONSENT, (0,)),
    ("加装雨棚我804不同意", CONSENT, (1,)),
    ("9点", HOURS, (1,)),
    ("九点吧", HOURS, (1,)),
    ("我投十点咯屋里崽要看书看到好晏", HOURS, (2,)),
    ("我家9点", HOURS, (1,)),
    ("10点+1", HOURS, (2,)),
    ("9点 8点太早 10点太晚 刚好", HOURS, (1,)),
    ("想了一晚上 还是9点吧", HOURS, (1,)),
    ("我讲8点就8点", HOURS, (0,)),
    ("差点忘哒 我家10点", HOURS, (2,)),
    ("我也投一票 9点", HOURS, (1,)),
    ("B", HOURS, (1,)),
    ("选c", HOURS, (2,)),
    ("我选第二个", HOURS, (1,)),
    ("中间那个", HOURS, (1,)),
    ("最后一个吧", HOURS, (2,)),
    ("8", HOURS, (0,)),
    ("十点合适", HOURS, (2,)),
    ("老公讲的不作数 我家8点", HOURS, (0,)),
    ("1203投9点", HOURS, (1,)),
    ("天蓝[强]", COLOURS, (1,)),
    ("我要奶黄的", COLOURS, (2,)),
    ("原木", COLOURS, (0,)),
    ("支持天蓝色", COLOURS, (1,)),
    ("②", COLOURS, (1,)),
    ("2号", COLOURS, (1,)),
    ("东门", GATES, (0,)),
    ("西门吧 近一点", GATES, (1,)),
    ("同意", CONSENT, (0,)),
    ("赞成👍", CONSENT, (0,)),
    ("我家坚决不同意", CONSENT, (1,)),
    ("反对，挡光", CONSENT, (1,)),
    ("同意装，早就该装了", CONSENT, (0,)),
    ("没意见", CONSENT, (0,)),
    ("要", NEED, (0,)),
    ("我家不要", NEED, (1,)),
    ("无所谓", NEED, (2,)),
    ("1和3", WORKS, (0, 2)),
    ("我家选1、4", WORKS, (0, 3)),
    ("AC", WORKS, (0, 2)),
    ("修路灯 换信箱", WORKS, (0, 2)),
    ("接龙\n1. 3-501 8点\n2. 3-604 9点\n3. 3-702 10点", HOURS, (2,)),
]

NO_CHOICES = [
    ("都行 看大家的", HOURS),
    ("随便", HOURS),
    ("不要8点", HOURS),
    ("8点起床跑步了吗", HOURS),
    ("今天9点才下班", HOURS),
    ("10点的高铁还赶得上不", HOURS),
    ("明天8点开会别忘了", HOURS),
    ("8点还是9点好咧", HOURS),
    ("你们选几点？", HOURS),
    ("为什么没有11点", HOURS),
    ("11点", HOURS),
    ("好好好 听领导的", HOURS),
    ("吃了8个饺子", HOURS),
    ("哈哈哈哈", HOURS),
    ("算了 随您老高兴", HOURS),
    ("来40个", HOURS),
    ("我要30", HOURS),
    ("看书看到9点是常事", HOURS),
    ("昨天8点停的水", HOURS),
    ("8点场的电影好看", HOURS),
    ("截止了 强哥", HOURS),
    ("墙头草", HOURS),
    ("天蓝得很 出去走走", COLOURS),
    ("今天天蓝", COLOURS),
    ("奶黄包哪家好吃", COLOURS),
    ("谁有原木的凳子", COLOURS),
    ("东门堵车了", GATES),
    ("快递在西门岗亭", GATES),
    ("我在东门等你", GATES),
    ("同意了好友申请", CONSENT),
    ("他同意吗", CONSENT),
    ("你同不同意？", CONSENT),
    ("不同意的说说理由呢？", CONSENT),
    ("要下雨了", NEED),
    ("不要乱停车", NEED),
    ("要不要一起吃饭", NEED),
    ("我要三斤橘子", NEED),
    ("路灯不亮", WORKS),
    ("信箱里有你的信", WORKS),
    ("投诉", CONSENT),
    ("+1", HOURS),
    ("我家也是", CONSENT),
    ("行", CONSENT),
    ("可以", CONSENT),
    ("不用了", CONSENT),
    ("同意你的说法", CONSENT),
    ("我不同意收费涨价", CONSENT),
]


@pytest.mark.parametrize(("text", "poll", "choices"), CHOICES)
def test_a_choice_in_plain_words_is_a_vote(text: str, poll: OpenPoll, choices: tuple[int, ...]) -> None:
    assert read(text, poll) == Vote(poll.number, choices)


@pytest.mark.parametrize(("text", "poll"), NO_CHOICES)
def test_chatter_with_the_words_of_an_option_is_no_vote(text: str, poll: OpenPoll) -> None:
    assert read(text, poll) is None


def test_a_bare_number_is_an_options_place_where_no_option_is_called_so() -> None:
    assert read("3", HOURS) == Vote(3, (2,))


@pytest.mark.parametrize("text", ["同意楼上", "跟楼上一样", "同楼上", "楼上+1", "我也同意楼上的", "同上"])
def test_agreeing_with_the_one_above_follows_his_vote(text: str) -> None:
    assert read(text, HOURS) == Vote(3, follows=True)


@pytest.mark.parametrize("text", ["同", "我家也是", "+1", "我也一样"])
def test_agreeing_with_a_vote_that_is_quoted_casts_the_same(text: str) -> None:
    quoting = Context(polls=(HOURS,), quoted_text="我家9点", is_pipeline=True)

    assert read_vote(text, quoting) == Vote(3, (1,))


def test_agreeing_with_a_quoted_report_is_no_vote() -> None:
    quoting = Context(polls=(HOURS,), quoted_text="3楼的灯坏了", is_pipeline=True)

    assert read_vote("我家也是", quoting) is None


def test_of_several_open_polls_the_one_whose_option_is_named_is_meant() -> None:
    assert read("天蓝", HOURS, COLOURS) == Vote(4, (1,))


def test_of_several_open_polls_agreement_goes_to_the_yes_no_one() -> None:
    assert read("同意", HOURS, CONSENT) == Vote(5, (0,))


@pytest.mark.parametrize("text", ["B", "同意", "我选8点", "2"])
def test_without_an_open_poll_nothing_in_the_pipeline_is_a_vote(text: str) -> None:
    assert read(text) is None


@pytest.mark.parametrize(
    "text",
    [
        "B", "b吧", "我选8点", "同意", "不同意", "反对", "弃权", "我家投2和4", "我投第一个", "选C",
        "投方案二", "3", "1和2", "我选绿的", "同意楼上", "改投A", "502 同意", "赞成", "我家坚决反对",
        "就选早上吧", "第二个", "我投傍晚，那时候凉快",
    ],
)  # fmt: skip
def test_without_knowing_the_polls_the_form_alone_makes_a_vote(text: str) -> None:
    vote = read_vote(text, Context())

    assert vote is not None
    assert vote.poll is None


@pytest.mark.parametrize(
    "text",
    [
        "我投诉", "投资有风险", "我选了个西瓜", "我选课呢", "同意了", "他同意吗", "要", "好", "行", "可以",
        "支持国货买它", "+1", "同上 来4斤", "都行", "12", "我选择躺平", "选房要看朝向", "投简历去了",
        "你选哪个", "A座电梯停了", "B栋停水", "反对无效哈哈", "我投篮很准", "选好了告诉我",
        "赞成！下回聚餐叫我", "楼上漏水", "楼上小孩太吵", "哈哈", "收到", "我家也是",
    ],
)  # fmt: skip
def test_without_knowing_the_polls_talk_is_no_vote(text: str) -> None:
    assert read_vote(text, Context()) is None
