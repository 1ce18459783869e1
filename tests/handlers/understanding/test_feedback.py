"""What a reporter says of his own report."""

from __future__ import annotations

import pytest

from handlers.understanding.feedback import read_amendment, read_feedback, read_ticket_query
from handlers.understanding.meaning import Context, Place
from handlers.understanding.places import find_places

NOBODY = Context()

SATISFIED = [
    "修好了，满意",
    "满意👍 辛苦师傅",
    "23验过了，可以的",
    "#23 修好了 谢谢",
    "很满意，速度快",
    "五星好评",
    "给5分",
    "处理得很好，满意",
    "已经修好了",
    "评价：不错",
    "23 好了 没问题",
    "灯亮了，满意",
    "非常满意，师傅辛苦",
    "修好了",
    "4星，就是慢了点",
    "水通了 满意",
    "打个满分",
    "23号单修好了，确认",
    "验收合格",
    "搞好哒，蛮好的",
]
UNSATISFIED = [
    "没修好",
    "还是漏",
    "根本没修好",
    "不满意",
    "23没解决",
    "冇修好，还是不亮",
    "修了等于没修",
    "差评，拖了一个礼拜",
    "问题还在，重开23",
    "才修好两天又坏了",
    "白修了",
    "处理结果我不认可",
    "#23 还是堵",
    "评价：一般",
    "给2分",
    "师傅来了，还在滴",
    "没弄好",
    "治标不治本，请重修",
    "2星，太慢",
    "还是老样子，没修好",
]
NO_VERDICT = [
    "昨天电梯修好了，谢谢物业",
    "上周报的灯修好了，感谢",
    "修好了吗",
    "修好没",
    "不满意退款",
    "这家店好评返现",
    "满意的话下次再来",
    "如果满意请给好评",
    "公司饭堂还是难吃",
    "房子看了，挺满意的",
    "手机修好了",
    "车子修好了",
    "天又黑了",
    "又下雨了",
    "还是你厉害",
    "病好了",
    "饭好了",
    "快递还在路上",
    "作业搞好了",
    "孩子考试5分之差",
    "等5分钟",
    "电梯还是好慢",
    "还在上班",
    "可以了，走吧",
    "好了好了别吵了",
    "老师给了3颗星",
    "这部电影五星",
    "外卖差评",
    "满意度调查大家填一下",
    "我一直没好意思说",
    "通知：水管修好了，大家可以用水了",
    "堵车还是堵",
    "相亲对象不满意",
    "单位领导很满意",
    "又停电了",
    "灯还是不亮吗",
    "他说处理好了",
    "没好气",
    "天亮了",
    "什么时候能修好",
]


@pytest.mark.parametrize("text", SATISFIED)
def test_a_good_verdict_satisfies(text: str) -> None:
    feedback = read_feedback(text, NOBODY)

    assert feedback is not None
    assert feedback.is_satisfied


@pytest.mark.parametrize("text", UNSATISFIED)
def test_a_bad_verdict_does_not_satisfy(text: str) -> None:
    feedback = read_feedback(text, NOBODY)

    assert feedback is not None
    assert not feedback.is_satisfied


@pytest.mark.parametrize("text", NO_VERDICT)
def test_news_shopping_and_talk_are_no_verdict(text: str) -> None:
    assert read_feedback(text, NOBODY) is None


def test_the_number_of_a_verdict_is_read() -> None:
    feedback = read_feedback("23验过了，可以的", NOBODY)

    assert feedback is not None
    assert feedback.number == 23


WITHDRAWALS = [
    "撤回",
    "撤销吧",
    "我那单报修撤了吧，自己弄好了",
    "23撤回",
    "#23 作废",
    "刚才报的不用修了",
    "撤单",
    "报错了，不是我们楼",
    "那个投诉我收回",
    "刚才那条删了吧",
    "把我那个单撤了",
    "上面那条报修算了",
    "不用派人了，崽回来弄好了",
    "取消我的报修",
    "撤回我刚才报的",
    "不用来修了，自己好的",
    "我那单不要了",
    "工单取消吧，邻居帮忙修好了",
    "不想报了",
    "麻烦撤回一下，谢谢",
]
CORRECTIONS = [
    ("改 5栋", Place(building="5")),
    ("不是5栋是6栋", Place(building="6")),
    ("写错，是7楼", Place(floor="7")),
    ("说错了是2单元", Place(unit="2")),
    ("打错了，6栋3单元", Place(building="6", unit="3")),
    ("更正：6栋", Place(building="6")),
    ("不对，是3单元", Place(unit="3")),
    ("地址写错了，应该是6栋2单元", Place(building="6", unit="2")),
    ("我说的是6栋", Place(building="6")),
    ("楼层报错了 是9楼不是6楼", Place(floor="9")),
    ("改成6栋", Place(building="6")),
    ("手误，6栋", Place(building="6")),
    ("发错了，是8栋", Place(building="8")),
    ("准确说是6栋1单元", Place(building="6", unit="1")),
    ("讲错哒，2单元", Place(unit="2")),
]
NO_AMENDMENT = [
    "怎么撤回了",
    "你撤回了什么",
    "撤回了一条消息",
    "明天的活动室取消",
    "取消预约",
    "改天一起吃饭",
    "改到周六",
    "不是我",
    "我不是5栋的",
    "你是不是6栋的",
    "发错群了",
    "说错话了",
    "我错了",
    "自己弄好了饭",
    "订单取消了",
    "航班取消",
    "作业写错了",
    "不用了谢谢",
    "不用修，反正要换新的",
    "6栋是新楼",
    "婚礼取消了",
    "5栋的灯坏了",
    "不是漏水就好",
    "我改签了",
    "价格写错了，是35",
    "老师说错了，是周五",
    "自己做的面包",
    "撤了撤了 城管来了",
    "电视台弄错了",
    "取消关注",
    "快递送错了，是8栋的",
    "误会一场",
    "改造什么时候开始",
    "地图上位置标错了",
    "红包发错了",
    "名字写错了",
    "不是6栋吗？",
    "会议取消了",
    "投票取消了吗",
    "错过了末班车",
]


@pytest.mark.parametrize("text", WITHDRAWALS)
def test_who_takes_a_report_back_withdraws_it(text: str) -> None:
    amendment = read_amendment(text, find_places(text), NOBODY)

    assert amendment is not None
    assert amendment.is_withdrawal


@pytest.mark.parametrize(("text", "place"), CORRECTIONS)
def test_a_correction_names_the_place_that_is_right(text: str, place: Place) -> None:
    amendment = read_amendment(text, find_places(text), NOBODY)

    assert amendment is not None
    assert not amendment.is_withdrawal
    assert amendment.place.as_dict() == place.as_dict()


@pytest.mark.parametrize("text", NO_AMENDMENT)
def test_other_cancellations_and_mistakes_amend_no_report(text: str) -> None:
    assert read_amendment(text, find_places(text), NOBODY) is None


QUERIES = [
    ("#23 进度", 23),
    ("23号单处理得怎样了", 23),
    ("23 怎么样了", 23),
    ("工单23到哪一步了", 23),
    ("#23 谁在跟？", 23),
    ("催一下23", 23),
    ("上次说的井盖修得怎么样了", True),
    ("到底修冇修啊", True),
    ("我前几天报的漏水有结果没", True),
    ("我的单到哪一步了", True),
    ("查一下我的工单", True),
    ("上周反映的垃圾桶那事有下文吗", True),
    ("之前报的门禁什么时候修", True),
    ("扶手那件事现在么子情况", True),
    ("我昨天投诉的那个，处理了没", True),
    ("报上去的路灯派给谁了", True),
    ("前天登记的事怎么一点回音都没有", True),
    ("我们报的那个坑还修不修", True),
    ("上个月申请的晾衣杆还装不装", True),
    ("那个单子有人受理没有", True),
]
NO_QUERY = [
    "修好了",
    "电梯坏了",
    "报了三天没人管",
    "你昨天怎么样",
    "快递到哪了",
    "孩子成绩出来没",
    "上次那家店怎么样",
    "投票结果怎么样了",
    "什么时候来水",
    "谁在家",
    "房子卖了没",
    "进度条不动",
    "查一下天气",
    "手机修好没",
    "装修进度怎么样",
    "你报名了没",
    "体检结果出来没",
    "上次说的麻将还打不打",
    "医院挂号处在哪",
    "单子签了没，客户催",
    "作业进度怎么样",
    "几时回来",
    "他怎么还没来",
    "物业电话多少",
    "车子修得怎么样了",
    "贷款批了没",
    "工作的事后来怎么样了",
    "23栋停电",
    "23块钱",
    "考试结果如何",
    "昨晚球赛结果呢",
    "公司报销下来没",
    "上次团的虾还有没",
    "路灯坏了什么时候修",
    "报警了没",
    "我报了个班",
    "价格怎么样",
    "楼上又吵了 怎么办",
    "谢谢修好了",
    "后来呢，讲故事讲一半",
]


@pytest.mark.parametrize(("text", "found"), QUERIES)
def test_asking_how_a_report_stands_is_a_ticket_query(text: str, found: int | bool) -> None:
    assert read_ticket_query(text, NOBODY) == found


@pytest.mark.parametrize("text", NO_QUERY)
def test_other_questions_and_complaints_ask_after_no_ticket(text: str) -> None:
    assert read_ticket_query(text, NOBODY) is None
