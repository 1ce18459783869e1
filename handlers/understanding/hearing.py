"""What stands in a message before it is judged: its text, places, times and words, and the model's weighing of them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from importlib import resources
from pathlib import Path

from handlers.understanding.clauses import Clause, split_clauses
from handlers.understanding.danger import emergencies_in
from handlers.understanding.features import features_of
from handlers.understanding.lexicon import Hit, find_terms
from handlers.understanding.linear import LinearModel, load_model
from handlers.understanding.meaning import Context
from handlers.understanding.normal import normalise
from handlers.understanding.places import PlaceSpan, find_places
from handlers.understanding.times import find_times
from handlers.understanding.topics import Topics, read_topics

WEIGHTS = "reading.bin"

# WeChat's quoted reply: 「name：what was said」, a line of dashes, then the answer.
_QUOTED = re.compile(r"^\s*「(?P<quoted>.*?)」\s*\n\s*[-— ]{3,}\s*\n(?P<own>.*)$", re.DOTALL)


@dataclass(frozen=True)
class Hearing:
    """A message taken apart. `text` is the sender's own, without what it quotes."""

    text: str
    quoted: str
    places: tuple[PlaceSpan, ...]
    topics: Topics
    clauses: tuple[Clause, ...]
    signals: tuple[str, ...]


def hear(text: str, context: Context, now: datetime) -> Hearing:
    """Take a message apart. `now`: when it was sent, with its zone."""
    normal = normalise(text).strip()
    reply = _QUOTED.match(normal)
    own, quoted = (reply["own"].strip(), reply["quoted"]) if reply else (normal, context.quoted_text or "")
    places = find_places(own)
    topics = read_topics(own, places, find_times(own, now, places), context, now)
    signals = [*_signals(own), *(["quotes"] if quoted else []), *(f"topic {intent}" for intent in topics.intents)]
    return Hearing(own, quoted, places, topics, tuple(split_clauses(own)), tuple(signals))


def _signals(text: str) -> list[str]:
    dangers = emergencies_in(text)
    return [*(f"danger {name}" for name in dangers), *(["danger"] if dangers else [])]


def features_heard(heard: Hearing) -> set[str]:
    """The features of the whole message."""
    return features_of(heard.text, _hits(heard.text, heard.places), heard.clauses, heard.signals)


def _hits(text: str, places: Sequence[PlaceSpan]) -> list[Hit]:
    """The terms of a text; those that only say where have the tags of places: 电梯口 is not about the lift."""
    within = {k for span in places for k in range(span.begins, span.stops)}
    return [hit if hit.stops - 1 not in within else hit.as_place() for hit in find_terms(text)]


@cache
def model() -> LinearModel:
    """The weights that the program ships with."""
    return load_model(Path(str(resources.files("config") / "weights" / WEIGHTS)))


def weigh(text: str) -> dict[str, float]:
    """The margins of a normalised part of a message by itself."""
    hits = _hits(text, find_places(text))
    return model().margins(features_of(text, hits, [Clause(text, 0, len(text))], _signals(text)))
