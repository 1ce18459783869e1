"""The desk's settings: who may change them, what is refused where, and that they count at once."""

from __future__ import annotations

from datetime import datetime

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from models.audit import AuditEntry
from models.database import Database
from models.estate import Estate
from tests.bot.web.desk_estate import press, signed_in

PAGE = "/desk/settings"
HOURS = {"quiet_from": "21:30", "quiet_until": "06:30"}


def estate(database: Database) -> Estate:
    with database.read() as session:
        return session.scalars(select(Estate)).one()


def changes(database: Database) -> list[list[str]]:
    with database.read() as session:
        rows = session.scalars(select(AuditEntry).filter_by(action="estate.change").order_by(AuditEntry.id))
        return [row.facts["changed"] for row in rows]


def test_what_is_set_counts_stands_in_the_form_and_in_the_history(database: Database, xu: FlaskClient) -> None:
    answer = press(xu, PAGE, **HOURS, **{"phone-gas": "0731-5550 0777", "party-lighting": "community_staff"})

    kept = estate(database)
    assert answer.status_code == 303
    assert (kept.quiet_from, kept.quiet_until, kept.phone("gas")) == ("21:30", "06:30", "0731-5550 0777")
    assert (kept.party("lighting"), kept.party("elevator")) == ("community_staff", "property")
    assert 'value="0731-5550 0777"' in xu.get(PAGE).text
    assert changes(database) == [["quiet_from", "quiet_until", "phones", "parties"]]


def test_saving_the_same_again_changes_nothing(database: Database, xu: FlaskClient) -> None:
    for _ in range(2):
        press(xu, PAGE, **HOURS)

    assert len(changes(database)) == 1


@pytest.mark.parametrize(
    ("field", "value", "says"),
    [
        ("quiet_from", "25:00", "写成 22:00 这样"),
        ("quiet_until", "", "写成 22:00 这样"),
        ("phone-gas", "打给老王", "只写数字"),
        ("phone-gas", "1" * 30, "只写数字"),
        ("phone-elevator", "--  --", "只写数字"),
        ("party-lighting", "street_king", "没有这个角色"),
        ("party-lighting", "resident", "没有这个角色"),
    ],
)
def test_one_wrong_field_is_named_and_nothing_is_kept(
    database: Database, xu: FlaskClient, field: str, value: str, says: str
) -> None:
    before = estate(database)
    answer = press(xu, PAGE, **{**HOURS, "phone-power": "95598", field: value})

    assert answer.status_code == 422
    assert "有 1 处要改" in answer.text
    assert says in answer.text
    assert 'value="95598"' in answer.text
    after = estate(database)
    assert (after.quiet_from, after.phones, after.parties) == (before.quiet_from, {}, {})


@pytest.mark.parametrize("key", ["sun", "wang"])
def test_who_looks_after_a_building_or_is_no_office_has_no_settings(
    app: Flask, database: Database, now: datetime, key: str
) -> None:
    browser = signed_in(app, database, key, now)

    assert browser.get(PAGE).status_code == press(browser, PAGE, **HOURS).status_code == 403
    assert "设置" not in browser.get("/desk/more").text
    assert changes(database) == []
