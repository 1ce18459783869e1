"""Numbers as people write them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.understanding.numerals import to_digits, to_float, to_int

DIGITS = "零一二三四五六七八九"


def in_chinese(number: int) -> str:
    """A number below 100 as it is spoken."""
    tens, ones = divmod(number, 10)
    if not tens:
        return DIGITS[ones]
    return (DIGITS[tens] if tens > 1 else "") + "十" + (DIGITS[ones] if ones else "")


@pytest.mark.parametrize(
    ("said", "number"),
    [
        ("十", 10),
        ("十二", 12),
        ("二十", 20),
        ("一百零三", 103),
        ("一百二", 120),
        ("三百五十六", 356),
        ("两", 2),
        ("俩", 2),
        ("廿", 20),
        ("廿三", 23),
        ("卅", 30),
        ("一二〇四", 1204),
        ("五零二", 502),
        ("零", 0),
        ("007", 7),
        ("一千零一", 1001),
    ],
)
def test_a_number_is_read(said: str, number: int) -> None:
    assert to_int(said) == number


@pytest.mark.parametrize("said", ["", "半", "几", "A", "十栋", "1.5"])
def test_what_is_no_whole_number_is_none(said: str) -> None:
    assert to_int(said) is None
    assert to_digits(said) is None


@pytest.mark.parametrize(("said", "number"), [("半", 0.5), ("两个半", 2.5), ("1.5", 1.5), ("三", 3.0)])
def test_a_half_counts(said: str, number: float) -> None:
    assert to_float(said) == number


@given(st.integers(min_value=0, max_value=99))
def test_every_spoken_number_below_a_hundred_comes_back(number: int) -> None:
    assert to_int(in_chinese(number)) == number


@given(st.integers(min_value=0, max_value=9999))
def test_every_number_read_digit_by_digit_comes_back(number: int) -> None:
    assert to_digits("".join(DIGITS[int(digit)] for digit in str(number))) == str(number)
