"""Workers correct in chat how the bot read: it is done at once, and kept. What a resident says changes nothing."""

from __future__ import annotations

from dataclasses import replace

import pytest

from models import audit
from models.database import Database
from models.inbox import InboxMessage
from models.lesson import Lesson
from tests import cast
from tests.cast import GROUP_3, GROUP_12, Cast

LAMP = "12栋2单元3楼路灯不亮了"
MISSED = "今天铁笼子又不走了"  # the estate's word for its lift; the shipped weights do not know it


@pytest.fixture
def reported(people: Cast) -> Cast:
    people.says("li", LAMP)
    return people


def verdicts(people: Cast) -> list[list[tuple[str, str]]]:
    rows = [row for row in people.all(Lesson) if row.superseded_at is None]
    return [[(problem["category"], problem["urgency"]) for problem in row.verdict] for row in rows]


# 不是问题


@pytest.mark.parametrize("text", ["1 不是问题", "1 误报", "误报 1"])
def test_a_false_alarm_goes_and_is_kept_as_a_lesson(reported: Cast, text: str) -> None:
    reported.says("xu", text)

    assert (reported.ticket().status, reported.ticket().result) == ("rejected", "误报")
    assert verdicts(reported) == [[]]
    (told,) = reported.heard("ticket.not_a_problem", GROUP_12)
    assert "我听错了" in told


def test_every_message_that_told_a_false_alarm_is_a_lesson_and_no_plus_one(reported: Cast) -> None:
    reported.says("peng", "我家也是")
    reported.says("cheng", "12栋2单元3楼路灯不亮")

    reported.says("xu", "1 误报")

    texts = {row.id: row.text for row in reported.all(InboxMessage)}
    assert {texts[row.inbox_id] for row in reported.all(Lesson)} == {LAMP, "12栋2单元3楼路灯不亮"}


def test_quoting_the_report_is_as_good_as_its_number(people: Cast) -> None:
    first = people.says("li", LAMP)
    people.says("cheng", "12栋1单元电梯停了，一动不动")

    people.says("xu", "误报", quote=first)

    assert [ticket.status for ticket in people.tickets()] == ["rejected", "open"]


def test_a_bare_false_alarm_is_never_guessed_to_be_about_the_only_ticket(reported: Cast) -> None:
    reported.says("xu", "误报")
    other = reported.says("peng", "今天天气真好")
    reported.says("xu", "误报", quote=other)

    assert reported.ticket().status == "open"


def test_what_is_settled_cannot_be_a_false_alarm_any_more(reported: Cast) -> None:
    reported.says("xu", "1 办结 已换灯")

    reported.says("xu", "1 误报")

    assert reported.ticket().status == "resolved"
    assert reported.templates()[-1] == "ticket.not_now"
    assert verdicts(reported) == []


# 改类


def test_another_category_is_set_told_and_kept(reported: Cast) -> None:
    reported.says("xu", "1 改类 供电")

    assert reported.ticket().category == "power"
    assert verdicts(reported) == [[("power", "normal")]]
    assert "改为供电" in reported.heard("ticket.recategorised", GROUP_12)[0]
    with reported.database.read() as session:
        entry = audit.history(session, reported.estate_id, reported.ticket().id)[-1]
    assert (entry.action, entry.facts) == ("ticket.recategorise", {"category": "power", "before": "lighting"})


def test_a_category_that_there_is_not_changes_nothing_and_is_said(reported: Cast) -> None:
    reported.says("xu", "1 改类 随便啦")

    assert reported.ticket().category == "lighting"
    assert "没有“随便啦”这个类别" in reported.heard("ticket.category_unknown")[0]


def test_the_last_of_two_corrections_holds(reported: Cast) -> None:
    reported.says("xu", "1 改类 供电")
    reported.says("wang", "1 改类 照明")

    assert verdicts(reported) == [[("lighting", "normal")]]


# 漏报


def test_what_was_missed_becomes_its_senders_ticket(people: Cast) -> None:
    missed = people.says("li", MISSED)
    assert not people.tickets()

    people.says("wang", "漏报 电梯", quote=missed)

    ticket = people.ticket()
    with people.database.read() as session:
        assert ticket.reporter_id == cast.member_of(session, people.estate_id, "li").id
    assert (ticket.category, ticket.text, ticket.building) == ("elevator", MISSED, "12")
    assert [problems[0][0] for problems in verdicts(people)] == ["elevator"]
    assert "ticket.reported" in " ".join(people.templates(GROUP_12))


def test_without_a_category_the_likeliest_is_taken(people: Cast) -> None:
    missed = people.says("li", MISSED)

    people.says("xu", "这是报事", quote=missed)

    assert len(people.tickets()) == 1
    assert verdicts(people) == [[(people.ticket().category, people.ticket().urgency)]]


def test_what_stands_in_a_ticket_already_is_not_missed(people: Cast) -> None:
    told = people.says("li", LAMP)

    people.says("xu", "漏报", quote=told)

    assert len(people.tickets()) == 1
    assert people.templates()[-1] == "ticket.known_already"
    assert verdicts(people) == []


def test_nothing_can_be_made_of_a_photo_or_of_what_was_taken_back(people: Cast) -> None:
    photo = people.says("li", "", kind="image")
    gone = people.says("li", MISSED)
    people.recalls("li", gone)

    for earlier in (photo, gone):
        people.says("xu", "漏报", quote=earlier)

    assert not people.tickets()
    assert people.templates() == ["ticket.no_words"] * 2


def test_the_same_correction_delivered_twice_is_one(people: Cast) -> None:
    missed = people.says("li", MISSED)
    order = people.message("order", "xu", "漏报 电梯", quote=missed)

    people.hears(order), people.hears(order)

    assert (len(people.tickets()), len(people.all(Lesson))) == (1, 1)


# Who may.


@pytest.mark.parametrize("text", ["1 误报", "1 不是问题", "1 改类 供电", "漏报", "这是报事"])
@pytest.mark.parametrize("who", ["liar", "peng", "li"])
def test_a_residents_words_have_no_effect_whatever_he_calls_himself(reported: Cast, who: str, text: str) -> None:
    missed = reported.says("cheng", MISSED)

    reported.says(who, text, quote=missed if text in ("漏报", "这是报事") else None)

    assert [(t.status, t.category) for t in reported.tickets()] == [("open", "lighting")]
    assert verdicts(reported) == []


@pytest.mark.parametrize("text", ["1 误报", "1 改类 供电"])
def test_another_buildings_leader_corrects_nothing_here(reported: Cast, text: str) -> None:
    reported.says("tan", text, GROUP_3)
    reported.says("tan", text, None)

    assert (reported.ticket().status, reported.ticket().category) == ("open", "lighting")
    assert verdicts(reported) == []


def test_another_buildings_leader_logs_nothing_here(people: Cast) -> None:
    missed = people.says("li", MISSED)

    people.says("tan", "漏报 电梯", quote=missed)

    assert not people.tickets()
    assert verdicts(people) == []
    assert people.templates() == ["ticket.not_yours"]


def test_a_number_means_the_ticket_of_ones_own_estate(database: Database, reported: Cast) -> None:
    other = cast.assemble(database, replace(cast.PLAN, name="梧桐里"))
    other.says("li", LAMP)

    other.says("xu", "1 误报")

    assert (reported.ticket().status, other.ticket().status) == ("open", "rejected")
    assert (verdicts(reported), verdicts(other)) == ([], [[]])
