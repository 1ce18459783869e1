"""From a neutral message to all that it causes, in the caller's one transaction.

known?  → the inbox row of a repeat, and nothing else happens
who     → estate, member and group behind the channel's ids
what    → understanding, with what the group is talking of
deed    → the router's table
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from config.failpoints import reach
from handlers import router, surroundings
from handlers.heard import Heard
from handlers.message import Message
from handlers.understanding import Meaning, understand
from models import inbox
from models.cause import Cause
from models.estate import Estate, Group
from models.inbox import InboxMessage
from models.keys import new_id
from models.member import Account, Member, Route, roles_of

SILENT_KINDS = ("recall", "image", "event")  # nothing to understand in their text


class UnknownSender(Exception):
    """Neither the group nor the sender of a message belongs to an estate."""


@dataclass(frozen=True)
class Receipt:
    """What the channel may acknowledge once the transaction is committed."""

    estate_id: int
    inbox_id: int
    is_repeat: bool


def receive(session: Session, message: Message, now: datetime, home: int | None = None) -> Receipt:
    """Takes a message in, once. `home` is the channel's own estate, also for senders of whom nothing is known yet.

    Raises UnknownSender where there is none either.
    """
    estate = _estate(session, message, home)
    known = inbox.find(session, estate.id, message.channel, message.account, message.external_id)
    if known:
        return Receipt(estate.id, known.id, is_repeat=True)
    reach("receive.before-inbox")
    heard = _hear(session, message, estate, now)
    reach("receive.after-inbox")
    router.route(heard)
    reach("receive.after-deeds")
    return Receipt(estate.id, heard.row.id, is_repeat=False)


def _estate(session: Session, message: Message, home: int | None) -> Estate:
    """Two estates may know the same address; then it is the one that the channel names."""
    if home is not None and _is_known(session, message, home):
        return session.get_one(Estate, home)
    for address in (message.group, message.sender):
        if address and (route := session.get(Route, (message.channel, address))):
            return session.get_one(Estate, route.estate_id)
    if home is None:
        raise UnknownSender(message.channel)
    return session.get_one(Estate, home)


def _is_known(session: Session, message: Message, estate_id: int) -> bool:
    table, address = (Group, message.group) if message.group else (Account, message.sender)
    key = {"estate_id": estate_id, "channel": message.channel, "address": address}
    return session.scalars(select(table.id).filter_by(**key)).first() is not None


def _hear(session: Session, message: Message, estate: Estate, now: datetime) -> Heard:
    member = _member(session, message, estate, now)
    group_id = _group_id(session, message, estate)
    quoted = inbox.find(session, estate.id, message.channel, message.account, message.quote) if message.quote else None
    roles = roles_of(session, estate.id, member.id)
    is_addressed = message.mentions_bot or message.group is None
    cause = Cause(estate.id, now, member.id, group_id, new_id(now), is_addressed)
    # 明天下午 is the estate's afternoon, whatever zone the channel writes its times in.
    message = replace(message, at=message.at.astimezone(estate.zone))
    meaning = _meaning(session, cause, message, roles, quoted)
    row = _row(cause, message, meaning)
    session.add(row)
    session.flush()
    return Heard(session, cause, estate, member, message, row, meaning, roles, quoted)


def _meaning(
    session: Session, cause: Cause, message: Message, roles: frozenset[str], quoted: InboxMessage | None
) -> Meaning:
    if message.kind in SILENT_KINDS:
        return Meaning()
    known = surroundings.context(session, cause, message, roles, quoted)
    return understand(message.text, known, message.at)


def _row(cause: Cause, message: Message, meaning: Meaning) -> InboxMessage:
    return InboxMessage(
        estate_id=cause.estate_id,
        id=cause.inbox_id,
        channel=message.channel,
        account=message.account,
        external_id=message.external_id,
        group_id=cause.group_id,
        member_id=cause.member_id,
        at=message.at,
        kind=message.kind,
        text=message.text,
        quote=message.quote,
        intents=list(meaning.intents),
        reading=_reading(meaning),
        photo_id=message.photo_id,
    )


def _reading(meaning: Meaning) -> dict[str, Any]:
    """What is kept of a meaning: for the worker who asks how it was read, and for the next message's context.
    The margins tell which readings were doubtful (models/doubt.py)."""
    room = next((wish.room for wish in meaning.bookings if wish.room), None)
    sure = {"issue_margin": round(meaning.issue_margin, 2), "issue_bar": meaning.issue_bar}
    return meaning.as_dict() | sure | {"reasons": list(meaning.reasons)} | ({"room": room} if room else {})


def _group_id(session: Session, message: Message, estate: Estate) -> int | None:
    if message.group is None:
        return None
    key = {"estate_id": estate.id, "channel": message.channel, "address": message.group}
    group = session.scalars(select(Group).filter_by(**key)).first()
    if group is None:
        raise UnknownSender(message.channel)
    return group.id


def _member(session: Session, message: Message, estate: Estate, now: datetime) -> Member:
    """Who is behind an account. Somebody new becomes a member without household and without roles."""
    key = {"estate_id": estate.id, "channel": message.channel, "address": message.sender}
    account = session.scalars(select(Account).filter_by(**key)).first()
    if account:
        return session.get_one(Member, (estate.id, account.member_id))
    name = message.sender_name or message.sender
    member = Member(estate_id=estate.id, id=new_id(now), key=f"{message.channel}:{message.sender}", name=name)
    session.add(member)
    session.flush()
    session.add(Account(id=new_id(now), member_id=member.id, **key))
    if session.get(Route, (message.channel, message.sender)) is None:
        session.add(Route(channel=message.channel, address=message.sender, estate_id=estate.id))
    return member
