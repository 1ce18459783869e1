"""The few words that could title a ticket: the rarest nouns and verbs of the message."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from importlib import resources

from handlers.understanding.lexicon import terms

MOST = 6
_UNKNOWN = 7.0  # rarity of a word that the corpora do not know: rare, but no rarer than the rarest known
_KNOWN_BONUS = 2.0
_WORD = re.compile(r"[\u4e00-\u9fffA-Za-z]{2,}|水|电|气|灯|门|墙|树|狗|猫|吵|臭|堵|漏|停|坏")
_EMPTY = frozenset(
    "我们 你们 他们 大家 一个 这个 那个 什么 怎么 没有 就是 还是 但是 因为 所以 如果 可以 现在 今天 昨天 明天 真的 已经 一下 有点 有人 知道 不是 "
    "不要 自己 家里 这么 那么 好多 一直 还有 能不能 是不是 怎么办 谢谢 麻烦 请问 哈哈 晓得 屋里 何解 么子 一样 时候 起来 出来 下来 上去".split()
)


@cache
def _rarity() -> dict[str, float]:
    lines = (resources.files("config") / "weights" / "rarity.txt").read_text("utf-8").splitlines()
    return {word: float(value) for word, value in (line.split(" ") for line in lines)}


@cache
def _topics() -> frozenset[str]:
    """The terms that name a thing or a fault."""
    return frozenset(term for term, tags in terms().items() if any("." in tag for tag in tags))


def keywords_of(words: Sequence[str], most: int = MOST) -> tuple[str, ...]:
    """Up to `most` words, in the order of the text."""
    rarity, topics = _rarity(), _topics()
    worth = {
        word: rarity.get(word, _UNKNOWN) + (_KNOWN_BONUS if word in topics else 0.0)
        for word in words
        if word not in _EMPTY and _WORD.fullmatch(word)
    }
    best = set(sorted(worth, key=worth.__getitem__, reverse=True)[:most])
    return tuple(word for word in worth if word in best)
