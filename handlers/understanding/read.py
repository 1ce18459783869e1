"""From a message to its meaning: the one door of understanding."""

from __future__ import annotations

import ctypes
import gc
import os
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

from handlers.understanding.behalf import read_behalf
from handlers.understanding.decide import bar_of_issue, decide
from handlers.understanding.hearing import Hearing, hear, weigh_part
from handlers.understanding.issues import tell_problems
from handlers.understanding.keywords import keywords_of
from handlers.understanding.linear import probability
from handlers.understanding.meaning import Context, Issue, Meaning, TimeSpan
from handlers.understanding.places import merge, places_for
from handlers.understanding.polls import closing_time
from handlers.understanding.topics import NOTHING, PLANS, Topics
from handlers.understanding.words import cut, load_words

SLOTS = ("poll", "vote", "order", "feedback", "amendment", "bookings", "meeting", "is_going", "offer")
WORTH_TELLING = 0.5


def load(cache: Path | None = None) -> None:
    """Read dictionary and weights now instead of with the first message. `cache`: a private folder for jieba's index."""
    load_words(cache)
    understand("停水了", Context(), datetime.now().astimezone())
    _give_back()


def _give_back() -> None:
    """Unpacking the weights takes memory that is free afterwards. glibc keeps it unless it is told: 10 MiB."""
    gc.collect()
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None) if os.name == "posix" else None
    if trim is not None:
        trim(0)


def understand(text: str, context: Context, now: datetime) -> Meaning:
    """What a message means. `now`: when it was sent, with its zone. Never raises on any text."""
    heard = hear(text, context, now)
    behalf = read_behalf(heard.text, context)
    intents = ("issue",) if behalf and behalf.is_filed else decide(heard, context)
    return Meaning(
        intents,
        min(probability(heard.margins[intent]) for intent in intents),
        () if intents == ("chat",) else keywords_of(cut(heard.text)),
        _issues(heard, context) if "issue" in intents else (),
        merge(heard.places),
        _times(heard, intents),
        issue_margin=heard.margins["issue"],
        issue_bar=bar_of_issue(context),
        reasons=(*heard.rules, *_learnt_here(heard), *(f"{intent} {heard.margins[intent]:+.1f}" for intent in intents)),
        behalf=behalf if "issue" in intents else None,
        agrees=heard.agrees,
        **_parts(heard.topics),
    )


def _learnt_here(heard: Hearing) -> list[str]:
    """What the estate's own layer said that counts."""
    return [f"learnt here: {label} {by:+.1f}" for label, by in heard.learnt_here.items() if abs(by) > WORTH_TELLING]


def read_as_issue(text: str, context: Context, now: datetime) -> Meaning:
    """What a message means of which somebody who knows says that it tells a problem."""
    heard = hear(text, context, now)
    issues = _issues(heard, context)
    return Meaning(("issue",), keywords=keywords_of(cut(heard.text)), issues=issues, place=merge(heard.places))


def _parts(topics: Topics) -> dict[str, Any]:
    """The slots of the topics, by the names that a Meaning gives them."""
    if topics is NOTHING:
        return {}
    number = topics.ticket if topics.ticket is not True and topics.ticket else None
    same = {name: getattr(topics, name) for name in SLOTS}
    return same | {"number": number}


def _issues(heard: Hearing, context: Context) -> tuple[Issue, ...]:
    weigh = partial(weigh_part, layer=context.layer)
    told = tell_problems(heard, weigh, context.is_pipeline)
    return tuple(
        Issue(t.category, t.urgency, places_for(heard.places, t.begins, t.stops), heard.text[t.begins : t.stops])
        for t in told
    )


def _times(heard: Hearing, intents: tuple[str, ...]) -> tuple[TimeSpan, ...]:
    """Times count where the message plans or asks. Of a poll, only when it closes: 周末烧烤去河边还是楼顶 fixes no time."""
    plans, times = PLANS.intersection(intents), heard.topics.times
    if plans != {"poll.create"}:
        return times if plans else ()
    closes = closing_time(heard.text, times)
    return (closes,) if closes else ()
