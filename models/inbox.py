"""Every message that came in, once: the row that makes a platform's repeats harmless."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Index, UniqueConstraint, bindparam, select
from sqlalchemy.orm import Mapped, Session

from models.database import Base
from models.keys import InEstate, first_id, refers
from models.rows import Finder, given, rows_of

LATE = timedelta(hours=1)  # a platform's clock is ahead of ours by less


class InboxMessage(InEstate, Base):
    __tablename__ = "inbox"
    channel: Mapped[str]
    account: Mapped[str]
    external_id: Mapped[str]
    group_id: Mapped[int | None]
    member_id: Mapped[int]
    at: Mapped[datetime]
    kind: Mapped[str]
    text: Mapped[str]
    quote: Mapped[str | None]
    intents: Mapped[list[Any]]
    reading: Mapped[dict[str, Any]]  # Meaning.as_dict() and why: what the worker sees as "how it was read"
    recalled_at: Mapped[datetime | None]
    photo_id: Mapped[int | None]  # models/photo.py
    __table_args__ = (
        UniqueConstraint("estate_id", "channel", "account", "external_id"),
        Index(None, "estate_id", "group_id", "id"),
        Index(None, "estate_id", "member_id", "id"),
        Index(None, "estate_id", "photo_id"),
        refers("group_id", "groups"),
        refers("member_id", "members"),
    )


def find(session: Session, estate_id: int, channel: str, account: str, external_id: str | None) -> InboxMessage | None:
    """The row of one of the platform's messages, or None."""
    values = {"estate_id": estate_id, "channel": channel, "account": account, "external_id": external_id}
    return _BY_KEY.first(session, **values)


def get(session: Session, estate_id: int, inbox_id: int) -> InboxMessage:
    return session.get_one(InboxMessage, (estate_id, inbox_id))


def recent(session: Session, estate_id: int, group_id: int | None, limit: int) -> Sequence[InboxMessage]:
    """The last messages of a group, newest first, without those taken back."""
    mine = (InboxMessage.estate_id == estate_id, InboxMessage.group_id == group_id, InboxMessage.recalled_at.is_(None))
    return session.scalars(select(InboxMessage).where(*mine).order_by(InboxMessage.id.desc()).limit(limit)).all()


def recent_by(session: Session, estate_id: int, member_id: int, since: datetime, but: int = 0) -> list[InboxMessage]:
    """What one member said since a time, newest first, without the message `but`."""
    ids = {"estate_id": estate_id, "member_id": member_id, "since_id": first_id(since - LATE), "but": but}
    return _RECENT_BY.all(session, since=since, **ids)


# Asked with nearly every message, and therefore put together once.
_BY_KEY = Finder(
    InboxMessage,
    rows_of(InboxMessage).where(
        given(InboxMessage.estate_id),
        given(InboxMessage.channel),
        given(InboxMessage.account),
        given(InboxMessage.external_id),
    ),
)
_RECENT_BY = Finder(
    InboxMessage,
    rows_of(InboxMessage)
    .where(
        given(InboxMessage.estate_id),
        given(InboxMessage.member_id),
        InboxMessage.at >= bindparam("since"),
        InboxMessage.id >= bindparam("since_id"),
        InboxMessage.id != bindparam("but"),
        InboxMessage.recalled_at.is_(None),
    )
    .order_by(InboxMessage.id.desc())
    .limit(20),
)
