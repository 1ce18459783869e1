"""Numbers that look like places and are none: counts, prices, parking spaces, orders on tickets, school classes."""

from __future__ import annotations

import re
from collections.abc import Callable

# What stands just before a number that is no place, for each kind of piece.
_BEFORE = {
    "building": r"(?:[整每哪几那这另同某亮]|好多|很多|共|有|盖了?|建了?|那么|前面|车位|不是)\s?$",
    "unit": r"(?:[每哪几]|共)$",
    "floor": r"(?:[整每哪几那]|(?<![我你他她咱们])这|不是|[共总盖建加搭包裹铺涂刷隔敷搽抹糊蒙镀掉贴垫套穿脱撕付厚][了完上]?|最高|总高|蒙了|多了|盖了|买|了|上下)$",
    "paired": r"(?:车位|车牌|比分|电话|编号|单号|工单|订单|型号|房号:|[:：]\d*|热线|\d[-~])\s?$",
    "joined": r"(?:电话|编号|单号|型号|热线|工单)[:：]?\s?$",
    "suffixed": r"(?:车位|车牌|编号|单号|工单|尾号|[路街弄巷道班第共有约近满]|订单)[:：]?\s?$",
    "bare": r"(?:不是|车位|车牌|编号|单号|工单|尾号|共|有|约|价|电话|订单)[:：]?\s?$",
    "below": r"(?:维生素|[A-Za-z])$",
    "area": r"(?:[第分那这下上首每本几]|[A-Za-z\d])$",
    "listed": r"(?:[共总每第]|车位)$",
}
# What stands just after.
_AFTER = {
    "building": r"(?:楼(?=都|全|的人)|[\d一二三四五六七八九十百]+户|别墅|房子|洋房|大楼|大桥|新房|空楼|车位)|多|左右",
    "unit": r"(?:户型|房源)",
    "floor": r"(?:顶(?![楼灯上])|起步|起(?![火重])|高(?!空)|左右|以下的?楼|的?洋房|小楼|洋房|小洋|建筑|住宅|(?<=层)(?:玻璃|窗|楼板|楼(?![道梯上下]))|厚|塔吊|电梯房|多[高层]|蛋糕|口罩)|楼高",
    "paired": r"\s?(?:车位|号车|号位|(?:也?能|平时|左右|码|款)|赢|胜|负|领先|战|逆转|比分|平局|年级|班|单|号(?![楼房])|分|票|周|页|折|线|集|路|股|左右|之间|区间|区)",
    "joined": r"\s?(?:号车|车位|日|号(?![房室]))",
    "suffixed": r"(?:单|工单|线|车位|车|电梯|文|段|令|店|球|通知|段子|楼|院|门|位|桩|表|柜|机|选手|报名|早|晚|上午|下午|中午|前|之前|以前|起|截止|开|凌晨|左右)",
    "bare": r"\s?(?:不?满意|[没冇]?(?:修|搞|弄)好|五星|好评|办结|受理|已|转给?|完成|处理|进度|号|度|多|余|左右|路|公交|医院|国道|线|线路|航班|票|分|班|式|型|款|车位|的?钱|起|不锈钢)",
    "area": r"(?:块|域|分|别)",
    "listed": r"(?:起步|高的?|左右|蛋糕)",
}
_CAR = re.compile("车|停")
_DOUBTS = {
    kind: (re.compile(_BEFORE.get(kind, "(?!)")), re.compile(_AFTER.get(kind, "(?!)")))
    for kind in {**_BEFORE, **_AFTER}
}
_LEVEL_AND_NUMBER = re.compile(r"[Bb][1-4]-(\d{2,3})")
_SHORT_PAIR = re.compile(r"(\d{1,3})\s?[-—]\s?(\d{1,2})")
_HOUSE_WORD = re.compile("\\s?(?:的?(?:楼|电梯|单元|门|灯|梯|过道|走廊|大厅|业主|住户|水|电表)|没|停|漏|断|堵)")
_GOING = re.compile("(?:[到爬上去从按住跑]|按键|(?<![停卡，,])在|爬了|到了)$")
_LIFT = re.compile("电梯|楼梯|梯子|升降|爬")
_MOVES = re.compile("[一就]?(?:路|直)?[往走爬下上抬跑搬背扛抱拎]")
_LAYER = re.compile("[一两二三]层")
_LAYERED = re.compile("[面搓拉抹底上又黑]$")
_ONCE = re.compile(r"一到\d")  # 一到8楼就抖: as soon as
_SEATS = re.compile("[一二三四五六七八九十]座")
_DEEPER = re.compile(r"[\d一二三四五六七八九十]+(?:单元|门|楼|层|\d)")
_LIKE = {"lone": "bare", "door": "unit"}
_LOOK_BACK = 6


def is_doubtful(kind: str, match: re.Match[str]) -> bool:
    """Whether what stands around the piece says that it names no place."""
    before, after = _DOUBTS[_LIKE.get(kind, kind)]
    text, begins = match.string, match.start()
    if begins and before.search(text[max(0, begins - _LOOK_BACK) : begins]):
        return True
    if after.match(text, match.end()):
        return True
    further = _FURTHER.get(kind)
    return further is not None and further(match)


def _is_series(match: re.Match[str]) -> bool:
    """9-10-11 and 02-08-09 are no rooms."""
    parts = re.findall(r"\d+", match.group())
    is_short = len(parts) == 3 and max(map(len, parts)) <= 2
    steps = {int(after) - int(before) for before, after in zip(parts, parts[1:], strict=False)}
    return is_short and (steps == {1} or any(part.startswith("0") for part in parts))


def _is_no_floor(match: re.Match[str]) -> bool:
    """到8楼就抖, 爬十六楼: where a lift goes or somebody climbs to is no place of a fault; 一层沙 is a layer."""
    before = match.string[max(0, match.start() - _LOOK_BACK) : match.start()]
    if _LAYER.fullmatch(match.group()) and _LAYERED.search(before):
        return True
    if before.endswith("从") and _MOVES.match(match.string, match.end()):
        return True  # 从23层走下来 tells of the way, not of the fault
    return _GOING.search(before) is not None and _LIFT.search(match.string) is not None


def _is_seat(match: re.Match[str]) -> bool:
    """三座 is a count, 七座4门 is a house."""
    return _SEATS.fullmatch(match.group()) is not None and _DEEPER.match(match.string, match.end()) is None


def _is_no_pair(match: re.Match[str]) -> bool:
    return _is_parking(match) or _is_count(match)


def _is_parking(match: re.Match[str]) -> bool:
    """B2-117 is a parking space where cars are spoken of, or where no floor has so many rooms."""
    found = _LEVEL_AND_NUMBER.fullmatch(match.group())
    return found is not None and (int(found.group(1)[-2:]) > 12 or _CAR.search(match.string) is not None)


def _is_count(match: re.Match[str]) -> bool:
    """37-38 and 120-88 are no stairs; 2-3 is one where a house is spoken of right after it (2-3电梯停了)."""
    found = _SHORT_PAIR.fullmatch(match.group())
    if not found:
        return False
    building, unit = int(found.group(1)), int(found.group(2))
    if not building or not unit or unit > 12:
        return True
    return unit == building + 1 and not _HOUSE_WORD.match(match.string, match.end())


_FURTHER: dict[str, Callable[[re.Match[str]], bool]] = {
    "paired": _is_no_pair,
    "joined": _is_series,
    "listed": lambda match: _ONCE.match(match.group()) is not None,
    "floor": _is_no_floor,
    "below": _is_no_floor,
    "building": _is_seat,
}
