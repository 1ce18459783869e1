"""A message with everything that a handler may need: who said it, where, and what it means."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property

from sqlalchemy.orm import Session

from handlers.message import Message
from handlers.understanding import Meaning
from models import inbox, outbox
from models.cause import Cause
from models.estate import Estate
from models.inbox import InboxMessage
from models.member import Member
from models.outbox import Words

JUST = timedelta(minutes=3)


@dataclass(frozen=True)
class Heard:
    session: Session
    cause: Cause
    estate: Estate
    member: Member
    message: Message
    row: InboxMessage
    meaning: Meaning
    roles: frozenset[str] = frozenset()
    quoted: InboxMessage | None = None  # what it quotes, where that is known
    is_asked: bool = True  # its sender may have been asked something of his report

    @property
    def is_addressed(self) -> bool:
        """Said to the bot: by mention, or to it alone. Only then does it answer what it cannot place."""
        return self.cause.is_addressed

    @cached_property
    def just_said(self) -> Sequence[InboxMessage]:
        """What its sender said within the three minutes before it, newest first."""
        return inbox.recent_by(self.session, self.estate.id, self.member.id, self.cause.now - JUST, but=self.row.id)

    def reply(self, words: Words) -> None:
        outbox.reply(self.session, self.cause, words)

    def tell(self, words: Words) -> None:
        """Answers the sender alone."""
        outbox.tell(self.session, self.cause, self.member.id, words)
