"""The whole way of an official account's message: encrypted callback, ticket, encrypted passive reply."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import pytest
from flask import Blueprint, Flask
from sqlalchemy import func, select

from bot import passive
from bot.web.app import create_app
from config.settings import ConfigError, Settings
from models import setup
from models.database import Database
from models.inbox import InboxMessage
from models.outbox import OutboxMessage
from models.setup import BuildingPlan, EstatePlan, MemberPlan, RoomPlan
from models.ticket import Ticket
from tests.bot.channels.follower import SETTINGS, Follower, query, read, text_xml
from tests.clock import NOW

PLAN = EstatePlan(
    name="梧桐里",
    buildings=(BuildingPlan("8", ("1", "2"), 18),),
    rooms=(RoomPlan("活动室"),),
    members=(MemberPlan("li", "李阿姨", "8-2-301", accounts=(("official_account", "openid-li"),)),),
)


@pytest.fixture
def callback(database: Database) -> Blueprint:
    with database.write() as session:
        setup.install(session, PLAN, NOW)
    return passive.official_account(database, SETTINGS, lambda: NOW)


@pytest.fixture
def li(callback: Blueprint) -> Follower:
    return follower_of(callback)


def follower_of(callback: Blueprint, at: datetime = NOW) -> Follower:
    app = Flask("tests", root_path=".")
    app.register_blueprint(callback)
    return Follower(app.test_client(), at)


def count(database: Database, table: type) -> int:
    with database.read() as session:
        return session.scalars(select(func.count()).select_from(table)).one()


def test_an_encrypted_callback_ends_in_a_ticket_and_an_encrypted_reply(li: Follower, database: Database) -> None:
    response = li.writes(text_xml("8栋2单元楼道的灯不亮了"))

    reply = read(response)
    with database.read() as session:
        (ticket,) = session.scalars(select(Ticket)).all()
    assert (ticket.number, ticket.category, ticket.place["building"]) == (1, "lighting", "8")
    assert (response.status_code, reply["ToUserName"]) == (200, "openid-li")
    assert "#1" in reply["Content"]


def test_sent_three_times_it_ends_in_one_ticket_and_the_same_reply(li: Follower, database: Database) -> None:
    contents = [read(li.writes(text_xml("8栋2单元楼道的灯不亮了")))["Content"] for _ in range(3)]

    assert len(set(contents)) == 1
    assert (count(database, Ticket), count(database, InboxMessage)) == (1, 1)


def test_what_went_out_with_the_response_is_not_sent_again(li: Follower, database: Database) -> None:
    li.writes(text_xml("8栋2单元楼道的灯不亮了"))

    with database.read() as session:
        states = session.scalars(select(OutboxMessage.state).where(OutboxMessage.kind == "reply")).all()
    assert states == ["sent"]


def test_chat_is_taken_in_and_answered_with_nothing_that_breaks_it(li: Follower, database: Database) -> None:
    response = li.writes(text_xml("]] > & <b>今天天气真好</b>"))

    assert response.status_code == 200
    assert (count(database, Ticket), count(database, InboxMessage)) == (0, 1)


def test_tomorrow_is_the_estates_tomorrow_however_early_it_is(callback: Blueprint, database: Database) -> None:
    early = NOW.replace(hour=6)  # still yesterday in UTC, in which the platform counts
    li = follower_of(passive.official_account(database, SETTINGS, lambda: early), early)

    li.writes(text_xml("我想约明天下午3点到5点的活动室", at=early))

    with database.read() as session:
        (reading,) = session.scalars(select(InboxMessage.reading)).all()
    assert reading["times"][0]["start"] == "2026-04-16T15:00:00+08:00"


def test_in_the_whole_site_a_callback_needs_no_form_token_and_a_forged_one_is_refused(
    callback: Blueprint, database: Database
) -> None:
    settings = Settings(database_url="", secret_key="for tests", official_account=SETTINGS)
    li = Follower(create_app(database, settings, (callback,), lambda: NOW).test_client())

    forged = li.posts("<xml/>", query("x") | {"signature": "0" * 40})
    true = li.writes(text_xml("8栋2单元楼道的灯不亮了"))

    assert (forged.status_code, true.status_code) == (403, 200)
    assert "#1" in read(true)["Content"]


def test_an_estate_that_does_not_exist_is_named_at_the_start(database: Database) -> None:
    with pytest.raises(ConfigError, match="JIANJIAN_OFFICIAL_ACCOUNT_ESTATE"):
        passive.official_account(database, replace(SETTINGS, estate="不存在"), lambda: NOW)
