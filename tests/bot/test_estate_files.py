"""Estate files: what is wrong is named with its place, and nothing of a wrong file is taken."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.commands import CommandError
from bot.demo import ESTATE
from bot.estate_files import plan_of, read_toml
from models.setup import RolePlan

GOOD = """name = "枫林里"
[[buildings]]
name = "12"
units = ["1", "2"]
floors = 24
[[groups]]
name = "12栋邻里群"
buildings = ["12"]
[[rooms]]
name = "活动室"
open = "07:00"
close = "21:00"
[[members]]
id = "wang"
name = "王姐"
household = "12-1-301"
roles = ["building_leader"]
"""


def write(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "estate.toml"
    path.write_bytes(text.encode())
    return path


def test_a_good_file_becomes_a_plan_and_a_leader_leads_his_own_building(tmp_path: Path) -> None:
    plan = read_toml(write(tmp_path, GOOD))

    assert (plan.name, plan.buildings[0].floors, plan.rooms[0].closes) == ("枫林里", 24, "21:00")
    assert plan.members[0].roles == (RolePlan("building_leader", "12"),)


def test_the_mark_that_windows_puts_before_a_text_does_no_harm(tmp_path: Path) -> None:
    assert read_toml(write(tmp_path, "\ufeff" + GOOD)).name == "枫林里"


def test_the_demos_own_file_is_good() -> None:
    plan = read_toml(ESTATE)

    assert len(plan.buildings) >= 12
    assert {role.role for member in plan.members for role in member.roles} >= {"grid_worker", "building_leader"}


@pytest.mark.parametrize(
    ("was", "now", "named"),
    [
        ('name = "枫林里"', "", "name: is missing"),
        ('name = "枫林里"', 'name = ""', "name: not a text"),
        ('name = "枫林里"', 'name = ["枫"]', "name: not a text"),
        ('name = "枫林里"', 'name = "枫林里"\ntimezone = "Mars/City"', "timezone: there is no zone 'Mars/City'"),
        ('name = "枫林里"', 'name = "枫林里"\ntimezone = "../etc/passwd"', "timezone: there is no zone"),
        ("floors = 24", "floors = 0", "buildings 1: floors: a whole number above 0"),
        ("floors = 24", 'floors = "24"', "buildings 1: floors: a whole number"),
        ("floors = 24", "floors = true", "buildings 1: floors: a whole number"),
        ('units = ["1", "2"]', 'units = "1"', "buildings 1: units: a list is wanted"),
        ('buildings = ["12"]', 'buildings = ["13"]', "groups 1: buildings: there is no building '13'"),
        ('open = "07:00"', 'open = "7点"', "rooms 1: open: a time like 07:00"),
        ('open = "07:00"', 'open = "21:00"', "rooms 1: close: 21:00 is not after 21:00"),
        ('household = "12-1-301"', 'household = "12栋301"', "members 1: household: wants building-unit-room"),
        ('household = "12-1-301"', 'household = "3-1-301"', "members 1: household: there is no building '3'"),
        ('roles = ["building_leader"]', 'roles = ["king"]', "members 1: roles: 'king' is none of"),
        (
            'roles = ["building_leader"]',
            'roles = ["property"]\nlooks_after = ["9"]',
            "looks_after: there is no building '9'",
        ),
        ('id = "wang"', "", "members 1: id: is missing"),
        ("[[members]]", '[[members]]\nid = "wang"\nname = "A"\n[[members]]', "members 2: id: 'wang' was there before"),
        ("[[rooms]]", '[[rooms]]\nname = "活动室"\n[[rooms]]', "rooms 2: name: '活动室' was there before"),
        ("[[buildings]]", '[[buildings]]\nname = "12"\n[[buildings]]', "buildings 2: name: '12' was there before"),
        ("[[members]]", "[members]", "members: a list is wanted"),
        ("floors = 24", "floors = = 24", "line 5"),
    ],
)
def test_what_is_wrong_is_named_in_one_line_with_file_row_and_field(
    tmp_path: Path, was: str, now: str, named: str
) -> None:
    assert was in GOOD
    path = write(tmp_path, GOOD.replace(was, now, 1))

    with pytest.raises(CommandError) as error:
        read_toml(path)

    assert str(path) in str(error.value)
    assert named in str(error.value)
    assert "\n" not in str(error.value)


def test_a_file_that_is_not_there_or_no_text_is_named(tmp_path: Path) -> None:
    binary = tmp_path / "estate.xls"
    binary.write_bytes(b"\xd0\xcf\x11\xe0")

    for path in (tmp_path / "none.toml", tmp_path, binary):
        with pytest.raises(CommandError, match=str(path)):
            read_toml(path)


@pytest.mark.parametrize(
    "junk", [None, 5, "x", [], {"name": "A", "buildings": [5]}, {"name": "A", "members": {"a": 1}}]
)
def test_no_junk_becomes_a_plan_or_another_error(junk: object) -> None:
    with pytest.raises(CommandError):
        plan_of(junk, "header")
