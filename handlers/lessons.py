"""Learning on the job: from the lessons of one estate to its own layer of weights.

collect   in a transaction: the lessons, and the layer in use
think     seconds, and in none: learns a layer and judges it
conclude  in a transaction: puts it to use if it is no worse, and writes down the figures
"""

from __future__ import annotations

import json
from collections import OrderedDict
from dataclasses import dataclass
from datetime import datetime
from threading import Lock

from sqlalchemy.orm import Session

from handlers.understanding.layer import Layer
from handlers.understanding.learning import MOST_LESSONS, Lesson, Verdict, judge, labels_of
from models import audit
from models import layer as layers
from models import lesson as lessons
from models.cause import Cause
from models.layer import Figures
from models.lesson import Taught

CACHED = 100  # layers that a process keeps at hand


@dataclass(frozen=True)
class Material:
    """All that a learning needs of the database."""

    lessons: tuple[Lesson, ...]
    active: Layer | None
    since: datetime | None  # when the active layer was made: it knows nothing of what came after


def collect(session: Session, estate_id: int) -> Material:
    """What workers said, and of what settled tickets confirm as much as there is room for; in the order of the chat."""
    said = lessons.of_estate(session, estate_id, MOST_LESSONS)
    settled = lessons.confirmed(session, estate_id, MOST_LESSONS - len(said)) if len(said) < MOST_LESSONS else []
    taught = sorted([*said, *settled], key=lambda one: one.inbox_id)
    active = layers.active(session, estate_id)
    in_use = Layer(active.weights) if active else None
    return Material(tuple(map(_lesson, taught)), in_use, active.made_at if active else None)


def _lesson(taught: Taught) -> Lesson:
    return Lesson(taught.text, taught.at, labels_of(taught.problems))


def think(material: Material) -> Verdict:
    """Learns and judges. Two thousand lessons take 4 to 8 seconds of one core."""
    return judge(material.lessons, material.active, material.since)


def conclude(session: Session, cause: Cause, verdict: Verdict) -> None:
    """Installs the layer where it is no worse; else all stays as it is. The audit has the figures either way."""
    if verdict.is_no_worse:
        figures = Figures(verdict.lessons, verdict.before, verdict.after)
        layers.install(session, cause, verdict.layer.weights, figures)
    audit.record(session, cause, "layer.learn", cause.estate_id, is_installed=verdict.is_no_worse, **verdict.figures)


class _AtHand:
    """Layers that were read lately. A layer never changes, so what is known by its key stays true."""

    def __init__(self) -> None:
        self._layers: OrderedDict[tuple[int, int], Layer] = OrderedDict()
        self._lock = Lock()

    def get(self, session: Session, key: tuple[int, int]) -> Layer:
        with self._lock:
            known = self._layers.get(key)
            if known is not None:
                self._layers.move_to_end(key)
                return known
        read = Layer(layers.get(session, *key).weights)
        with self._lock:
            self._layers[key] = read
            if len(self._layers) > CACHED:
                self._layers.popitem(last=False)
        return read


_at_hand = _AtHand()


def layer_at_hand(session: Session, estate_id: int, layer_id: int | None) -> Layer | None:
    """The layer with this id; its weights are read with the first message."""
    return _at_hand.get(session, (estate_id, layer_id)) if layer_id is not None else None


def active_layer(session: Session, estate_id: int) -> Layer | None:
    """The layer in use."""
    return layer_at_hand(session, estate_id, layers.active_id(session, estate_id))


def export(taught: Taught) -> str:
    """A lesson as a line of labelled sentences, as `train` reads them."""
    issues = [{"category": category, "urgency": urgency} for category, urgency in taught.problems]
    line = {"id": str(taught.inbox_id), "at": taught.at.isoformat(), "text": taught.text}
    told = line | {"intents": ["issue"] if issues else ["chat"]} | ({"issues": issues} if issues else {})
    return json.dumps(told | {"source": taught.source}, ensure_ascii=False)
