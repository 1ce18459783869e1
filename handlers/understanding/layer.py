"""An estate's own small layer of weights: what its workers' corrections add to the margins of the shipped weights.

A layer is a value. It is learnt in `learning.py`, and nothing of it is known to any other estate.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import sqrt

from handlers.understanding.features import frame

CAP = 5.0  # the most that a layer can move one label of one message, whatever it learnt
MOST_FEATURES = 20_000
TINY = 0.02  # weights below this are not kept

Weights = Mapping[str, Mapping[str, float]]  # feature → {label: weight}


def features_of(text: str) -> list[str]:
    """What a layer sees of a normalised text: each two and three characters in a row, once. Single characters are left
    out: they come everywhere, and would teach a layer to lean to one side."""
    framed = frame(text)
    return list(dict.fromkeys(framed[k : k + size] for size in (2, 3) for k in range(len(framed) - size + 1)))


@dataclass(frozen=True)
class Layer:
    """Weights of the features that were learnt, sparse."""

    weights: Weights

    def corrections(self, text: str) -> dict[str, float]:
        """What the layer adds to the labels' margins of a normalised text; labels that it leaves alone are missing."""
        features = features_of(text)
        summed: dict[str, float] = {}
        for row in filter(None, map(self.weights.get, features)):
            for label, weight in row.items():
                summed[label] = summed.get(label, 0.0) + weight
        return {label: capped(weight * evened(features)) for label, weight in summed.items()}

    def as_json(self) -> str:
        return json.dumps(self.weights, ensure_ascii=False, separators=(",", ":"), sort_keys=True)

    @classmethod
    def from_json(cls, written: str) -> Layer:
        return cls(json.loads(written))


def add(margins: Mapping[str, float], corrections: Mapping[str, float]) -> Mapping[str, float]:
    """The margins with a layer's corrections; labels that stand in the corrections alone are not added."""
    if not corrections:
        return margins
    return {label: margin + corrections.get(label, 0.0) for label, margin in margins.items()}


def evened(features: Sequence[str]) -> float:
    """What a text's weights are multiplied by, so that a long text is not moved more than a short one."""
    return 1 / sqrt(max(1, len(features)))


def capped(correction: float) -> float:
    return max(-CAP, min(CAP, correction))


def sparse(columns: Iterable[tuple[str, Mapping[str, float]]]) -> Layer:
    """A layer of a label's weights by feature, label by label: without what is tiny, and of too many the heaviest."""
    rows: dict[str, dict[str, float]] = {}
    for label, column in columns:
        for feature, weight in column.items():
            if abs(weight) >= TINY:
                rows.setdefault(feature, {})[label] = round(weight, 3)
    heaviest = sorted(rows, key=lambda feature: (-max(map(abs, rows[feature].values())), feature))[:MOST_FEATURES]
    return Layer({feature: rows[feature] for feature in heaviest})
