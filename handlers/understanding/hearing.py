"""What stands in a message before it is judged: its text, its places, what the weights make of its characters, and
what rules and parsers find where the weights see something to look for."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from importlib import resources
from pathlib import Path

from handlers.understanding.adverts import is_advert
from handlers.understanding.danger import dangers_named, is_harmless
from handlers.understanding.features import frame, grams_of, rules_as_features
from handlers.understanding.layer import Layer, add
from handlers.understanding.linear import LinearModel, Sums, load_model
from handlers.understanding.meaning import INTENTS, Context
from handlers.understanding.normal import normalise
from handlers.understanding.outages import is_outage
from handlers.understanding.places import PlaceSpan, find_places
from handlers.understanding.supports import Agreement, read_support
from handlers.understanding.topics import Topics, read_topics

# The margin from which a rule or parser looks for its part. On 6,000 labelled sentences no part was missed below it that
# its label asked for, and 98 were that it did not; looking everywhere costs as much as all the rest.
LIKELY = -3.0
# In a chat whose state is known, 帮我排队 after a full room or 会议不开了 say enough, however little such words weigh.
LIKELY_HERE = -6.0
ALL_INTENTS = frozenset(INTENTS)
DANGER = "danger"  # the last label that is weighed for every message, so that the costly rules of danger look only where there may be one

_AWAITED = (  # what of the chat's state lets one expect an intent
    ("polls", "poll.vote"),
    ("awaits_verdict", "ticket.feedback"),
    ("has_offer", "booking.create"),
    ("sender_roles", "ticket.update"),
)
_ANSWERS = {
    "meeting": ("meeting.rsvp", "meeting.create"),
    "task": ("volunteer",),
}  # a meeting may be moved or called off

# WeChat's quoted reply: 「name：what was said」, a line of dashes, then the answer.
_QUOTED = re.compile(r"^\s*「(?P<quoted>.*?)」\s*\n\s*[-— ]{3,}\s*\n(?P<own>.*)$", re.DOTALL)

Margins = Mapping[str, float]


@dataclass(frozen=True)
class Hearing:
    """A message taken apart. `text` is the sender's own, without what it quotes; `margins` are those of its intents."""

    text: str
    quoted: str
    places: tuple[PlaceSpan, ...]
    topics: Topics
    agrees: Agreement | None
    rules: tuple[str, ...]  # names of all that rules and parsers found
    margins: Margins
    sums: Sums
    learnt_here: Margins = field(default_factory=dict)  # what the estate's layer adds; `margins` have it already

    @property
    def kinds(self) -> Margins:
        """The margins of the message's categories and urgencies, where it tells a problem."""
        return add(weights().kinds(self.sums), self.learnt_here)


@dataclass(frozen=True)
class Weights:
    """The weights as the program ships them: labels of every message first, then those of what tells a problem."""

    model: LinearModel
    kinds_from: int  # where the labels of kinds of problem begin

    def intents(self, sums: Sums) -> Margins:
        """The margins of the intents, and of DANGER."""
        return self.model.margins(sums, 0, self.kinds_from)

    def kinds(self, sums: Sums) -> Margins:
        """The margins of categories, urgencies and of several problems."""
        return self.model.margins(sums, self.kinds_from)


@cache
def weights() -> Weights:
    model = load_model(Path(str(resources.files("config") / "weights" / "reading.bin")))
    return Weights(model, model.labels.index(DANGER) + 1)


def hear(text: str, context: Context, now: datetime) -> Hearing:
    """Take a message apart. `now`: when it was sent, with its zone."""
    own, quoted = split_quote(normalise(text).strip(), context)
    places = find_places(own)
    learnt = weights()
    sums = learnt.model.weigh(frame(own))
    learnt_here = context.layer.corrections(own) if context.layer else {}
    first = add(learnt.intents(sums), learnt_here)
    topics = read_topics(own, places, _likely(first, context), context, now)
    agrees = read_support(own) if _may_agree(first, context) else None
    rules = _rules(
        _rules_of_problems(own, first[DANGER]) if first["issue"] > LIKELY else [], bool(quoted), agrees, topics
    )
    if rules:
        sums = learnt.model.add(sums, rules_as_features(rules))
    margins = add(learnt.intents(sums), learnt_here) if rules else first
    return Hearing(own, quoted, places, topics, agrees, rules, margins, sums, learnt_here)


def split_quote(text: str, context: Context) -> tuple[str, str]:
    """The sender's own words of a normalised text, and the words that he quotes."""
    reply = _QUOTED.match(text) if text.startswith("「") else None
    return (reply["own"].strip(), reply["quoted"]) if reply else (text, context.quoted_text or "")


def _likely(margins: Margins, context: Context) -> frozenset[str]:
    """The intents whose parsers are worth asking: those that the weights do not rule out, and those awaited here."""
    if context.mentions_bot or context.is_private:
        return ALL_INTENTS
    bar = LIKELY_HERE if context.is_pipeline else LIKELY
    return _awaited(context).union([intent for intent in INTENTS if margins[intent] > bar])


def _awaited(context: Context) -> frozenset[str]:
    """What the state of the chat makes likely, whatever the words: votes while a poll is open, orders from workers."""
    awaited = [intent for state, intent in _AWAITED if getattr(context, state)]
    return frozenset(awaited).union(_ANSWERS.get(context.calls_for or "", ()))


def _may_agree(margins: Margins, context: Context) -> bool:
    follows = bool(context.recent_issue or context.quoted_text)
    return follows or margins["support"] > LIKELY or margins["issue"] > LIKELY


def _rules_of_problems(text: str, danger: float) -> list[str]:
    """What the rules about problems find in a text that may tell one. `danger`: its margin."""
    named = dangers_named(text) if danger > LIKELY else []
    is_real = bool(named) and not is_harmless(text)
    found = [f"danger {name}" for name in named if is_real]
    found += ["danger" if is_real else "danger denied"] if named else []
    found += ["outage"] if is_outage(text) else []
    return found + (["advert"] if is_advert(text) else [])


def _rules(of_problems: list[str], is_reply: bool, agrees: Agreement | None, topics: Topics) -> tuple[str, ...]:
    of_talk = [*(["quotes"] if is_reply else []), *([f"agrees {agrees}"] if agrees else [])]
    return (*of_problems, *of_talk, *(f"topic {intent}" for intent in topics.intents))


def features_to_learn(text: str, now: datetime) -> list[str]:
    """Every feature of a message of which nothing else is known: what `hear` weighs, with no rule left out."""
    own, quoted = split_quote(normalise(text).strip(), Context())
    topics = read_topics(own, find_places(own), ALL_INTENTS, Context(), now)
    rules = _rules(_rules_of_problems(own, 0.0), bool(quoted), read_support(own), topics)
    return [*grams_of(own), *rules_as_features(rules)]


@dataclass(frozen=True)
class Weighed:
    """What the weights make of a part of a message: how likely it tells a problem, and of which kind."""

    issue: float
    kinds: Margins


def weigh_part(text: str, layer: Layer | None = None) -> Weighed:
    """The margins of a part of a message by itself."""
    learnt_here = layer.corrections(text) if layer else {}
    learnt = weights()
    sums = learnt.model.weigh(frame(text))
    rules = _rules_of_problems(text, learnt.model.margin(sums, DANGER))
    sums = learnt.model.add(sums, rules_as_features(rules))
    issue = learnt.model.margin(sums, "issue") + learnt_here.get("issue", 0.0)
    return Weighed(issue, add(learnt.kinds(sums), learnt_here))
