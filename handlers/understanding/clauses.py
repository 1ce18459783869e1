"""Clauses: the smallest parts of a message that can tell something by themselves."""

from __future__ import annotations

import re
from typing import NamedTuple

# A blank between Chinese characters ends a clause too: that is how many people write who never use a comma.
_END = re.compile(r"[，。！？；,!?;\n、~～…]+|(?<=[^\x00-\x7f])[ \t]+|[ \t]+(?=[^\x00-\x7f])")
_JOINT = re.compile(r"(?=还有就是|还有|另外|而且|并且|顺便|然后|再就是|再一个)")
SHORTEST = 2


class Clause(NamedTuple):
    """A part of the text at [begins, stops)."""

    text: str
    begins: int
    stops: int


def _pieces(text: str) -> list[tuple[int, int]]:
    edges = [0]
    for end in _END.finditer(text):
        edges += [end.start(), end.end()]
    edges.append(len(text))
    return list(zip(edges[::2], edges[1::2], strict=True))


def split_clauses(text: str) -> list[Clause]:
    """The clauses in order; those shorter than two characters are left out."""
    clauses = []
    for begins, stops in _pieces(text):
        cuts = [begins, *(m.start() for m in _JOINT.finditer(text, begins + 1, stops)), stops]
        clauses += [Clause(text[a:b], a, b) for a, b in zip(cuts, cuts[1:], strict=False) if b - a >= SHORTEST]
    return clauses or [Clause(text, 0, len(text))]
