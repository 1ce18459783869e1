"""Signing in by a link that works once. Whoever holds the link is the member to whom it was given.

Only a hash of the link's token is stored. The row of a used link is the session that it opened, so signing out ends
it here and not merely in the browser.
"""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, UniqueConstraint, select, update
from sqlalchemy.orm import Mapped, Session

from models import audit
from models.cause import Cause
from models.database import Base
from models.keys import InEstate, new_id, refers
from models.member import Member

LINK_FOR = timedelta(minutes=30)
STAYS_FOR = timedelta(hours=12)  # a working day
_TOKEN_BYTES = 32


class SignIn(InEstate, Base):
    __tablename__ = "sign_ins"
    member_id: Mapped[int]
    token_hash: Mapped[str]
    issued_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    __table_args__ = (UniqueConstraint("estate_id", "token_hash"), refers("member_id", "members"))


def issue(session: Session, cause: Cause, member_id: int, life: timedelta = LINK_FOR) -> str:
    """Makes a member's one-time token and gives it: it is nowhere else and cannot be read again."""
    # The estate stands before the secret, so that the look-up stays inside the estate.
    token = f"{cause.estate_id:x}-{secrets.token_urlsafe(_TOKEN_BYTES)}"
    row = SignIn(
        estate_id=cause.estate_id,
        id=new_id(cause.now),
        member_id=member_id,
        token_hash=_hash(token),
        issued_at=cause.now,
        expires_at=cause.now + life,
    )
    session.add(row)
    audit.record(session, cause, "sign_in.issue", member_id)
    return token


def is_good(session: Session, token: str, now: datetime) -> bool:
    """Could this token still be used? Looking does not use it."""
    return session.scalars(select(SignIn.id).where(*_unused(token, now))).first() is not None


def redeem(session: Session, token: str, now: datetime) -> SignIn | None:
    """Uses a token up. Of several who come with it at once, one is let in."""
    taken = update(SignIn).where(*_unused(token, now)).values(used_at=now).returning(SignIn)
    row = session.scalars(taken, execution_options={"populate_existing": True}).first()
    if row:
        audit.record(session, Cause(row.estate_id, now, row.member_id), "sign_in.use", row.member_id)
    return row


def who(session: Session, estate_id: int, sign_in_id: int, now: datetime) -> Member | None:
    """The member whose session this is, while it lasts."""
    row = session.get(SignIn, (estate_id, sign_in_id))
    if row is None or row.used_at is None or row.ended_at or now >= row.used_at + STAYS_FOR:
        return None
    return session.get_one(Member, (estate_id, row.member_id))


def end(session: Session, cause: Cause, sign_in_id: int) -> None:
    """Signs out: the session is over wherever its cookie lies."""
    mine = (SignIn.estate_id == cause.estate_id, SignIn.id == sign_in_id, SignIn.ended_at.is_(None))
    session.execute(update(SignIn).where(*mine).values(ended_at=cause.now))


def _unused(token: str, now: datetime) -> tuple[ColumnElement[bool], ...]:
    return (
        SignIn.estate_id == _estate_of(token),
        SignIn.token_hash == _hash(token),
        SignIn.used_at.is_(None),
        SignIn.expires_at > now,
    )


def _estate_of(token: str) -> int:
    """The estate that a token names; 0, which is nobody's, where it names none."""
    try:
        estate_id = int(token.partition("-")[0], 16)
    except ValueError:
        return 0
    return estate_id if 0 < estate_id < 2**63 else 0


def _hash(token: str) -> str:
    # A token is 256 random bits: nothing to guess, so a plain hash is enough.
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()
