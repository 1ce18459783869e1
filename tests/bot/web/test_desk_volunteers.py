"""The desk's volunteers: who comes, who came, what each gave, and for whom that is to see."""

from __future__ import annotations

from datetime import datetime

import pytest
from flask import Flask
from flask.testing import FlaskClient

from models.database import Database
from tests.bot.web import desk_estate
from tests.bot.web.desk_estate import helper, press, signed_in

PAGE = "/desk/volunteers"


def table(browser: FlaskClient) -> list[str]:
    return browser.get(f"{PAGE}.csv").text.lstrip("\ufeff").split()


def test_what_is_ahead_and_what_each_gave_stands_there(xu: FlaskClient) -> None:
    text = xu.get(PAGE).text

    assert "1 / 3 人：老吴" in text
    assert table(xu) == ["姓名,次数,小时", "老吴,1,2.0", "陈姨,1,2.0"]


def test_who_did_not_come_gave_nothing_and_it_can_be_undone(database: Database, xu: FlaskClient) -> None:
    task_id, member_id = helper(database)
    press(xu, f"{PAGE}/{task_id}/{member_id}/absent")
    assert table(xu) == ["姓名,次数,小时", "老吴,1,2.0"]

    press(xu, f"{PAGE}/{task_id}/{member_id}/present")
    assert len(table(xu)) == 3


def test_another_buildings_leader_sees_and_marks_nobody(app: Flask, database: Database, now: datetime) -> None:
    sun = signed_in(app, database, "sun", now)
    task_id, member_id = helper(database)

    assert "老吴" not in sun.get(PAGE).text
    assert table(sun) == ["姓名,次数,小时"]
    assert press(sun, f"{PAGE}/{task_id}/{member_id}/absent").status_code == 404


def test_who_never_signed_up_cannot_be_marked(database: Database, xu: FlaskClient, now: datetime) -> None:
    task_id, _ = helper(database)
    with database.read() as session:
        li = desk_estate.person(session, "li").id

    press(xu, f"{PAGE}/{task_id}/{li}/present")

    assert len(table(xu)) == 3


@pytest.mark.parametrize("mark", ["late", "absent2"])
def test_a_mark_that_nobody_knows_is_not_found(database: Database, xu: FlaskClient, mark: str) -> None:
    task_id, member_id = helper(database)

    assert press(xu, f"{PAGE}/{task_id}/{member_id}/{mark}").status_code == 404
