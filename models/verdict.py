"""Whether it is mended is for the reporter to say. He is asked when it is settled, reminded once, and after a week the
ticket closes without his word: nobody's silence counts as satisfied."""

from __future__ import annotations

from datetime import datetime, time, timedelta

from sqlalchemy.orm import Session

from models import due
from models.cause import Cause
from models.due import Due
from models.estate import Estate
from models.outbox import Words
from models.ticket import VERDICT_WINDOW, Ticket, act, tell_one

REMIND, LAPSE = "verdict.remind", "verdict.lapse"
REMIND_AT = time(10, 0)  # of the next day


def expect(session: Session, cause: Cause, ticket: Ticket) -> None:
    """A ticket was settled just now: puts the reminder and the end on the list."""
    zone = session.get_one(Estate, ticket.estate_id).zone
    tomorrow = cause.now.astimezone(zone).date() + timedelta(days=1)
    at, mark = datetime.combine(tomorrow, REMIND_AT, zone), _mark(ticket)
    # Settled twice on one day, it is asked about as it was settled last.
    due.schedule(session, cause, REMIND, ticket.id, at, occurrence=f"{at.isoformat()}:{mark}", settled=mark)
    due.schedule(session, cause, LAPSE, ticket.id, cause.now + VERDICT_WINDOW, settled=_mark(ticket))


def remind(session: Session, cause: Cause, ticket: Ticket, occurrence: Due) -> None:
    """Asks the reporter alone, once for each time that it was settled."""
    if not _is_awaited(ticket, occurrence):
        return
    once = f"{REMIND}:{ticket.id}:{occurrence.occurrence}"
    facts = ticket.facts | {"result": ticket.result}
    words = Words("ticket.verdict_reminder", facts, ticket.id, "reminder", once)
    tell_one(session, cause, ticket, ticket.reporter_id, words)


def lapse(session: Session, cause: Cause, ticket: Ticket, occurrence: Due) -> None:
    """Closes what nobody judged; without a post, and without a verdict."""
    if _is_awaited(ticket, occurrence):
        act(session, cause, ticket, "lapse")


def _is_awaited(ticket: Ticket, occurrence: Due) -> bool:
    """Nobody has judged it, and it was not opened and settled again since."""
    is_open = ticket.status == "resolved" and ticket.is_satisfied is None
    return is_open and occurrence.facts.get("settled") == _mark(ticket)


def _mark(ticket: Ticket) -> int:
    """How often it had been opened again when it was settled."""
    return ticket.times_reopened
