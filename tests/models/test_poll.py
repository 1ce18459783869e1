"""Polls: one household one vote, the last word counts, and only until the deadline."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from models import poll
from models.cause import Cause
from models.due import Due
from models.poll import Poll, Question
from models.refused import Refused
from tests.cast import GROUP_3, GROUP_12, Stage
from tests.models.said import by_message

COLOURS = ("白色", "米色", "浅绿")


def ask(on: Stage, kind: str = "single", **more: object) -> Poll:
    asked = Question("楼道刷什么颜色", COLOURS, kind, on.now + timedelta(hours=10))
    return poll.create(on.session, on.by("wang", GROUP_12), replace(asked, **more))  # type: ignore[arg-type]


def vote(on: Stage, found: Poll, who: str, *choices: int, **later: float) -> None:
    poll.vote(on.session, on.by(who, GROUP_12, **later), found, on.who(who), choices)


def vote_by_message(on: Stage, found: Poll, who: str, choice: int) -> Cause:
    cause = by_message(on, who, GROUP_12)
    poll.vote(on.session, cause, found, on.who(who), (choice,))
    on.session.flush()
    return cause


def counts(on: Stage, found: Poll) -> Iterable[int]:
    return list(poll.tally(on.session, found).values())


def test_a_household_has_one_vote_and_its_last_word_counts(on: Stage) -> None:
    found = ask(on)

    vote(on, found, "li", 0)
    vote(on, found, "fang", 1)
    vote(on, found, "li", 2)

    assert counts(on, found) == [0, 0, 1]


def test_the_last_word_counts_also_when_the_clock_was_set_back_in_between(on: Stage) -> None:
    found = ask(on)

    vote(on, found, "li", 0, hours=2)
    vote(on, found, "li", 1, hours=1)

    assert counts(on, found) == [0, 1, 0]


def test_a_vote_a_moment_before_the_deadline_counts_and_one_at_the_deadline_does_not(on: Stage) -> None:
    found = ask(on)

    vote(on, found, "li", 0, hours=9, minutes=59, seconds=59)
    with pytest.raises(Refused, match="poll.is_over"):
        vote(on, found, "peng", 0, hours=10)

    assert counts(on, found) == [1, 0, 0]


@pytest.mark.parametrize("deed", [poll.close, poll.withdraw])
def test_nobody_votes_in_a_poll_that_is_over(on: Stage, deed: object) -> None:
    found = ask(on)
    deed(on.session, on.by(), found)  # type: ignore[operator]

    with pytest.raises(Refused, match="poll.is_over"):
        vote(on, found, "li", 0)


@pytest.mark.parametrize("choices", [(), (3,), (-1,), (0, 1), (0, 3)])
def test_a_choice_that_is_no_option_or_one_too_many_is_refused(on: Stage, choices: tuple[int, ...]) -> None:
    found = ask(on)

    with pytest.raises(Refused, match="poll.bad_choice"):
        vote(on, found, "li", *choices)

    assert counts(on, found) == [0, 0, 0]


def test_naming_one_option_twice_counts_once(on: Stage) -> None:
    several, single = ask(on, "multiple"), ask(on)

    vote(on, several, "li", 0, 0, 2)
    vote(on, single, "li", 1, 1)

    assert counts(on, several) == [1, 0, 1]
    assert counts(on, single) == [0, 1, 0]


def test_a_deadline_that_is_past_or_now_is_refused(on: Stage) -> None:
    for at in (on.now, on.now - timedelta(minutes=1)):
        with pytest.raises(Refused, match="poll.deadline_past"):
            ask(on, closes_at=at)


def test_a_poll_without_a_group_is_refused(on: Stage) -> None:
    with pytest.raises(Refused, match="poll.only_in_group"):
        poll.create(on.session, on.by("wang"), Question("好不好", COLOURS))


def test_a_poll_without_a_deadline_ends_after_a_week(on: Stage) -> None:
    assert ask(on, closes_at=None).closes_at == on.now + poll.OPEN_FOR


def test_a_recalled_vote_gives_way_to_what_the_household_said_before(on: Stage) -> None:
    found = ask(on)
    vote(on, found, "li", 0)
    cause = vote_by_message(on, found, "fang", 1)

    poll.take_back(on.session, cause, cause.inbox_id or 0)

    assert counts(on, found) == [1, 0, 0]


def test_recalling_a_vote_that_was_replaced_changes_nothing(on: Stage) -> None:
    found = ask(on)
    cause = vote_by_message(on, found, "li", 0)
    vote(on, found, "fang", 1)

    poll.take_back(on.session, cause, cause.inbox_id or 0)

    assert counts(on, found) == [0, 1, 0]


def test_recalling_a_vote_after_the_close_does_not_change_the_result(on: Stage) -> None:
    found = ask(on)
    cause = vote_by_message(on, found, "li", 0)
    poll.close(on.session, on.by(), found)

    poll.take_back(on.session, cause, cause.inbox_id or 0)

    assert counts(on, found) == [1, 0, 0]


def test_a_poll_that_is_decided_is_not_withdrawn(on: Stage) -> None:
    found = ask(on)
    poll.close(on.session, on.by(), found)

    poll.withdraw(on.session, on.by("wang"), found)

    assert found.status == "closed"


def test_only_the_households_of_the_group_that_have_not_voted_are_missing(on: Stage) -> None:
    found = ask(on)
    vote(on, found, "li", 0)

    missing = poll.missing(on.session, found)

    assert {people[0].key for people in missing.values()} == {"wang", "peng", "cheng", "hu", "liar"}


def test_alone_one_votes_only_in_the_polls_of_ones_own_building(on: Stage) -> None:
    mine = ask(on)
    poll.create(on.session, on.by("tan", GROUP_3), Question("什么时候晒被子", ("上午", "下午")))

    assert [found.id for found in poll.open_for(on.session, on.by("li"))] == [mine.id]


def test_a_question_taken_back_is_not_the_one_asked_last(on: Stage) -> None:
    first = ask(on)
    second = ask(on, text="要不要装门禁")
    poll.withdraw(on.session, on.by("wang"), second)

    latest = poll.latest_in(on.session, on.estate_id, first.group_id)

    assert latest is first


def test_a_close_takes_the_reminder_off_the_clocks_list(on: Stage) -> None:
    found = ask(on)

    poll.close(on.session, on.by(), found)

    assert on.session.scalars(select(Due).filter_by(subject_id=found.id)).all() == []
