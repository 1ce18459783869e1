"""A linear model in plain Python: one row of small integers a feature, summed for all labels at once.

A row is kept as one large integer whose 16-bit fields are the labels' weights, each moved up by 128 so that none is
negative. Summing rows then sums every label in one addition, which is what makes it fast without numpy. The last
field counts the rows, so that the moves can be taken back. 257 rows fill a field; longer texts are summed in pieces.

File: a line of JSON (labels, intercepts, scales), then, compressed, the features' names a line and their rows of one
signed byte a label. It holds no sentence.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice, repeat
from math import exp
from pathlib import Path
from struct import unpack

_OFFSET = 128
_FIELD = 2  # bytes
_EVEN_AT = 60  # features of a message of usual length
_MOST = 240  # rows summed into one integer; some of the 257 that fit are left for `add`

Sums = tuple[int, ...]  # packed sums of at most `_MOST` rows each


@dataclass(frozen=True)
class LinearModel:
    """Weights of every label. `rows` maps a feature to its packed weights."""

    labels: tuple[str, ...]
    intercepts: tuple[float, ...]
    scales: tuple[float, ...]
    rows: Mapping[str, int]

    def weigh(self, features: Sequence[str]) -> Sums:
        """The summed weights of features, each as often as it comes; unknown ones weigh nothing."""
        rows = map(self.rows.get, features, repeat(0))
        if len(features) <= _MOST:
            return (sum(rows),)
        return tuple(sum(islice(rows, _MOST)) for _ in range(0, len(features), _MOST))

    def add(self, sums: Sums, features: Iterable[str]) -> Sums:
        """The sums with at most 17 more features."""
        return (sums[0] + sum(map(self.rows.get, islice(features, 17), repeat(0))), *sums[1:])

    def margins(self, sums: Sums, begins: int = 0, stops: int | None = None) -> dict[str, float]:
        """The log-odds of the labels at [begins, stops)."""
        fields = self._fields(sums[0]) if len(sums) == 1 else list(map(sum, zip(*map(self._fields, sums), strict=True)))
        count = fields[-1]
        moved, evened = count * _OFFSET, evening(count)
        chosen = zip(
            self.labels[begins:stops], self.intercepts[begins:], self.scales[begins:], fields[begins:], strict=False
        )
        return {label: intercept + scale * evened * (field - moved) for label, intercept, scale, field in chosen}

    def weight(self, feature: str, label: str) -> float:
        """What one feature by itself adds to a label, in a text of usual length."""
        packed, at = self.rows.get(feature, 0), self.labels.index(label)
        return self.scales[at] * (self._fields(packed)[at] - _OFFSET) if packed else 0.0

    def _fields(self, packed: int) -> Sequence[int]:
        size = len(self.labels) + 1
        return unpack(f"<{size}H", packed.to_bytes(_FIELD * size, "little"))


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
    rows = {name: _pack(weights[k * width : (k + 1) * width]) for k, name in enumerate(features)}
    return LinearModel(tuple(told["labels"]), tuple(told["intercepts"]), tuple(told["scales"]), rows)


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
