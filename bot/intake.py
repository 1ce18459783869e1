"""The door through which every channel hands a message in: one transaction, and the commit before the answer."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TypeVar

from sqlalchemy.orm import Session

from config.failpoints import reach
from handlers.message import Message
from handlers.receive import Receipt, receive
from models.database import Database

Result = TypeVar("Result")


def take(database: Database, message: Message, now: datetime, home: int | None = None) -> Receipt:
    """Takes a message in and commits all that it causes. After this returns, the channel may acknowledge.

    Raises handlers.receive.UnknownSender where it comes from nowhere that we know.
    """
    return committed(database, lambda session: receive(session, message, now, home))


def committed(database: Database, work: Callable[[Session], Result]) -> Result:
    result = database.commit(work)
    reach("intake.after-commit")
    return result
