"""The door through which every channel hands a message in: one transaction, and the commit before the answer."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TypeVar

from sqlalchemy.exc import IntegrityError, OperationalError
from sqlalchemy.orm import Session

from config.failpoints import reach
from handlers.message import Message
from handlers.receive import Receipt, receive
from models.database import Database

TRIES = 5
DEADLOCKS = ("40P01", "40001")  # PostgreSQL's codes: two wanted what the other held, and one of them was stopped
Result = TypeVar("Result")


def take(database: Database, message: Message, now: datetime, home: int | None = None) -> Receipt:
    """Takes a message in and commits all that it causes. After this returns, the channel may acknowledge.

    Raises handlers.receive.UnknownSender where it comes from nowhere that we know.
    """
    return committed(database, lambda session: receive(session, message, now, home))


def committed(database: Database, work: Callable[[Session], Result]) -> Result:
    """One transaction. Where another process committed the same message, slot or number a moment before, the database
    refuses ours; it is read again, and then it is a repeat, or the slot is taken."""
    for left in reversed(range(TRIES)):
        try:
            with database.write() as session:
                result = work(session)
        except (IntegrityError, OperationalError) as error:
            if not left or not _is_race(error):
                raise
        else:
            reach("intake.after-commit")
            return result
    raise AssertionError("the last try returns or raises")


def _is_race(error: IntegrityError | OperationalError) -> bool:
    return isinstance(error, IntegrityError) or getattr(error.orig, "sqlstate", None) in DEADLOCKS
