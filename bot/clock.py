"""The clock: does what stands in the tables as due, one occurrence a transaction.

APScheduler only ticks. What is due, and that it happens once, is the tables' business (models/due.py).
"""

from __future__ import annotations

import logging
import sys
from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta

from config.failpoints import reach
from handlers import due as due_deeds
from models import due
from models.database import Database
from models.due import Due

log = logging.getLogger(__name__)
Stopping = Callable[[], bool]
PUT_OFF = timedelta(minutes=5)
GIVE_UP_AFTER = 5
ROUND = 20


def tick(database: Database, now: datetime, is_stopping: Stopping = lambda: False) -> int:
    """Does all that is due at `now`, unless the process is to stop. Gives the number of occurrences done.

    They are done in the order of their times; but whichever estate had most of the last `ROUND` waits until no other
    has anything due, so that its ten thousand reminders keep nobody's waiting that is due at `now` too. What falls due
    meanwhile waits for the end of the tick, and a second loud estate is not held back.
    """
    with database.read() as session:  # most ticks find nothing, and need not ask for the turn to write
        first = due.next_at(session)
    done = 0
    if first is None or first > now:
        return done
    while estates := _some(database, now, is_stopping, ROUND):
        loudest = Counter(estates).most_common(1)[0][0]
        done += len(estates) + len(_some(database, now, is_stopping, but=loudest))
    return done


def _some(
    database: Database, now: datetime, is_stopping: Stopping, at_most: int = sys.maxsize, but: int | None = None
) -> list[int]:
    """Does what is due, of all estates `but` one. Gives the estate of each occurrence done."""
    estates: list[int] = []
    while len(estates) < at_most and not is_stopping() and (estate := _do_one(database, now, but)) is not None:
        estates.append(estate)
    return estates


def _do_one(database: Database, now: datetime, but: int | None) -> int | None:
    """The estate of what was done; None where nothing is due."""
    taken: tuple[int, int] | None = None
    try:
        with database.write() as session:
            occurrence = due.take(session, now, but)
            if occurrence is None:
                return None
            taken = (occurrence.estate_id, occurrence.id)
            thinking = due_deeds.do(session, now, occurrence)
            reach("clock.before-commit")
        if thinking is not None:
            _conclude(database, taken, now, thinking())
    except Exception as error:  # at the edge: one broken occurrence must not stop the others
        if taken is None:
            raise
        log.exception("an occurrence failed")
        _put_off(database, taken, now, error)
    else:
        reach("clock.after-commit")
    return taken[0]


def _conclude(database: Database, taken: tuple[int, int], now: datetime, conclusion: due_deeds.Conclusion) -> None:
    """Writes what was thought about outside of any transaction."""
    with database.write() as session:
        occurrence = session.get(Due, taken, with_for_update=True)
        if occurrence and occurrence.done_at is None:  # else it took so long that another clock did it
            due_deeds.conclude(session, now, occurrence, conclusion)


def _put_off(database: Database, taken: tuple[int, int], now: datetime, error: Exception) -> None:
    """It is tried later, and after a few tries left with its error."""
    with database.write() as session:
        occurrence = session.get(Due, taken, with_for_update=True)
        if occurrence is None or occurrence.done_at:  # another clock did it meanwhile
            return
        occurrence.attempts += 1
        occurrence.error = f"{type(error).__name__}: {error}"[:500]
        occurrence.at = now + PUT_OFF
        if occurrence.attempts >= GIVE_UP_AFTER:
            due_deeds.give_up(session, now, occurrence)
