"""Postal addresses, where numbers mean more than in talk: 学府路18号金桂大厦1203 has a room, and 18 is the road's.

Only a text that looks like an address is read so; the rules would see rooms everywhere in a chat.
"""

from __future__ import annotations

import re

_MARKS = re.compile(
    r"[省市县区镇乡][^\s\d，。！？]{1,14}?(?:路|街|道|镇|乡|村|巷|弄|区|苑|园|城|场|厦|庭|府|公司|学校)"
    r"|(?:路|街|道|弄|巷)\s?\d+号|\d弄|(?:路|街道|街|大道)[^\s\d，。！？]{0,12}\d"
    r"|[省市].{1,8}[市县区镇乡]|(?:[省市县镇乡]|(?<!小)区)[\u4e00-\u9fff]{1,12}\d+号"
)
_NAMED = re.compile(
    "(?:广场|大厦|公寓|新村|花园|市场|交易区|商贸城|工业区|中心|大世界|国际|商厦|大楼|校区|家园|嘉园|苑|庭|府|城)"
    ".{0,16}(?:\\d|室|号|楼|层|铺|店|单元|电联)$"
)
_TALK = re.compile("[吗呢吧啊呀了的我你他谁怎么?？!！。，]")
_BUILT = "[苑园庭府里坊寓邨庄院居城馆弄]|小区|新村|[\\dA-Z一二三四五六七东西南北]区"
_AFTER_BUILT = "|".join(f"(?<={name})" for name in _BUILT.split("|"))
# Numbers of a road, of a lane, of a village or a telephone. They are hidden, so that nothing takes them for a house.
_HIDDEN = re.compile(
    r"(?<=[路街道线])(?<![\d一二三四五六七八九十]街)(?:\d+(?:[~、_]\d+){0,2}(?:号|巷|$|(?=[^\d\-]))(?!楼|院|[栋幢]|\d{1,2}单元))"
    r"|(?<=[巷弄])(?<!\d弄)\d+号?(?![\d\-楼栋幢])|\d+(?=[弄巷])|(?<=[组队])\d+号?|\d+号(?=[大街路门])"
    r"|(?<=[\u4e00-\u9fff])(?<![栋幢座楼元层室苑园区庭府城里坊寓场号店厦单街])\d{1,4}(?:[-~]\d+)?号(?!楼|[栋幢]|\d{1,2}单元|\d{3})"
    r"|(?<!\d)\d{6,}(?![\d室])"
)
_NUMBERS_IN_ROW = re.compile(r"(?<=[路街道线_])(\d+)-(\d+)(?![\d\-])号?")
FIRST_KINDS = (
    (
        "stall",
        r"(?<=[楼层区门])_?(?:\d{1,3}|[一二三四五六七八九十]{1,3})街(?=\d)|(?<=[栋幢楼座_])\d{1,3}号_?(?=\d{2,})",
    ),
    ("lane", r"(?<=\x01)\d{1,4}号?(?![\d楼层栋幢室])|(?<![A-Za-z\d.#\-弄])\d{1,4}号(?=\d{1,2}单元|\d{3,4})"),
    ("house", rf"(?:{_AFTER_BUILT})(?:\d{{1,3}}号(?![楼院门\d])|\d{{1,2}}(?=$))"),
    ("row", r"(?<![\d\-])\d{1,3}排(?=\d)"),
    ("path", r"(?<![A-Za-z\d.#\-])[A-Za-z]?\d{1,3}-\d{1,3}(?:单元|楼|层)"),
)
KINDS = (
    ("block", r"(?<=厦)[A-Za-z]\d{3,4}(?!\d)"),
    (
        "tail",
        r"(?<![A-Za-z\d.#\-])(?:[A-Za-z]{1,2}-?)?\d{3,5}(?:-\d{1,2})?(?:[A-Za-z](?![A-Za-z]))?"
        r"(?![\d\-栋幢座弄路街道期米楼层年])(?:室|号|房|铺|店)?(?![楼院])",
    ),
    (
        "small",
        r"(?<=[栋幢座])[一二三四五六七八九]号(?!楼)"
        r"|(?<=[栋幢座楼元])\d{1,2}(?:[A-Za-z](?![A-Za-z\d])|)(?=室|号(?!楼)|[^\d\-栋幢座楼层单号期街]|$)",
    ),
)
WEAK = {"house", "lane"}  # they give way to a house that is named as one


def is_address(text: str) -> bool:
    """Whether the text reads like a postal address rather than talk."""
    return _TALK.search(text) is None and (_MARKS.search(text) or _NAMED.search(text)) is not None


def hide_roads(text: str) -> str:
    """The text with the numbers of roads, villages and telephones blanked out; every other character stays in place."""
    return _HIDDEN.sub(_blank, _NUMBERS_IN_ROW.sub(_blank_row, text))


def _blank(match: re.Match[str]) -> str:
    return "\0" * len(match.group())


def _blank_row(match: re.Match[str]) -> str:
    """解放路41-43号 is two numbers of the road; 解放路82-11号 is house 11 behind number 82."""
    is_row = 0 < int(match.group(2)) - int(match.group(1)) <= 10
    if is_row:
        return _blank(match)
    cut = match.start(2) - match.start()
    return "\x01" * cut + match.group()[cut:]
