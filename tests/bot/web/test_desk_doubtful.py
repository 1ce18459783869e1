"""The desk's doubtful messages: which stand there, for whom, what follows from a click; and the ticket's forms."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from handlers.message import Message
from handlers.receive import receive
from models.database import Database
from models.estate import Group
from models.inbox import InboxMessage
from models.keys import new_id
from models.lesson import Lesson
from models.ticket import Ticket
from tests.bot.web import desk_estate
from tests.bot.web.desk_estate import SAID, letters, message, press, signed_in, ticket

PAGE = "/desk/doubtful"
NEARLY = {"issue_margin": 1.5, "issue_bar": 2.5, "confidence": 0.6}
HARDLY = {"issue_margin": 1.0, "issue_bar": 0.6, "confidence": 0.7, "issues": [{"category": "noise"}]}


def say(database: Database, key: str, text: str, at: datetime, group: str | None = "3栋邻里群", **more: Any) -> int:
    """Somebody said something that was read in some way, without its consequences."""
    with database.write() as session:
        who = desk_estate.person(session, key)
        where = session.scalars(select(Group.id).filter_by(name=group)).one() if group else None
        row = {"channel": "web", "account": "web", "external_id": text, "kind": "text", "intents": ["chat"]} | more
        said = InboxMessage(
            **({"reading": NEARLY} | row),
            estate_id=who.estate_id,
            id=new_id(at),
            group_id=where,
            member_id=who.id,
            at=at,
            text=text,
        )
        session.add(said)
        return said.id


def verdicts(database: Database) -> list[tuple[list[Any], str]]:
    with database.read() as session:
        rows = session.scalars(select(Lesson).where(Lesson.superseded_at.is_(None)).order_by(Lesson.id))
        return [(row.verdict, row.source) for row in rows]


def tickets_count(database: Database) -> int:
    with database.read() as session:
        return session.scalar(select(func.count()).select_from(Ticket)) or 0


# What stands there.


@pytest.mark.parametrize(
    ("intents", "reading", "is_doubtful"),
    [
        (["chat"], NEARLY, True),
        (["chat"], NEARLY | {"issue_margin": 0.5}, True),
        (["chat"], NEARLY | {"issue_margin": 0.4}, False),
        (["chat"], NEARLY | {"issue_margin": -1.0, "issue_bar": 0.0}, True),
        (["chat"], {}, False),  # from before margins were kept
        (["question"], NEARLY, False),
        (["issue"], HARDLY, True),
        (["issue", "question"], HARDLY, True),
        (["issue"], HARDLY | {"confidence": 0.75}, False),
    ],
)
def test_what_lies_near_the_bar_is_doubtful(
    database: Database, xu: FlaskClient, now: datetime, intents: list[str], reading: dict[str, Any], is_doubtful: bool
) -> None:
    say(database, "chen", "门口那个又来了", now, intents=intents, reading=reading)

    assert ("门口那个又来了" in xu.get(PAGE).text) == is_doubtful


@pytest.mark.parametrize(
    ("more", "days"), [({"kind": "image"}, 0), ({"recalled_at": datetime(2026, 4, 15).astimezone()}, 0), ({}, 3.1)]
)
def test_photos_what_was_taken_back_and_what_is_old_do_not_stand_there(
    database: Database, xu: FlaskClient, now: datetime, more: dict[str, Any], days: float
) -> None:
    say(database, "chen", "门口那个又来了", now - timedelta(days=days), **more)

    assert "门口那个又来了" not in xu.get(PAGE).text


def test_what_was_said_to_the_bot_alone_is_nobodys_to_read(database: Database, xu: FlaskClient, now: datetime) -> None:
    say(database, "chen", "只跟你说", now, None)

    assert "只跟你说" not in xu.get(PAGE).text


def test_fifty_stand_on_a_page_the_newest_first(database: Database, xu: FlaskClient, now: datetime) -> None:
    for n in range(51):
        say(database, "chen", f"第{n}句又来了", now - timedelta(minutes=60 - n))

    first, second = xu.get(PAGE).text, xu.get(f"{PAGE}?page=2").text

    assert (first.count("是报事</button>"), second.count("是报事</button>")) == (50, 1)
    assert first.index("第50句") < first.index("第49句")
    assert "第0句" in second


def test_today_tells_how_many_wait_and_nothing_where_none_does(
    database: Database, xu: FlaskClient, now: datetime
) -> None:
    assert "拿不准" not in xu.get("/desk/").text
    say(database, "chen", "门口那个又来了", now)

    assert "有 1 条话小件拿不准" in xu.get("/desk/").text


def test_what_people_said_stays_plain_text_there(database: Database, xu: FlaskClient, now: datetime) -> None:
    say(database, "chen", "<b>门口</b>", now)

    assert "&lt;b&gt;门口" in xu.get(PAGE).text


def test_a_message_that_comes_in_keeps_its_margins(database: Database, xu: FlaskClient, now: datetime) -> None:
    with database.write() as session:
        receive(session, Message("web", "web", "x", "chen", now, "花坛边又有人吵", "陈姨", "3栋邻里群"), now)

    with database.read() as session:
        row = session.get_one(InboxMessage, _key(session, "花坛边又有人吵"))
    assert {"issue_margin", "issue_bar"} <= row.reading.keys()


def _key(session: Any, text: str) -> tuple[int, int]:
    row = session.scalars(select(InboxMessage).filter_by(text=text)).one()
    return row.estate_id, row.id


# What follows from a click.


def test_a_missed_problem_becomes_its_senders_ticket(database: Database, xu: FlaskClient, now: datetime) -> None:
    said = say(database, "chen", "铁笼子又不走了", now)

    answer = press(xu, f"{PAGE}/{said}/issue", category="elevator")

    assert (answer.status_code, answer.location) == (303, PAGE)
    made = ticket(database, 2)
    assert (made.category, made.text) == ("elevator", "铁笼子又不走了")
    with database.read() as session:
        assert made.reporter_id == desk_estate.person(session, "chen").id
    assert [letter.group_id for letter in letters(database, "ticket.reported")][-1] == made.group_id
    assert [(v[0]["category"], source) for v, source in verdicts(database)] == [("elevator", "correction")]
    assert "铁笼子" not in xu.get(PAGE).text


def test_a_missed_problem_without_a_known_category_takes_the_likeliest(
    database: Database, xu: FlaskClient, now: datetime
) -> None:
    said = say(database, "chen", "铁笼子又不走了", now)

    press(xu, f"{PAGE}/{said}/issue", category="'; drop")

    assert ticket(database, 2)


def test_talk_that_is_none_is_confirmed_and_nobody_hears_of_it(
    database: Database, xu: FlaskClient, now: datetime
) -> None:
    said = say(database, "chen", "门口那个又来了", now)

    press(xu, f"{PAGE}/{said}/not")

    assert verdicts(database) == [([], "confirmed")]
    assert tickets_count(database) == 1
    assert "门口那个" not in xu.get(PAGE).text


def test_a_report_that_is_none_goes_with_its_ticket(database: Database, xu: FlaskClient) -> None:
    press(xu, f"{PAGE}/{message(database, SAID)}/not")

    assert (ticket(database).status, ticket(database).result) == ("rejected", "误报")
    assert verdicts(database) == [([], "correction")]
    assert letters(database, "ticket.not_a_problem")


def test_a_report_that_is_one_is_confirmed_or_gets_the_category_that_is_named(
    database: Database, xu: FlaskClient
) -> None:
    said = message(database, SAID)

    press(xu, f"{PAGE}/{said}/issue", category="lighting")
    assert [(v[0]["category"], source) for v, source in verdicts(database)] == [("lighting", "confirmed")]
    press(xu, f"{PAGE}/{said}/issue", category="power")

    assert ticket(database).category == "power"
    assert [(v[0]["category"], source) for v, source in verdicts(database)] == [("power", "correction")]


def test_an_answer_that_nobody_knows_is_not_found(database: Database, xu: FlaskClient) -> None:
    assert press(xu, f"{PAGE}/{message(database, SAID)}/perhaps").status_code == 404
    assert press(xu, f"{PAGE}/1/not").status_code == 404


@pytest.mark.parametrize("who", ["sun", "chen", None])
def test_who_has_nothing_to_do_with_that_building_can_neither_see_nor_judge(
    app: Flask, database: Database, now: datetime, who: str | None
) -> None:
    said = say(database, "chen", "门口那个又来了", now)
    browser = signed_in(app, database, who, now)

    assert "门口那个" not in browser.get(PAGE).text
    assert press(browser, f"{PAGE}/{said}/not").status_code == {"sun": 404, "chen": 403, None: 303}[who]
    assert verdicts(database) == []


@pytest.mark.parametrize("who", ["qian", "wang", "xu"])
def test_who_works_there_may(app: Flask, database: Database, now: datetime, who: str) -> None:
    said = say(database, "chen", "铁笼子又不走了", now)
    browser = signed_in(app, database, who, now)

    assert "铁笼子又不走了" in browser.get(PAGE).text
    press(browser, f"{PAGE}/{said}/issue", category="elevator")

    assert tickets_count(database) == 2


# On the ticket's page.


def test_the_category_is_chosen_at_the_ticket_and_stands_in_its_history(database: Database, xu: FlaskClient) -> None:
    assert '<option value="lighting" selected>' in xu.get("/desk/tickets/1").text

    press(xu, "/desk/tickets/1/recategorise", words="power")

    assert ticket(database).category == "power"
    text = xu.get("/desk/tickets/1").text
    assert "类别改为供电" in text
    assert "小件下回会认得" in text
    assert len(verdicts(database)) == 1


@pytest.mark.parametrize("words", ["", "nonsense", "照明"])
def test_a_category_that_there_is_not_is_refused_at_the_form(database: Database, xu: FlaskClient, words: str) -> None:
    answer = press(xu, "/desk/tickets/1/recategorise", words=words)

    assert answer.status_code == 422
    assert "选一个类别" in answer.text
    assert ticket(database).category == "lighting"


def test_a_ticket_that_was_no_problem_goes_by_one_click(database: Database, xu: FlaskClient) -> None:
    press(xu, "/desk/tickets/1/not_a_problem")

    assert (ticket(database).status, ticket(database).result) == ("rejected", "误报")
    assert verdicts(database) == [([], "correction")]


def test_what_is_settled_offers_neither(database: Database, xu: FlaskClient) -> None:
    press(xu, "/desk/tickets/1/resolve", words="换了灯管")

    text = xu.get("/desk/tickets/1").text
    assert "改类别" not in text
    assert "不是问题" not in text
    assert press(xu, "/desk/tickets/1/recategorise", words="power").status_code == 422
    assert press(xu, "/desk/tickets/1/not_a_problem").status_code == 422
