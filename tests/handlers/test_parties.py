"""Who is asked to do something follows from its category, and from what the office set."""

from __future__ import annotations

from dataclasses import replace

import pytest

from models.database import Database
from models.setup import MemberPlan, RolePlan
from tests import cast
from tests.cast import GROUP_12, PLAN, Cast

LAMP, LEAK = "12栋2单元3楼路灯不亮了", "12栋3单元水管爆了，楼道里全是水"


@pytest.fixture
def people(database: Database) -> Cast:
    """The cast with a man of the property company, and somebody of the community."""
    more = (
        MemberPlan("wu", "吴师傅", roles=(RolePlan("property"),)),
        MemberPlan("shen", "沈主任", roles=(RolePlan("community_staff"),)),
    )
    return cast.assemble(database, replace(PLAN, members=(*PLAN.members, *more)))


@pytest.mark.parametrize("order", ["1 派", "1 派单", "1派出去"])
def test_given_to_nobody_by_name_it_goes_to_the_party_of_its_category(people: Cast, order: str) -> None:
    people.says("li", LAMP)
    people.says("xu", order)

    assert (people.ticket().status, people.ticket().assignee) == ("assigned", "物业")
    assert people.heard("ticket.given", who="wu")


def test_the_office_says_who_does_what(people: Cast) -> None:
    people.sets(parties={"lighting": "community_staff"})
    people.says("li", LAMP)
    people.says("xu", "1 派")

    assert people.ticket().assignee == "社区"
    assert people.heard("ticket.given", who="shen")
    assert not people.heard("ticket.given", who="wu")


def test_who_is_asked_hears_at_once_of_what_cannot_wait_and_not_of_the_rest(people: Cast) -> None:
    people.says("li", LAMP)
    people.says("hu", LEAK)

    (told,) = people.heard("ticket.told_worker", who="wu")
    assert "#2" in told
    assert people.heard("ticket.told_worker", who="xu") == [told]
    assert not people.heard("ticket.told_worker", who="shen")


def test_the_property_company_has_a_digest_of_what_was_given_to_it(people: Cast) -> None:
    people.says("li", LAMP)
    people.says("hu", "12栋1单元门口垃圾堆成山了没人清")
    people.says("xu", "1 派 物业")
    people.lives(hours=23)

    (digest,) = people.heard("digest.worker", who="wu")
    assert "照明" in digest
    assert "垃圾" not in digest


def test_in_danger_the_number_that_the_office_gave_is_told(people: Cast) -> None:
    people.sets(phones={"elevator": "0731-5550 0119"})
    people.says("li", "救命，12栋1单元电梯困人了，门打不开")

    (alarm,) = people.heard("ticket.emergency", group=GROUP_12)
    assert "抢修电话 0731-5550 0119" in alarm


def test_without_a_number_of_its_own_only_the_public_ones_are_told(people: Cast) -> None:
    people.says("li", "救命，12栋1单元电梯困人了，门打不开")

    (alarm,) = people.heard("ticket.emergency", group=GROUP_12)
    assert "119" in alarm
    assert "抢修电话" not in alarm
