"""Which handler does what a message asks for. The table is the documentation; its order is the order of deeds."""

from __future__ import annotations

from collections.abc import Callable

from handlers import bookings, meetings, polls, questions, recall, reports, verdicts, volunteers, work
from handlers.heard import Heard
from models import outbox
from models.outbox import say
from models.refused import Refused

# What is said about something that was ends before something new begins: a cancelled slot is free for the next wish.
HANDLERS: dict[str, Callable[[Heard], None]] = {
    "ticket.update": work.order,
    "ticket.feedback": verdicts.feedback,
    "ticket.amend": verdicts.amend,
    "booking.cancel": bookings.cancel,
    "issue": reports.report,
    "support": reports.support,
    "ticket.query": verdicts.query,
    "poll.create": polls.create,
    "poll.vote": polls.vote,
    "poll.query": polls.query,
    "booking.create": bookings.create,
    "booking.query": bookings.query,
    "meeting.create": meetings.create,
    "meeting.rsvp": meetings.rsvp,
    "volunteer": volunteers.offer,
    "question": questions.answer,
    "chat": questions.chat,
}

# These ask the rules for nothing, and most messages are of them: no savepoint is made for a no.
TALK = frozenset({"question", "chat"})
# Whoever votes or books has not answered what he was asked of his report.
NO_ANSWER = frozenset({"poll.vote", "booking.create", "booking.cancel"})
# 改到10点: the old time is given back only if the new one is to be had.
MOVE = frozenset({"booking.cancel", "booking.create"})
KINDS: dict[str, Callable[[Heard], None]] = {"recall": recall.take_back, "image": reports.elaborate}


def route(heard: Heard) -> None:
    """Hands a message to its handlers. A rule's no is told to whoever asked, and undoes that handler's work alone."""
    if heard.message.kind in KINDS:
        _try(KINDS[heard.message.kind], heard)
        return
    is_move = MOVE.issubset(heard.meaning.intents)
    is_answer = NO_ANSWER.isdisjoint(heard.meaning.intents) and verdicts.answer(heard)
    for intent, handler in HANDLERS.items():
        if intent in TALK.intersection(heard.meaning.intents):
            handler(heard)
        elif is_move and intent in MOVE:
            if intent == "booking.cancel":  # at the place of the first, both or neither
                _try(bookings.move, heard)
        elif intent in heard.meaning.intents and not (is_answer and intent == "issue"):
            _try(handler, heard)


def _try(handler: Callable[[Heard], None], heard: Heard) -> None:
    try:
        with heard.session.begin_nested():
            handler(heard)
    except Refused as no:
        outbox.reply(heard.session, heard.cause, say(no.code, **no.params))
