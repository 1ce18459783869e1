"""Where people live: subdistrict → community → grid → estate → building → unit → household, and the group chats."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ForeignKey, UniqueConstraint, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from config import categories
from models import audit
from models.cause import Cause
from models.database import Base
from models.keys import InEstate, refers

PHONE = re.compile(r"(?=(?:\D*\d){3})[\d\- ]{3,20}")


def is_phone(said: str) -> bool:
    """A number that can be dialled: 119, 0731-8888 6666."""
    return bool(PHONE.fullmatch(said))


class Subdistrict(Base):
    __tablename__ = "subdistricts"
    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    name: Mapped[str] = mapped_column(unique=True)


class Community(Base):
    __tablename__ = "communities"
    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    subdistrict_id: Mapped[int] = mapped_column(ForeignKey("subdistricts.id"))
    name: Mapped[str]
    __table_args__ = (UniqueConstraint("subdistrict_id", "name"),)


class Grid(Base):
    __tablename__ = "grids"
    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    community_id: Mapped[int] = mapped_column(ForeignKey("communities.id"))
    name: Mapped[str]
    __table_args__ = (UniqueConstraint("community_id", "name"),)


class Estate(Base):
    __tablename__ = "estates"
    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    grid_id: Mapped[int] = mapped_column(ForeignKey("grids.id"))
    name: Mapped[str]
    timezone: Mapped[str]
    # "22:00" to "07:00": groups are left in peace (models/quiet.py); both the same: at no time
    quiet_from: Mapped[str] = mapped_column(default="22:00", server_default="22:00")
    quiet_until: Mapped[str] = mapped_column(default="07:00", server_default="07:00")
    # Numbers to call in danger, by category: the gas company's, the lift company's
    phones: Mapped[dict[str, Any]] = mapped_column(default=dict, server_default="{}")
    # Who is asked to do it, by category, where it is not config/categories.toml's party
    parties: Mapped[dict[str, Any]] = mapped_column(default=dict, server_default="{}")
    __table_args__ = (UniqueConstraint("grid_id", "name"),)

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.timezone)

    def party(self, category: str) -> str:
        """The role that is asked to do something about a category."""
        return str(self.parties.get(category) or categories.party(category))

    def phone(self, category: str) -> str | None:
        """The number to call in danger, if the estate gave one."""
        return self.phones.get(category) or None


class Building(InEstate, Base):
    __tablename__ = "buildings"
    name: Mapped[str]
    floors: Mapped[int | None]
    __table_args__ = (UniqueConstraint("estate_id", "name"),)


class Unit(InEstate, Base):
    __tablename__ = "units"
    building_id: Mapped[int]
    name: Mapped[str]
    __table_args__ = (UniqueConstraint("estate_id", "building_id", "name"), refers("building_id", "buildings"))


class Household(InEstate, Base):
    """A flat. `label` is what people call it ("12-3-502"); the parts are what it is made of."""

    __tablename__ = "households"
    label: Mapped[str]
    building_id: Mapped[int]
    unit: Mapped[str | None]
    room: Mapped[str]
    __table_args__ = (UniqueConstraint("estate_id", "label"), refers("building_id", "buildings"))


class Group(InEstate, Base):
    """A group chat on a channel. `address` is the platform's id of it."""

    __tablename__ = "groups"
    name: Mapped[str]
    channel: Mapped[str]
    address: Mapped[str]
    __table_args__ = (UniqueConstraint("estate_id", "channel", "address"),)


class GroupBuilding(Base):
    """Which buildings a group serves."""

    __tablename__ = "group_buildings"
    estate_id: Mapped[int] = mapped_column(ForeignKey("estates.id"), primary_key=True, autoincrement=False)
    group_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    building_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    __table_args__ = (refers("group_id", "groups"), refers("building_id", "buildings"))


def change(session: Session, cause: Cause, estate: Estate, **columns: Any) -> None:
    """Changes what an office sets. The history says which settings changed."""
    changed = [name for name, value in columns.items() if getattr(estate, name) != value]
    for name in changed:
        setattr(estate, name, columns[name])
    if changed:
        audit.record(session, cause, "estate.change", estate.id, changed=changed)


def buildings_of(session: Session, estate_id: int, group_id: int | None) -> tuple[str, ...]:
    """Names of the buildings that a group serves; of all of the estate's where there is no group."""
    query = select(Building.name).where(Building.estate_id == estate_id).order_by(Building.id)
    if group_id is not None:
        served = (GroupBuilding.estate_id == Building.estate_id) & (GroupBuilding.building_id == Building.id)
        query = query.join(GroupBuilding, served).where(GroupBuilding.group_id == group_id)
    return tuple(session.scalars(query))


def group_for(session: Session, estate_id: int, building: str | None) -> Group | None:
    """The group to which news about a building goes: the first that serves it."""
    served = (GroupBuilding.estate_id == Group.estate_id) & (GroupBuilding.group_id == Group.id)
    at = (Building.estate_id == Group.estate_id) & (Building.id == GroupBuilding.building_id)
    query = select(Group).join(GroupBuilding, served).join(Building, at)
    return session.scalars(
        query.where(Group.estate_id == estate_id, Building.name == building).order_by(Group.id).limit(1)
    ).first()


def groups(session: Session, estate_id: int) -> Sequence[Group]:
    return session.scalars(select(Group).where(Group.estate_id == estate_id).order_by(Group.id)).all()
