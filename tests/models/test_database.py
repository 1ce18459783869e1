"""The doors to the data: what a transaction does where others write at the same moment."""

from __future__ import annotations

import threading

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlalchemy.orm import Session

from models import database as doors
from models.database import Database
from models.estate import Group
from models.robots import keep_robot_groups
from tests import cast
from tests.clock import NOW


def test_a_race_is_done_anew_and_anything_else_is_not(database: Database) -> None:
    class Deadlock(Exception):
        sqlstate = "40P01"

    tries: list[Exception] = []

    def fail_with(*errors: Exception) -> str:
        left = list(errors)

        def work(_: object) -> str:
            if left:
                tries.append(left[0])
                raise left.pop(0)
            return "done"

        return database.commit(work)

    race, deadlock = IntegrityError("", {}, Exception()), OperationalError("", {}, Deadlock())
    assert fail_with(race, deadlock, race) == "done"
    with pytest.raises(IntegrityError):
        fail_with(*[race] * doors.TRIES)
    with pytest.raises(OperationalError):
        fail_with(OperationalError("", {}, Exception("disk full")))
    assert len(tries) == 3 + doors.TRIES + 1


def test_who_finds_that_another_was_first_takes_what_is_there(database: Database) -> None:
    """Two workers that start at once: each wants to add the workers' group."""
    estate = cast.assemble(database)

    def keep(session: Session) -> None:
        keep_robot_groups(session, (cast.PLAN.name,), NOW)

    done: list[None] = []
    second = threading.Thread(target=lambda: done.append(database.commit(keep)))  # type: ignore[func-returns-value]
    with database.write() as session:
        keep(session)
        session.flush()
        second.start()
        second.join(0.3)
    second.join()

    with database.read() as session:
        robots = session.scalars(select(Group.id).filter_by(estate_id=estate.estate_id, channel="group_robot")).all()
    assert len(robots) == len(done) == 1


def test_a_write_inside_of_a_write_is_refused_at_once_and_leaves_the_door_open(database: Database) -> None:
    with pytest.raises(RuntimeError, match="inside of a write"), database.write(), database.write():
        pass

    with database.write() as session:
        assert session.scalars(select(Group.id)).all() == []
