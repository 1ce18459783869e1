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

from sqlalchemy.orm import Session

from config.failpoints import reach
from handlers import router, surroundings
from handlers.heard import Heard
from handlers.message import Message
from handlers.understanding import Meaning, understand
from models import inbox
from models.arriving import Arrival, arrival
from models.cause import Cause
from models.estate import Estate
from models.inbox import InboxMessage
from models.keys import new_id
from models.member import Account, Member, Route
from models.rows import put
from models.standing import Standing

SILENT_KINDS = ("recall", "image", "event")  # nothing to understand in their text


class UnknownSender(Exception):
    """Neither the group nor the sender of a message belongs to an estate."""


@dataclass(frozen=True)
class Receipt:
    """What the channel may acknowledge once the transaction is committed."""

    estate: Estate
    inbox_id: int
    sender_id: int
    is_repeat: bool

    @property
    def estate_id(self) -> int:
        return self.estate.id


def receive(session: Session, message: Message, now: datetime, home: int | None = None) -> Receipt:
    """Takes a message in, once. `home` is the channel's own estate, also for senders of whom nothing is known yet.

    Raises UnknownSender where there is none either.
    """
    who = _who(session, message, home)
    if who.known is not None:
        said = inbox.get(session, who.estate.id, who.known)
        return Receipt(who.estate, said.id, said.member_id, is_repeat=True)
    reach("receive.before-inbox")
    heard = _hear(session, message, who, now)
    reach("receive.after-inbox")
    router.route(heard)
    reach("receive.after-deeds")
    return Receipt(who.estate, heard.row.id, heard.member.id, is_repeat=False)


def _who(session: Session, message: Message, home: int | None) -> Arrival:
    """Two estates may know the same address; then it is the one that the channel names."""
    ids = {
        "channel": message.channel,
        "account": message.account,
        "external_id": message.external_id,
        "sender": message.sender,
        "group": message.group,
    }
    at_home = arrival(session, home, ids) if home is not None else None
    if at_home and _knows(at_home, message):
        return at_home
    for address in (message.group, message.sender):
        if address and (route := session.get(Route, (message.channel, address))):
            found = arrival(session, route.estate_id, ids)
            if found and (found.group_id is not None or message.group is None):
                return found
            raise UnknownSender(message.channel)
    if at_home is None or message.group is not None:
        raise UnknownSender(message.channel)
    return at_home


def _knows(at_home: Arrival, message: Message) -> bool:
    """The estate knows the group, or, of what is said to the bot alone, the sender."""
    return (at_home.group_id if message.group else at_home.member) is not None


def _hear(session: Session, message: Message, who: Arrival, now: datetime) -> Heard:
    estate = who.estate
    member = who.member or _new_member(session, message, estate, now)
    quoted = inbox.find(session, estate.id, message.channel, message.account, message.quote) if message.quote else None
    is_addressed = message.mentions_bot or message.group is None
    said_at = None if message.is_our_time else message.at
    cause = Cause(estate.id, now, member.id, who.group_id, new_id(now), is_addressed, said_at)
    # 明天下午 is the estate's afternoon, whatever zone the channel writes its times in.
    message = replace(message, at=message.at.astimezone(estate.zone))
    stands = surroundings.around(session, cause)
    meaning = _meaning(session, cause, message, who.roles, quoted, stands)
    row = _row(cause, message, meaning)
    put(session, row)
    return Heard(session, cause, estate, member, message, row, meaning, who.roles, quoted, stands.is_asked)


def _meaning(
    session: Session,
    cause: Cause,
    message: Message,
    roles: frozenset[str],
    quoted: InboxMessage | None,
    stands: Standing,
) -> Meaning:
    if message.kind in SILENT_KINDS:
        return Meaning()
    known = surroundings.context(session, cause, message, roles, quoted, stands)
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


def _new_member(session: Session, message: Message, estate: Estate, now: datetime) -> Member:
    """Somebody new becomes a member without household and without roles."""
    name = message.sender_name or message.sender
    member = Member(estate_id=estate.id, id=new_id(now), key=f"{message.channel}:{message.sender}", name=name)
    session.add(member)
    session.flush()
    key = {"estate_id": estate.id, "channel": message.channel, "address": message.sender}
    session.add(Account(id=new_id(now), member_id=member.id, **key))
    if session.get(Route, (message.channel, message.sender)) is None:
        session.add(Route(channel=message.channel, address=message.sender, estate_id=estate.id))
    return member
