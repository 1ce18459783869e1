"""All that a message may be about besides problems, read in one place, with what outdoes what."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import NamedTuple

from handlers.understanding.bookings import read_bookings
from handlers.understanding.corrections import read_correction
from handlers.understanding.feedback import read_amendment, read_feedback, read_ticket_query
from handlers.understanding.meaning import (
    Amendment,
    BookingWish,
    Context,
    Feedback,
    MeetingDraft,
    Offer,
    Order,
    PollDraft,
    TimeSpan,
    Vote,
)
from handlers.understanding.meetings import read_meeting, read_rsvp
from handlers.understanding.orders import read_orders
from handlers.understanding.places import PlaceSpan
from handlers.understanding.polls import is_poll_query, option_times, read_poll
from handlers.understanding.questions import is_question
from handlers.understanding.times import find_times
from handlers.understanding.volunteers import read_offer
from handlers.understanding.votes import read_vote


@dataclass(frozen=True)
class Topics:
    """The parts of a Meaning that the topic parsers found. `ticket` is a number or True where one is asked after."""

    poll: PollDraft | None = None
    vote: Vote | None = None
    is_poll_query: bool = False
    bookings: tuple[BookingWish, ...] = ()
    meeting: MeetingDraft | None = None
    is_going: bool | None = None
    order: Order | None = None
    feedback: Feedback | None = None
    amendment: Amendment | None = None
    ticket: int | bool | None = None
    offer: Offer | None = None
    is_question: bool = False
    times: tuple[TimeSpan, ...] = ()  # those of the message, without a poll's options

    @cached_property
    def intents(self) -> tuple[str, ...]:
        """Codes of labels.md, in the order of `PARTS`."""
        found = [
            intent for part, intent in PARTS.items() if part != "bookings" and _is_there(part, getattr(self, part))
        ]
        return tuple(dict.fromkeys([*found, *(BOOKING_INTENTS[wish.verb] for wish in self.bookings)]))


PARTS = {
    "order": "ticket.update",
    "amendment": "ticket.amend",
    "ticket": "ticket.query",
    "feedback": "ticket.feedback",
    "poll": "poll.create",
    "is_poll_query": "poll.query",
    "vote": "poll.vote",
    "bookings": "",
    "meeting": "meeting.create",
    "is_going": "meeting.rsvp",
    "offer": "volunteer",
    "is_question": "question",
}
BOOKING_INTENTS = {
    "create": "booking.create",
    "accept": "booking.create",
    "cancel": "booking.cancel",
    "decline": "booking.cancel",
    "query": "booking.query",
}
INTENTS_OF = {part: frozenset({intent}) for part, intent in PARTS.items()} | {
    "bookings": frozenset({"booking.create", "booking.cancel", "booking.query"})
}
WITH_PARSER = frozenset().union(*INTENTS_OF.values())
# Intents whose times matter: what is planned or asked for. In other messages a time is only told.
PLANS = INTENTS_OF["bookings"] | {"meeting.create", "poll.create", "volunteer"}
# What a part, once found, rules out: 投票：… is no vote, an order is no verdict.
OUTDOES = {
    "order": (
        "amendment",
        "ticket",
        "feedback",
        "poll",
        "vote",
        "bookings",
        "meeting",
        "is_going",
        "offer",
        "is_question",
    ),
    "amendment": ("ticket", "feedback", "vote", "bookings", "is_going", "offer", "is_question"),
    "poll": ("is_poll_query", "vote", "bookings", "meeting", "is_going", "offer", "is_question", "ticket", "feedback"),
    "is_poll_query": ("vote", "is_question", "ticket", "bookings"),
    "ticket": ("feedback", "vote", "offer", "is_question", "bookings"),
    "feedback": ("vote", "offer", "is_question", "bookings"),
    "meeting": ("vote", "bookings", "is_going", "offer", "is_question"),
    "vote": ("bookings", "offer"),
    "bookings": ("offer", "is_question"),
}
NOTHING = Topics()


def read_topics(
    text: str, spans: Sequence[PlaceSpan], likely: frozenset[str], context: Context, now: datetime
) -> Topics:
    """Every topic of the message that stands beside the others, of the intents that are `likely`. Times are looked for
    only where one of these plans something; they come without a poll's options."""
    if not likely & WITH_PARSER:
        return NOTHING
    times = find_times(text, now, spans) if likely & PLANS else ()
    asked = _Asked(text, spans, times, context, now)
    found = _read_all(asked, likely)
    return _kept(text, times, found) if found or times else NOTHING


class _Asked(NamedTuple):
    """What a reader may look at."""

    text: str
    spans: Sequence[PlaceSpan]
    times: tuple[TimeSpan, ...]
    context: Context
    now: datetime


# In the order of precedence.
_READERS: dict[str, Callable[[_Asked], object]] = {
    "order": lambda a: read_correction(a.text, a.context) or read_orders(a.text, a.context),
    "amendment": lambda a: read_amendment(a.text, a.spans, a.context),
    "poll": lambda a: read_poll(a.text, a.times, a.context, a.now),
    "is_poll_query": lambda a: is_poll_query(a.text),
    "ticket": lambda a: read_ticket_query(a.text, a.context),
    "feedback": lambda a: read_feedback(a.text, a.context),
    "meeting": lambda a: read_meeting(a.text, a.times, a.context, a.now),
    "vote": lambda a: read_vote(a.text, a.context),
    "bookings": lambda a: read_bookings(a.text, a.times, a.context, a.now),
    "is_going": lambda a: read_rsvp(a.text, a.context),
    "offer": lambda a: read_offer(a.text, a.context),
    "is_question": lambda a: is_question(a.text),
}


def _read_all(asked: _Asked, likely: frozenset[str]) -> dict[str, object]:
    """In the order of precedence, leaving out what something found before rules out."""
    found: dict[str, object] = {}
    ruled_out: set[str] = set()
    for part, read in _READERS.items():
        if part in ruled_out or likely.isdisjoint(INTENTS_OF[part]):
            continue
        if _is_there(part, value := read(asked)):
            found[part] = value
            ruled_out.update(OUTDOES.get(part, ()))
    return found


def _kept(text: str, times: tuple[TimeSpan, ...], found: dict[str, object]) -> Topics:
    poll = found.get("poll")
    if isinstance(poll, PollDraft):
        options = option_times(text, times, poll)
        times = tuple(t for t in times if t not in options)
    if "vote" in found:
        times = ()
    return Topics(times=times, **found)  # type: ignore[arg-type]


def _is_there(part: str, value: object) -> bool:
    """False says nothing, but of `is_going`: somebody stays away."""
    return value is not None and value != () and (value is not False or part == "is_going")
