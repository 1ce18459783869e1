"""What was said in a conversation: members' messages from the inbox, the bot's from the outbox, in the order of time.

A position is a 63-bit number that sorts by time, like an id: a member's message stands at its id, the bot's where it
was sent. Pages go back by positions; live pages ask what has changed since one, and name what they know by a mark.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import Session

from bot.channels.web import CHANNEL
from bot.web.people import BOT, Conversation, Viewer
from models.audit import AuditEntry
from models.inbox import InboxMessage
from models.outbox import OutboxMessage

ID_BITS = 20  # an id is milliseconds and these bits (models/keys.py)
PAGE = 40
# A row may be committed a while after its id was made: writers wait for each other. So the last while is read again.
OVERLAP_SPAN = 20_000 << ID_BITS  # 20 s
LAST_POSITION = 2**63 - 1
LONGEST_DELAY = timedelta(days=3)  # between writing a message of the bot's and sending it
RECALL_WITHIN = timedelta(days=1)
UNSEEN_KINDS = ("recall", "event")
Row = InboxMessage | OutboxMessage


@dataclass(frozen=True)
class Line:
    """One message of a conversation."""

    position: int
    row: Row

    @property
    def key(self) -> str:
        return f"{'i' if isinstance(self.row, InboxMessage) else 'o'}{self.row.id}"


@dataclass(frozen=True)
class Changes:
    """What happened since a position, in all conversations of a viewer."""

    lines: tuple[Line, ...]
    recalled: tuple[InboxMessage, ...]
    audits: tuple[AuditEntry, ...]

    @property
    def mark(self) -> str:
        """The same for the same changes: a page that names it knows them already."""
        seen = [line.key for line in self.lines] + [f"r{row.id}" for row in self.recalled]
        seen += [f"a{entry.id}" for entry in self.audits]
        return hashlib.blake2b(" ".join(seen).encode(), digest_size=12).hexdigest()


def position_at(at: datetime) -> int:
    """The first position of a moment."""
    return int(at.timestamp() * 1000) << ID_BITS


def moment_of(position: int) -> datetime:
    return datetime.fromtimestamp((max(position, 0) >> ID_BITS) / 1000, UTC)


def line_of(row: Row) -> Line:
    if isinstance(row, InboxMessage):
        return Line(row.id, row)
    sent_at = row.sent_at or row.created_at
    # Never before its id: within a process ids rise even while the clock is set back.
    return Line(max(row.id, position_at(sent_at) | (row.id & ((1 << ID_BITS) - 1))), row)


def page(
    db: Session, viewer: Viewer, talk: Conversation, before: int | None, size: int = PAGE
) -> tuple[list[Line], bool]:
    """The last lines before a position, oldest first, and whether there are earlier ones."""
    said = select(InboxMessage).where(_in_inbox(viewer, (talk,)), InboxMessage.kind.not_in(UNSEEN_KINDS))
    told = select(OutboxMessage).where(_in_outbox(viewer, (talk,)), OutboxMessage.state == "sent")
    if before is not None:
        said, told = said.where(InboxMessage.id < before), told.where(OutboxMessage.id < before)
    rows: list[Row] = [*db.scalars(said.order_by(InboxMessage.id.desc()).limit(size + 1))]
    rows += db.scalars(told.order_by(OutboxMessage.id.desc()).limit(2 * size + 1))
    lines = sorted((line_of(row) for row in rows), key=lambda line: line.position)
    earlier = [line for line in lines if before is None or line.position < before]
    return earlier[-size:], len(earlier) > size


def changes(db: Session, viewer: Viewer, talks: Sequence[Conversation], since: int) -> Changes:
    """What is new since a position. Every query reads a short end of a primary key."""
    at = moment_of(since)
    lines = [*_said_since(db, viewer, talks, since), *_told_since(db, viewer, talks, at)]
    return Changes(
        tuple(sorted(lines, key=lambda line: line.position)),
        tuple(_recalled_since(db, viewer, talks, at)),
        tuple(_done_since(db, viewer, since)),
    )


def _said_since(db: Session, viewer: Viewer, talks: Sequence[Conversation], since: int) -> list[Line]:
    new = (InboxMessage.id > since, InboxMessage.kind.not_in(UNSEEN_KINDS))
    query = select(InboxMessage).where(_in_inbox(viewer, talks), *new)
    return [line_of(row) for row in db.scalars(query.order_by(InboxMessage.id))]


def _told_since(db: Session, viewer: Viewer, talks: Sequence[Conversation], at: datetime) -> list[Line]:
    new = (
        OutboxMessage.id > position_at(at - LONGEST_DELAY),
        OutboxMessage.state == "sent",
        OutboxMessage.sent_at >= at,
    )
    query = select(OutboxMessage).where(_in_outbox(viewer, talks), *new)
    return [line_of(row) for row in db.scalars(query.order_by(OutboxMessage.id))]


def _recalled_since(db: Session, viewer: Viewer, talks: Sequence[Conversation], at: datetime) -> Sequence[InboxMessage]:
    new = (InboxMessage.id > position_at(at - RECALL_WITHIN), InboxMessage.recalled_at >= at)
    query = select(InboxMessage).where(_in_inbox(viewer, talks), *new)
    return db.scalars(query.order_by(InboxMessage.id)).all()


def _done_since(db: Session, viewer: Viewer, since: int) -> Sequence[AuditEntry]:
    new = (AuditEntry.estate_id == viewer.estate.id, AuditEntry.id > since)
    return db.scalars(select(AuditEntry).where(*new).order_by(AuditEntry.id)).all()


def _in_inbox(viewer: Viewer, talks: Sequence[Conversation]) -> ColumnElement[bool]:
    groups = [talk.group.id for talk in talks if talk.group]
    alone = and_(InboxMessage.group_id.is_(None), InboxMessage.member_id == viewer.member.id)
    places: list[Any] = [InboxMessage.group_id.in_(groups)] if groups else []
    places += [alone] if any(talk.group is None for talk in talks) else []
    return and_(InboxMessage.estate_id == viewer.estate.id, InboxMessage.channel == CHANNEL, or_(*places))


def _in_outbox(viewer: Viewer, talks: Sequence[Conversation]) -> ColumnElement[bool]:
    groups = [talk.group.id for talk in talks if talk.group]
    places: list[Any] = [OutboxMessage.group_id.in_(groups)] if groups else []
    places += [OutboxMessage.member_id == viewer.member.id] if any(talk.group is None for talk in talks) else []
    return and_(OutboxMessage.estate_id == viewer.estate.id, or_(*places))


def conversation_of(line: Line) -> str:
    """The key of the conversation that a line belongs to."""
    return str(line.row.group_id) if line.row.group_id else BOT
