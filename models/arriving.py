"""Who stands behind a channel's ids, in one statement: it is asked with every message."""

from __future__ import annotations

from typing import NamedTuple

from sqlalchemy import and_, bindparam, select
from sqlalchemy.orm import Session

from models.estate import Estate, Group
from models.inbox import InboxMessage
from models.member import Account, Member, Role
from models.prepared import Prepared
from models.rows import BETWEEN, as_read, columns_of, together

# A channel's ids. None for the group finds none, and is asked where the message was said to the bot alone.
_SENDER = and_(
    Account.estate_id == Estate.id,
    Account.channel == bindparam("channel"),
    Account.address == bindparam("sender"),
)
_GROUP = and_(Group.estate_id == Estate.id, Group.channel == bindparam("channel"), Group.address == bindparam("group"))
_MEMBER = and_(Member.estate_id == Account.estate_id, Member.id == Account.member_id)
_ROLES = select(together(Role.role)).where(Role.estate_id == Member.estate_id, Role.member_id == Member.id)
_KNOWN = select(InboxMessage.id).where(
    InboxMessage.estate_id == Estate.id,
    InboxMessage.channel == bindparam("channel"),
    InboxMessage.account == bindparam("account"),
    InboxMessage.external_id == bindparam("external_id"),
)
_ESTATE = columns_of(Estate)
_ARRIVAL = Prepared(
    select(
        Group.id,
        _ROLES.correlate(Member).scalar_subquery(),
        _KNOWN.correlate(Estate).scalar_subquery(),
        Member.id,
        *_ESTATE,
        *columns_of(Member),
    )
    .select_from(Estate)
    .outerjoin(Account, _SENDER)
    .outerjoin(Member, _MEMBER)
    .outerjoin(Group, _GROUP)
    .where(Estate.id == bindparam("estate_id"))
)


class Arrival(NamedTuple):
    """An estate, and what it knows of a message's ids. `known`: the inbox row that the message has already."""

    estate: Estate
    member: Member | None
    group_id: int | None
    roles: frozenset[str]
    known: int | None


def arrival(session: Session, estate_id: int, ids: dict[str, str | None]) -> Arrival | None:
    """None where there is no such estate. `ids`: channel, account, external_id, sender and group."""
    row = _ARRIVAL.first(session, ids | {"estate_id": estate_id})
    if row is None:
        return None
    group_id, roles, known, member_id, *rest = row
    estate = as_read(session, Estate, rest[: len(_ESTATE)])
    member = as_read(session, Member, rest[len(_ESTATE) :]) if member_id is not None else None
    return Arrival(estate, member, group_id, frozenset(roles.split(BETWEEN) if roles else ()), known)
