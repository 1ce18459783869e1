"""The number of a ticket in what residents write: #12, 12号单, 62验过了."""

from __future__ import annotations

import re

_NUMBER = re.compile(
    r"(?<![\dA-Za-z:：.\-])(?P<sign>[#＃]\s*|工单号?\s*|单号\s*)?(?P<number>\d{1,6})(?![\d:：.]|"
    r"[栋幢座楼层室户点月日块元斤个人天分秒年%米岁次度星级家票]|单元|号楼|小时|-\d)(?P<mark>号工?单|号|工单|单)?"
)
_VERBS_BEFORE = re.compile(r"(?:催一?下|查一?下|重[新]?开|撤[回销]?|取消|看下|问下|关于|对)\s*$")
_GOES_ON = re.compile(
    r"\s|有|进|处|怎|验|修|没|不是|那个|还|满|已|撤|作|取|更正|我|是我|根|确认|的进|[,，]|到哪|办|谁|几时|什么时候|$"
)


def read_ticket_number(text: str) -> int | None:
    """The first number that is marked as a ticket's, or that leads the message and is no address, time or measure."""
    for found in _NUMBER.finditer(text):
        is_marked = bool(found["sign"]) or found["mark"] in ("号单", "号工单", "工单", "单")
        is_leading = not re.sub(r"[\s，,]|小件|@", "", text[: found.start()]) and bool(
            _GOES_ON.match(text[found.end() :])
        )
        if is_marked or is_leading and found.end() < len(text) or _VERBS_BEFORE.search(text[: found.start()]):
            return int(found["number"])
    return None
