"""Orders by which a worker moves a ticket: 12 办结 已换灯 · 45受理 · 12 派 物业 · 这单结了.

Whether the sender may give one is decided elsewhere, by his bound account. Here his role only widens what is read as an order.
"""

from __future__ import annotations

import re
from dataclasses import replace

from handlers.understanding.meaning import Context, Order
from handlers.understanding.patterns import any_of

WORKER_ROLES = frozenset({"grid_worker", "property", "community_staff", "street_staff", "building_leader"})

_TRIGGER = any_of(
    r"[办结受理派转并拆单接跟销闭领合关挂交移]|重复|收到|马上|好[了哒]|已[经更换修处恢疏清解]|换|我来|我去|退回",
    r"驳回|拒绝|不归|不属于|完[成工]|搞定|解决|安排|在路上|正常|认领|负责",
)
# A ticket's number ends the text, or a pause, its own word, or the verb of an order follows: 12 办结, 33我来跟, 7号单; but
# not 12组, 5点, 3栋, 2号线.
_GOES_ON = (
    r"(?=\s*(?:$|[，,。、：:；;！!#＃]|\s|号工?单|工单|单(?![元身])|号(?![楼门线车院])|[办受派转并拆结不已我由给处驳合归销关完换修搞收跟"
    r"和与请麻可都这拒退接]))(?![\d:：.]|\s*[-—~～到至]\s*\d|(?:\s*[、,，和跟及]\s*\d{1,3})+\s*(?:[栋幢座楼层]|号楼|单元)|\s+(?:点|号线|楼|栋|块|元|个|斤|月|日))"
)
_NUMBER = re.compile(
    rf"(?<![\dA-Za-z:：.\-])(?P<sign>[#＃]|[Nn]o\.?|工单号?|"
    rf"单号)?\s*(?P<number>\d{{1,6}}){_GOES_ON}\s*(?P<mark>号工?单|号|工单|单)?"
)
_LIST = re.compile(
    r"\s*[#＃]?\d{1,6}(?:\s*(?:号工?单|号|单)?\s*[、,，和跟及]\s*[#＃]?\d{1,6})+(?:\s*(?:号工?单|号|单))?(?![\d:：.栋幢座楼层单])\s*"
)
_THIS = re.compile(r"[这此该本那]个?(?:工?单|件)子?|工单")
_ASKS = re.compile(r"[？?]|[吗么]\s*$|[没冇]有?\s*$|什么时候|几时|怎么|多久|谁|为什么|哪|不是说")
_NOT_WORKER = any_of(
    r"转租|收到请|家长会|满意|好评|差评|五星|我确认|假办结|不认|撤[回销单]|自己[弄修搞]|重开|没解决|还在原地|验过",
    r"我家|接龙|斤|团购|拼|快递|下单|发货|订单|[买卖]|出租|应门|电话也不接|不是我的",
)

_OFFICES = (
    r"物业|社区|街道|城管|消防|电力|燃气|自来水|水务|环卫|网格员?|师傅|水电|电工|维修|保安|保洁|绿化|工程|客服|"
    r"楼栋长|楼长|电梯|通信|派出所|民政"
)
_GIVEN_TO = rf"(?P<target>(?:(?:{_OFFICES})[^\s，,。；;！!\d]{{0,8}}|[^\s，,。；;！!\d]{{1,10}}))"
_NOBODY = ("工", "活", "人", "出去", "下去")  # 12 派出去 names nobody: the party of its category is meant
_INTO = r"(?:[#＃]?\s*(?P<target>\d{1,6}))"
# In this order: 取消合并 before 合并, 不受理 before 受理. The group `target` is whom or what it names.
_VERBS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("unmerge", re.compile(r"拆开|拆分|取消合并|撤销合并|拆出来|解除合并")),
    (
        "merge",
        any_of(
            rf"(?:并入|并到|并进|合并到|合并至|合并进|归并到?|合到|合进|合并|并)\s*{_INTO}?",
            r"[和跟与]\s*[#＃]?(?P<with>\d{1,6})\s*号?单?\s*(?:重复|合并|是同一|一样|并)",
        ),
    ),
    ("reject", re.compile(r"不予?受理|驳回|不归(?:我|物业|社区)|不属于|拒绝|退单|退回")),
    (
        "resolve",
        any_of(
            r"已?办结|已?办完|办好了?|结单|结案|关单|销单|消单|销号|闭环|[单件]子?(?:可以|就|先)?(?:结|关|销)(?:了|"
            r"掉)|(?:可以)?结了|(?:麻烦|可以)关掉?|^关闭|完工",
            r"已?处理(?:好|完|妥|完成|完毕|到位|掉)|(?:已|都|也|全|就)?(?:修|换|装|弄|搞|通|清|补|接|焊|疏通|更换|"
            r"维修|安装|清理)(?:好|完|妥|通|掉)(?:了|哒|毕)?",
            r"已(?:经)?(?:更换|解决|修复|恢复|疏通|清理|清运|维修|整改|拆除|完成|到位|安装|补装|劝离|挪走|通水|通电|"
            r"来水|送电)|完成了?|搞定|解决了?|处理完",
        ),
    ),
    ("transfer", re.compile(rf"(?:转(?:给|交|办给?|派给?|到|至|送|发)?|移交(?:给|到)?|交由)\s*{_GIVEN_TO}")),
    (
        "assign",
        re.compile(
            r"派(?:单)?\s*$|"
            rf"(?:派(?:给|单给?|到|往|去)?|指派(?:给)?|分派(?:给)?|交给|分给|安排(?:给)?|"
            rf"分配给?)\s*(?:[#＃]?\d{{1,6}}\s*[给到])?\s*{_GIVEN_TO}"
        ),
    ),
    (
        "accept",
        any_of(
            r"受理|接单|已?接收|我来跟|我跟进?|跟进|我来处理|我处理|我负责|我接|接手|已接|接了|认领|处理中|正在处理",
            r"在处理|在路上|马上(?:去|到|安排|处理|来)|我去看|我来|收到|我这?就去|领了|安排上|挂我名下",
        ),
    ),
)
_HANDS_OVER = frozenset(("assign", "transfer"))
_FORMAL = re.compile(r"办结|结单|结案|关单|销单|闭环|不予?受理|驳回|受理|接单|退单|拆分|取消合并|并入")
_KNOWN_TARGET = re.compile(rf"{_OFFICES}|.{{0,6}}(?:公司|部门|班组|科|所|局|办)$")
_LEAD = re.compile(r"(?:好的?|收到|OK|ok|行|嗯|先|请|请?将|把|小件|关于|这个|我来跟|已经?|我|\s|[，,。])*")
_CLOSING = re.compile(r"[，,。\s]*(?:可以|就|先)?(?:已?办结|结单|结案|关单|销单|闭环)(?:了|哒|哈)?[。！! ]*$")
_PROMISES = any_of(
    r"我(?:马上|现在|等下|这就|一会儿?|下午|上午|明天)?(?:去|来|过来|过去)(?:看|处理|跟|弄|修|查|联系)|马上(?:安排|"
    r"处理|去|来|到|派)|收到|已经?(?:联系|通知|安排)",
    r"在路上|我来(?:处理|跟|联系|协调|安排)",
)
# The reporter is to say more: 12 等回复 请问是哪一层的灯 · 12 问 几点开始响的
_ASKING = re.compile(
    r"^\s*(?:[#＃]?(?P<number>\d{1,6})\s*(?:号?工?单|号)?[\s，,：:]*)?(?:等(?:他|她|居民|业主|报事人)?(?:回复|回话|回音)|待(?:核实|确认|补充|回复)|追?问一?下?|问问)"
    r"[\s，,：:]*(?P<question>\S.{1,200})$",
    re.DOTALL,
)
# Whoever is called begins with his answer: 收到 我带钥匙下来了.
_RECEIVED = re.compile(
    r"(?:好的?|嗯|知道了|看到了)?[，,\s]*(?:收到|马上(?:到|来|去|过来|赶到)|我(?:马上|这就|现在|已经?)?(?:就)?(?:到|来|去|过来|过去|赶过[去来])(?=了|看|现场|处理|救|开|拿|带|喊|叫|帮|守|等|一|[\s，,。！!]|$)|在路上"
    r"|(?:这就|正在|正)(?:去|来|赶过[去来])|出发了|\d{1,2}分钟(?:内)?(?:就)?到)(?!.*(?:[？?]|[吗么]\s*$))"
)
_ALL_CLEAR = any_of(
    r"(?:警报|险情|危险)(?:已经?)?(?:解除|排除)|^\s*(?:[#＃]?\d{1,6}\s*(?:号?单)?\s*)?解除[。！!\s]*$|没(?:有)?危险了|安全了",
    r"(?:人|孩子|老人|[他她]们?)(?:都|已经?|全|全都)*(?:救|放|接|拉|抱|弄|安全)?出来了|(?:明?火|烟)(?:已经?|都)*(?:扑?灭|熄|散)了|(?:漏电|气|阀门?|总闸)(?:已经?|都)*(?:断|关|停|切断)(?:了|掉了)",
)
_NOT_CLEAR = re.compile(r"还没|没有?(?:救|放|接)?出来|[？?]|[吗么]\s*$|等|快要?")
_DONE = any_of(
    r"(?:已经?|都|全|刚)?(?:处理|修|换|弄|搞|装|清|疏通|解决|通|更换|维修)(?:好|完|妥|通|定)?(?:了|哒|完毕|到位)",
    r"已(?:经)?(?:更换|解决|修复|恢复|疏通|清理|维修|整改)",
    r"恢复正常|试了.{0,8}正常|搞定",
)
_NOT_DONE = re.compile(
    r"(?:没有?|冇|未|还没|不)(?:修|换|处理|弄|解决)|才[修处]|等.{0,6}(?:修|换|处理)|要是|如果|修好了再|争取|预计|"
    r"明天.{0,4}[修换]|(?:不能|没法|先不|暂不|暂时不|还没|别|不要|不该|等.{1,8}再)[^，。\s]{0,3}(?:办结|结单|结案|关单|销单|闭环)"
)

LONGEST = 120


def read_order(text: str, context: Context) -> Order | None:
    """The order, its number None where it names no ticket (a quote or the talk before tells). Of several numbers the first."""
    if len(text) > LONGEST:
        return None
    if early := _early(text, context):
        return early
    if not _TRIGGER.search(text) or _ASKS.search(text) or _NOT_WORKER.search(text):
        return None
    for verb, pattern in _VERBS:
        found = pattern.search(text)
        if found and _is_meant(verb, found, text, context):
            return _order(verb, found, text)
    return None


def read_orders(text: str, context: Context) -> Order | None:
    """The first order of a message with all others: one a line, and the same for several numbers (12、13 办结)."""
    found = [order for line in text.split("\n") if line.strip() for order in _each(line, context)]
    if len(found) < 2:
        return read_order(text, context)
    return replace(found[0], others=tuple(found[1:]))


def _each(line: str, context: Context) -> list[Order]:
    """The orders of one line: one for each number of a list that it begins with."""
    listed = _LIST.match(line)
    heads = re.findall(r"\d+", listed[0]) if listed else []
    lines = [f"{number} {line[listed.end() :]}" for number in heads] if listed else [line]
    return [order for one in lines if (order := read_order(one, context))]


def _early(text: str, context: Context) -> Order | None:
    """What only a worker says, and what may hold a question: 12 等回复 是哪一层 · 收到 · 人救出来了 · …，办结."""
    if not context.sender_roles & WORKER_ROLES:
        return None
    if (asked := _ASKING.match(text)) and (asked["number"] or context.quoted_text):
        return Order("ask", int(asked["number"]) if asked["number"] else None, None, asked["question"].strip())
    if context.emergency == "calls" and _RECEIVED.match(text):
        return Order("accept")
    if context.emergency and _ALL_CLEAR.search(text) and not _NOT_CLEAR.search(text):
        named = numbers(text)
        return Order("all_clear", named[0] if named else None)
    return _resolve(text) if _closes(text) else None


def numbers(text: str) -> tuple[int, ...]:
    """Every ticket number that an order names, in its order: 12、13 办结."""
    return tuple(int(found["number"]) for found in _NUMBER.finditer(text))


def _closes(text: str) -> bool:
    """A worker ends what he tells with the formal word: 跟两家谈妥了，插销拆掉，办结."""
    return bool(_CLOSING.search(text)) and not _NOT_DONE.search(text)


def _resolve(text: str) -> Order:
    named = numbers(text)
    result = _NUMBER.sub(" ", text, count=1) if named else text
    result = re.sub(r"\s+", " ", _CLOSING.sub("", _THIS.sub("", result))).strip(" ，,。：:；;！!")
    return Order("resolve", named[0] if named else None, None, result)


def _is_meant(verb: str, found: re.Match[str], text: str, context: Context) -> bool:
    if verb == "resolve" and _NOT_DONE.search(text):
        return False
    is_worker = bool(context.sender_roles & WORKER_ROLES)
    if verb == "resolve" and re.match(r"已?办结(?:$|[，,。\s])", text):
        return True
    if _stands_beside(verb, found, text):
        return True
    if _THIS.search(text) and (verb != "accept" or _FORMAL.search(text) or "我接" in text or is_worker):
        return verb not in _HANDS_OVER or bool(_KNOWN_TARGET.match(found["target"] or "")) or is_worker
    if verb in _HANDS_OVER:
        return _is_handed_over(found, text, context, is_worker)
    if verb in ("merge", "unmerge"):
        return False
    return is_worker and _is_worker_talk(verb, text, context)


def _stands_beside(verb: str, found: re.Match[str], text: str) -> bool:
    """The number leads the message, or stands next to the verb: 12 办结, 办结12, 收到，33我来跟."""
    number = _NUMBER.search(text)
    if number is None:
        return False
    gap = found.start() - number.end()
    if number["sign"] or number["mark"] in ("号单", "号工单", "工单", "单"):
        return True
    is_leading = bool(_LEAD.fullmatch(text[: number.start()]))
    is_near = -len(found[0]) <= gap <= (4 if verb == "accept" else 20)
    is_behind = found.start() <= 1 and number.start() - found.end() <= 2
    return is_leading and is_near or is_behind


def _is_handed_over(found: re.Match[str], text: str, context: Context, is_worker: bool) -> bool:
    is_leading = bool(_LEAD.fullmatch(text[: found.start()]))
    is_known = bool(_KNOWN_TARGET.match(found["target"] or ""))
    if is_worker or context.quoted_text:
        return is_leading and (is_known or context.quoted_text is not None)
    return is_leading and is_known and len(text) <= 12


def _is_worker_talk(verb: str, text: str, context: Context) -> bool:
    """What a worker says of the matter that he quotes; a formal word is enough without a quote."""
    if _FORMAL.search(text) and verb in ("resolve", "reject", "accept"):
        return True
    if context.quoted_text is None:
        return False
    return verb == "reject" or bool((_DONE if verb == "resolve" else _PROMISES).search(text))


def _order(verb: str, found: re.Match[str], text: str) -> Order:
    named = numbers(text)
    number = named[0] if named else None
    parts = found.groupdict()
    target = parts.get("target") or parts.get("with")
    if verb == "merge" and target is None and len(named) > 1:
        target = str(named[1])
    if verb in _HANDS_OVER and target:
        target = re.sub(r"(?:处理|去看看?|看看|跟进|解决|了|吧|哈|维修|修)+$", "", target) or target
        target = None if target in _NOBODY else target
    return Order(verb, number, target, _note(text, found, number))


def _note(text: str, found: re.Match[str], number: int | None) -> str:
    """The result or the reason: what is left beside the number and a formal verb."""
    rest = _NUMBER.sub(" ", text, count=1) if number is not None else text
    if _FORMAL.search(found[0]) or "target" in found.groupdict():
        rest = rest.replace(found[0], " ", 1)
    return re.sub(r"\s+", " ", _THIS.sub("", rest)).strip(" ，,。：:；;！!")
