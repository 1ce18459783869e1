"""The words that title a ticket."""

from __future__ import annotations

import pytest

from handlers.understanding.keywords import keywords_of
from handlers.understanding.words import cut


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("我们这边的声控灯坏了好久没人管", "声控灯"),
        ("麻烦看一下化粪池是不是满了", "化粪池"),
        ("架空层那边停满了电动车", "架空层"),
    ],
)
def test_the_thing_that_is_told_of_is_a_keyword(text: str, wanted: str) -> None:
    assert wanted in keywords_of(cut(text))


def test_there_are_at_most_six_keywords_in_the_order_of_the_text() -> None:
    words = cut("单元门口的路灯和楼道的扶手还有电梯按键以及消防通道和化粪池井盖都要检修")

    keywords = keywords_of(words)

    assert len(keywords) == 6
    assert list(keywords) == sorted(keywords, key=words.index)


def test_words_without_content_and_numbers_are_no_keywords() -> None:
    assert keywords_of(cut("我们这个是不是可以，12 345")) == ()


def test_a_word_that_comes_twice_is_told_once() -> None:
    assert keywords_of(["漏水", "天花板", "漏水"]) == ("漏水", "天花板")
