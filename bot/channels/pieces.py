"""Cuts a text into pieces that a platform takes: limits count UTF-8 bytes."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator

JOINERS = frozenset("\u200d\ufe0e\ufe0f")  # these and combining marks belong to the character before them
MARK_BYTES = 10  # of (100/120) and its line end
LONGEST_CLUSTER = 32  # characters that are kept together at most, so that junk cannot stop the cutting


def split(text: str, limit_bytes: int) -> tuple[str, ...]:
    """Pieces of at most `limit_bytes` each, cut between lines, and inside a line only where the line alone is too long.

    Nothing but line ends at the cuts is lost. Pieces without a word are left out: platforms refuse them.
    """
    pieces: list[str] = []
    sendable = text.encode(errors="ignore").decode()  # half a surrogate pair is in no encoding
    for part in _parts(sendable, limit_bytes):
        joined = f"{pieces[-1]}\n{part}" if pieces else part
        if pieces and _size(joined) <= limit_bytes:
            pieces[-1] = joined
        else:
            pieces.append(part)
    return tuple(piece for piece in pieces if piece.strip())


def counted(text: str, limit_bytes: int) -> tuple[str, ...]:
    """The same, each of several pieces with its place among them before it: (2/3), so that none is missed."""
    whole = split(text, limit_bytes)
    if len(whole) < 2:
        return whole
    pieces = split(text, limit_bytes - MARK_BYTES)
    return tuple(f"({n}/{len(pieces)})\n{piece}" for n, piece in enumerate(pieces, 1))


def _parts(text: str, limit_bytes: int) -> Iterator[str]:
    for line in text.split("\n"):
        rest = line
        while _size(rest) > limit_bytes:
            cut = _cut(rest, limit_bytes)
            yield rest[:cut]
            rest = rest[cut:]
        yield rest


def _cut(line: str, limit_bytes: int) -> int:
    """How many characters of the line fit, without tearing an emoji or a letter from its marks."""
    fitting = len(line.encode()[:limit_bytes].decode(errors="ignore"))
    for cut in range(fitting, max(fitting - LONGEST_CLUSTER, 0), -1):
        if not _belongs_together(line[cut - 1], line[cut]):
            return cut
    return fitting


def _belongs_together(before: str, after: str) -> bool:
    return before == "\u200d" or after in JOINERS or unicodedata.category(after).startswith("M")


def _size(text: str) -> int:
    return len(text.encode())
