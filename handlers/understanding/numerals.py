"""Numbers as people write them: 12, 十二, 两, 廿, 一二〇四."""

from __future__ import annotations

import re

DIGITS = {"零": 0, "〇": 0, "一": 1, "二": 2, "两": 2, "俩": 2, "三": 3, "四": 4, "五": 5}
DIGITS |= {"六": 6, "七": 7, "八": 8, "九": 9}
TENS = {"廿": 20, "卅": 30}
SCALES = {"十": 10, "百": 100, "千": 1000}
CHINESE = "零〇一二两俩三四五六七八九十廿卅百千"
NUMBER = rf"(?:\d+|[{CHINESE}]+)"  # a fragment for larger patterns

_CHINESE_ONLY = re.compile(rf"[{CHINESE}]+")


def to_int(said: str) -> int | None:
    """The value of a number as said, or None where it is none. 半 is no whole number: see `to_float`."""
    if said.isdecimal():
        return int(said)
    if not _CHINESE_ONLY.fullmatch(said):
        return None
    if all(char in DIGITS for char in said):  # 一二〇四 is read digit by digit
        return int("".join(str(DIGITS[char]) for char in said))
    return _by_scale(said)


def to_float(said: str) -> float | None:
    """Like `to_int`, and knows 半 as well: 半, 两个半, 1.5."""
    if said == "半":
        return 0.5
    whole, half = (said[:-1].removesuffix("个"), 0.5) if said.endswith("半") else (said, 0.0)
    try:
        return float(whole) + half
    except ValueError:
        number = to_int(whole)
        return None if number is None else number + half


def to_digits(said: str) -> str | None:
    """Plain digits of a number as said: 十二 → 12, 一〇二 → 102, 007 → 7."""
    number = to_int(said)
    return None if number is None else str(number)


def _by_scale(said: str) -> int:
    total, digit = 0, 0
    for char in said:
        if char in SCALES:
            total, digit = total + (digit or 1) * SCALES[char], 0
        elif char in TENS:
            total += TENS[char]
        else:
            digit = DIGITS[char]
    # 一百二 is 120, but 一百零二 is 102
    is_short = digit and len(said) > 1 and said[-2] in "百千"
    return total + digit * (SCALES[said[-2]] // 10 if is_short else 1)
