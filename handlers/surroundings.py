"""What is known around a message before it is read: the group's buildings, rooms, open polls, and what is talked of."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy.orm import Session

from handlers.message import Message
from handlers.understanding import Context
from handlers.understanding.meaning import OpenPoll
from models import booking, estate, poll
from models import ticket as tickets
from models.cause import Cause
from models.inbox import InboxMessage
from models.poll import Poll

TALKED_OF = timedelta(minutes=30)  # a +1 joins what was told within this


def context(
    session: Session, cause: Cause, message: Message, roles: frozenset[str], quoted: InboxMessage | None
) -> Context:
    """Fills in a Context for a message that came in through a channel."""
    polls = poll.open_for(session, cause)
    recent = tickets.changed_since(session, cause.estate_id, cause.group_id, cause.now - TALKED_OF)
    return Context(
        buildings=estate.buildings_of(session, cause.estate_id, cause.group_id),
        rooms=tuple(room.name for room in booking.rooms(session, cause.estate_id)),
        polls=tuple(_open_poll(p) for p in polls if p.closes_at > cause.now),
        sender_roles=roles,
        is_private=message.group is None,
        mentions_bot=message.mentions_bot,
        quoted_text=quoted.text if quoted else None,
        recent_issue=recent[0].category if recent else None,
        is_pipeline=True,
    )


def _open_poll(found: Poll) -> OpenPoll:
    return OpenPoll(found.number, found.question, tuple(found.options), found.kind)
