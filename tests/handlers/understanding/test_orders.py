"""The short orders that workers type."""

from __future__ import annotations

import pytest

from handlers.understanding.meaning import Context, Order
from handlers.understanding.orders import numbers, read_order, read_orders

RESIDENT = Context()
WORKER = Context(sender_roles=frozenset({"grid_worker"}))
WORKER_QUOTING = Context(sender_roles=frozenset({"property"}), quoted_text="2单元的感应灯不亮了")

ORDERS = [
    ("17 办结 已换感应灯", "resolve", 17),
    ("办结17", "resolve", 17),
    ("#17 已处理好", "resolve", 17),
    ("17号单已修好，换了镇流器", "resolve", 17),
    ("这单办结", "resolve", None),
    ("门禁换好了 这单结了", "resolve", None),
    ("17已解决", "resolve", 17),
    ("完工 17", "resolve", 17),
    ("17 处理完毕，现场已清理", "resolve", 17),
    ("工单17 疏通好了", "resolve", 17),
    ("17结单", "resolve", 17),
    ("关单 17", "resolve", 17),
    ("17受理", "accept", 17),
    ("受理17", "accept", 17),
    ("收到，17我来跟", "accept", 17),
    ("17 我跟进", "accept", 17),
    ("好的 17 马上安排", "accept", 17),
    ("#17 我去看看", "accept", 17),
    ("17号单接单", "accept", 17),
    ("17 派 物业", "assign", 17),
    ("17派给电梯公司", "assign", 17),
    ("派 17 给水电班小贺", "assign", 17),
    ("17 交给绿化的易师傅", "assign", 17),
    ("17 转 社区", "transfer", 17),
    ("17转给自来水公司", "transfer", 17),
    ("转给师傅老贺", "transfer", None),
    ("17 移交城管", "transfer", 17),
    ("请将17转社区民政", "transfer", 17),
    ("17 不受理 属于自家维修", "reject", 17),
    ("驳回17，重复反映", "reject", 17),
    ("17 不予受理，不在本小区", "reject", 17),
    ("拒绝 #17，非公共区域", "reject", 17),
    ("17 并入 9", "merge", 17),
    ("17合并到9", "merge", 17),
    ("17和9重复", "merge", 17),
    ("18、19都并到17", "merge", 18),
    ("17 拆开", "unmerge", 17),
    ("17 取消合并", "unmerge", 17),
    ("17 办結".replace("結", "结"), "resolve", 17),
    ("#17 已通知厂家更换，搞定", "resolve", 17),
]

TALK = [
    "17栋电梯修好了",
    "17楼的灯换好了吗",
    "12 办结了吗",
    "17号修得怎样了",
    "修好了，满意",
    "昨天修好了 谢谢",
    "我家灯自己换好了",
    "17点办完事回来",
    "17块一斤 收到请转账",
    "收到",
    "收到收到",
    "马上到",
    "我来",
    "我去看看热闹",
    "把红包转给老王",
    "转给你了 查收",
    "派你去买菜",
    "票退回来了",
    "退单了 不买了",
    "6人拼车 还差2人",
    "房子转租 17平",
    "作业搞定了",
    "饭做好了 来吃",
    "1203没人应门",
    "5斤装 已发货",
    "3号线换乘站修好了",
    "17路公交改道",
    "23号家长会收到请回复",
    "水果到货 已处理好装箱",
    "手机换好了屏",
    "孩子的病好了",
    "办结婚证要什么",
    "17 谁在跟",
    "17满意 五星",
    "#17 撤回，自己弄好了",
    "17为什么还没办结",
    "快递17号柜 已取",
    "晚上7点接娃",
    "我接了个电话",
    "请物业派人来看",
    "能不能转给社区？",
    "这个单子什么时候办结",
]


@pytest.mark.parametrize(("text", "verb", "number"), ORDERS)
def test_a_workers_short_form_is_an_order(text: str, verb: str, number: int | None) -> None:
    order = read_order(text, RESIDENT)

    assert order is not None
    assert (order.verb, order.number) == (verb, number)


@pytest.mark.parametrize("text", TALK)
def test_residents_talk_is_no_order(text: str) -> None:
    assert read_order(text, RESIDENT) is None


@pytest.mark.parametrize(
    ("text", "verb"),
    [
        ("已经修好了", "resolve"),
        ("换好了，试了十几次都正常", "resolve"),
        ("处理好了哈", "resolve"),
        ("师傅查了是接触器烧了 已更换 恢复正常", "resolve"),
        ("我去看看", "accept"),
        ("马上安排师傅", "accept"),
        ("收到", "accept"),
        ("转给水电班", "transfer"),
        ("派师傅老贺", "assign"),
        ("不归物业管，驳回", "reject"),
    ],
)
def test_a_worker_who_quotes_the_report_needs_no_number(text: str, verb: str) -> None:
    order = read_order(text, WORKER_QUOTING)

    assert order is not None
    assert (order.verb, order.number) == (verb, None)


@pytest.mark.parametrize("text", ["已经修好了", "我去看看", "马上安排师傅", "收到", "大家早点休息", "辛苦了"])
def test_a_worker_who_quotes_nothing_only_talks(text: str) -> None:
    assert read_order(text, WORKER) is None


@pytest.mark.parametrize("text", ["还没修好", "等配件到了再换", "明天才修得好", "什么时候修好的？"])
def test_what_is_not_done_yet_resolves_nothing(text: str) -> None:
    order = read_order(text, WORKER_QUOTING)

    assert order is None or order.verb != "resolve"


def test_a_resident_who_quotes_and_says_mended_gives_no_order() -> None:
    assert read_order("修好了 满意", Context(quoted_text="2单元的感应灯不亮了")) is None


@pytest.mark.parametrize(
    ("text", "target"),
    [
        ("17 派 物业", "物业"),
        ("17派给电梯公司处理", "电梯公司"),
        ("转给师傅老贺", "师傅老贺"),
        ("17 并入 9", "9"),
        ("17和9重复", "9"),
        ("派 17 给水电班小贺", "水电班小贺"),
    ],
)
def test_whom_or_what_an_order_names_is_its_target(text: str, target: str) -> None:
    order = read_order(text, RESIDENT)

    assert order is not None
    assert order.target == target


@pytest.mark.parametrize(
    ("text", "note"),
    [("17 办结 已换感应灯", "已换感应灯"), ("17 不受理 属于自家维修", "属于自家维修"), ("#17 已处理好", "已处理好")],
)
def test_the_result_or_the_reason_is_the_note(text: str, note: str) -> None:
    order = read_order(text, RESIDENT)

    assert order is not None
    assert order.note == note


def test_every_number_of_an_order_can_be_had() -> None:
    assert numbers("18、19都并到17") == (18, 19, 17)


@pytest.mark.parametrize(
    ("text", "number", "question"),
    [
        ("12 等回复 请问是哪一层的灯", 12, "请问是哪一层的灯"),
        ("#12 待核实：几点开始响的？", 12, "几点开始响的？"),
        ("12号单 问一下 家里有人吗", 12, "家里有人吗"),
    ],
)
def test_a_worker_asks_the_reporter(text: str, number: int, question: str) -> None:
    assert read_order(text, WORKER) == Order("ask", number, None, question)


@pytest.mark.parametrize("text", ["等回复 是哪层", "12 等回复", "12栋问一下水费多少"])
def test_a_question_without_a_ticket_or_without_words_asks_nobody(text: str) -> None:
    order = read_order(text, WORKER)

    assert order is None or order.verb != "ask"


def test_nobody_but_a_worker_asks_or_answers_a_call() -> None:
    assert read_order("12 等回复 请问是哪一层的灯", Context(is_pipeline=True)) is None
    assert read_order("收到", Context(is_pipeline=True, emergency="calls")) is None


@pytest.mark.parametrize(
    ("text", "orders"),
    [
        ("12 办结 已换灯\n13 受理\n15 派 物业", [("resolve", 12), ("accept", 13), ("assign", 15)]),
        ("12、13 办结 换了灯", [("resolve", 12), ("resolve", 13)]),
        ("12和13号单办结", [("resolve", 12), ("resolve", 13)]),
        ("12 办结 3楼的灯换了", [("resolve", 12)]),
        ("12 并入 9", [("merge", 12)]),
    ],
)
def test_a_message_gives_as_many_orders_as_it_has_lines_and_numbers(text: str, orders: list[tuple[str, int]]) -> None:
    first = read_orders(text, WORKER)

    assert first is not None
    assert [(order.verb, order.number) for order in (first, *first.others)] == orders


def test_buildings_in_a_row_are_no_tickets() -> None:
    order = read_orders("12、13栋的灯都换了 办结", WORKER)

    assert order is None or order.number is None
