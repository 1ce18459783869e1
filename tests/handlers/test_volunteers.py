"""Volunteers in plain words."""

from __future__ import annotations

from models import volunteer
from models.member import Member
from models.volunteer import Task
from tests.cast import GROUP_3, GROUP_12, Cast

CALL = "周六上午楼道大扫除，要3个志愿者"


def helpers(people: Cast) -> list[str]:
    (task,) = people.all(Task)
    keys = {member.id: member.key for member in people.all(Member)}
    with people.database.read() as session:
        return [keys[who] for who in volunteer.members(session, task)]


def test_a_call_is_put_down_and_who_comes_is_on_the_list(people: Cast) -> None:
    people.says("wang", CALL)
    people.says("li", "算我一个")
    people.says("peng", "算我一个")

    assert people.all(Task)[0].needed == 3
    assert helpers(people) == ["li", "peng"]
    assert people.templates(group=GROUP_12) == ["volunteer.called"]


def test_an_offer_in_another_group_is_not_for_this_task(people: Cast) -> None:
    people.says("wang", CALL)

    people.says("deng", "算我一个", GROUP_3)

    assert helpers(people) == []


def test_a_recalled_offer_is_gone(people: Cast) -> None:
    people.says("wang", CALL)
    offer = people.says("li", "算我一个")

    people.recalls("li", offer)

    assert helpers(people) == []


def test_a_recalled_call_takes_no_more_offers(people: Cast) -> None:
    call = people.says("wang", CALL)
    people.recalls("wang", call)

    people.says("li", "算我一个")

    assert helpers(people) == []
