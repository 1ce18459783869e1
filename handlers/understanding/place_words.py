"""The words that places are made of, as one pattern: every named group is a kind of piece (see `place_pieces`)."""

from __future__ import annotations

import re
from functools import cache
from itertools import product
from pathlib import Path

from handlers.understanding import place_addresses

_SPOTS = Path(__file__).resolve().parents[2] / "config" / "spots.txt"
_ENTRANCES = "(?:出入口|入口|出口|门口|进出口)?"

_CN = "零〇一二两三四五六七八九十廿百"
_LOW = r"(?:\d{1,3}|廿[一二三四五六七八九]?|[二三四五六七八九]?十[一二三四五六七八九]?|[一二三四五六七八九])"
_NAME = rf"(?:[A-Za-z]-?\d{{1,3}}[A-Za-z]?|\d{{1,3}}[A-Za-z]?|[A-Za-z]|{_LOW[3:-1]})"
_ALONE = r"(?<![A-Za-z\d.])(?<!(?<!\d)#)"  # a number starts here; #12 is a ticket, but 12#2单元 is a place
_DASH = r"\s?(?:-|—|(?<=[\dA-Za-z])[一_](?=[\dA-Za-z]))\s?"
_BUILDING = r"(?:号?[栋幢撞]|座(?!大[桥山厦]|小区|[桥山位谈机城])|号(?:大)?[楼搂](?![梯])|#楼?|楼栋)"
_UNIT = r"(?:号?单元|号门洞|门洞|号?门(?![面店口牌禁诊槛])|单无)"
_FLOOR = r"(?:楼(?![上梯主盘市道房价栋]|下(?!水)|长(?![期年时明]))|层(?!次|皮|灰|油|土|纸|膜|布|霜|冰|雪|楼梯|蛆|泥|沙|毛|霉|苔|厚|薄)|[fF](?![A-Za-z]))"
# What follows a number that counts, dates, pays or scores, and so names no place.
_COUNTED = (
    r"(?![\d.:%℃+]|\s?(?:天(?!花)|[点时年月日元块万亿米度岁次倍折分秒个人名位条件箱斤份只张辆台包瓶盒桶袋批套户期届班]"
    r"|把[椅伞刀锁扇]|小时|公里|平|千瓦|度电|毫|多|几|kg|km|cm|mm|KG|[kKwW](?![A-Za-z])))"
)
_DIGIT = "[一二三四五六七八九]"
_ROOM = r"[A-Za-z]?\d{3,4}[A-Za-z]?"

_KINDS = (
    # 12-3-502, 8-10-11-1109
    (
        "joined",
        rf"{_ALONE}(?!(?:19|20)\d\d\s?[-/_])(?:{_NAME}|\d{{4}})"
        rf"(?:{_DASH}{_ROOM}|{_DASH}[A-Za-z]?\d{{1,2}}[A-Za-z]?){{2,3}}(?:楼|(?![\d-]|年|月))",
    ),
    # 8-9栋, 1、2单元, 3到5楼
    (
        "listed",
        rf"{_ALONE}(?:{_LOW}|[A-Z]\d?)(?:\s?(?:[-~—到至、,和跟及与]|和)\s?(?:{_LOW}|[A-Z]\d?))+"
        rf"\s?(?:{_BUILDING}|{_UNIT}|{_FLOOR})",
    ),
    # 8-1603, A座-1502, 13-2
    ("paired", rf"{_ALONE}{_NAME}{_DASH}(?:{_ROOM}|[A-Za-z]?\d{{1,2}}[A-Za-z]?)(?![\dA-Za-z-]){_COUNTED}"),
    ("building", rf"(?:{_ALONE}(?:第|笫)?(?:{_NAME}|\d{{4}}(?=[栋幢]))|(?<!\d)[东西南北](?=[座栋幢]))\s?{_BUILDING}"),
    ("door", rf"{_ALONE}{_NAME}门(?={_LOW}\s?[楼层室])"),  # 四门三楼
    ("unit", rf"{_ALONE}(?:第|笫)?{_NAME}\s?{_UNIT}|[东西南北]单元"),
    (
        "below",
        r"(?:负|地下|富)(?:\d|[一二三四五])(?:[楼层]|(?![\d屏分号单]))|(?<![A-Za-z\d-])-[1-5][楼层]"
        rf"|{_ALONE}[Bb][1-4](?:[楼层]|(?![A-Za-z\d#-]|[栋幢座照本证号区县市]))",
    ),
    ("floor", rf"{_ALONE}第?{_LOW}[A-Z]?\s?(?:{_FLOOR}|楼(?=道))"),
    (
        "suffixed",
        rf"{_ALONE}(?:{_ROOM}|\d{{1,2}}|[{_CN}]{{3,4}})\s?"
        r"(?:号房|室|户(?![人都型外居数口均])|房间?(?![价子东贷租产源])|号)",
    ),
    # 1204没电, 我是803: a room number where one speaks of a home, and no year
    (
        "lone",
        rf"(?:(?<![\w.#%\-])|(?<=[我是家住门壁上下识]))(?!(?:1[12]0|119|114|404|520)(?!\d)|201[3-9]|20[2-9]\d|19\d\d)(?:[1-9]|[1-4]\d)(?:0[1-9]|[12]\d)"
        rf"(?=[\u4e00-\u9fff，。,！!？?]|$){_COUNTED}",
    ),
    (
        "bare",
        rf"{_ALONE}(?:{_ROOM}(?![A-Za-z])|(?<![{_CN}]){_DIGIT}[零〇一二三四五六七八九]?[零〇]{_DIGIT}(?![{_CN}]))"
        rf"{_COUNTED}",
    ),
    (
        "area",
        r"(?<![A-Za-z\d])[A-Za-z]区(?!别|域)|[东西南北]区(?!别|域|大门)"
        r"|(?:\d{1,2}|[一二三四五六七八九十])期(?![间末中待货限刊])",
    ),
)
_FIRST = rf"\dA-Za-z{_CN}第笫负富地东西南北\-"


@cache
def spots() -> dict[str, bool]:
    """Every spot of the list, and whether it is part of one building."""
    found: dict[str, bool] = {}
    is_house = False
    for line in _SPOTS.read_text(encoding="utf-8").splitlines():
        if line in ("[house]", "[estate]"):
            is_house = line == "[house]"
        elif line and not line.startswith("#"):
            found |= dict.fromkeys(_expand(line), is_house)
    return found


def is_in_house(spot: str) -> bool:
    """Whether a spot, as said, is part of one building rather than of the estate."""
    known = spots()
    return next((known[spot[:stop]] for stop in range(len(spot), 1, -1) if spot[:stop] in known), False)


@cache
def pieces(is_postal: bool = False) -> re.Pattern[str]:
    """The pattern that finds every piece of a place. Looking at one character first saves most of the cost."""
    kinds = "|".join(f"(?P<{name}>{pattern})" for name, pattern in _ordered(is_postal))
    firsts = "".join({spot[0] for spot in spots()})
    spot = f"(?P<spot>{_spot_pattern()}{_ENTRANCES})"
    return re.compile(f"(?=[{_FIRST}{firsts}])(?:(?=[{_FIRST}])(?:{kinds})|{spot})")


def _ordered(is_postal: bool) -> list[tuple[str, str]]:
    """In an address its own kinds come before those that would take the same number otherwise."""
    if not is_postal:
        return list(_KINDS)
    at = next(at for at, (name, _) in enumerate(_KINDS) if name == "suffixed")
    return [*place_addresses.FIRST_KINDS, *_KINDS[:at], *place_addresses.KINDS, *_KINDS[at:]]


def _expand(line: str) -> list[str]:
    parts = [part[1:-1] if part.startswith("[") else [part] for part in re.findall(r"\[.+?\]|[^\[]+", line)]
    return ["".join(chosen) for chosen in product(*parts)]


def _spot_pattern() -> str:
    """Alternatives grouped by their first character, the longest first."""
    tails: dict[str, list[str]] = {}
    for spot in sorted(spots(), key=len, reverse=True):
        tails.setdefault(spot[0], []).append(spot[1:])
    return "(?:" + "|".join(f"{first}(?:{'|'.join(rest)})" for first, rest in tails.items()) + ")"
