"""What a message asks for: the weights' margins, the parts that the topic parsers found, and what the chat is in."""

from __future__ import annotations

from collections.abc import Mapping

from handlers.understanding.corrections import CORRECTS
from handlers.understanding.hearing import Hearing
from handlers.understanding.issues import best_categories
from handlers.understanding.meaning import INTENTS, Context
from handlers.understanding.topics import Topics

# A form that is plainly one of these reports nothing: 师傅换了皮带，这单办结. A verdict or an offer of help may well
# come with a new problem: 灯亮了，满意，可大门又关不上.
OUTWEIGHS_ISSUE = frozenset(INTENTS) - {"issue", "support", "ticket.feedback", "volunteer", "question", "meeting.rsvp"}
# The margin that a problem needs among neighbours, by whether the message comes out of a chat that is listened to all
# day (there a false ticket costs more than a missed one, which is told again). From the curve in docs/understanding.md.
OVERHEARD = {True: 3.2, False: 0.4}
NEVER = -99.0
SURE_IN_ADVERT = 5.0
OFFICE = frozenset({"grid_worker", "community_staff", "street_staff", "property"})
ANNOUNCES = 1.5  # how much surer a problem must be in the words of those who announce and explain all day
TALKED_OF = 1.2  # how much less sure a problem needs to be while the group talks of one of its kind
NO_CHAT, BAR_OF_NO_CHAT = -4.5, 0.7  # below this margin of chat, a problem need only be as sure as this
SURE_ISSUE = 2.0  # the margin with which a problem stands beside such a form
BESIDE = 0.7  # the margin that a second intent needs
UNLIKELY, FAR_FETCHED = -0.5, -2.0  # the margin of chat below which, and of an intent above which, it may be guessed
SURE_RULES = frozenset({"danger", "outage"})  # rules that tell a problem by themselves
ALSO = 1.0  # how much less 我家也是 needs to weigh where an 也 says it
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


def decide(heard: Hearing, context: Context) -> tuple[str, ...]:
    """The intents, in the order of `INTENTS`; `chat` where there is none."""
    margins, topics = heard.margins, heard.topics
    if topics.order and topics.order.verb in CORRECTS:
        return ("ticket.update",)  # it speaks of a problem, and tells none
    bar = _bar_here(heard, context)
    chosen = {intent for intent in INTENTS if margins[intent] > 0}
    if margins["issue"] <= bar:
        chosen.discard("issue")
    chosen = chosen or _best_guess(margins)
    if context.is_pipeline:  # the talk's state is known, so a form that fits it counts though the words alone are few
        chosen = (chosen | set(topics.intents)) - _impossible(topics, context)
        chosen = _with_support(chosen, heard, context)
    if SURE_RULES & set(heard.rules) and margins["issue"] > DANGER:
        chosen.add("issue")
    elif margins["issue"] < _sure_beside(chosen, heard):
        chosen.discard("issue")
    chosen -= _too_weak(chosen, margins, set(topics.intents) if context.is_pipeline else set())
    return tuple(sorted(chosen, key=INTENTS.index)) or ("chat",)


def _best_guess(margins: Mapping[str, float]) -> set[str]:
    """No intent is likely by itself, but chat is not either: then it is the likeliest. A problem is never guessed: a
    false ticket costs more than a missed one, which is told again."""
    best = max(INTENTS, key=margins.__getitem__)
    is_guessed = best != "issue" and margins["chat"] < UNLIKELY and margins[best] > FAR_FETCHED
    return {best} if is_guessed else set()


def _sure_beside(chosen: set[str], heard: Hearing) -> float:
    """The margin with which a problem stands beside a form that tells none: an order, a call for hands, an advert."""
    topics = heard.topics
    if "advert" in heard.rules:
        return SURE_IN_ADVERT
    calls = topics.offer is not None and topics.offer.verb == "call"
    return SURE_ISSUE if calls or OUTWEIGHS_ISSUE & set(topics.intents) & chosen else NEVER


def bar_of_issue(context: Context) -> float:
    """Who speaks to the bot means it; what is said among neighbours must be surer before it becomes a ticket."""
    if context.mentions_bot or context.is_private:
        return 0.0
    return OVERHEARD[context.is_pipeline] + (ANNOUNCES if context.sender_roles & OFFICE else 0.0)


def _bar_here(heard: Hearing, context: Context) -> float:
    """The bar of a problem, lower where the group talks of its kind already, or where it can hardly be chat."""
    bar = bar_of_issue(context)
    if context.is_pipeline and heard.margins["chat"] < NO_CHAT:
        bar = min(bar, BAR_OF_NO_CHAT)
    return bar - (TALKED_OF if _is_talked_of(heard, context) else 0.0)


def _is_talked_of(heard: Hearing, context: Context) -> bool:
    """A problem of the kind that this would be is told here and not settled: 是坏了吗？按了五分钟都不下来."""
    known = context.fresh_issues | {context.recent_issue}
    return heard.margins["issue"] > 0 and not known.isdisjoint(best_categories(heard.kinds))


def _with_support(chosen: set[str], heard: Hearing, context: Context) -> set[str]:
    """Right after a report, 同，我妈也在楼下等 only says that it is so there too, whatever its words weigh."""
    follows = bool(context.recent_issue or context.quoted_text)
    if follows and heard.agrees == "same" and not chosen & OUTWEIGHS_ISSUE:
        return chosen - {"issue"} | {"support"}
    bar = SUPPORT[follows] - (ALSO if follows and heard.agrees else 0.0)
    is_support = heard.margins["support"] > bar and not (chosen - {"support", "question"} and follows)
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
