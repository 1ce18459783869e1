"""The normal form of a text."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.understanding.normal import normalise


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("１２栋３单元", "12栋3单元"),
        ("Ａ座", "A座"),
        ("１４：３０－１６：００", "14:30-16:00"),
        ("（周日）", "(周日)"),
        ("７＃", "7#"),
        ("明天　上午", "明天 上午"),
        ("週六上午十點", "周六上午十点"),
        ("電梯壞了，請快來修", "电梯坏了，请快来修"),
        ("好的，明白。真的？", "好的，明白。真的？"),
        ("12\u200b栋\ufeff3单元", "12栋3单元"),
        ("1️⃣", "1"),
        ("第一行\r\n第二行", "第一行\n第二行"),
        ("第一行\n第二行", "第一行\n第二行"),
    ],
)
def test_width_script_and_invisible_marks_are_made_one(text: str, expected: str) -> None:
    assert normalise(text) == expected


@given(st.text(alphabet="12栋３－：\u200b樓電梯壞了，。 \n週著乾", max_size=30))
def test_the_normal_form_is_its_own_normal_form(text: str) -> None:
    assert normalise(normalise(text)) == normalise(text)


@given(st.text(alphabet="今天电梯坏了，请来修！12-3 \n", max_size=40))
def test_a_plain_text_stays_as_it_is(text: str) -> None:
    assert normalise(text) == text
