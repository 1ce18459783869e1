"""Photos: each kept once for an estate, by the hash of what is kept. What arrives here was drawn anew (bot/photos.py).

A photo stands behind a ticket by the message that brought it, which is one of its voices; what a worker sends to show
that it is done is linked to the ticket itself.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Index, LargeBinary, UniqueConstraint, delete, or_, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from models import audit
from models.cause import Cause
from models.database import Base
from models.inbox import InboxMessage
from models.keys import InEstate, new_id, refers
from models.ticket import Ticket, voices

UNSENT = timedelta(days=1)  # what was kept, and no message brought


@dataclass(frozen=True)
class Picture:
    """A photo drawn anew: a JPEG, and its size in pixels."""

    jpeg: bytes
    width: int
    height: int


class Photo(InEstate, Base):
    __tablename__ = "photos"
    sha256: Mapped[str]
    jpeg: Mapped[bytes] = mapped_column(LargeBinary)
    width: Mapped[int]
    height: Mapped[int]
    kept_at: Mapped[datetime]
    __table_args__ = (UniqueConstraint("estate_id", "sha256"),)


class Proof(InEstate, Base):
    """A photo by which a worker shows that a ticket is done."""

    __tablename__ = "ticket_proofs"
    ticket_id: Mapped[int]
    photo_id: Mapped[int]
    inbox_id: Mapped[int | None]
    member_id: Mapped[int]
    at: Mapped[datetime]
    __table_args__ = (
        UniqueConstraint("estate_id", "ticket_id", "photo_id"),
        Index(None, "estate_id", "inbox_id"),
        refers("ticket_id", "tickets"),
        refers("photo_id", "photos"),
        refers("member_id", "members"),
    )


def keep(session: Session, cause: Cause, picture: Picture) -> Photo:
    """Keeps a picture, once."""
    sha256 = hashlib.sha256(picture.jpeg).hexdigest()
    known = find(session, cause.estate_id, sha256)
    if known is not None:
        return known
    size = {"width": picture.width, "height": picture.height}
    photo = Photo(
        estate_id=cause.estate_id, id=new_id(cause.now), sha256=sha256, jpeg=picture.jpeg, kept_at=cause.now, **size
    )
    session.add(photo)
    session.flush()
    return photo


def sweep(session: Session, cause: Cause) -> None:
    """Erases what was kept long ago and never sent."""
    sent = select(InboxMessage.id).where(InboxMessage.estate_id == Photo.estate_id, InboxMessage.photo_id == Photo.id)
    shown = select(Proof.id).where(Proof.estate_id == Photo.estate_id, Proof.photo_id == Photo.id)
    old = (Photo.estate_id == cause.estate_id, Photo.kept_at < cause.now - UNSENT)
    session.execute(delete(Photo).where(*old, ~sent.exists(), ~shown.exists()))


def find(session: Session, estate_id: int, sha256: str) -> Photo | None:
    return session.scalars(select(Photo).filter_by(estate_id=estate_id, sha256=sha256)).first()


def get(session: Session, estate_id: int, photo_id: int) -> Photo | None:
    return session.get(Photo, (estate_id, photo_id))


def prove(session: Session, cause: Cause, ticket: Ticket, photo_id: int, inbox_id: int | None) -> None:
    """Puts a worker's photo to a ticket, once."""
    if cause.member_id is None:
        raise ValueError("a proof is somebody's")
    key = {"estate_id": ticket.estate_id, "ticket_id": ticket.id, "photo_id": photo_id}
    if session.scalars(select(Proof).filter_by(**key)).first() is None:
        session.add(Proof(id=new_id(cause.now), inbox_id=inbox_id, member_id=cause.member_id, at=cause.now, **key))
        session.flush()
        audit.record(session, cause, "ticket.photo", ticket.id)


def of_voices(session: Session, ticket: Ticket) -> Sequence[int]:
    """Ids of the photos that those behind a ticket sent and did not take back."""
    ids = [voice.inbox_id for voice in voices(session, ticket)]
    mine = (InboxMessage.estate_id == ticket.estate_id, InboxMessage.id.in_(ids))
    shown = (InboxMessage.photo_id.is_not(None), InboxMessage.recalled_at.is_(None))
    found = session.scalars(select(InboxMessage.photo_id).where(*mine, *shown).order_by(InboxMessage.id))
    return list(dict.fromkeys(photo_id for photo_id in found if photo_id is not None))


def proofs(session: Session, ticket: Ticket) -> Sequence[int]:
    """Ids of the photos that show that a ticket is done."""
    mine = {"estate_id": ticket.estate_id, "ticket_id": ticket.id}
    return list(session.scalars(select(Proof.photo_id).filter_by(**mine).order_by(Proof.id)))


def take_back(session: Session, row: InboxMessage) -> None:
    """A message was recalled: its photo proves nothing any more, and is erased where no other message brought it."""
    for proof in session.scalars(select(Proof).filter_by(estate_id=row.estate_id, inbox_id=row.id)):
        session.delete(proof)
    photo_id, row.photo_id = row.photo_id, None
    session.flush()
    if photo_id is not None and not _is_used(session, row.estate_id, photo_id):
        session.delete(session.get_one(Photo, (row.estate_id, photo_id)))


def _is_used(session: Session, estate_id: int, photo_id: int) -> bool:
    said = select(InboxMessage.id).filter_by(estate_id=estate_id, photo_id=photo_id)
    shown = select(Proof.id).filter_by(estate_id=estate_id, photo_id=photo_id)
    return bool(session.scalar(select(or_(said.exists(), shown.exists()))))
