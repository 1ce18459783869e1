"""Photos in the web chat and at the desk: who may see which, and what is refused."""

from __future__ import annotations

import io
from datetime import datetime

import pytest
from flask import Flask
from flask.testing import FlaskClient
from PIL import Image

from models import photo
from models.database import Database
from tests.bot.web.desk_estate import JPEG, csrf, photo_id, signed_in, ticket

GROUP = "3栋邻里群"


@pytest.fixture
def chen(app: Flask, database: Database, now: datetime) -> FlaskClient:
    return signed_in(app, database, "chen", now)


def picture(colour: str = "red") -> bytes:
    written = io.BytesIO()
    Image.new("RGB", (40, 30), colour).save(written, "PNG")
    return written.getvalue()


def talk_of(browser: FlaskClient) -> str:
    talks = browser.get("/chat/conversations").json["conversations"]  # type: ignore[index]
    return next(talk["key"] for talk in talks if talk["name"] == GROUP)


def upload(browser: FlaskClient, talk: str, sent: bytes) -> tuple[int, dict[str, str]]:
    answer = browser.post(f"/chat/{talk}/photos", data=sent, headers={"X-CSRF": csrf(browser)})
    return answer.status_code, answer.json or {}


def send(browser: FlaskClient, talk: str, **body: object) -> int:
    said = {"id": "0123456789abcdef", "kind": "image", "text": "[图片]"} | body
    return browser.post(f"/chat/{talk}/messages", json=said, headers={"X-CSRF": csrf(browser)}).status_code


def last_line(browser: FlaskClient, talk: str) -> dict[str, object]:
    return browser.get(f"/chat/{talk}/feed").json["items"][-1]  # type: ignore[index,no-any-return]


def test_a_photo_is_seen_by_who_is_in_the_group_and_by_nobody_else(
    app: Flask, database: Database, chen: FlaskClient, now: datetime
) -> None:
    talk = talk_of(chen)
    _, kept = upload(chen, talk, picture())
    assert send(chen, talk, photo=kept["photo"]) == 200
    line = last_line(chen, talk)
    address = f"/chat/{talk}/photos/{line['id']}"
    wu, li, nobody = (signed_in(app, database, key, now) for key in ("wu", "li", None))

    answer = wu.get(address)
    assert line["has_photo"]
    assert (answer.status_code, answer.mimetype) == (200, "image/jpeg")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert [browser.get(address).status_code for browser in (li, nobody)] == [404, 401]


@pytest.mark.parametrize("sent", [b"", b"<script>alert(1)</script>", b"MZ\x90\x00"])
def test_what_is_no_photo_is_refused_with_words(chen: FlaskClient, sent: bytes) -> None:
    status, body = upload(chen, talk_of(chen), sent)

    assert status == 400
    assert "打不开" in body["error"]


def test_a_message_cannot_name_a_photo_that_is_not_there(chen: FlaskClient) -> None:
    assert send(chen, talk_of(chen), photo="f" * 64) == 400


def test_nothing_larger_than_the_limit_is_read(chen: FlaskClient) -> None:
    assert upload(chen, talk_of(chen), b"\0" * (11 * 1024 * 1024))[0] == 413


def test_without_the_csrf_token_nothing_is_kept(chen: FlaskClient) -> None:
    assert chen.post(f"/chat/{talk_of(chen)}/photos", data=picture()).status_code == 400


def test_the_desk_shows_what_stands_behind_the_ticket_and_only_that(
    app: Flask, database: Database, now: datetime
) -> None:
    xu, sun = (signed_in(app, database, key, now) for key in ("xu", "sun"))
    address = f"/desk/tickets/1/photos/{photo_id(database)}"

    assert xu.get(address).data == JPEG
    assert address in xu.get("/desk/tickets/1").text
    assert sun.get(address).status_code == 404
    assert xu.get("/desk/tickets/1/photos/12345").status_code == 404


def test_a_photo_comes_with_the_result(app: Flask, database: Database, now: datetime) -> None:
    xu = signed_in(app, database, "xu", now)
    form = {"csrf": csrf(xu), "words": "换了灯", "photo": (io.BytesIO(picture()), "../../lamp.png")}
    answer = xu.post("/desk/tickets/1/resolve", data=form, content_type="multipart/form-data")

    assert answer.status_code == 303
    with database.read() as session:
        assert len(photo.proofs(session, ticket(database))) == 1
    assert "办结照片" in xu.get("/desk/tickets/1").text


def test_a_bad_photo_settles_nothing_and_keeps_the_words(app: Flask, database: Database, now: datetime) -> None:
    xu = signed_in(app, database, "xu", now)
    form = {"csrf": csrf(xu), "words": "换了灯", "photo": (io.BytesIO(b"no picture"), "lamp.png")}
    answer = xu.post("/desk/tickets/1/resolve", data=form, content_type="multipart/form-data")

    assert answer.status_code == 422
    assert "打不开" in answer.text
    assert "换了灯" in answer.text
    assert ticket(database).status == "open"
