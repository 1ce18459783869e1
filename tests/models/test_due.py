"""The clock's list: an occurrence stands there once, is taken once, and goes when it is cancelled."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from models import due
from models.database import Database
from models.due import Due
from tests import cast
from tests.cast import Stage


def put(on: Stage, subject: int = 1, **ahead: float) -> None:
    due.schedule(on.session, on.by(), "poll.close", subject, on.now + timedelta(**ahead))


def coming(on: Stage) -> list[int]:
    mine = select(Due.subject_id).where(Due.estate_id == on.estate_id, Due.kind == "poll.close", Due.done_at.is_(None))
    return list(on.session.scalars(mine.order_by(Due.at)))


def test_the_same_occurrence_a_second_time_changes_nothing(on: Stage) -> None:
    put(on, hours=1)
    put(on, hours=1)
    put(on, hours=2)

    assert coming(on) == [1, 1]


def test_a_thing_is_taken_at_its_time_and_not_before(on: Stage) -> None:
    put(on, hours=1)

    assert due.take(on.session, on.now + timedelta(minutes=59)) is None
    taken = due.take(on.session, on.now + timedelta(hours=1))
    assert taken and taken.subject_id == 1


def test_what_is_done_is_not_taken_again_also_when_the_clock_is_set_back(on: Stage) -> None:
    put(on, hours=1)
    taken = due.take(on.session, on.now + timedelta(hours=2))
    assert taken
    taken.done_at = on.now + timedelta(hours=2)

    assert due.take(on.session, on.now + timedelta(hours=1)) is None
    put(on, hours=1)
    assert coming(on) == []


def test_the_earliest_comes_first(on: Stage) -> None:
    put(on, subject=2, hours=2)
    put(on, subject=1, hours=1)

    taken = due.take(on.session, on.now + timedelta(hours=3))

    assert taken and taken.subject_id == 1


def test_what_is_cancelled_is_gone_and_other_subjects_stay(on: Stage) -> None:
    put(on, subject=1, hours=1)
    put(on, subject=2, hours=1)

    due.cancel(on.session, on.estate_id, 1)

    assert coming(on) == [2]


@pytest.mark.parametrize("database_kind", ["postgresql"])  # SQLite lets one writer in at a time
def test_three_clocks_at_once_take_different_occurrences(doors: tuple[Database, Database, Database]) -> None:
    database, second, third = doors
    people = cast.assemble(database)
    with database.write() as session:
        on = Stage(session, people.estate_id)
        put(on, subject=1, minutes=1)
        put(on, subject=2, minutes=1)

    with database.write() as one, second.write() as two, third.write() as three:
        taken = [due.take(session, on.now + timedelta(minutes=1)) for session in (one, two, three)]

        assert [found.subject_id if found else None for found in taken] == [1, 2, None]
