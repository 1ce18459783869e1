"""Setting an estate up from a plan."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

import models.schema  # noqa: F401 - registers every table on Base
from models import setup
from models.database import Base
from models.estate import Household
from models.member import Route
from models.setup import MemberPlan, split_label
from tests import cast
from tests.cast import Stage
from tests.clock import NOW


def everything(session: Session) -> Mapping[str, list[Any]]:
    session.flush()
    return {
        table.name: sorted(map(repr, session.execute(select(table)).all())) for table in Base.metadata.sorted_tables
    }


@pytest.mark.parametrize("later", [timedelta(), timedelta(hours=9), timedelta(days=400)])
def test_installing_the_same_plan_again_changes_nothing(session: Session, later: timedelta) -> None:
    setup.install(session, cast.PLAN, NOW)
    before = everything(session)

    setup.install(session, cast.PLAN, NOW + later)

    assert everything(session) == before


def test_what_people_did_stays_when_the_plan_is_installed_again(on: Stage) -> None:
    on.report(), on.book("li", 15, 17)

    setup.install(on.session, cast.PLAN, NOW)

    assert on.report().number == 2


def test_a_changed_name_and_home_are_brought_up_to_date(on: Stage) -> None:
    moved = MemberPlan("li", "李老师", "3-1-101")

    setup.install(on.session, replace(cast.PLAN, members=(moved,)), NOW)

    li = on.who("li")
    assert li.name == "李老师"
    assert on.session.get_one(Household, (on.estate_id, li.household_id)).label == "3-1-101"


def test_an_address_that_leads_to_one_estate_is_not_turned_to_another(on: Stage) -> None:
    other = setup.install(on.session, replace(cast.PLAN, name="梧桐里"), NOW)

    route = on.session.get_one(Route, ("web", "li"))

    assert route.estate_id == on.estate_id != other.id


@pytest.mark.parametrize(
    ("label", "parts"),
    [("12-3-502", ("12", "3", "502")), ("12-502", ("12", None, "502")), ("A区12-3-502", ("A区12", "3", "502"))],
)
def test_a_label_is_building_unit_and_room(label: str, parts: tuple[str, str | None, str]) -> None:
    assert split_label(label) == parts


@pytest.mark.parametrize("label", ["", "12", "12-", "-3-502", "12--502", "12-3-5-02"])
def test_anything_else_is_no_label(label: str) -> None:
    with pytest.raises(ValueError):
        split_label(label)
