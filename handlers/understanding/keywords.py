"""The few words that could title a ticket: those that tell the most, of jieba's words.

What a word tells is learnt from group talk by `python -m bot train` and stands in config/weights/words.txt: how rare it is
there (its idf), and more where it comes mainly with one kind of matter.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache, lru_cache
from importlib import resources

MOST = 6
UNKNOWN = 6.0  # of a word that was not learnt: rare, but of no known matter
_WORD = re.compile(r"[\u4e00-\u9fffA-Za-z]{2,}|[水电气灯门墙树狗猫吵臭堵漏停坏]")
_EMPTY = frozenset(
    "我们 你们 他们 大家 一个 这个 那个 什么 怎么 没有 就是 还是 但是 因为 所以 如果 可以 现在 今天 昨天 明天 真的 已经 一下 有点 有人 知道 不是 "
    "不要 自己 家里 这么 那么 好多 一直 还有 能不能 是不是 怎么办 谢谢 麻烦 请问 哈哈 晓得 屋里 何解 么子 一样 时候 起来 出来 下来 上去".split()
)


@cache
def _worth() -> dict[str, float]:
    lines = (resources.files("config") / "weights" / "words.txt").read_text("utf-8").splitlines()
    return {word: float(value) for word, value in (line.split(" ") for line in lines) if _may_title(word)}


def keywords_of(words: Sequence[str], most: int = MOST) -> tuple[str, ...]:
    """Up to `most` of the words of a text, in its order."""
    learnt = _worth()
    worth = {word: learnt.get(word, UNKNOWN) for word in words if word in learnt or _may_title(word)}
    if len(worth) <= most:
        return tuple(worth)
    best = set(sorted(worth, key=worth.__getitem__, reverse=True)[:most])
    return tuple(word for word in worth if word in best)


@lru_cache(4096)
def _may_title(word: str) -> bool:
    return word not in _EMPTY and _WORD.fullmatch(word) is not None
