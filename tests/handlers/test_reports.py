"""A problem is told: a ticket, a voice behind a known one, a detail, a photo; alarm where there is danger."""

from __future__ import annotations

from dataclasses import replace

import pytest

from models import matter
from models.audit import AuditEntry
from models.database import Database
from models.setup import GroupPlan, MemberPlan
from models.ticket import Voice
from tests import cast
from tests.cast import GROUP_3, GROUP_12, PLAN, Cast

LAMP = "12栋2单元3楼路灯不亮了"


def test_a_sentence_becomes_a_ticket_and_is_answered_in_its_group(people: Cast) -> None:
    people.says("li", LAMP)

    (ticket,) = people.tickets()
    assert (ticket.number, ticket.category, ticket.status) == (1, "lighting", "open")
    assert ticket.place == {"building": "12", "unit": "2", "floor": "3"}
    (answer,) = people.heard(group=GROUP_12)
    assert "#1" in answer
    assert "小许" in answer


def test_a_neighbour_who_tells_the_same_stands_behind_the_same_ticket(people: Cast) -> None:
    people.says("li", LAMP)
    people.passes(minutes=10)
    people.says("peng", "12栋2单元3楼的路灯坏了不亮")

    assert len(people.tickets()) == 1
    assert people.behind() == 1


@pytest.mark.parametrize(("who", "behind"), [("peng", 1), ("fang", 0), ("li", 0)])
def test_joining_counts_a_household_once_and_never_the_reporters_own(people: Cast, who: str, behind: int) -> None:
    people.says("li", LAMP)
    people.passes(minutes=1)

    people.says(who, "我家也是")
    people.says(who, "+1")

    assert people.behind() == behind
    assert len(people.tickets()) == 1


def test_those_who_join_within_a_short_while_are_named_in_one_post(people: Cast) -> None:
    people.says("li", LAMP)
    for who in ("peng", "cheng", "hu"):
        people.says(who, "我家也是")

    (post,) = people.heard("ticket.supported")
    assert "3 户" in post


def test_joining_by_quoting_joins_what_is_quoted_and_not_what_was_said_last(people: Cast) -> None:
    first = people.says("li", LAMP)
    people.says("cheng", "12栋1单元停水了")

    people.says("peng", "+1", quote=first)

    assert (people.behind(1), people.behind(2)) == (1, 0)


def test_joining_in_another_group_joins_nothing(people: Cast) -> None:
    people.says("li", LAMP)

    people.says("deng", "我家也是", GROUP_3)

    assert people.behind() == 0


def test_joining_long_after_joins_nothing(people: Cast) -> None:
    people.says("li", LAMP)
    people.passes(hours=2)

    people.says("peng", "我家也是")

    assert people.behind() == 0


def test_who_tells_the_bot_again_what_he_told_long_ago_hears_how_it_stands(people: Cast) -> None:
    people.says("li", "12栋2单元3楼路灯不亮了", None)
    people.passes(hours=5)
    people.says("li", "12栋2单元3楼路灯不亮了", None)

    assert people.templates(who="li")[-1] == "ticket.status"
    assert len(people.tickets()) == 1


def test_two_problems_in_one_message_are_two_tickets_and_one_answer(people: Cast) -> None:
    people.says("li", "12栋2单元路灯不亮了，12栋1单元停水了")

    assert sorted(ticket.category for ticket in people.tickets()) == ["lighting", "water"]
    assert len(people.heard("ticket.reported_and_told")) == 1


def test_what_one_says_in_a_row_is_one_ticket_with_its_photos(people: Cast) -> None:
    people.says("li", "[图片]", kind="image")
    people.says("li", LAMP)
    people.says("li", "[图片]", kind="image")
    people.says("peng", "[图片]", kind="image")

    (ticket,) = people.tickets()
    assert [voice.kind for voice in people.all(Voice, ticket_id=ticket.id)] == ["report", "detail", "detail"]


def test_danger_is_answered_at_once_and_the_worker_is_paged(people: Cast) -> None:
    people.says("li", "电梯困人了，12栋1单元，快来人")

    (alarm,) = people.heard("ticket.emergency", group=GROUP_12)
    assert "119" in alarm
    (page,) = people.heard("ticket.page_worker", who="xu")
    assert "老李" in page


def test_the_same_matter_of_another_building_is_another_ticket(people: Cast) -> None:
    people.says("li", "12栋停水了")
    people.says("deng", "3栋停水了", GROUP_3)

    assert [ticket.building for ticket in people.tickets()] == ["12", "3"]


def test_a_building_not_named_is_the_groups_and_marked_as_not_said(people: Cast) -> None:
    people.says("li", "2单元3楼路灯不亮了")

    (ticket,) = people.tickets()
    assert ticket.building == "12"
    assert "building" not in ticket.said_place


def test_told_again_by_its_teller_soon_after_it_was_settled_it_is_open_again_and_the_worker_hears_of_it(
    people: Cast,
) -> None:
    people.says("li", LAMP)
    people.says("xu", "1 办结 已换灯")
    people.passes(hours=5)

    people.says("li", LAMP)

    (ticket,) = people.tickets()
    assert (ticket.status, ticket.times_reopened) == ("open", 1)
    assert [voice.kind for voice in people.all(Voice)] == ["report", "report"]  # it was told twice, and teaches twice
    assert people.heard("ticket.reopened_for_worker", who="xu")


def test_told_again_by_a_stranger_to_it_a_settled_matter_is_a_new_one(people: Cast) -> None:
    people.says("li", LAMP)
    people.says("xu", "1 办结 已换灯")
    people.passes(hours=5)

    people.says("peng", LAMP)

    assert [ticket.status for ticket in people.tickets()] == ["resolved", "open"]


def test_what_is_maybe_the_same_gets_a_ticket_of_its_own_that_names_the_other(
    people: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    people.says("li", LAMP)
    (first,) = people.tickets()
    monkeypatch.setattr(matter, "likeness", lambda *_: matter.SURE)

    people.says("peng", LAMP)

    _, second = people.tickets()
    (maybe,) = people.all(AuditEntry, action="ticket.maybe_same")
    assert (maybe.subject_id, maybe.facts["number"]) == (second.id, first.number)


def test_what_is_said_in_two_breaths_is_at_the_place_of_the_first(people: Cast) -> None:
    people.says("li", "三单元楼上是哪一家啊")
    people.passes(seconds=20)
    people.says("li", "十点半了还在打电钻")

    assert people.ticket().unit == "3"


def test_a_minute_later_or_by_somebody_else_it_is_not(people: Cast) -> None:
    people.says("peng", "三单元楼上是哪一家啊")
    people.says("hu", "十点半了还在打电钻")
    people.says("deng", "2单元楼上是哪一家啊", GROUP_3)
    people.passes(seconds=90)
    people.says("deng", "都十点半了还在打电钻", GROUP_3)

    assert [ticket.unit for ticket in people.tickets()] == [None, None]


# Where it is, when nobody said.

STREET = "沿河三栋群"


@pytest.fixture
def street(database: Database) -> Cast:
    """A group that serves both buildings, and somebody who lives in neither."""
    lodger = MemberPlan("lodger", "租客小秦")
    group = GroupPlan(STREET, ("12", "3"))
    return cast.assemble(database, replace(PLAN, members=(*PLAN.members, lodger), groups=(*PLAN.groups, group)))


def test_where_nobody_can_tell_the_place_one_short_question_is_asked_and_its_answer_kept(street: Cast) -> None:
    street.says("lodger", "楼道的灯坏了好几天，上楼全靠手机照", STREET)
    assert street.heard("ticket.reported", group=STREET)[0].endswith("请问是哪一栋、哪个单元？")

    street.passes(minutes=40)
    street.says("lodger", "3栋2单元", STREET)

    assert (street.ticket().building, street.ticket().unit) == ("3", "2")
    assert len(street.tickets()) == 1


@pytest.mark.parametrize("text", ["3栋2单元楼道的灯坏了好几天", "东门路灯不亮"])
def test_who_said_it_or_means_no_building_is_not_asked(street: Cast, text: str) -> None:
    street.says("lodger", text, STREET)

    assert "哪一栋" not in street.heard("ticket.reported", group=STREET)[0]


def test_who_lives_there_is_not_asked_either(street: Cast) -> None:
    street.says("deng", "楼道的灯坏了好几天，上楼全靠手机照", STREET)

    assert street.ticket().building == "3"
    assert "哪一栋" not in street.heard("ticket.reported", group=STREET)[0]
