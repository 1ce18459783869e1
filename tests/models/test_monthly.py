"""The monthly post: what a group told, what came of it, what is open and why; once, and only where there is news."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlalchemy import delete

from models.database import Database
from models.due import Due
from models.monthly import next_first
from tests import cast
from tests.cast import GROUP_3, GROUP_12, Cast
from tests.clock import NOW, SHANGHAI

LAMP, RUBBISH, DOOR = "12栋2单元楼道灯不亮了", "12栋1单元门口垃圾堆成山了没人清", "12栋3单元大门关不上了"


@pytest.fixture
def people(database: Database) -> Cast:
    return cast.assemble(database)


def monthly(people: Cast, group: str = GROUP_12) -> list[str]:
    return people.heard("digest.month", group=group)


@pytest.mark.parametrize(
    ("now", "then"),
    [
        ("2026-04-15T10:00", "2026-05-01T10:00"),
        ("2026-05-01T09:59", "2026-05-01T10:00"),
        ("2026-05-01T10:00", "2026-06-01T10:00"),
        ("2026-12-31T23:59", "2027-01-01T10:00"),
        ("2026-01-31T12:00", "2026-02-01T10:00"),
    ],
)
def test_it_is_the_next_first_at_ten(now: str, then: str) -> None:
    at = datetime.fromisoformat(now).replace(tzinfo=SHANGHAI)

    assert next_first(at, SHANGHAI) == datetime.fromisoformat(then).replace(tzinfo=SHANGHAI)


def test_each_group_is_told_what_it_told_what_was_done_and_what_is_open_and_why(people: Cast) -> None:
    for who, text in (("cheng", LAMP), ("hu", RUBBISH), ("peng", DOOR)):
        people.says(who, text)
        people.lives(minutes=5)
    people.says("xu", "1 办结 已换灯")
    people.says("cheng", "1 满意")
    people.says("xu", "2 派 物业")
    people.says("xu", "3 等回复 是左边那扇吗")
    people.lives(days=17)

    (post,) = monthly(people)
    assert post.startswith("4月回音：大家报了 3 件，办好 1 件，1 件说了好不好，1 件满意。\n还在办 2 件：")
    assert "#2 12栋1单元环境卫生" in post
    assert "（等报事人回话）" in post
    assert "（超时了，在催）" in post or "（物业在办）" in post
    assert monthly(people, GROUP_3) == []


def test_it_comes_once_a_month_and_next_month_again(people: Cast) -> None:
    people.says("cheng", LAMP)
    people.lives(days=50)

    assert [post[:3] for post in monthly(people)] == ["4月回", "5月回"]


def test_what_nobody_works_on_any_more_is_told_no_further(people: Cast) -> None:
    people.says("cheng", LAMP)
    people.says("xu", "1 办结 已换灯")
    people.lives(days=50)

    assert len(monthly(people)) == 1


def test_after_an_outage_of_weeks_there_is_one_post(people: Cast) -> None:
    people.says("cheng", LAMP)
    people.passes(days=75)  # the clock stood still over two firsts

    assert len(monthly(people)) == 1
    assert monthly(people)[0].startswith("5月回音")


def test_what_was_told_the_bot_alone_is_told_no_group(people: Cast) -> None:
    people.says("cheng", LAMP, None)
    people.lives(days=20)

    assert monthly(people) == []


def test_an_estate_from_before_gets_one_with_its_next_digest(people: Cast) -> None:
    with people.database.write() as session:
        session.execute(delete(Due).where(Due.kind == "monthly"))
    people.says("cheng", LAMP)
    people.lives(days=17)

    assert len(monthly(people)) == 1
    assert people.now > NOW + timedelta(days=16)
