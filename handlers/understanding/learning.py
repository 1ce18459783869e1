"""Learning an estate's layer from its lessons, and judging whether it is worth having.

A lesson is a message with what it should have been read as. The shipped weights stay as they are; the layer learns
small corrections on top of their margins, one logistic regression a label, in plain Python.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import cache
from math import exp, log1p

from config import HERE
from handlers.understanding.decide import OVERHEARD, decide
from handlers.understanding.hearing import Hearing, hear
from handlers.understanding.issues import CATEGORY, SEVERAL, URGENCY, category_of, urgency_of
from handlers.understanding.layer import Layer, add, capped, evened, features_of, sparse
from handlers.understanding.meaning import Context

MOST_LESSONS = 2000
FOLDS = 4
EPOCHS = 6
STEP = 2.0
DECAY = 0.01  # the share that every weight loses in an epoch: towards zero, what nothing speaks for
SURE = 0.2  # of a label this near the truth nothing more is learnt
ALWAYS = ("issue", "chat")
LEVELS = {
    "emergency": ("urgent", "emergency"),
    "urgent": ("urgent",),
    "normal": (),
}  # as the shipped weights learnt them
# A message of a lesson came out of a chat that is listened to all day.
OVERHEARD_CHAT = Context(is_pipeline=True)
CENTRE = {"issue": OVERHEARD[True]}  # the margin from which a label is heard; of all others 0
AT = datetime(2026, 3, 11, 19, 42, tzinfo=UTC)


@dataclass(frozen=True)
class Lesson:
    """A message, and what it is: `issue` with `category:…` and `urgency:…`, or `chat`."""

    text: str
    at: datetime
    labels: frozenset[str]


def labels_of(problems: Collection[tuple[str, str]]) -> frozenset[str]:
    """The labels of a message that tells problems, (category, urgency) each; of none it is `chat`."""
    if not problems:
        return frozenset({"chat"})
    levels = {f"{URGENCY}{level}" for _, urgency in problems for level in LEVELS[urgency]}
    return frozenset({"issue", *(f"{CATEGORY}{category}" for category, _ in problems), *levels})


@dataclass(frozen=True)
class _Heard:
    """A lesson as the shipped weights hear it."""

    lesson: Lesson
    hearing: Hearing
    margins: Mapping[str, float]  # of every label that the lesson teaches
    features: tuple[str, ...]
    is_settled: bool = False  # the shipped weights have the last word on it


@dataclass(frozen=True)
class Verdict:
    """What became of a learning: mistakes on the lessons without a layer, with the new one (each lesson judged by a
    layer that was learnt without it), and with the one in use on the lessons that came after it."""

    layer: Layer
    lessons: int
    before: int
    after: int
    active: int
    after_active: int
    is_sane: bool

    @property
    def figures(self) -> dict[str, int | bool]:
        return {
            "lessons": self.lessons,
            "before": self.before,
            "after": self.after,
            "active": self.active,
            "after_active": self.after_active,
            "is_sane": self.is_sane,
        }

    @property
    def is_no_worse(self) -> bool:
        return self.is_sane and self.after <= self.before and self.after_active <= self.active


def learn_layer(lessons: Sequence[Lesson]) -> Layer:
    """The layer of some lessons; of more than `MOST_LESSONS` the last count."""
    return _learn(_hear_all(lessons[-MOST_LESSONS:]))


def mistakes(lessons: Sequence[Lesson], layer: Layer | None) -> int:
    """How often the lessons are read wrongly: issue or not, else the category, and the urgency."""
    return sum(_mistakes(one, layer) for one in _hear_all(lessons))


def judge(lessons: Sequence[Lesson], active: Layer | None = None, since: datetime | None = None) -> Verdict:
    """Learns a layer and says how good it is on what it has not seen. `active` was learnt before `since`."""
    heard = _hear_all(lessons[-MOST_LESSONS:])
    after = [_mistakes(one, layer) for one, layer in _left_out(heard)]
    fresh = [k for k, one in enumerate(heard) if since is not None and one.lesson.at > since]
    layer = _learn(heard)
    return Verdict(
        layer,
        len(heard),
        sum(_mistakes(one, None) for one in heard),
        sum(after),
        sum(_mistakes(heard[k], active) for k in fresh),
        sum(after[k] for k in fresh),
        is_sane(layer),
    )


def _left_out(heard: Sequence[_Heard]) -> Iterator[tuple[_Heard, Layer]]:
    """Each lesson in its place, with a layer learnt without it and whoever says the same words."""
    texts = {text: k % FOLDS for k, text in enumerate(dict.fromkeys(one.hearing.text for one in heard))}
    folds = [texts[one.hearing.text] for one in heard]
    layers = {fold: _learn([one for one, of in zip(heard, folds, strict=True) if of != fold]) for fold in set(folds)}
    return ((one, layers[fold]) for one, fold in zip(heard, folds, strict=True))


def _hear_all(lessons: Sequence[Lesson]) -> list[_Heard]:
    return [_hear(lesson) for lesson in lessons]


def _hear(lesson: Lesson) -> _Heard:
    hearing = hear(lesson.text, OVERHEARD_CHAT, lesson.at)
    margins = {label: hearing.margins[label] for label in ALWAYS}
    if "issue" in lesson.labels:
        margins |= {label: margin for label, margin in hearing.kinds.items() if label != SEVERAL}
    return _Heard(lesson, hearing, margins, tuple(features_of(hearing.text)))


def _mistakes(one: _Heard, layer: Layer | None) -> int:
    hearing, labels = one.hearing, one.lesson.labels
    if layer is not None:
        learnt_here = layer.corrections(hearing.text)
        hearing = replace(hearing, margins=add(hearing.margins, learnt_here), learnt_here=learnt_here)
    is_issue = "issue" in decide(hearing, OVERHEARD_CHAT)
    if not is_issue or "issue" not in labels:
        return int(is_issue != ("issue" in labels))
    kinds = hearing.kinds
    read = labels_of([(category_of(hearing.text, kinds, True), urgency_of(kinds, True))])
    return int(not _of(CATEGORY, read) <= _of(CATEGORY, labels)) + int(_of(URGENCY, read) != _of(URGENCY, labels))


def _of(kind: str, labels: frozenset[str]) -> frozenset[str]:
    return frozenset(label for label in labels if label.startswith(kind))


# How it learns.


@dataclass(frozen=True)
class _Features:
    """The features of all lessons by number, and how much each may learn: what recurs more than what stands in one
    lesson alone. Numbers instead of names, since nearly all the time goes into summing weights."""

    names: tuple[str, ...]
    worth: tuple[float, ...]
    of: tuple[tuple[int, ...], ...]  # the numbers of each lesson's


def _number(taught: Sequence[_Heard]) -> _Features:
    count: dict[str, int] = {}
    for one in taught:
        for feature in one.features:
            count[feature] = count.get(feature, 0) + 1
    number = {feature: n for n, feature in enumerate(count)}
    of = tuple(tuple(number[feature] for feature in one.features) for one in taught)
    return _Features(tuple(count), tuple(log1p(n) for n in count.values()), of)


def _learn(heard: Sequence[_Heard]) -> Layer:
    taught = [*heard, *(replace(one, is_settled=True) for one in _hear_all(_must_not_change()))]
    features = _number(taught)
    labels = sorted({label for one in taught for label in one.margins})
    return sparse((label, _fit(label, taught, features)) for label in labels)


@dataclass(frozen=True)
class _Task:
    """What one lesson says about one label."""

    features: tuple[int, ...]
    scale: float
    truth: float
    margin: float  # above the one from which the label is heard


def _fit(label: str, taught: Sequence[_Heard], features: _Features) -> dict[str, float]:
    """The weights of one label by feature. What the shipped weights know well enough teaches nothing."""
    numbered = zip(taught, features.of, strict=True)
    tasks = [_task(label, one, of) for one, of in numbered if label in one.margins]
    weights = [0.0] * len(features.names)
    for epoch in range(EPOCHS):
        step = STEP / (1 + epoch / 2)
        if not sum(_step(task, weights, features.worth, step) for task in tasks):
            break
        weights = [weight * (1 - DECAY) for weight in weights]
    return {features.names[n]: weight for n, weight in enumerate(weights) if weight}


def _task(label: str, one: _Heard, of: tuple[int, ...]) -> _Task:
    """A lesson teaches its labels. A plain sentence only teaches to leave it alone: what it is worth without a layer."""
    margin = one.margins[label] - CENTRE.get(label, 0.0)
    truth = _logistic(margin) if one.is_settled else float(label in one.lesson.labels)
    return _Task(of, evened(one.features), truth, margin)


def _step(task: _Task, weights: list[float], worth: Sequence[float], step: float) -> bool:
    """Moves the weights of one message's features towards the truth; False where it is heard well enough."""
    learnt = capped(task.scale * sum(map(weights.__getitem__, task.features)))
    error = task.truth - _logistic(task.margin + learnt)
    if abs(error) < SURE:
        return False
    pushed = step * error * task.scale
    for n in task.features:
        weights[n] += pushed * worth[n]
    return True


def _logistic(margin: float) -> float:
    return 1 / (1 + exp(-max(-30.0, min(30.0, margin))))


# What every layer must leave alone.


@dataclass(frozen=True)
class _Sane:
    lesson: Lesson
    is_taught: bool  # it stands beside the lessons while a layer learns; the others judge what came of it


@cache
def _sane() -> tuple[_Sane, ...]:
    lines = (HERE / "lexicon" / "sane.jsonl").read_text("utf-8").splitlines()
    read = [json.loads(line) for line in lines]
    lessons = [Lesson(one["text"], AT, labels_of([tuple(one["problem"])] if one["problem"] else [])) for one in read]
    return tuple(_Sane(lesson, k // 2 % 2 == 0) for k, lesson in enumerate(lessons))


def _must_not_change() -> list[Lesson]:
    return [one.lesson for one in _sane() if one.is_taught]


def is_sane(layer: Layer) -> bool:
    """Whether plain sentences are still read as they were: greetings, thanks, adverts, and above all danger."""
    heard = _hear_all([one.lesson for one in _sane()])
    return all(_mistakes(one, layer) <= _mistakes(one, None) for one in heard)
