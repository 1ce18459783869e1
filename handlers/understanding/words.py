"""Cutting text into words: jieba's dictionary with the words of our own, read once.

On the hot path the cutting is done by rjieba, the same algorithm and dictionary in Rust: 3 µs a message instead of 70,
33 MiB instead of 70. `tests/handlers/understanding/test_words.py` holds both to the same words. Where there is no rjieba for a machine,
jieba itself cuts.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from importlib import resources
from importlib.util import find_spec
from pathlib import Path

DICTIONARY = resources.files("config") / "lexicon" / "words.txt"
HAS_RUST = find_spec("rjieba") is not None

Cutter = Callable[[str], list[str]]
_cutters: list[Cutter] = []  # the one in use, once it is read


def private_folder() -> Path:
    """A folder that only this user may read: jieba's cache is a marshal file, which must not be another's."""
    base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(base) / "jianjian"


def load_words(cache: Path | None = None) -> None:
    """Read the dictionaries now; later calls cost nothing. `cache`: where jieba, if it cuts, keeps its index."""
    if not _cutters:
        _cutters.append(by_rust() if HAS_RUST else by_jieba(cache or private_folder()))


def cut(text: str) -> list[str]:
    """The words of the text, in order, punctuation included, without jieba's guesses at words it does not know."""
    load_words()
    return _cutters[0](text)


def by_rust() -> Cutter:
    """A cutter of rjieba with our words."""
    import rjieba

    words = rjieba.Jieba()
    for word, count in own_words():
        words.add_word(word, count, "n")
    return lambda text: words.cut(text, False)


def by_jieba(folder: Path) -> Cutter:
    """A cutter of jieba with our words, its index in a folder."""
    import jieba

    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    folder.chmod(0o700)
    words = jieba.Tokenizer()
    words.tmp_dir = str(folder)
    jieba.setLogLevel(60)
    words.initialize()
    for word, count in own_words():
        words.add_word(word, count)
    return lambda text: words.lcut(text, HMM=False)


def own_words() -> list[tuple[str, int]]:
    """The words of our dictionary with how often they count as seen."""
    lines = (line.split() for line in DICTIONARY.read_text("utf-8").splitlines() if line.strip())
    return [(word, int(count)) for word, count in lines]


def plain_lcut() -> Cutter:
    """`jieba.lcut` as it comes, loaded: the floor that the cost of a reading is measured beside."""
    import jieba

    jieba.setLogLevel(60)
    jieba.initialize()
    return jieba.lcut
