"""What a text shows to the linear model: character n-grams, tagged terms and how they stand together.

Words as jieba cuts them were tried and left out: beside the n-grams and the terms they change no figure, and cost half.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from itertools import combinations
from operator import add

from handlers.understanding.clauses import Clause
from handlers.understanding.lexicon import Hit

LONGEST_TEXT = 160  # characters read; what is longer is told by its beginning
# Signals that a trouble is over, elsewhere, feared or for sale.
SOFTENERS = frozenset(("solved", "thanks", "past", "supposed", "elsewhere", "selling", "lost", "home_trade"))

_NUMBERS = re.compile(r"\d+|[零〇一二两三四五六七八九十百]+(?=[栋幢座号单楼层室户点月日周时块元个])")
_RUN = re.compile(r"(.)\1{2,}")
_SHAPES = tuple(
    (f"s:{name}", re.compile(pattern))
    for name, pattern in {
        "asks": r"[?？]|[吗呢不没冇][。！!~]*$",
        "list": r"\n\s*\d+[.、)]",
        "bracket": r"^[【\[#]",
        "lines": r"\n",
        "at_bot": r"@小件",
        "at": r"@(?!小件)",
        "link": r"https?:|www\.",
        "phone": r"1[3-9]\d{9}",
        "price": r"\d+(?:\.\d+)?(?:元|块|/斤|一斤|w|万)",
        "number_first": r"^[#＃]?\d+",
        "only_marks": r"^[\W\d_]*$",
        "letter_only": r"^[A-Ha-h1-9一二三四五][。!！]*$",
        "bang": r"[!！]",
        "joint": r"还有|另外|顺便|再就是|再一个|加上|外加|两件|两桩|两样|一边.{2,12}一边|也(?:坏|不|没|冇|堵|漏|停|该|要)|又.{1,12}又",
        "clock": r"\d+[:点时]|[一二三四五六七八九十]点",
        "building": r"[\d一二三四五六七八九十A-Z][栋幢座#]|\d号楼|\d-\d",
    }.items()
)
_LENGTHS = (3, 6, 10, 16, 25, 40, 80)


def mask(text: str) -> str:
    """The text with every number as 0 and long runs of one character cut to two: 12栋 and 3栋 look alike."""
    return _RUN.sub(r"\1\1", _NUMBERS.sub("0", text[:LONGEST_TEXT])).replace("\n", "¶")


def _grams(masked: str) -> set[str]:
    """One to three characters in a row, begin and end of the text marked."""
    framed = f"^{masked}$"
    pairs = list(map(add, framed, framed[1:]))
    return {*framed, *pairs, *map(add, pairs, framed[2:])}


def _tags(hits: Iterable[Hit]) -> set[str]:
    """All tags of the hits, and beside each category's tag the plain one: `water.faults` is `faults`, too."""
    tags = {tag for hit in hits for tag in hit.tags}
    return tags | {tag.rpartition(".")[2] for tag in tags if not tag.startswith("at.")}


def _tag_features(hits: Sequence[Hit], clauses: Sequence[Clause]) -> Iterable[str]:
    tags = _tags(hits)
    yield from (f"t:{tag}" for tag in tags)
    plain = sorted(tag for tag in tags if "." not in tag)
    yield from (f"m:{one} {two}" for one, two in combinations(plain, 2))
    if sum(tag.endswith((".faults", ".hints")) for tag in tags) > 1:
        yield "s:several categories"
    if "faults" in tags or "fault" in tags:
        yield "k:told" if SOFTENERS.isdisjoint(tags) else "k:told but"
        yield from _clause_features(hits, clauses)


def _clause_features(hits: Sequence[Hit], clauses: Sequence[Clause]) -> Iterable[str]:
    """A clause that tells a fault, and nothing in it that softens it."""
    for clause in clauses:
        within = _tags(hit for hit in hits if clause.begins <= hit.begins < clause.stops)
        if ("faults" in within or "fault" in within) and SOFTENERS.isdisjoint(within):
            yield "k:thing told" if "things" in within else "k:clause told"


def _shape_features(text: str) -> Iterable[str]:
    yield from (name for name, pattern in _SHAPES if pattern.search(text))
    yield from (f"s:longer {length}" for length in _LENGTHS if len(text) > length)


def features_of(text: str, hits: Sequence[Hit], clauses: Sequence[Clause], signals: Iterable[str] = ()) -> set[str]:
    """All features of a normalised text. `signals` come from rules and parsers."""
    features = _grams(mask(text))
    features.update(_tag_features(hits, clauses))
    features.update(_shape_features(text))
    features.update(f"r:{signal}" for signal in signals)
    return features
