"""Cutting text into words: one dictionary, two machines, the same words."""

from __future__ import annotations

import json
import stat
from pathlib import Path

import pytest

from handlers.understanding.normal import normalise
from handlers.understanding.words import Cutter, by_jieba, by_rust, cut, own_words

SENTENCES = Path(__file__).parents[2] / "sentences" / "judge"


@pytest.fixture(scope="module")
def slow(tmp_path_factory: pytest.TempPathFactory) -> Cutter:
    return by_jieba(tmp_path_factory.mktemp("words") / "index")


def test_rjieba_cuts_every_sentence_as_jieba_does(slow: Cutter) -> None:
    fast = by_rust()
    lines = [line for file in SENTENCES.glob("*.jsonl") for line in file.read_text("utf-8").splitlines()]
    texts = [normalise(json.loads(line)["text"]) for line in lines]

    assert len(texts) > 1000
    assert [text for text in texts if fast(text) != slow(text)] == []


@pytest.mark.parametrize("text", ["", " ", "abc 123 3.5元", "ok👌👌", "「」\n- -", "𠮷野家的灯"])
def test_they_agree_on_what_is_no_chinese(slow: Cutter, text: str) -> None:
    assert by_rust()(text) == slow(text)


def test_our_own_words_stay_whole() -> None:
    word = max((word for word, _ in own_words()), key=len)

    assert word in cut(f"那个{word}不行了")


def test_jiebas_index_is_kept_in_a_private_folder(tmp_path: Path) -> None:
    folder = tmp_path / "index"

    by_jieba(folder)

    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert list(folder.iterdir())
