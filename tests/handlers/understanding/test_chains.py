"""接龙: a copied list is one more answer, and each household has its own line."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

from handlers.understanding import Context, understand
from handlers.understanding.chains import read_chain
from handlers.understanding.meaning import Meaning, OpenPoll

NOW = datetime(2026, 4, 15, 10, 0, tzinfo=timezone(timedelta(hours=8)))
HEAD = "#接龙\n三栋门厅换不换声控灯 每户摊十二块 房号后面写同意或不同意 周五晚8点截止"
COPIED = f"{HEAD}\n1. 3-1-201 同意\n2. 3-2-904 不同意 先把门修好\n3. 3-1-1102 同意"
ASKED = OpenPoll(4, "#接龙 三栋门厅换不换声控灯 每户摊十二块 房号后面写同意或不同意", ("同意", "不同意"), "yes_no")


def read(text: str, **known: object) -> Meaning:
    return understand(text, Context(is_pipeline=True, **known), NOW)  # type: ignore[arg-type]


def test_the_head_of_a_chain_is_told_from_its_answers() -> None:
    chain = read_chain(COPIED)

    assert chain is not None
    assert chain.head == HEAD
    assert chain.lines == ("3-1-201 同意", "3-2-904 不同意 先把门修好", "3-1-1102 同意")


def test_without_an_answer_or_the_word_for_it_there_is_no_chain() -> None:
    assert read_chain(HEAD) is None
    assert read_chain("要带的东西\n1. 水\n2. 帽子") is None


def test_a_copy_of_a_chain_votes_and_asks_nothing_anew() -> None:
    told = read(COPIED, polls=(ASKED,), sender_household="3-1-1102")

    assert told.poll is None
    assert told.vote is not None and told.vote.choices == (0,)


def test_a_household_is_heard_by_its_own_line_wherever_it_stands() -> None:
    told = read(COPIED, polls=(ASKED,), sender_household="3-2-904")

    assert told.vote is not None and told.vote.choices == (1,)


def test_who_stands_in_no_line_is_heard_by_the_last() -> None:
    told = read(COPIED, polls=(ASKED,), sender_household="3-2-1501")

    assert told.vote is not None and told.vote.choices == (0,)


def test_a_chain_about_something_else_is_no_vote_of_the_open_poll() -> None:
    chain = read_chain("#接龙\n周六买橙子的报数\n1. 刘姐 两箱")

    assert chain is not None and not chain.is_about(ASKED.question)
