"""A question to the group: asked, voted on, changed, counted."""

from __future__ import annotations

from models import poll
from models.poll import Ballot, Poll
from tests.cast import GROUP_3, GROUP_12, Cast

ASKED = "投票：楼道刷什么颜色\nA 白色\nB 米色\nC 浅绿\n明晚8点截止"


def tally(people: Cast, number: int = 1) -> dict[str, int]:
    (found,) = people.all(Poll, number=number)
    with people.database.read() as session:
        return poll.tally(session, poll.get(session, people.estate_id, found.id))


def test_a_plain_question_with_options_opens_a_poll(people: Cast) -> None:
    people.says("wang", ASKED)

    (found,) = people.all(Poll)
    assert (found.question, found.options) == ("楼道刷什么颜色", ["白色", "米色", "浅绿"])
    assert people.templates(group=GROUP_12) == ["poll.opened"]


def test_votes_by_letter_number_and_word_are_counted_without_a_word(people: Cast) -> None:
    people.says("wang", ASKED)

    for who, text in (("li", "A"), ("peng", "2"), ("cheng", "我选米色")):
        people.says(who, text)

    assert tally(people) == {"白色": 1, "米色": 2, "浅绿": 0}
    assert people.templates(group=GROUP_12) == ["poll.opened"]


def test_the_last_word_of_a_household_counts_and_whose_vote_is_changed_is_told(people: Cast) -> None:
    people.says("wang", ASKED)

    people.says("li", "A")
    people.says("fang", "B")

    assert tally(people) == {"白色": 0, "米色": 1, "浅绿": 0}
    assert people.heard("poll.changed_at_home", who="li")
    assert people.templates(who="fang") == []


def test_a_vote_delivered_twice_is_one_ballot(people: Cast) -> None:
    people.says("wang", ASKED)
    vote = people.message("v", "li", "A")

    people.hears(vote), people.hears(vote)

    assert len(people.all(Ballot)) == 1


def test_a_vote_alone_counts_in_the_poll_of_ones_group_and_is_answered(people: Cast) -> None:
    people.says("wang", ASKED)

    people.says("li", "A", None)

    assert tally(people)["白色"] == 1
    assert people.templates(who="li") == ["poll.voted"]


def test_a_letter_in_the_group_of_another_building_is_no_vote(people: Cast) -> None:
    people.says("wang", ASKED)

    people.says("deng", "A", GROUP_3)
    people.says("deng", "A", None)

    assert tally(people) == {"白色": 0, "米色": 0, "浅绿": 0}


def test_after_the_deadline_nothing_is_counted_and_the_result_stands_in_the_group(people: Cast) -> None:
    people.says("wang", ASKED)
    people.says("li", "A")
    people.passes(hours=35)

    people.says("peng", "B")

    assert tally(people) == {"白色": 1, "米色": 0, "浅绿": 0}
    (told,) = people.heard("poll.closed", group=GROUP_12)
    assert "白色 1 户" in told


def test_the_reminder_names_who_is_missing_and_nobody_who_voted(people: Cast) -> None:
    people.says("wang", ASKED)
    people.says("li", "A")

    people.passes(hours=33)

    (told,) = people.heard("poll.remind", group=GROUP_12)
    assert "彭工" in told
    assert "老李" not in told
    assert "芳姐" not in told


def test_a_poll_asked_alone_is_refused_with_the_reason(people: Cast) -> None:
    people.says("wang", ASKED, None)

    assert people.all(Poll) == []
    assert people.templates(who="wang") == ["poll.only_in_group"]
