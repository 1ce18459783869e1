"""What every channel's sender takes and raises."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Protocol, TypeVar

Piece = TypeVar("Piece")
A_SECOND = timedelta(seconds=1)
PATIENCE_SECONDS = 6.0  # with a platform's answer: a process must stop within ten, also where it just asked


@dataclass(frozen=True)
class Outgoing:
    """One finished message. `address` is the platform's id of the group or the person."""

    address: str
    text: str
    is_markdown: bool = False
    mentions: tuple[str, ...] = ()  # the platform's user ids, or "@all"


class Sender(Protocol):
    def send(self, outgoing: Outgoing) -> None:
        """Sends, or raises ChannelError. Never called inside a transaction."""


class ChannelError(Exception):
    """A message could not be delivered.

    `is_permanent`: another try cannot help, it is a dead letter. `retry_after`: the platform (or our own limiter) says
    how long to wait, a second at least; such a wait is no failed try. `is_silent`: the platform gave no answer at all.
    The text never holds a key, a token or an address with one.
    """

    def __init__(
        self,
        reason: str,
        *,
        is_permanent: bool = False,
        retry_after: timedelta | None = None,
        is_silent: bool = False,
    ) -> None:
        super().__init__(reason)
        self.is_permanent = is_permanent
        self.retry_after = None if retry_after is None else max(retry_after, A_SECOND)  # 0 would be tried for ever
        self.is_silent = is_silent


class Progress:
    """How many pieces of a message went out, so that another try (in this process) sends only the rest."""

    def __init__(self) -> None:
        self._sent: Counter[Outgoing] = Counter()

    def rest(self, outgoing: Outgoing, pieces: Sequence[Piece]) -> Sequence[Piece]:
        return pieces[self._sent[outgoing] :]

    def send(self, outgoing: Outgoing, pieces: Sequence[Piece], send_piece: Callable[[Piece], None]) -> None:
        """Sends what is left. A message that is out, or refused for good, is forgotten."""
        try:
            for piece in self.rest(outgoing, pieces):
                send_piece(piece)
                self._sent[outgoing] += 1
        except ChannelError as error:
            if error.is_permanent:
                del self._sent[outgoing]
            raise
        del self._sent[outgoing]
