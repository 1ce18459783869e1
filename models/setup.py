"""Setting up an estate from a plan: what is missing is added, what is there is brought up to date, twice is once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import digest, keys, monthly
from models.booking import Room
from models.cause import Cause
from models.database import Base
from models.estate import Building, Community, Estate, Grid, Group, GroupBuilding, Household, Subdistrict, Unit
from models.member import Account, Member, Role, Route, forget_posts

NUMBERED = ("ticket", "poll", "booking", "meeting", "volunteer")
DEFAULT_ZONE = "Asia/Shanghai"
Row = TypeVar("Row", bound=Base)


@dataclass(frozen=True)
class BuildingPlan:
    name: str
    units: tuple[str, ...] = ()
    floors: int | None = None


@dataclass(frozen=True)
class RolePlan:
    role: str
    building: str | None = None  # None: the whole estate


@dataclass(frozen=True)
class MemberPlan:
    key: str
    name: str
    household: str | None = None  # "12-3-502": building, unit (where it has any), room
    roles: tuple[RolePlan, ...] = ()
    accounts: tuple[tuple[str, str], ...] = ()  # (channel, address)


@dataclass(frozen=True)
class GroupPlan:
    name: str
    buildings: tuple[str, ...]
    channel: str = "web"
    address: str = ""  # the group's name, where the channel gives none


@dataclass(frozen=True)
class RoomPlan:
    name: str
    opens: str = "07:00"
    closes: str = "21:00"
    slot_minutes: int = 60


@dataclass(frozen=True)
class EstatePlan:
    name: str
    subdistrict: str = ""
    community: str = ""
    grid: str = ""
    timezone: str = DEFAULT_ZONE
    buildings: tuple[BuildingPlan, ...] = ()
    members: tuple[MemberPlan, ...] = ()
    groups: tuple[GroupPlan, ...] = ()
    rooms: tuple[RoomPlan, ...] = ()
    # Columns of the estate that the plan sets (quiet hours, phones, parties); what it names not stays as it is.
    sets: Mapping[str, Any] = field(default_factory=dict)


def install(session: Session, plan: EstatePlan, now: datetime) -> Estate:
    """Writes a plan. Nothing that people did (tickets, votes, bookings) is touched."""
    estate = _above(session, plan, now)
    for name, value in plan.sets.items():
        setattr(estate, name, value)
    keys.start_counters(session, estate.id, NUMBERED)
    keep = _Keeper(session, estate.id, now)
    buildings = {b.name: _building(keep, b) for b in plan.buildings}
    for member in plan.members:
        _member(keep, member, buildings)
    for group in plan.groups:
        _group(keep, group, buildings)
    for room in plan.rooms:
        fields = {"opens": room.opens, "closes": room.closes, "slot_minutes": room.slot_minutes}
        keep.row(Room, {"name": room.name}, fields)
    forget_posts(session)
    for begin in (digest.begin, monthly.begin):
        begin(session, Cause(estate.id, now), estate)
    return estate


def _above(session: Session, plan: EstatePlan, now: datetime) -> Estate:
    subdistrict = _shared(session, Subdistrict, now, {"name": plan.subdistrict})
    community = _shared(session, Community, now, {"subdistrict_id": subdistrict.id, "name": plan.community})
    grid = _shared(session, Grid, now, {"community_id": community.id, "name": plan.grid})
    return _shared(session, Estate, now, {"grid_id": grid.id, "name": plan.name}, {"timezone": plan.timezone})


def _shared(
    session: Session, table: type[Row], now: datetime, key: dict[str, Any], fields: dict[str, Any] | None = None
) -> Row:
    row = session.scalars(select(table).filter_by(**key)).first()
    if row is None:
        row = table(id=keys.new_id(now), **key, **(fields or {}))
        session.add(row)
        session.flush()
    return row


@dataclass(frozen=True)
class _Keeper:
    """Finds an estate's row by its key, or adds it, and sets its fields."""

    session: Session
    estate_id: int
    now: datetime

    def row(self, table: type[Row], key: dict[str, Any], fields: dict[str, Any] | None = None) -> Row:
        found = self.session.scalars(select(table).filter_by(estate_id=self.estate_id, **key)).first()
        if found is None:
            found = table(estate_id=self.estate_id, id=keys.new_id(self.now), **key, **(fields or {}))
            self.session.add(found)
            self.session.flush()
        for name, value in (fields or {}).items():
            setattr(found, name, value)
        return found

    def link(self, table: type[Base], key: dict[str, Any]) -> None:
        if self.session.scalars(select(table).filter_by(estate_id=self.estate_id, **key)).first() is None:
            self.session.add(table(estate_id=self.estate_id, **key))

    def route(self, channel: str, address: str) -> None:
        """A group or person on a channel leads here. An address that leads to another estate is left there."""
        if self.session.get(Route, (channel, address)) is None:
            self.session.add(Route(channel=channel, address=address, estate_id=self.estate_id))


def _building(keep: _Keeper, plan: BuildingPlan) -> Building:
    building = keep.row(Building, {"name": plan.name}, {"floors": plan.floors})
    for unit in plan.units:
        keep.row(Unit, {"building_id": building.id, "name": unit})
    return building


def _member(keep: _Keeper, plan: MemberPlan, buildings: dict[str, Building]) -> None:
    home = household(keep, plan.household, buildings) if plan.household else None
    member = keep.row(Member, {"key": plan.key}, {"name": plan.name, "household_id": home.id if home else None})
    for role in plan.roles:
        building = buildings[role.building].id if role.building else None
        keep.row(Role, {"member_id": member.id, "role": role.role, "building_id": building})
    for channel, address in plan.accounts or (("web", plan.key),):
        keep.row(Account, {"channel": channel, "address": address}, {"member_id": member.id})
        keep.route(channel, address)


def household(keep: _Keeper, label: str, buildings: dict[str, Building]) -> Household:
    """A household by its label. The first part must be one of the estate's buildings."""
    building, unit, room = split_label(label)
    fields = {"building_id": buildings[building].id, "unit": unit, "room": room}
    return keep.row(Household, {"label": label}, fields)


def split_label(label: str) -> tuple[str, str | None, str]:
    """ "12-3-502" → ("12", "3", "502"); "12-502" → ("12", None, "502"). Raises ValueError on anything else."""
    parts = label.split("-")
    if len(parts) not in (2, 3) or not all(parts):
        raise ValueError(label)
    return parts[0], parts[1] if len(parts) == 3 else None, parts[-1]


def _group(keep: _Keeper, plan: GroupPlan, buildings: dict[str, Building]) -> None:
    address = plan.address or plan.name
    group = keep.row(Group, {"channel": plan.channel, "address": address}, {"name": plan.name})
    keep.route(plan.channel, address)
    for name in plan.buildings:
        keep.link(GroupBuilding, {"group_id": group.id, "building_id": buildings[name].id})
