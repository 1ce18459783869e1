from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.channels.pieces import counted, split


@given(st.text(alphabet=st.sampled_from("电梯 ab\n😀\u200d👩\ufe0f\u0301"), max_size=120), st.integers(4, 60))
def test_every_piece_fits_and_no_character_is_lost(text: str, limit: int) -> None:
    pieces = split(text, limit)

    assert all(len(piece.encode()) <= limit for piece in pieces)
    assert "".join("".join(pieces).split()) == "".join(text.split())


def test_a_text_that_fits_stays_one_piece() -> None:
    assert split("今日新增2件\n已办结1件", 2048) == ("今日新增2件\n已办结1件",)


def test_cuts_fall_between_lines_where_they_can() -> None:
    assert split("一楼漏水\n二楼漏水\n三楼漏水", 26) == ("一楼漏水\n二楼漏水", "三楼漏水")


def test_a_line_that_is_too_long_is_cut_between_characters() -> None:
    assert split("路灯不亮了", 7) == ("路灯", "不亮", "了")


def test_an_emoji_of_several_code_points_is_not_torn() -> None:
    family = "👩\u200d👧"
    assert split(f"ab{family}", 12) == ("ab", family)


@pytest.mark.parametrize("text", ["", "\n\n", "  "])
def test_nothing_to_say_is_no_piece(text: str) -> None:
    assert split(text, 100) == ()


@given(st.text(alphabet="一二灯漏ab \n👵", max_size=400), st.integers(60, 200))
def test_of_several_pieces_each_says_which_it_is_and_keeps_the_limit(text: str, limit: int) -> None:
    pieces = counted(text, limit)

    assert all(len(piece.encode()) <= limit for piece in pieces)
    marks = [piece.partition("\n")[0] for piece in pieces]
    if len(pieces) > 1:
        assert marks == [f"({n}/{len(pieces)})" for n in range(1, len(pieces) + 1)]
    else:
        assert pieces == split(text, limit)


def test_a_text_that_fits_is_not_counted() -> None:
    assert counted("今日新增2件", 2048) == ("今日新增2件",)
    assert counted("一楼漏水\n二楼漏水", 24) == ("(1/2)\n一楼漏水", "(2/2)\n二楼漏水")
