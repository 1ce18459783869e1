"""Taking in: a repeat has no effect, whoever repeats it and however many at once; estates stay apart."""

from __future__ import annotations

import threading
from dataclasses import replace

import pytest
from sqlalchemy import func, select

from bot import intake
from handlers.receive import UnknownSender
from models.booking import Booking
from models.database import Database
from models.inbox import InboxMessage
from models.member import Member
from models.outbox import OutboxMessage
from models.ticket import Ticket
from tests import cast
from tests.cast import Cast

LAMP = "12栋2单元3楼路灯不亮了"


@pytest.fixture
def people(database: Database) -> Cast:
    return cast.assemble(database)


def rows(people: Cast) -> dict[str, int]:
    tables = (InboxMessage, Ticket, OutboxMessage, Member, Booking)
    with people.database.read() as session:
        return {t.__tablename__: session.scalars(select(func.count()).select_from(t)).one() for t in tables}


def at_once(people: Cast, *messages: object) -> None:
    threads = [threading.Thread(target=people.hears, args=(message,)) for message in messages]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def test_a_repeat_has_no_effect_and_says_that_it_is_one(people: Cast) -> None:
    message = people.message("m1", "li", LAMP)
    first = people.hears(message)
    after_first = rows(people)

    second = people.hears(replace(message, text="12栋电梯又停了"))

    assert (first.is_repeat, second.is_repeat) == (False, True)
    assert first.inbox_id == second.inbox_id
    assert rows(people) == after_first


def test_one_message_delivered_by_many_at_once_is_one(people: Cast) -> None:
    people.says("li", "大家好")
    message = people.message("same", "li", LAMP)

    at_once(people, *[message] * 12)

    assert rows(people) | {"members": 0} == {"inbox": 2, "tickets": 1, "outbox": 1, "members": 0, "bookings": 0}


def test_a_stranger_who_is_heard_by_many_at_once_becomes_one_member(people: Cast) -> None:
    at_once(people, *[people.message(f"s{n}", "stranger", "大家好") for n in range(8)])

    assert rows(people)["members"] == len(cast.PEOPLE) + 1


def test_neighbours_who_tell_the_same_at_once_make_one_ticket(people: Cast) -> None:
    who = ("li", "peng", "cheng", "hu", "wang", "liar")

    at_once(people, *[people.message(f"n{n}", key, LAMP) for n, key in enumerate(who)])

    assert [ticket.number for ticket in people.tickets()] == [1]
    assert people.behind() == 5


def test_the_same_id_on_another_channel_or_account_is_another_message(people: Cast) -> None:
    message = people.message("m1", "li", "大家好")

    receipts = [people.hears(m) for m in (message, replace(message, account="other"))]

    assert [receipt.is_repeat for receipt in receipts] == [False, False]


def test_who_comes_from_nowhere_is_refused_and_leaves_nothing(people: Cast) -> None:
    before = rows(people)

    for message in (people.message("m1", "nobody", "在吗", None), people.message("m2", "nobody", "在吗", "别的群")):
        with pytest.raises(UnknownSender):
            intake.take(people.database, message, people.now)

    assert rows(people) == before


def test_the_same_addresses_in_two_estates_lead_each_to_its_own(people: Cast) -> None:
    other = cast.assemble(people.database, replace(cast.PLAN, name="梧桐里"))

    people.says("li", LAMP)
    other.says("peng", LAMP)
    other.says("li", "12栋3单元停水了", None)

    assert [(t.number, t.category) for t in people.tickets()] == [(1, "lighting")]
    assert [(t.number, t.category) for t in other.tickets()] == [(1, "lighting"), (2, "water")]
    assert (people.behind(), other.behind()) == (0, 0)
