"""Is it the same matter? By category, place, words and time."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from models import matter
from models import ticket as tickets
from models.ticket import Report
from tests.cast import GROUP_3, GROUP_12, Stage

LAMP = {"building": "12", "unit": "2", "floor": "3"}


def told(category: str = "lighting", urgency: str = "normal", title: str = "路灯 不亮", **place: str) -> Report:
    return Report(category, urgency, place, tuple(place), "", title)


def is_known(on: Stage, first: Report, second: Report, group: str = GROUP_12, **later: float) -> bool:
    tickets.report(on.session, on.by("li", GROUP_12), on.who("li"), first)
    found = matter.find(on.session, on.by("peng", group, **later), second)
    return found is not None and found.is_sure


def test_the_same_words_at_the_same_place_are_one_matter(on: Stage) -> None:
    assert is_known(on, told(**LAMP), told(**LAMP))


def test_who_told_one_floor_and_then_names_another_tells_two_matters(on: Stage) -> None:
    """The same words of two floors: of two people maybe one matter, of one who knows surely two."""
    words = Report("lighting", "normal", LAMP, tuple(LAMP), "12栋2单元3楼楼道的灯不亮了", "灯 不亮")
    other = replace(words, place=LAMP | {"floor": "1"}, text="12栋2单元1楼楼道的灯不亮了")
    tickets.report(on.session, on.by("li", GROUP_12), on.who("li"), words)

    assert matter.find(on.session, on.by("peng", GROUP_12), other) is not None
    assert matter.find(on.session, on.by("li", GROUP_12), other) is None


@pytest.mark.parametrize(
    ("part", "value"), [("building", "1"), ("building", "3"), ("unit", "1"), ("unit", "22"), ("floor", "13")]
)
def test_another_part_of_the_place_is_another_matter(on: Stage, part: str, value: str) -> None:
    assert not is_known(on, told(**LAMP), told(**{**LAMP, part: value}))


def test_another_category_is_another_matter(on: Stage) -> None:
    assert not is_known(on, told(**LAMP), told("noise", **LAMP))


def test_other_words_without_a_common_spot_are_another_matter(on: Stage) -> None:
    first, second = told(title="路灯 不亮", building="12"), told(title="感应灯 常亮", building="12")

    assert not is_known(on, first, second)


def test_an_outage_is_one_matter_wherever_in_the_building_it_is_felt(on: Stage) -> None:
    first = told("water", "urgent", "停水", building="12", room="502", unit="3")
    second = told("water", "urgent", "没水", building="12", floor="18", unit="3")

    assert is_known(on, first, second)


def test_outages_of_two_buildings_are_two_matters(on: Stage) -> None:
    assert not is_known(
        on, told("water", "urgent", "停水", building="12"), told("water", "urgent", "停水", building="3")
    )


def test_what_is_settled_is_no_longer_known(on: Stage) -> None:
    ticket = tickets.report(on.session, on.by("li", GROUP_12), on.who("li"), told(**LAMP))
    tickets.act(on.session, on.by("xu"), ticket, "resolve")

    assert matter.find(on.session, on.by("peng", GROUP_12), told(**LAMP)) is None


def test_after_two_weeks_it_is_a_new_matter(on: Stage) -> None:
    assert is_known(on, told(**LAMP), told(**LAMP), days=14, seconds=-1)
    assert matter.find(on.session, on.by("peng", GROUP_12, days=14), told(**LAMP)) is None


def test_without_a_place_only_the_same_group_speaks_of_the_same(on: Stage) -> None:
    assert is_known(on, told(), told())
    assert matter.find(on.session, on.by("deng", GROUP_3), told()) is None


def test_of_several_that_fit_the_one_told_last_is_meant(on: Stage) -> None:
    tickets.report(on.session, on.by("li", GROUP_12), on.who("li"), told(**LAMP))
    later = on.by("li", GROUP_12, minutes=5)
    second = tickets.report(on.session, later, on.who("li"), told(**LAMP))

    found = matter.find(on.session, on.by("peng", GROUP_12, minutes=6), told(**LAMP))

    assert found is not None and found.ticket is second
    assert second.reported_at - on.now == timedelta(minutes=5)


def test_the_same_words_of_another_floor_are_only_maybe_the_same(on: Stage) -> None:
    first = told(building="12", unit="2", spot="楼道", floor="3")
    second = told(building="12", unit="2", spot="楼道", floor="5")
    tickets.report(on.session, on.by("li", GROUP_12), on.who("li"), first)

    found = matter.find(on.session, on.by("peng", GROUP_12), second)

    assert found is None or not found.is_sure


def test_what_shares_a_little_is_maybe_the_same(on: Stage) -> None:
    first = Report("lighting", "normal", {"building": "12"}, ("building",), "楼道里黑乎乎的看不见路", "楼道 黑")
    second = Report("lighting", "normal", {"building": "12"}, ("building",), "台阶那里没有灯，摸黑走的", "台阶 灯")
    ticket = tickets.report(on.session, on.by("li", GROUP_12), on.who("li"), first)

    found = matter.find(on.session, on.by("peng", GROUP_12), second)

    assert matter.DOUBTFUL < matter.likeness(ticket, second, on.by("peng", GROUP_12)) <= matter.SURE
    assert found is not None and not found.is_sure


def test_likeness_grows_with_what_two_reports_share(on: Stage) -> None:
    ticket = tickets.report(on.session, on.by("li", GROUP_12), on.who("li"), told(**LAMP))
    cause = on.by("peng", GROUP_12)
    here, there = told(**LAMP), told(**{**LAMP, "floor": "9"})
    other_words = told(title="开关 松动", **LAMP)

    points = [matter.likeness(ticket, report, cause) for report in (here, other_words, there)]

    assert points == sorted(points, reverse=True)
    assert points[0] > matter.SURE > points[2]
