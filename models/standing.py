"""What stands open around a message, in one statement: most messages come where nothing does, and need no other."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import (
    BigInteger,
    BindParameter,
    ColumnElement,
    Exists,
    Select,
    String,
    and_,
    bindparam,
    exists,
    or_,
    select,
)
from sqlalchemy.orm import InstrumentedAttribute, Session

from models.booking import Room
from models.cause import Cause
from models.database import UtcDateTime
from models.estate import GroupBuilding, Household
from models.layer import Layer
from models.meeting import Meeting
from models.member import Member
from models.poll import Poll
from models.prepared import Prepared
from models.rows import BETWEEN, together
from models.ticket import IS_LIVE, Ticket
from models.volunteer import OPEN_FOR, Task
from models.waiting import Waiting

ESTATE, GROUP, MEMBER = (bindparam(name, type_=BigInteger) for name in ("estate_id", "group_id", "member_id"))


class Standing(NamedTuple):
    """Whether there is any of it here. `rooms`: the estate's, by name. `layer_id`: what the estate taught, in use."""

    has_polls: bool
    has_offers: bool
    has_settled: bool
    has_meetings: bool
    has_tasks: bool
    has_fresh: bool
    is_asked: bool
    layer_id: int | None
    rooms: tuple[str, ...]


def standing(session: Session, cause: Cause, settled_since: timedelta, fresh_since: timedelta) -> Standing:
    """What stands open in the group of a message, or for its sender. `has_settled`: a report of his own within a time;
    `has_fresh`: a ticket of the group to which something happened within another."""
    values: dict[str, object] = {
        "estate_id": cause.estate_id,
        "group_id": cause.group_id,
        "member_id": cause.member_id,
        "now": cause.now,
        "settled": cause.now - settled_since,
        "fresh": cause.now - fresh_since,
        "called": cause.now - OPEN_FOR,
    }
    [(*found, rooms)] = (_IN_GROUP if cause.group_id else _ALONE).all(session, values)
    return Standing._make((*found, _names(rooms)))


def _names(rooms: str | None) -> tuple[str, ...]:
    """Out of `id name` pairs, in the order of the ids."""
    pairs = (pair.partition(" ") for pair in (rooms or "").split(BETWEEN) if pair)
    return tuple(name for _, name in sorted((int(key), name) for key, _, name in pairs))


def _statement(is_alone: bool) -> Select[*tuple[Any, ...]]:
    def here(column: InstrumentedAttribute[int | None]) -> ColumnElement[bool]:
        return column.is_(None) if is_alone else column == GROUP

    own = (Ticket.estate_id == ESTATE, Ticket.reporter_id == MEMBER)
    flags = {
        "has_polls": _polls(is_alone),
        "has_offers": exists().where(
            Waiting.estate_id == ESTATE, Waiting.member_id == MEMBER, Waiting.status == "offered"
        ),
        "has_settled": exists().where(*own, Ticket.status == "resolved", Ticket.resolved_at > _time("settled")),
        "has_meetings": exists().where(
            Meeting.estate_id == ESTATE,
            here(Meeting.group_id),
            Meeting.status == "planned",
            Meeting.starts_at > _time("now"),
        ),
        "has_tasks": exists().where(
            Task.estate_id == ESTATE,
            here(Task.group_id),
            or_(Task.changed_at > _time("called"), Task.starts_at > _time("now")),
            Task.withdrawn_at.is_(None),
            Task.ended_at.is_(None),
        ),
        "has_fresh": exists().where(
            *(own if is_alone else (Ticket.estate_id == ESTATE,)),
            here(Ticket.group_id),
            Ticket.changed_at >= _time("fresh"),
        ),
        "is_asked": exists().where(*own, Ticket.waits_since.is_not(None), IS_LIVE, here(Ticket.group_id)),
    }
    in_use = select(Layer.id).where(Layer.estate_id == ESTATE, Layer.is_active.is_(True)).limit(1)
    named = Room.id.cast(String).concat(" ").concat(Room.name)
    rooms = select(together(named)).where(Room.estate_id == ESTATE)
    return select(
        *(flag.label(name) for name, flag in flags.items()),
        in_use.scalar_subquery().label("layer_id"),
        rooms.scalar_subquery().label("rooms"),
    )


def _time(name: str) -> BindParameter[datetime]:
    return bindparam(name, type_=UtcDateTime)


def _polls(is_alone: bool) -> Exists:
    is_open = (Poll.estate_id == ESTATE, Poll.status == "open")
    if not is_alone:
        return exists().where(*is_open, Poll.group_id == GROUP)
    home = and_(Household.estate_id == Member.estate_id, Household.id == Member.household_id)
    served = and_(GroupBuilding.estate_id == Household.estate_id, GroupBuilding.building_id == Household.building_id)
    own = select(GroupBuilding.group_id).select_from(Member).join(Household, home).join(GroupBuilding, served)
    lives = own.where(Member.estate_id == ESTATE, Member.id == MEMBER)
    return exists().where(*is_open, Poll.group_id.in_(lives))


_IN_GROUP, _ALONE = Prepared(_statement(is_alone=False)), Prepared(_statement(is_alone=True))
