"""A linear model in plain Python: one row of small integers a feature, summed for all labels at once.

A row is kept as one large integer whose 32-bit fields are the labels' weights, each moved up by 128 so that none is
negative. Summing rows then sums every label in one addition, which is what makes it fast without numpy. The last
field counts the rows, so that the moves can be taken back.

File: a line of JSON (labels, intercepts, scales, number of features), then, compressed, the features' names a line
and their rows of one signed byte a label. It holds no sentence.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass
from math import exp
from pathlib import Path
from struct import unpack

_OFFSET = 128
_FIELD = 4  # bytes


@dataclass(frozen=True)
class LinearModel:
    """Weights of every label. `rows` maps a feature to its packed weights."""

    labels: tuple[str, ...]
    intercepts: tuple[float, ...]
    scales: tuple[float, ...]
    rows: Mapping[str, int]

    def margins(self, features: Set[str]) -> dict[str, float]:
        """The sum of weights of each label; above 0 means more likely than not."""
        packed = sum(map(self.rows.__getitem__, self.rows.keys() & features))
        size = len(self.labels) + 1
        *fields, count = unpack(f"<{size}I", packed.to_bytes(_FIELD * size, "little"))
        moved = count * _OFFSET
        sums = zip(self.labels, self.intercepts, self.scales, fields, strict=True)
        return {label: intercept + scale * (field - moved) for label, intercept, scale, field in sums}


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
