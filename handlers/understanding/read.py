"""From a message to its meaning: the one door of understanding."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from handlers.understanding.adverts import is_advert
from handlers.understanding.decide import Signs, decide
from handlers.understanding.hearing import Hearing, features_heard, hear, model, weigh
from handlers.understanding.issues import tell_problems
from handlers.understanding.keywords import keywords_of
from handlers.understanding.linear import probability
from handlers.understanding.meaning import Context, Issue, Meaning, TimeSpan
from handlers.understanding.outages import is_outage
from handlers.understanding.places import merge, places_for
from handlers.understanding.supports import Agreement, read_support
from handlers.understanding.topics import Topics
from handlers.understanding.words import cut, load_words

# Intents whose times matter: what is planned or asked for. In other messages a time is only told.
PLANS = frozenset({"booking.create", "booking.cancel", "booking.query", "meeting.create", "poll.create", "volunteer"})


SLOTS = ("poll", "vote", "order", "feedback", "amendment", "bookings", "meeting", "is_going", "offer")


def load(cache: Path | None = None) -> None:
    """Read dictionary and weights now instead of with the first message. `cache`: a private folder for jieba's index."""
    load_words(cache)
    understand("停水了", Context(), datetime.now().astimezone())


def understand(text: str, context: Context, now: datetime) -> Meaning:
    """What a message means. `now`: when it was sent, with its zone. Never raises on any text."""
    heard = hear(text, context, now)
    margins = model().margins(features_heard(heard))
    agrees = read_support(heard.text)
    intents = decide(margins, heard.topics, context, _signs(heard, agrees))
    sureness = min(probability(margins[intent]) for intent in intents)
    return Meaning(
        intents,
        sureness,
        () if intents == ("chat",) else keywords_of(cut(heard.text)),
        _issues(heard, margins) if "issue" in intents else (),
        merge(heard.places),
        _times(heard, intents),
        reasons=(*heard.signals, *(f"{intent} {margins[intent]:+.1f}" for intent in intents)),
        agrees=agrees,
        **_parts(heard.topics),
    )


def _signs(heard: Hearing, agrees: Agreement | None) -> Signs:
    text = heard.text
    return Signs("danger" in heard.signals, is_outage(text), is_advert(text), len(text), agrees)


def _parts(topics: Topics) -> dict[str, Any]:
    """The slots of the topics, by the names that a Meaning gives them."""
    number = topics.ticket if topics.ticket is not True and topics.ticket else None
    same = {name: getattr(topics, name) for name in SLOTS}
    return same | {"number": number}


def _issues(heard: Hearing, margins: Mapping[str, float]) -> tuple[Issue, ...]:
    told = tell_problems(heard.text, heard.clauses, margins, weigh)
    return tuple(
        Issue(t.category, t.urgency, places_for(heard.places, t.begins, t.stops), heard.text[t.begins : t.stops])
        for t in told
    )


def _times(heard: Hearing, intents: tuple[str, ...]) -> tuple[TimeSpan, ...]:
    """Times count where the message plans or asks."""
    return heard.topics.times if PLANS & set(intents) else ()
