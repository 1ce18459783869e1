"""Filing at the desk: the form speaks as the worker would, once, and nothing written is lost."""

from __future__ import annotations

import re
from datetime import datetime

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import delete, func, select

from models.database import Database
from models.member import Account, Member
from models.ticket import Ticket
from tests.bot.web.desk_estate import letters, press, signed_in, ticket

PAGE = "/desk/file"
SAID = {"who": "刘奶奶", "where": "3-2-402", "what": "二单元门口的下水道堵了，污水冒出来了"}


def once(browser: FlaskClient) -> str:
    found = re.search(r'name="once" value="([0-9a-f]+)"', browser.get(PAGE).text)
    assert found
    return found[1]


def tickets_count(database: Database) -> int:
    with database.read() as session:
        return session.scalar(select(func.count()).select_from(Ticket)) or 0


def test_it_is_the_ticket_of_whoever_came(database: Database, xu: FlaskClient) -> None:
    answer = press(xu, PAGE, once=once(xu), **SAID)

    filed = ticket(database, 2)
    assert answer.location == "/desk/tickets/2"
    assert (filed.category, filed.building, filed.unit) == ("drainage", "3", "2")
    with database.read() as session:
        assert session.get_one(Member, (filed.estate_id, filed.reporter_id)).name == "刘奶奶"
    assert letters(database, "ticket.reported") + letters(database, "ticket.reported_and_told")


def test_a_second_click_files_nothing_twice(database: Database, xu: FlaskClient) -> None:
    key = once(xu)
    answers = [press(xu, PAGE, once=key, **SAID).location for _ in range(2)]

    assert answers == ["/desk/tickets/2"] * 2
    assert tickets_count(database) == 2


@pytest.mark.parametrize(("what", "says"), [("", "写上是什么事"), ("   ", "写上是什么事")])
def test_without_a_matter_nothing_is_filed_and_the_rest_stays(
    database: Database, xu: FlaskClient, what: str, says: str
) -> None:
    answer = press(xu, PAGE, once=once(xu), **SAID | {"what": what})

    assert answer.status_code == 422
    assert says in answer.text
    assert 'value="刘奶奶"' in answer.text
    assert tickets_count(database) == 1


def test_who_has_no_account_to_speak_by_is_told_so(database: Database, xu: FlaskClient) -> None:
    with database.write() as session:
        mine = select(Member.id).filter_by(key="xu").scalar_subquery()
        session.execute(delete(Account).where(Account.member_id == mine))

    answer = press(xu, PAGE, once="0" * 16, **SAID)

    assert answer.status_code == 422
    assert "还没有绑定聊天账号" in answer.text
    assert tickets_count(database) == 1


def test_who_may_not_file_for_that_building_still_reports_it(app: Flask, database: Database, now: datetime) -> None:
    """A building leader hears of other buildings' troubles, too; his own words decide nothing there."""
    sun = signed_in(app, database, "sun", now)

    answer = press(sun, PAGE, once=once(sun), **SAID)

    assert (answer.status_code, answer.location) == (303, "/desk/tickets")
    assert ticket(database, 2).building == "3"
