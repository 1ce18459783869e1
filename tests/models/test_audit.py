"""The history: who did what, in order, inside one estate."""

from __future__ import annotations

from dataclasses import replace

from models import audit
from models.database import Database
from tests import cast
from tests.cast import Stage
from tests.models.said import by_message, recalled


def test_the_history_of_a_thing_is_its_own_and_in_order(on: Stage) -> None:
    audit.record(on.session, on.by("li"), "ticket.report", 1, category="water")
    audit.record(on.session, on.by("xu"), "ticket.accept", 2)
    audit.record(on.session, on.by("xu", hours=-1), "ticket.accept", 1)

    told = [(entry.action, entry.facts) for entry in audit.history(on.session, on.estate_id, 1)]

    assert told == [("ticket.report", {"category": "water"}), ("ticket.accept", {})]


def test_the_history_of_another_estates_thing_with_the_same_id_is_not_seen(on: Stage) -> None:
    other = cast.stage(on.session, replace(cast.PLAN, name="梧桐里"))
    audit.record(on.session, other.by("li"), "ticket.report", 1)

    assert audit.history(on.session, on.estate_id, 1) == []


def test_what_is_rolled_back_leaves_no_history(database: Database) -> None:
    people = cast.assemble(database)
    try:
        with database.write() as session:
            audit.record(session, Stage(session, people.estate_id).by(), "ticket.report", 1)
            raise InterruptedError
    except InterruptedError:
        pass

    with database.read() as session:
        assert audit.history(session, people.estate_id, 1) == []


def test_the_last_word_leaves_out_what_was_taken_back_and_what_others_said(on: Stage) -> None:
    first, second = by_message(on, "li"), by_message(on, "li")
    for cause in (first, second, by_message(on, "peng")):
        audit.record(on.session, cause, "meeting.rsvp", 1)
    recalled(on, second)

    word = audit.last_word(on.session, 1, (on.estate_id, on.who("li").id), ("meeting.rsvp",))

    assert word and word.inbox_id == first.inbox_id
