"""What a message asks for: the weights' margins, the parts that the topic parsers found, and what the chat is in."""

from __future__ import annotations

from collections.abc import Mapping

from handlers.understanding.meaning import Context
from handlers.understanding.topics import Topics

INTENTS = (
    "issue", "support", "ticket.query", "ticket.update", "ticket.feedback", "ticket.amend", "poll.create", "poll.vote",
    "poll.query", "booking.create", "booking.cancel", "booking.query", "meeting.create", "meeting.rsvp", "volunteer", "question",
)  # fmt: skip

# A form that is plainly one of these reports nothing: 师傅换了皮带，这单办结. A verdict or an offer of help may well
# come with a new problem: 修好了，满意，不过4楼又灭了.
OUTWEIGHS_ISSUE = frozenset(INTENTS) - {"issue", "support", "ticket.feedback", "volunteer", "question", "meeting.rsvp"}
SURE_ISSUE = 2.0  # the margin with which a problem stands beside such a form
BESIDE = 0.7  # the margin that a second intent needs
DANGER = -1.5  # a danger to life is heard even where the words weigh a little against it

# What cannot be done without its part, whatever the words weigh.
PARTS = {
    "ticket.update": "order",
    "ticket.amend": "amendment",
    "ticket.feedback": "feedback",
    "poll.create": "poll",
    "poll.vote": "vote",
    "booking.create": "bookings",
    "booking.cancel": "bookings",
    "booking.query": "bookings",
    "meeting.create": "meeting",
}


def decide(margins: Mapping[str, float], topics: Topics, context: Context, is_danger: bool = False) -> tuple[str, ...]:
    """The intents, in the order of `INTENTS`; `chat` where there is none. `is_danger`: a rule of `danger` fired."""
    chosen = {intent for intent in INTENTS if margins[intent] > 0}
    if context.is_pipeline:  # the talk's state is known, so a form that fits it counts though the words alone are few
        chosen = (chosen | set(topics.intents)) - _impossible(topics, context)
    if is_danger and margins["issue"] > DANGER:
        chosen.add("issue")
    elif OUTWEIGHS_ISSUE & set(topics.intents) & chosen and margins["issue"] < SURE_ISSUE:
        chosen.discard("issue")
    chosen -= _too_weak(chosen, margins, set(topics.intents) if context.is_pipeline else set())
    return tuple(intent for intent in INTENTS if intent in chosen) or ("chat",)


def _too_weak(chosen: set[str], margins: Mapping[str, float], parsed: set[str]) -> set[str]:
    """Second intents that are not sure enough, and the weaker of issue and support, which exclude each other."""
    if len(chosen) < 2:
        return set()
    best = max(chosen, key=lambda intent: margins[intent])
    weak = {intent for intent in chosen - parsed if intent != best and margins[intent] < BESIDE}
    if {"issue", "support"} <= chosen:
        weak.add(min(("issue", "support"), key=lambda intent: margins[intent]))
    return weak


def _impossible(topics: Topics, context: Context) -> set[str]:
    """In a chat whose state is known: no poll is open, so nobody votes; without a part there is nothing to act on."""
    without = {intent for intent, part in PARTS.items() if not getattr(topics, part)}
    return without | (set() if context.polls else {"poll.vote"})
