"""Who looks at the desk, and what of the estate is his to see. Every query of the desk takes its scope from here."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import session as browser
from sqlalchemy import ColumnElement, Select, and_, or_, select
from sqlalchemy.orm import Session

from bot.web import site
from models import sign_in
from models.estate import Building, Estate, Group, GroupBuilding, Household
from models.inbox import InboxMessage
from models.member import OFFICE, WORKERS, Member, Role
from models.outbox import OutboxMessage
from models.poll import Poll
from models.ticket import Ticket

# Letters to single people are for those who look after them, not for the property company.
SEES_LETTERS = OFFICE | {"building_leader"}


@dataclass(frozen=True)
class Viewer:
    """Somebody signed in at the desk. `building_ids` is None where a role holds for the whole estate."""

    estate: Estate
    member: Member
    roles: frozenset[str]
    building_ids: frozenset[int] | None

    @property
    def sees_all(self) -> bool:
        return self.building_ids is None

    @property
    def sees_letters(self) -> bool:
        return bool(self.roles & SEES_LETTERS)

    @property
    def may_set(self) -> bool:
        """The settings of the estate are for those who look after all of it."""
        return self.sees_all and bool(self.roles & OFFICE)


def viewer(db: Session, now: datetime) -> Viewer | None:
    """Who is signed in, by the session alone; None where nobody is, or his session was ended or is too old."""
    estate_id, member_id, sign_in_id = (browser.get(key) for key in ("estate", "member", "sign_in"))
    if estate_id is None or member_id is None:
        return None
    member = db.get(Member, (estate_id, member_id))
    if member is None or not _is_signed_in(db, member, sign_in_id, now):
        return None
    roles = db.execute(_worker_roles(estate_id, member_id)).all()
    is_everywhere = any(building_id is None for _, building_id in roles)
    scope = None if is_everywhere else frozenset(building_id for _, building_id in roles if building_id is not None)
    return Viewer(db.get_one(Estate, estate_id), member, frozenset(role for role, _ in roles), scope)


def _is_signed_in(db: Session, member: Member, sign_in_id: int | None, now: datetime) -> bool:
    """In the demo one may be one person after another (bot/web/people.py), without a sign-in of each."""
    if sign_in_id is None:
        return site().settings.is_demo
    return sign_in.who(db, member.estate_id, sign_in_id, now) is member


def _worker_roles(estate_id: int, member_id: int) -> Select[str, int | None]:
    mine = (Role.estate_id == estate_id, Role.member_id == member_id, Role.role.in_(WORKERS))
    return select(Role.role, Role.building_id).where(*mine)


def tickets(viewer: Viewer) -> ColumnElement[bool]:
    """A ticket in the viewer's buildings; where no building is known, told in their groups or by who lives there."""
    mine = Ticket.estate_id == viewer.estate.id
    if viewer.sees_all:
        return mine
    told_here = or_(
        Ticket.group_id.in_(group_ids(viewer)),
        and_(Ticket.group_id.is_(None), Ticket.reporter_id.in_(neighbours(viewer))),
    )
    here = Ticket.building.in_(building_names(viewer))
    return and_(mine, or_(here, and_(Ticket.building.is_(None), told_here)))


def in_groups(viewer: Viewer, table: Any) -> ColumnElement[bool]:
    """Rows of a table with `group_id` (polls, meetings): those of the viewer's groups; for all of the estate, all."""
    mine: ColumnElement[bool] = table.estate_id == viewer.estate.id
    return mine if viewer.sees_all else and_(mine, table.group_id.in_(group_ids(viewer)))


def letters(viewer: Viewer) -> ColumnElement[bool]:
    """Outgoing messages to the viewer's groups and to who lives in his buildings."""
    mine = OutboxMessage.estate_id == viewer.estate.id
    if viewer.sees_all:
        return mine
    people = OutboxMessage.member_id.in_(neighbours(viewer)) | (OutboxMessage.member_id == viewer.member.id)
    return and_(mine, or_(OutboxMessage.group_id.in_(group_ids(viewer)), people))


def messages(viewer: Viewer) -> ColumnElement[bool]:
    """What was said in the viewer's groups. What somebody said to the bot alone is nobody else's to read."""
    return and_(in_groups(viewer, InboxMessage), InboxMessage.group_id.is_not(None))


def polls(viewer: Viewer) -> ColumnElement[bool]:
    return in_groups(viewer, Poll)


def building_names(viewer: Viewer) -> Select[str]:
    """The names of the viewer's buildings, as a query."""
    mine = select(Building.name).where(Building.estate_id == viewer.estate.id)
    return mine if viewer.building_ids is None else mine.where(Building.id.in_(viewer.building_ids))


def group_ids(viewer: Viewer) -> Select[int]:
    """The groups that serve one of the viewer's buildings, as a query."""
    if viewer.building_ids is None:
        return select(Group.id).where(Group.estate_id == viewer.estate.id)
    serves = (GroupBuilding.estate_id == viewer.estate.id, GroupBuilding.building_id.in_(viewer.building_ids))
    return select(GroupBuilding.group_id).where(*serves)


def neighbours(viewer: Viewer) -> Select[int]:
    """The members whose home is in one of the viewer's buildings, as a query."""
    home = (Household.estate_id == Member.estate_id) & (Household.id == Member.household_id)
    people = select(Member.id).join(Household, home).where(Member.estate_id == viewer.estate.id)
    if viewer.building_ids is None:
        return select(Member.id).where(Member.estate_id == viewer.estate.id)
    return people.where(Household.building_id.in_(viewer.building_ids))
