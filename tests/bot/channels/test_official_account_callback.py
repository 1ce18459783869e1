from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from bot.channels.official_account import create_blueprint
from bot.channels.official_account.envelope import MAX_BYTES
from config.settings import ConfigError
from handlers.message import Message
from tests.bot.channels.conftest import Taken, follower_of
from tests.bot.channels.follower import (
    ADDRESS,
    SETTINGS,
    Follower,
    encrypted,
    query,
    read,
    text_xml,
    wrapped,
    xml,
)
from tests.clock import NOW

CREATED = int(NOW.timestamp())


def event_xml(event: str, key: str = "", at: datetime = NOW) -> str:
    created = int(at.timestamp())
    return xml(
        ToUserName="gh_estate", FromUserName="openid-li", CreateTime=created, MsgType="event", Event=event, EventKey=key
    )


def test_the_platform_is_shown_that_we_know_the_token(follower: Follower) -> None:
    response = follower.client.get(ADDRESS, query_string=query() | {"echostr": "<b>5927</b>"})

    assert (response.status_code, response.text, response.mimetype) == (200, "<b>5927</b>", "text/plain")


def test_nobody_else_gets_his_words_echoed(follower: Follower) -> None:
    response = follower.client.get(ADDRESS, query_string=query() | {"echostr": "x", "signature": "0" * 40})

    assert (response.status_code, response.text) == (403, "")


def test_an_encrypted_text_becomes_a_message(follower: Follower, taken: Taken) -> None:
    follower.writes(text_xml("8栋门口的路灯不亮", message_id=7002))

    assert taken.messages == [
        Message(
            channel="official_account",
            account="gh_estate",
            external_id="7002",
            sender="openid-li",
            at=NOW,
            text="8栋门口的路灯不亮",
        )
    ]


def test_a_text_is_taken_in_as_long_as_the_platform_lets_it_be_and_without_invisible_turns(
    follower: Follower, taken: Taken
) -> None:
    follower.writes(text_xml("\u202e" + "1" * 20_000))

    assert taken.messages[0].text == "1" * 2048


def test_the_answer_is_encrypted_and_goes_back_to_the_sender(follower: Follower) -> None:
    response = follower.writes(text_xml("路灯不亮"))

    reply = read(response)
    assert response.status_code == 200
    assert (reply["ToUserName"], reply["FromUserName"]) == ("openid-li", "gh_estate")
    assert (reply["MsgType"], reply["Content"], reply["CreateTime"]) == ("text", "已收到", str(CREATED))


@pytest.mark.parametrize("answer", [None, "", "  "])
def test_nothing_to_say_is_an_empty_body(answer: str | None) -> None:
    response = follower_of(lambda message: answer).writes(text_xml("大家早上好"))

    assert (response.status_code, response.data) == (200, b"")


def test_words_cannot_break_out_of_the_reply() -> None:
    evil = "收到：]]></Content><MsgType>news</MsgType>\x0b\ud800"

    reply = read(follower_of(lambda message: evil).writes(text_xml("你好")))

    assert reply["Content"] == "收到：]]></Content><MsgType>news</MsgType>"
    assert reply["MsgType"] == "text"


def test_a_long_answer_is_cut_to_what_the_platform_shows() -> None:
    reply = read(follower_of(lambda message: "长" * 2000).writes(text_xml("你好")))

    assert len(reply["Content"].encode()) <= 2048


@pytest.mark.parametrize(
    ("fields", "kind", "text"),
    [
        ({"MsgType": "voice", "MediaId": "m", "Recognition": "二楼漏水了"}, "voice", "二楼漏水了"),
        ({"MsgType": "voice", "MediaId": "m"}, "voice", ""),
        ({"MsgType": "image", "PicUrl": "http://a/b", "MediaId": "m"}, "image", "[图片]"),
        ({"MsgType": "location", "Label": "3栋南门"}, "text", "3栋南门"),
        ({"MsgType": "text", "Content": ""}, "text", ""),
    ],
)
def test_other_kinds_are_told_apart(
    follower: Follower, taken: Taken, fields: dict[str, str], kind: str, text: str
) -> None:
    sender = {"ToUserName": "gh_estate", "FromUserName": "openid-li", "CreateTime": CREATED, "MsgId": 9}

    response = follower.writes(xml(**sender, **fields))

    assert response.status_code == 200
    assert [(message.kind, message.text) for message in taken.messages] == [(kind, text)]


@pytest.mark.parametrize(
    "inner", [event_xml("LOCATION"), event_xml("TEMPLATESENDJOBFINISH"), text_xml("x", MsgType="file")]
)
def test_what_means_nothing_to_us_is_acknowledged_and_left_alone(follower: Follower, taken: Taken, inner: str) -> None:
    response = follower.writes(inner)

    assert (response.status_code, response.data, taken.messages) == (200, b"", [])


def test_events_without_an_id_are_told_apart_by_sender_time_name_and_key(follower: Follower, taken: Taken) -> None:
    later = NOW + timedelta(seconds=1)
    for inner in (
        event_xml("subscribe"),
        event_xml("subscribe"),  # the platform's repeat
        event_xml("CLICK", "book"),
        event_xml("CLICK", "report"),
        event_xml("subscribe", at=later),
    ):
        follower.writes(inner)

    identities = [message.external_id for message in taken.messages]
    assert identities[0] == identities[1]
    assert len(set(identities)) == 4
    assert [message.text for message in taken.messages[:3]] == ["subscribe", "subscribe", "click book"]


@pytest.mark.parametrize(
    ("changed", "status"),
    [
        ({"signature": "0" * 40}, 403),
        ({"signature": "签名"}, 403),
        ({"signature": ""}, 403),
        ({"msg_signature": "0" * 40}, 403),
        ({"nonce": "other"}, 403),
        ({"encrypt_type": "raw"}, 403),
        ({"encrypt_type": ""}, 403),
    ],
)
def test_a_forged_address_is_refused(follower: Follower, taken: Taken, changed: dict[str, str], status: int) -> None:
    ciphertext = encrypted(text_xml("路灯不亮"))

    response = follower.posts(wrapped(ciphertext), query(ciphertext) | changed)

    assert (response.status_code, taken.messages) == (status, [])


@pytest.mark.parametrize("age", [timedelta(seconds=301), timedelta(seconds=-301), timedelta(days=90)])
def test_an_old_callback_is_refused(follower: Follower, taken: Taken, age: timedelta) -> None:
    ciphertext = encrypted(text_xml("路灯不亮"))

    response = follower.posts(wrapped(ciphertext), query(ciphertext, NOW - age))

    assert (response.status_code, taken.messages) == (403, [])


def test_plaintext_is_refused_unless_development_allows_it(follower: Follower, taken: Taken) -> None:
    refused = follower.posts(text_xml("路灯不亮"), query())
    allowed = follower_of(taken.receive, allow_plaintext=True).posts(text_xml("路灯不亮"), query())

    assert (refused.status_code, allowed.status_code) == (403, 200)
    assert b"<Content><![CDATA[\xe5\xb7\xb2\xe6\x94\xb6\xe5\x88\xb0]]></Content>" in allowed.data
    assert len(taken.messages) == 1


def test_a_body_that_is_too_large_is_not_even_read(follower: Follower, taken: Taken) -> None:
    response = follower.posts(b"<xml>" + b" " * MAX_BYTES, query("x"))

    assert (response.status_code, taken.messages) == (413, [])


BOMB = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]><xml><Encrypt>&b;</Encrypt></xml>'
FILE = '<!DOCTYPE x [<!ENTITY f SYSTEM "file:///etc/hostname">]><xml><Encrypt>&f;</Encrypt></xml>'


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"\x00",
        "<xml>" + "<a>" * 20_000,
        "<xml><Encrypt><a>x</a></Encrypt></xml>",
        "<xml><Encrypt>a</Encrypt><Encrypt>b</Encrypt></xml>",
        "<html><Encrypt>a</Encrypt></html>",
        '<?xml version="1.0" encoding="shift_jis"?><xml><Encrypt>',
        BOMB,
        FILE,
    ],
)
def test_broken_xml_is_refused(follower: Follower, taken: Taken, body: str | bytes) -> None:
    response = follower.posts(body, query("a"))

    assert (response.status_code, taken.messages) == (400, [])


@pytest.mark.parametrize(
    "inner",
    [
        "",
        "not xml",
        BOMB,
        xml(MsgType="text"),
        text_xml("x", MsgId=""),
        text_xml("x", MsgType=""),
        text_xml("x", CreateTime="yesterday"),
        text_xml("x", CreateTime="９９"),
        text_xml("x", FromUserName="u" * 300),
        event_xml(""),
    ],
)
def test_a_broken_message_inside_a_good_envelope_is_refused(follower: Follower, taken: Taken, inner: str) -> None:
    response = follower.writes(inner)

    assert (response.status_code, taken.messages) == (400, [])


def test_where_it_cannot_be_taken_in_the_platform_is_asked_to_try_again(caplog: pytest.LogCaptureFixture) -> None:
    def full_disk(message: Message) -> str | None:
        raise OSError("no space left")

    response = follower_of(full_disk).writes(text_xml("路灯不亮"))

    assert (response.status_code, response.data) == (503, b"")
    assert "no space left" in caplog.text


def test_a_key_that_is_none_is_named_at_the_start() -> None:
    with pytest.raises(ConfigError, match="JIANJIAN_OFFICIAL_ACCOUNT_AES_KEY"):
        create_blueprint(replace(SETTINGS, aes_key="!" * 43), lambda message: None)
