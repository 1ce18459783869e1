"""The text that everything else reads: one width, simplified characters, nothing invisible.

Line breaks stay. The sentence marks ，。！？；、 stay as they are; digits, letters and the marks that
stand in places and times (： － ＃ ／ （ ） ～ ．) become ASCII. All later offsets refer to the text returned here.
"""

from __future__ import annotations

import re
from functools import cache

import opencc

_KEPT_WIDE = "，！？；"
_WIDE = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F) if chr(code) not in _KEPT_WIDE}
_MARKS = {ord(wide): narrow for wide, narrow in zip("　‐‑‒–−﹣〜﹟˗∶﹕", "  ------~#-::"[1:], strict=True)}
_INVISIBLE = dict.fromkeys([*range(0x200B, 0x2010), *range(0x202A, 0x202F), *range(0x2060, 0x2065)])
_INVISIBLE |= dict.fromkeys([0xAD, 0x180E, 0xFEFF, 0x20E3, *range(0xFE00, 0xFE10), 0x0D])
_TABLE = _WIDE | _MARKS | _INVISIBLE
_ODD = re.compile("[" + "".join(re.escape(chr(code)) for code in sorted(_TABLE)) + "]")


def normalise(text: str) -> str:
    """The text in its normal form; idempotent."""
    if _ODD.search(text):
        text = text.translate(_TABLE)
    if not _traditional().isdisjoint(text):
        text = _converter().convert(text)
    return text


@cache
def _converter() -> opencc.OpenCC:
    return opencc.OpenCC("tw2sp")


@cache
def _traditional() -> frozenset[str]:
    """Characters that simplified text does not use: those which the converter changes one by one."""
    every = [chr(code) for code in range(0x4E00, 0xA000)]
    plain = opencc.OpenCC("t2s").convert("\n".join(every)).split("\n")
    return frozenset(old for old, new in zip(every, plain, strict=True) if old != new)
