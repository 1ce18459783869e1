"""The door of the desk: a link that works once, behind a button."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from flask import Flask

from models.database import Database
from tests.bot.web import desk_estate
from tests.bot.web.desk_estate import csrf, link, press, signed_in


@pytest.fixture
def app(database: Database, now: datetime) -> Flask:
    desk_estate.build(database, now)
    return desk_estate.application(database, lambda: now)


def test_a_preview_of_the_link_does_not_use_it_up(app: Flask, database: Database, now: datetime) -> None:
    address = link(database, "xu", now)
    app.test_client().get(address)
    app.test_client().head(address)

    browser = app.test_client()
    answer = press(browser, address)

    assert (answer.status_code, answer.location) == (303, "/desk/")
    assert "今日" in browser.get("/desk/").text


def test_the_second_to_press_is_told_that_the_link_is_used(app: Flask, database: Database, now: datetime) -> None:
    address = link(database, "xu", now)
    press(app.test_client(), address)
    late = app.test_client()

    answer = press(late, address)

    assert answer.status_code == 410
    assert "不能用了" in answer.text
    assert late.get("/desk/").location == "/sign-in"


def test_the_button_needs_the_csrf_token(app: Flask, database: Database, now: datetime) -> None:
    address = link(database, "xu", now)

    assert app.test_client().post(address).status_code == 400
    assert app.test_client().get(address).status_code == 200


def test_the_session_is_a_fresh_one_after_signing_in(app: Flask, database: Database, now: datetime) -> None:
    browser, address = app.test_client(), link(database, "xu", now)
    with browser.session_transaction() as session:
        session["left"] = "by somebody else"
    before = csrf(browser, address)

    press(browser, address)

    with browser.session_transaction() as session:
        assert "left" not in session
        assert session.get("csrf") != before


def test_the_cookie_is_not_for_scripts(app: Flask, database: Database, now: datetime) -> None:
    answer = press(app.test_client(), link(database, "xu", now))

    cookie = answer.headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie


def test_signing_in_leads_to_the_page_that_was_asked_for(app: Flask, database: Database, now: datetime) -> None:
    browser = app.test_client()
    browser.get("/desk/tickets/1?from=digest")

    answer = press(browser, link(database, "xu", now))

    assert answer.location == "/desk/tickets/1?from=digest"


def test_a_cookie_kept_from_before_the_sign_out_opens_nothing(app: Flask, database: Database, now: datetime) -> None:
    browser = signed_in(app, database, "xu", now)
    kept = browser.get_cookie("jianjian")
    assert kept is not None
    press(browser, "/sign-out")

    browser.set_cookie("jianjian", kept.value)

    assert browser.get("/desk/").location == "/sign-in"


def test_a_session_is_over_after_the_working_day(database: Database, now: datetime) -> None:
    desk_estate.build(database, now)
    times = [now]
    app = desk_estate.application(database, lambda: times[-1])
    browser = signed_in(app, database, "xu", now)
    assert browser.get("/desk/").status_code == 200

    times.append(now + timedelta(hours=13))

    assert browser.get("/desk/").location == "/sign-in"


@pytest.mark.parametrize("token", ["x", "1-%00", "%ff", "a" * 3000, "1-<script>"])
def test_junk_for_a_link_is_answered_kindly(app: Flask, token: str) -> None:
    answer = app.test_client().get(f"/sign-in/{token}")

    assert answer.status_code == 410
    assert "<script>" not in answer.text


def test_a_session_that_no_link_opened_is_none(app: Flask, database: Database, now: datetime) -> None:
    browser = signed_in(app, database, "xu", now)
    with browser.session_transaction() as session:
        del session["sign_in"]

    assert browser.get("/desk/").location == "/sign-in"
