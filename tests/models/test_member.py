"""Authority comes from a role at a place, and from nothing else."""

from __future__ import annotations

from dataclasses import replace

import pytest

from models import member, people
from models.member import Account
from tests import cast
from tests.cast import GROUP_3, GROUP_12, Stage, group_of


@pytest.mark.parametrize(
    ("who", "building", "roles"),
    [
        ("xu", "12", {"grid_worker"}),
        ("xu", "3", {"grid_worker"}),
        ("xu", None, {"grid_worker"}),
        ("wang", "12", {"building_leader"}),
        ("wang", "3", set()),
        ("wang", None, {"building_leader"}),
        ("liar", "12", set()),
        ("li", "12", set()),
    ],
)
def test_a_role_holds_where_it_was_given(on: Stage, who: str, building: str | None, roles: set[str]) -> None:
    assert member.roles_at(on.session, on.estate_id, on.who(who).id, building) == roles


def test_a_role_of_one_estate_is_nothing_in_another(on: Stage) -> None:
    other = cast.stage(on.session, replace(cast.PLAN, name="梧桐里", members=(cast.MemberPlan("xu", "小许"),)))

    assert member.roles_of(on.session, other.estate_id, on.who("xu").id) == frozenset()
    assert member.roles_of(on.session, other.estate_id, other.who("xu").id) == frozenset()
    assert member.workers_for(on.session, other.estate_id, "grid_worker", None) == []


def test_a_role_that_was_taken_away_is_gone(on: Stage) -> None:
    assert people.revoke(on.session, on.by(), on.who("wang"), "building_leader", "12")

    assert member.roles_of(on.session, on.estate_id, on.who("wang").id) == frozenset()
    assert not people.revoke(on.session, on.by(), on.who("wang"), "building_leader", "12")


def test_giving_a_role_twice_is_giving_it_once(on: Stage) -> None:
    for _ in range(2):
        people.grant(on.session, on.by(), on.who("li"), "property", None)
        on.session.flush()

    assert people.revoke(on.session, on.by(), on.who("li"), "property", None)
    on.session.flush()
    assert member.roles_of(on.session, on.estate_id, on.who("li").id) == frozenset()


def test_a_role_that_was_given_in_a_part_that_is_taken_back_was_never_held(on: Stage) -> None:
    held = [w.key for w in member.workers_for(on.session, on.estate_id, "property", "12")]

    savepoint = on.session.begin_nested()
    people.grant(on.session, on.by(), on.who("li"), "property", None)
    within = [w.key for w in member.workers_for(on.session, on.estate_id, "property", "12")]
    savepoint.rollback()

    assert within == [*held, "li"]
    assert [w.key for w in member.workers_for(on.session, on.estate_id, "property", "12")] == held


def test_the_worker_named_for_a_building_comes_before_the_estates(on: Stage) -> None:
    people.grant(on.session, on.by(), on.who("peng"), "grid_worker", "12")

    assert [w.key for w in member.workers_for(on.session, on.estate_id, "grid_worker", "12")] == ["peng", "xu"]
    assert [w.key for w in member.workers_for(on.session, on.estate_id, "grid_worker", "3")] == ["xu"]


def test_an_account_bound_anew_belongs_to_the_new_member_alone(on: Stage) -> None:
    people.bind(on.session, on.by(), on.who("peng"), "web", "li")

    account = on.session.query(Account).filter_by(estate_id=on.estate_id, channel="web", address="li").one()
    assert account.member_id == on.who("peng").id


def test_one_household_speaks_with_one_voice_and_a_stranger_for_himself(on: Stage) -> None:
    voices = [member.voter(on.who(key)) for key in ("li", "fang", "peng", "xu")]

    assert voices[0] == voices[1]
    assert len(set(voices)) == 3


def test_people_belong_to_the_groups_of_their_building(on: Stage) -> None:
    twelve, three = (group_of(on.session, on.estate_id, name).id for name in (GROUP_12, GROUP_3))

    assert member.groups_of(on.session, on.estate_id, on.who("li").id) == [twelve]
    assert {m.key for m in member.members_of(on.session, on.estate_id, three)} == {"tan", "ouyang", "deng"}
    assert member.groups_of(on.session, on.estate_id, on.who("xu").id) == []


def test_a_building_without_a_grid_worker_of_its_own_is_the_estates_grid(on: Stage) -> None:
    assert set(member.grids(on.session, on.estate_id).values()) == {"小许"}

    people.grant(on.session, on.by(), on.who("peng"), "grid_worker", "12")

    grids = member.grids(on.session, on.estate_id)
    assert grids["12"] == on.who("peng").name
    assert grids["3"] == "小许"
