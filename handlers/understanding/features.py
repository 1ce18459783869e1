"""What a text shows to the linear models: its characters, and two and three of them in a row.

jieba's words, tagged word lists, shapes and word clusters were tried beside them and left out: docs/understanding.md
has the table. What rules and parsers find comes as a feature of its own, `r:…`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from operator import add

LONGEST_GRAM = 3  # characters of the longest piece
LONGEST_TEXT = 160  # characters read; what is longer is told by its beginning

_NUMBERS = re.compile(r"\d+|[零〇一二两三四五六七八九十百]+(?=[栋幢座号单楼层室户点月日周时块元个])")
_RUN = re.compile(r"(.)\1{2,}")


def mask(text: str) -> str:
    """The text with every number as 0 and long runs of one character cut to two: 12栋 and 3栋 look alike."""
    masked = _NUMBERS.sub("0", text[:LONGEST_TEXT]).replace("\n", "¶")
    return _RUN.sub(r"\1\1", masked) if _RUN.search(masked) else masked  # a search costs a third of a sub


def frame(text: str) -> str:
    """A normalised text as it is weighed: masked, begin and end marked."""
    return f"^{mask(text)}$"


def grams_of(text: str) -> list[str]:
    """One to three characters in a row of a normalised text as it is weighed; as often as they stand there."""
    framed = frame(text)
    pairs = list(map(add, framed, framed[1:]))
    return [*framed, *pairs, *map(add, pairs, framed[2:])]


def rules_as_features(names: Iterable[str]) -> list[str]:
    """What rules and parsers found, as features."""
    return [f"r:{name}" for name in names]
