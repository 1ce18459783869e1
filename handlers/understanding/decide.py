"""What a message asks for: the weights' margins, the parts that the topic parsers found, and what the chat is in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from handlers.understanding.meaning import Context
from handlers.understanding.topics import Topics

INTENTS = (
    "issue", "support", "ticket.query", "ticket.update", "ticket.feedback", "ticket.amend", "poll.create", "poll.vote",
    "poll.query", "booking.create", "booking.cancel", "booking.query", "meeting.create", "meeting.rsvp", "volunteer", "question",
)  # fmt: skip

# A form that is plainly one of these reports nothing: 师傅换了皮带，这单办结. A verdict or an offer of help may well
# come with a new problem: 灯亮了，满意，可大门又关不上.
OUTWEIGHS_ISSUE = frozenset(INTENTS) - {"issue", "support", "ticket.feedback", "volunteer", "question", "meeting.rsvp"}
# The margin that a problem needs among neighbours, by whether the message comes out of a chat that is listened to all
# day (there a false ticket costs more than a missed one, which is told again). From the curve in docs/understanding.md.
OVERHEARD = {True: 4.2, False: 2.0}
LONG = 16  # characters, from which the whole bar holds
NEVER = -99.0
SURE_IN_ADVERT = 5.0
OFFICE = frozenset({"grid_worker", "community_staff", "property"})
ANNOUNCES = 1.5  # how much surer a problem must be in the words of those who announce and explain all day
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
    "meeting.rsvp": "is_going",
    "volunteer": "offer",
}
NO_PART: tuple[object, ...] = (None, ())

# In a chat whose state is known, the margin that 我家也是 needs: less after a report, more where nobody reported anything.
SUPPORT = {True: 0.0, False: 1.0}


@dataclass(frozen=True)
class Signs:
    """What rules saw: a rule of `danger` fired; a service is out; somebody sells; the sender agrees (supports.py)."""

    is_danger: bool = False
    is_outage: bool = False
    is_advert: bool = False
    length: int = 99
    agrees: str | None = None


ALSO = 1.0  # how much less it needs to weigh where an 也 says it


def decide(margins: Mapping[str, float], topics: Topics, context: Context, signs: Signs) -> tuple[str, ...]:
    """The intents, in the order of `INTENTS`; `chat` where there is none."""
    chosen = {intent for intent in INTENTS if margins[intent] > _bar(intent, context, signs.length)}
    if context.is_pipeline:  # the talk's state is known, so a form that fits it counts though the words alone are few
        chosen = (chosen | set(topics.intents)) - _impossible(topics, context)
        chosen = _with_support(chosen, margins, context, signs)
    if (signs.is_danger or signs.is_outage) and margins["issue"] > DANGER:
        chosen.add("issue")
    elif margins["issue"] < _sure_beside(chosen, topics, signs):
        chosen.discard("issue")
    chosen -= _too_weak(chosen, margins, set(topics.intents) if context.is_pipeline else set())
    return tuple(intent for intent in INTENTS if intent in chosen) or ("chat",)


def _sure_beside(chosen: set[str], topics: Topics, signs: Signs) -> float:
    """The margin with which a problem stands beside a form that tells none: an order, a call for hands, an advert."""
    if signs.is_advert:
        return SURE_IN_ADVERT
    calls = topics.offer is not None and topics.offer.verb == "call"
    return SURE_ISSUE if calls or OUTWEIGHS_ISSUE & set(topics.intents) & chosen else NEVER


def _bar(intent: str, context: Context, length: int) -> float:
    """Who speaks to the bot means it; what is said among neighbours must be surer before it becomes a ticket."""
    is_to_bot = context.mentions_bot or context.is_private
    if intent != "issue" or is_to_bot:
        return 0.0
    bar = OVERHEARD[context.is_pipeline] + (ANNOUNCES if context.sender_roles & OFFICE else 0.0)
    return bar * min(1.0, length / LONG)  # a margin is a sum: few words cannot add up to much


def _with_support(chosen: set[str], margins: Mapping[str, float], context: Context, signs: Signs) -> set[str]:
    """Right after a report, 同，我妈也在楼下等 only says that it is so there too, whatever its words weigh."""
    follows = bool(context.recent_issue or context.quoted_text)
    if follows and signs.agrees == "same" and not chosen & OUTWEIGHS_ISSUE:
        return chosen - {"issue"} | {"support"}
    bar = SUPPORT[follows] - (ALSO if follows and signs.agrees else 0.0)
    is_support = margins["support"] > bar and not (chosen - {"support", "question"} and follows)
    return (chosen - {"support"}) | ({"support"} if is_support else set())


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
    without = {intent for intent, part in PARTS.items() if getattr(topics, part) in NO_PART}
    if context.calls_for:  # 我来 answers the call that was made last
        without |= {"volunteer"} if context.calls_for == "meeting" and topics.is_going is not None else set()
        without |= {"meeting.rsvp"} if context.calls_for == "task" and topics.offer is not None else set()
    return without | (set() if context.polls else {"poll.vote"})
