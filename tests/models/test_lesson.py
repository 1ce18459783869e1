"""Lessons: the last word on a message holds, settled tickets confirm, and estates know nothing of each other."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from models import lesson as lessons
from models import setup
from models import ticket as tickets
from models.due import Due
from models.inbox import InboxMessage
from models.keys import new_id
from models.lesson import Lesson
from models.member import Member
from models.ticket import FALSE_ALARM, Report, Ticket
from tests import cast
from tests.cast import Stage
from tests.clock import SHANGHAI

LIGHT = (("lighting", "normal"),)


def said(on: Stage, text: str = "灯不亮", key: str = "li", **more: Any) -> InboxMessage:
    cause = on.by(key)
    row = InboxMessage(
        estate_id=on.estate_id,
        id=new_id(on.now),
        channel="web",
        account="web",
        external_id=f"{text} {new_id(on.now)}",
        member_id=cause.member_id,
        at=on.now,
        kind="text",
        text=text,
        intents=["chat"],
        reading={},
        **more,
    )
    on.session.add(row)
    on.session.flush()
    return row


def told(on: Stage, text: str = "灯不亮", key: str = "li", **about: Any) -> tuple[InboxMessage, Ticket]:
    row = said(on, text, key)
    facts = {"category": "lighting", "urgency": "normal", "place": {}, "said_place": (), "text": text}
    cause = replace(on.by(key), inbox_id=row.id)
    return row, tickets.report(on.session, cause, on.who(key), Report(**{**facts, **about}))


def record(on: Stage, row: InboxMessage, problems: Any = LIGHT, source: str = "correction") -> Lesson:
    return lessons.record(on.session, on.by("xu"), row, problems, source)


def taught(on: Stage) -> list[tuple[str, tuple[tuple[str, str], ...]]]:
    return [(one.text, one.problems) for one in lessons.of_estate(on.session, on.estate_id, 100)]


def test_the_last_word_on_a_message_holds_and_those_before_are_kept(on: Stage) -> None:
    row = said(on)

    record(on, row)
    record(on, row, ())
    record(on, row, (("noise", "urgent"),))

    assert taught(on) == [("灯不亮", (("noise", "urgent"),))]
    assert len(on.session.scalars(select(Lesson).filter_by(inbox_id=row.id)).all()) == 3


def test_the_database_itself_lets_no_message_have_two_words_that_hold(on: Stage) -> None:
    row = said(on)
    record(on, row)
    second = {"inbox_id": row.id, "member_id": on.who("xu").id, "at": on.now, "verdict": [], "source": "confirmed"}
    on.session.add(Lesson(estate_id=on.estate_id, id=new_id(on.now), **second))

    with pytest.raises(IntegrityError):
        on.session.flush()


def test_a_message_taken_back_teaches_nothing(on: Stage) -> None:
    row = said(on)
    record(on, row)

    row.recalled_at = on.now

    assert taught(on) == []


def test_of_many_lessons_the_last_come_in_the_order_in_which_they_were_given(on: Stage) -> None:
    for text in "一二三四":
        record(on, said(on, text))

    assert [one.text for one in lessons.of_estate(on.session, on.estate_id, 2)] == ["三", "四"]


def test_no_estate_sees_anothers_lessons(on: Stage) -> None:
    other = setup.install(on.session, replace(cast.PLAN, name="梧桐里"), on.now)
    there = Stage(on.session, other.id, on.now)
    record(on, said(on, "这里"))
    record(there, said(there, "那里"))

    assert ([text for text, _ in taught(on)], [text for text, _ in taught(there)]) == (["这里"], ["那里"])


def test_a_lesson_puts_one_learning_on_the_list_for_the_coming_night(on: Stage) -> None:
    record(on, said(on, "一"))
    record(on, said(on, "二"))

    (due,) = on.session.scalars(select(Due).filter_by(kind="learn", estate_id=on.estate_id)).all()
    assert due.at == datetime(2026, 4, 16, 3, 10, tzinfo=SHANGHAI)


@pytest.mark.parametrize(
    ("now", "then"),
    [
        ("2026-04-15T03:09:59", "2026-04-15T03:10"),
        ("2026-04-15T03:10", "2026-04-16T03:10"),
        ("2026-12-31T23:59", "2027-01-01T03:10"),
    ],
)
def test_learning_is_at_ten_past_three(now: str, then: str) -> None:
    at = datetime.fromisoformat(now).replace(tzinfo=SHANGHAI)

    assert lessons.next_night(at, SHANGHAI) == datetime.fromisoformat(then).replace(tzinfo=SHANGHAI)


@pytest.mark.parametrize(
    ("status", "is_satisfied", "is_confirmed"),
    [
        ("open", None, False),
        ("resolved", None, True),
        ("resolved", False, False),
        ("closed", True, True),
        ("closed", None, True),
        ("rejected", None, False),
        ("withdrawn", None, False),
    ],
)
def test_a_ticket_confirms_its_report_once_it_is_settled_and_not_judged_bad(
    on: Stage, status: str, is_satisfied: bool | None, is_confirmed: bool
) -> None:
    row, ticket = told(on)
    ticket.status, ticket.is_satisfied = status, is_satisfied

    found = lessons.confirmed(on.session, on.estate_id, 10)

    assert [(one.inbox_id, one.problems) for one in found] == ([(row.id, LIGHT)] if is_confirmed else [])


def test_what_a_worker_said_counts_instead_of_what_the_ticket_confirms(on: Stage) -> None:
    row, ticket = told(on)
    ticket.status = "resolved"

    record(on, row, ())

    assert lessons.confirmed(on.session, on.estate_id, 10) == []


def test_a_message_with_two_tickets_is_confirmed_by_both_or_not_at_all(on: Stage) -> None:
    row, first = told(on)
    cause = replace(on.by("li"), inbox_id=row.id)
    second = tickets.report(on.session, cause, on.who("li"), Report("noise", "normal", {}, (), "吵"))
    first.status = "resolved"
    assert lessons.confirmed(on.session, on.estate_id, 10) == []

    second.status = "closed"

    (found,) = lessons.confirmed(on.session, on.estate_id, 10)
    assert set(found.problems) == {*LIGHT, ("noise", "normal")}


def test_what_a_message_tells_leaves_out_false_alarms_and_follows_what_was_merged(on: Stage) -> None:
    row, first = told(on)
    _, whole = told(on, "另一处", "peng", category="power")
    cause = replace(on.by("li"), inbox_id=row.id)
    second = tickets.report(on.session, cause, on.who("li"), Report("noise", "normal", {}, (), "吵"))
    tickets.merge(on.session, on.by("xu"), first, whole)
    tickets.act(on.session, on.by("xu"), second, "reject", result=FALSE_ALARM)

    assert lessons.problems_told(on.session, on.estate_id, row.id) == (("power", "normal"),)


def test_only_messages_that_told_a_ticket_as_a_problem_are_its_reports(on: Stage) -> None:
    row, ticket = told(on)
    for key, kind in (("peng", "support"), ("cheng", "report"), ("hu", "detail")):
        more = said(on, kind, key)
        cause = replace(on.by(key), inbox_id=more.id, now=on.now + timedelta(minutes=1))
        member: Member = on.who(key)
        tickets.support(on.session, cause, ticket, member, kind)

    assert [message.text for message in lessons.reports_of(on.session, ticket)] == [row.text, "report"]
