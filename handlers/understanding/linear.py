"""A linear model of a text's pieces: one row of small integers a feature, summed for all labels at once.

A row is kept as one large integer whose 16-bit fields are the labels' weights, each moved up by 128 so that none is
negative. Summing rows then sums every label in one addition, which is what makes it fast without numpy. The last
field counts the rows, so that the moves can be taken back. 257 rows fill a field; longer texts are summed in stretches.

All pieces of a text that are features are found in one walk through it by pyahocorasick: half the cost of cutting the
text into pieces and looking each one up, in no more memory than a dict.

File: a line of JSON (labels, intercepts, scales), then, compressed, the features' names a line and their rows of one
signed byte a label. It holds no sentence.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import islice, repeat
from math import exp
from operator import itemgetter
from pathlib import Path
from struct import Struct

from ahocorasick import Automaton

from handlers.understanding.features import LONGEST_GRAM

_OFFSET = 128
_FIELD = 2  # bytes
_EVEN_AT = 60  # features of a message of usual length
_MOST = 240  # rows summed into one integer; some of the 257 that fit are left for `add`

Sums = tuple[int, ...]  # packed sums of at most `_MOST` rows each


@dataclass(frozen=True)
class LinearModel:
    """Weights of every label. `grams` and `rules` map a feature to its packed weights: pieces of a text, of at most
    LONGEST_GRAM characters, and what else is known of it, by longer names."""

    labels: tuple[str, ...]
    intercepts: tuple[float, ...]
    scales: tuple[float, ...]
    grams: Automaton
    rules: Mapping[str, int]

    def weigh(self, text: str) -> Sums:
        """The summed weights of all pieces of a text, each as often as it stands there; unknown ones weigh nothing."""
        rows: Iterator[int] = map(itemgetter(1), self.grams.iter(text))
        most = len(text) * LONGEST_GRAM
        if most <= _MOST:
            return (sum(rows),)
        return tuple(sum(islice(rows, _MOST)) for _ in range(0, most, _MOST))

    def add(self, sums: Sums, rules: Iterable[str]) -> Sums:
        """The sums with at most 17 features that are no pieces."""
        return (sums[0] + sum(map(self.rules.get, islice(rules, 17), repeat(0))), *sums[1:])

    def margins(self, sums: Sums, begins: int = 0, stops: int | None = None) -> dict[str, float]:
        """The log-odds of the labels at [begins, stops)."""
        fields = self._summed(sums)
        moved, evened = fields[-1] * _OFFSET, evening(fields[-1])
        columns = (self.labels[begins:stops], self.intercepts[begins:stops], self.scales[begins:stops], fields[begins:])
        return {
            label: intercept + scale * evened * (field - moved)
            for label, intercept, scale, field in zip(*columns, strict=False)
        }

    def margin(self, sums: Sums, label: str) -> float:
        """The log-odds of one label."""
        at, fields = self.labels.index(label), self._summed(sums)
        return self.intercepts[at] + self.scales[at] * evening(fields[-1]) * (fields[at] - fields[-1] * _OFFSET)

    def weight(self, feature: str, label: str) -> float:
        """What one feature by itself adds to a label, in a text of usual length."""
        packed, at = self.rules.get(feature) or self.grams.get(feature, 0), self.labels.index(label)
        return self.scales[at] * (self._fields(packed)[at] - _OFFSET) if packed else 0.0

    def _summed(self, sums: Sums) -> Sequence[int]:
        if len(sums) == 1:
            return self._fields(sums[0])
        return list(map(sum, zip(*map(self._fields, sums), strict=True)))

    def _fields(self, packed: int) -> Sequence[int]:
        return self._row.unpack(packed.to_bytes(self._row.size, "little"))

    @cached_property
    def _row(self) -> Struct:
        return Struct(f"<{len(self.labels) + 1}H")


def evening(count: int) -> float:
    """What a text's weights are multiplied by, so that long texts do not weigh more than short ones can."""
    return float((_EVEN_AT / max(1, count)) ** 0.5)


def probability(margin: float) -> float:
    """The logistic function, safe for large margins."""
    return 1 / (1 + exp(-max(-30.0, min(30.0, margin))))


def _pack(row: bytes) -> int:
    """Signed bytes to one integer with a field a label and 1 in the last."""
    fields = bytearray(_FIELD * (len(row) + 1))
    fields[: _FIELD * len(row) : _FIELD] = bytes((byte + _OFFSET) & 0xFF for byte in row)
    fields[_FIELD * len(row)] = 1
    return int.from_bytes(fields, "little")


def load_model(path: Path) -> LinearModel:
    """Read a weight file. Raises ValueError when it is damaged."""
    head, _, body = path.read_bytes().partition(b"\n")
    told = json.loads(head)
    names, _, weights = zlib.decompress(body).partition(b"\n\n")
    width = len(told["labels"])
    features = names.decode().split("\n")
    if len(weights) != width * len(features):
        raise ValueError(f"{path.name}: {len(weights)} weights for {len(features)} features of {width} labels")
    grams, rules = Automaton(), {}
    for name, begins in zip(features, range(0, len(weights), width), strict=True):
        row = _pack(weights[begins : begins + width])
        if len(name) > LONGEST_GRAM:
            rules[name] = row
        else:
            grams.add_word(name, row)
    grams.make_automaton()
    return LinearModel(tuple(told["labels"]), tuple(told["intercepts"]), tuple(told["scales"]), grams, rules)


def save_model(
    path: Path, labels: Sequence[str], intercepts: Sequence[float], weights: Mapping[str, Sequence[float]]
) -> None:
    """Write float weights, a list of one a label for every feature, as a weight file."""
    tops = [max((abs(row[k]) for row in weights.values()), default=0.0) or 1.0 for k in range(len(labels))]
    scales = [top / 127 for top in tops]
    kept = {name: row for name, row in weights.items() if "\n" not in name}
    body = bytes(round(w / s) & 0xFF for row in kept.values() for w, s in zip(row, scales, strict=True))
    head = json.dumps({"labels": list(labels), "intercepts": list(intercepts), "scales": scales})
    packed = zlib.compress("\n".join(kept).encode() + b"\n\n" + body, 9)
    path.write_bytes(head.encode() + b"\n" + packed)
