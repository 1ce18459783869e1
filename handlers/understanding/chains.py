"""接龙: a list that everybody copies, adds a line to and sends again. Its head is the question, each line one answer."""

from __future__ import annotations

import re
from dataclasses import dataclass

from rapidfuzz import fuzz

_BEGINS = re.compile(r"^\s*[#【]?\s*(?:群)?接龙")
_NUMBERED = re.compile(r"^\s*\d{1,3}\s*[.、．:：)）]\s*")
_SAME = 80.0  # of 100: how alike an open poll's question and the head of a chain must be


@dataclass(frozen=True)
class Chain:
    """`head`: what it is about, with the word 接龙. `lines`: the answers, without their numbers."""

    head: str
    lines: tuple[str, ...]

    def is_about(self, question: str) -> bool:
        """Whether this is one more copy of the chain that asked a question."""
        return fuzz.partial_ratio(question, self.head) >= _SAME

    def line_of(self, household: str | None) -> str:
        """The line of a household where it is named, else the last, which is the sender's own."""
        named = [line for line in self.lines if household and household in line]
        return (named or [*self.lines])[-1]


def read_chain(text: str) -> Chain | None:
    """The chain that a message copies, where it has an answer at least."""
    if not _BEGINS.match(text):
        return None
    rows = [row for row in text.split("\n") if row.strip()]
    first = next((k for k, row in enumerate(rows) if _NUMBERED.match(row)), len(rows))
    lines = tuple(said for row in rows[first:] if (said := _NUMBERED.sub("", row).strip()))
    return Chain("\n".join(rows[:first]), lines) if first and lines else None
