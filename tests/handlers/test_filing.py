"""A worker files what somebody told him at the door or on the phone: it is theirs, and they hear of it through him."""

from __future__ import annotations

import pytest

from models.member import Member
from tests.cast import GROUP_12, Cast

FILED = "代12栋2单元602程嗲嗲报：厨房水管漏水，一地的水"
OF_NOBODY = "代3栋1单元302刘奶奶报：楼道灯不亮，摸黑上楼"


def reporter(people: Cast, number: int = 1) -> str:
    (found,) = people.all(Member, id=people.ticket(number).reporter_id)
    return str(found.name)


def test_it_is_the_ticket_of_whoever_lives_there_and_he_hears_of_it_himself(people: Cast) -> None:
    people.says("xu", FILED, None)
    people.says("xu", "1 受理", None)

    assert reporter(people) == "程嗲嗲"
    assert people.ticket().place == {"building": "12", "unit": "2", "floor": "6", "room": "602", "spot": "厨房"}
    assert "已替程嗲嗲登记 #1" in people.texts(who="xu")[0]
    assert people.heard("ticket.accepted", who="cheng")


def test_who_is_in_no_chat_hears_of_it_through_whoever_filed_it(people: Cast) -> None:
    people.says("tan", OF_NOBODY, None)
    people.says("xu", "1 受理", None)
    people.says("xu", "1 办结 换了灯", None)

    assert reporter(people) == "刘奶奶"
    passed_on = people.texts(who="tan")
    assert [text for text in passed_on if text.startswith("请转告刘奶奶：#1") and "已办结：换了灯" in text]
    assert "ticket.resolved" not in people.templates(group=GROUP_12)


def test_the_next_time_it_is_the_same_person(people: Cast) -> None:
    people.says("tan", OF_NOBODY, None)
    people.says("tan", "代3栋1单元302刘奶奶报：门口垃圾好几天没人收", None)

    assert people.ticket(1).reporter_id == people.ticket(2).reporter_id


def test_her_word_is_brought_by_one_who_did_not_settle_it_himself(people: Cast) -> None:
    people.says("tan", OF_NOBODY, None)
    people.says("xu", "1 办结 换了灯", None)
    people.says("xu", "1 满意", None)
    assert people.ticket().status == "resolved"

    people.says("wang", "1 满意", None)  # leads another building
    assert people.ticket().status == "resolved"

    people.says("tan", "1 满意", None)
    assert (people.ticket().status, people.ticket().is_satisfied) == ("closed", True)


def test_nobody_speaks_for_who_can_speak_for_himself(people: Cast) -> None:
    people.says("xu", FILED, None)
    people.says("wang", "1 办结 修好了", None)
    people.says("xu", "1 满意", None)

    assert people.ticket().is_satisfied is None


def test_the_reminder_goes_to_whoever_can_ask_her(people: Cast) -> None:
    people.says("tan", OF_NOBODY, None)
    people.says("xu", "1 办结 换了灯", None)
    people.lives(hours=30)

    assert [text for text in people.texts(who="tan") if text.startswith("请转告刘奶奶：您报的 #1")]


@pytest.mark.parametrize("text", ["代报：12栋门口的井盖松了", "代报 12栋3单元路灯不亮"])
def test_without_a_name_it_is_the_workers_own_report(people: Cast, text: str) -> None:
    people.says("xu", text, None)

    assert reporter(people) == "小许"


def test_a_resident_cannot_report_in_anothers_name(people: Cast) -> None:
    people.says("liar", FILED)

    assert [reporter(people, ticket.number) for ticket in people.tickets()] in ([], ["网格员小许"])


def test_who_works_in_another_building_reports_it_in_his_own_name(people: Cast) -> None:
    people.says("tan", FILED, None)

    assert reporter(people) == "谭老师"


def test_taking_the_message_back_takes_the_report_back(people: Cast) -> None:
    filed = people.says("tan", OF_NOBODY, None)
    people.recalls("tan", filed, None)

    assert people.ticket().status == "withdrawn"
