"""A recall undoes exactly what its message did."""

from __future__ import annotations

import pytest

from models import poll
from models.booking import Booking
from models.inbox import InboxMessage
from models.poll import Poll
from models.waiting import Waiting
from tests.cast import GROUP_12, Cast

LAMP = "12栋2单元3楼路灯不亮了"
POLL = "投票：楼道刷什么颜色\nA 白色\nB 米色\nC 浅绿\n明晚8点截止"
BOOK = "约明天下午3点到5点活动室"
QUEUE = "明天下午3点到5点活动室帮我约一下，有人约了就排队"


def test_a_recalled_report_withdraws_its_ticket(people: Cast) -> None:
    report = people.says("li", LAMP)

    people.recalls("li", report)

    assert people.ticket().status == "withdrawn"


def test_a_recalled_message_with_two_problems_withdraws_both(people: Cast) -> None:
    report = people.says("li", "12栋2单元路灯不亮了，12栋1单元停水了")

    people.recalls("li", report)

    assert {ticket.status for ticket in people.tickets()} == {"withdrawn"}


def test_a_report_behind_which_others_stand_stays(people: Cast) -> None:
    report = people.says("li", LAMP)
    people.says("peng", "我家也是")

    people.recalls("li", report)

    assert people.ticket().status == "open"


def test_nobody_recalls_what_another_said(people: Cast) -> None:
    report = people.says("li", LAMP)

    for who in ("fang", "xu", "liar"):
        people.recalls(who, report)

    assert people.ticket().status == "open"


def test_recalling_twice_or_something_unknown_does_nothing_more(people: Cast) -> None:
    report = people.says("li", LAMP)

    for earlier in (report, report, "no-such", ""):
        people.recalls("li", earlier)

    assert people.ticket().status == "withdrawn"
    assert people.templates(group=GROUP_12) == ["ticket.reported"]


def test_a_settled_ticket_stays_settled(people: Cast) -> None:
    report = people.says("li", LAMP)
    people.says("xu", "1 办结 已换灯")

    people.recalls("li", report)

    assert people.ticket().status == "resolved"


def test_a_recalled_vote_gives_way_to_the_one_before(people: Cast) -> None:
    people.says("wang", POLL)
    people.says("li", "A")
    second = people.says("fang", "B")

    people.recalls("fang", second)

    (found,) = people.all(Poll)
    with people.database.read() as session:
        assert poll.tally(session, found) == {"白色": 1, "米色": 0, "浅绿": 0}


def test_a_recalled_question_takes_no_more_votes(people: Cast) -> None:
    asked = people.says("wang", POLL)

    people.recalls("wang", asked)
    people.says("li", "A")

    assert [found.status for found in people.all(Poll)] == ["withdrawn"]
    people.passes(days=2)
    assert "poll.closed" not in people.templates()


def test_a_recalled_booking_goes_to_who_waits(people: Cast) -> None:
    booked = people.says("li", BOOK)
    people.says("peng", QUEUE)

    people.recalls("li", booked)

    assert [held.status for held in people.all(Booking)] == ["cancelled", "confirmed"]
    assert [entry.status for entry in people.all(Waiting)] == ["confirmed"]


def test_a_recalled_wish_to_wait_leaves_the_list(people: Cast) -> None:
    people.says("li", BOOK)
    wish = people.says("peng", QUEUE)

    people.recalls("peng", wish)

    assert [entry.status for entry in people.all(Waiting)] == ["cancelled"]
    assert [held.status for held in people.all(Booking)] == ["confirmed"]


def test_a_recalled_wish_gives_back_what_it_got_meanwhile(people: Cast) -> None:
    booked = people.says("li", BOOK)
    wish = people.says("peng", QUEUE)
    people.says("cheng", QUEUE)
    people.recalls("li", booked)
    assert [entry.status for entry in people.all(Waiting)] == ["offered", "waiting"]

    people.recalls("peng", wish)

    assert [entry.status for entry in people.all(Waiting)] == ["cancelled", "confirmed"]


@pytest.mark.parametrize("kind", ["text", "image", "voice"])
def test_a_recalled_message_is_marked_and_its_recall_is_kept(people: Cast, kind: str) -> None:
    said = people.says("li", "大家好", kind=kind)

    people.recalls("li", said)

    first, second = people.all(InboxMessage)
    assert first.recalled_at == people.now
    assert second.kind == "recall"
