"""People: members of an estate, the accounts by which channels know them, and their roles.

Authority is a role of the member to whom a bound account belongs. Names and texts give none.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

from sqlalchemy import ForeignKey, UniqueConstraint, bindparam, event, select, text
from sqlalchemy.orm import Mapped, Session, mapped_column

from models.database import Base
from models.estate import Building, GroupBuilding, Household
from models.keys import InEstate, refers
from models.prepared import Prepared
from models.rows import as_read, columns_of

ROLES = ("resident", "building_leader", "grid_worker", "community_staff", "street_staff", "property", "volunteer")
OFFICE = frozenset({"grid_worker", "community_staff", "street_staff"})  # who decides about tickets for a living
# How those are called to whom work is given.
PARTIES = {
    "物业": "property",
    "社区": "community_staff",
    "街道": "street_staff",
    "网格": "grid_worker",
    "楼长": "building_leader",
    "楼栋长": "building_leader",
}
WORKERS = OFFICE | {"property", "building_leader"}
PARTY_WORDS = {role: word for word, role in reversed(PARTIES.items())}  # what a role is called when work goes to it


class Member(InEstate, Base):
    """`key` is the name that imports and transcripts use; `name` is what the group sees."""

    __tablename__ = "members"
    key: Mapped[str]
    name: Mapped[str]
    household_id: Mapped[int | None]
    __table_args__ = (UniqueConstraint("estate_id", "key"), refers("household_id", "households"))


class Account(InEstate, Base):
    """How a channel knows a member."""

    __tablename__ = "accounts"
    channel: Mapped[str]
    address: Mapped[str]
    member_id: Mapped[int]
    __table_args__ = (UniqueConstraint("estate_id", "channel", "address"), refers("member_id", "members"))


class Route(Base):
    """Which estate a group or a person on a channel belongs to. The one table that is looked up without an estate."""

    __tablename__ = "routes"
    channel: Mapped[str] = mapped_column(primary_key=True)
    address: Mapped[str] = mapped_column(primary_key=True)
    estate_id: Mapped[int] = mapped_column(ForeignKey("estates.id"))


class Role(InEstate, Base):
    """A role, for the whole estate or for one building."""

    __tablename__ = "roles"
    member_id: Mapped[int]
    role: Mapped[str]
    building_id: Mapped[int | None]
    __table_args__ = (
        UniqueConstraint("estate_id", "member_id", "role", "building_id"),
        refers("member_id", "members"),
        refers("building_id", "buildings"),
    )


def roles_of(session: Session, estate_id: int, member_id: int | None) -> frozenset[str]:
    mine = (Role.estate_id == estate_id, Role.member_id == member_id)
    return frozenset(session.scalars(select(Role.role).where(*mine)))


def roles_at(session: Session, estate_id: int, member_id: int | None, building: str | None) -> frozenset[str]:
    """The roles that a member holds where a matter lies. A role for the whole estate holds everywhere; a role for
    one building holds there, and for matters whose building nobody has said."""
    at = (Building.estate_id == Role.estate_id) & (Building.id == Role.building_id)
    query = select(Role.role, Building.name).outerjoin(Building, at)
    mine = session.execute(query.where(Role.estate_id == estate_id, Role.member_id == member_id))
    return frozenset(role for role, name in mine if name is None or building is None or name == building)


def workers_for(session: Session, estate_id: int, role: str, building: str | None) -> Sequence[Member]:
    """The members who hold a role of `WORKERS` for a building, those named for just this building first."""
    held = [post for post in _posts(session, estate_id) if post.role == role]
    there = [post for post in held if building is None or post.building in (None, building)]
    there.sort(key=lambda post: (post.building is None, post.member.id))
    return list(dict.fromkeys(post.member for post in there))


def works_in(session: Session, estate_id: int, member_id: int, role: str) -> Callable[[str | None], bool]:
    """Tells of each building, as `roles_at` does, whether the member holds a role of `WORKERS` there."""
    own = {post.building for post in _posts(session, estate_id) if post.role == role and post.member.id == member_id}
    return lambda building: bool(own) and (None in own or building is None or building in own)


class _Post(NamedTuple):
    """A role that somebody holds, for the whole estate where there is no building."""

    role: str
    building: str | None
    member: Member


def _posts(session: Session, estate_id: int) -> list[_Post]:
    """Everybody who works for an estate: few, and asked for again and again, so they are read once a transaction."""
    known: dict[int, list[_Post]] = session.info.setdefault(_POSTS, {})
    if estate_id not in known:
        found = _WORK_HERE.all(session, {"estate_id": estate_id})
        known[estate_id] = [_Post(role, building, as_read(session, Member, who)) for role, building, *who in found]
    return known[estate_id]


def forget_posts(session: Session, *_: object) -> None:
    """Somebody was given a role in this transaction, or lost one; or a part of it was taken back, role and all."""
    session.info.pop(_POSTS, None)


event.listen(Session, "after_soft_rollback", forget_posts)


_POSTS = "posts"
_IS_WORK = text(f"roles.role IN {tuple(sorted(WORKERS))}")
_WORK_HERE = Prepared(
    select(Role.role, Building.name, *columns_of(Member))
    .join(Member, (Member.estate_id == Role.estate_id) & (Member.id == Role.member_id))
    .outerjoin(Building, (Building.estate_id == Role.estate_id) & (Building.id == Role.building_id))
    .where(Role.estate_id == bindparam("estate_id"), _IS_WORK)
)


def grids(session: Session, estate_id: int) -> dict[str, str]:
    """Building → the names of its grid workers, 小许 or 小许、小陈: those for the whole estate where it has none."""
    at = (Building.estate_id == Role.estate_id) & (Building.id == Role.building_id)
    who = (Member.estate_id == Role.estate_id) & (Member.id == Role.member_id)
    query = select(Member.name, Building.name).join(Role, who).outerjoin(Building, at)
    mine = query.where(Role.estate_id == estate_id, Role.role == "grid_worker").order_by(Member.id)
    held: dict[str | None, list[str]] = {}
    for worker, building in session.execute(mine):
        held.setdefault(building, []).append(worker)
    everywhere = held.pop(None, [])
    buildings = session.scalars(select(Building.name).filter_by(estate_id=estate_id))
    return {name: "、".join(held.get(name, everywhere)) for name in buildings}


def named(session: Session, estate_id: int, said: str, building: str | None) -> Sequence[Member]:
    """To whom work is given by a word: the one worker of the building whose name it is, or the holders of a role there
    (物业). Empty for everybody else: a word is then all that is known."""
    held = [one for role in sorted(WORKERS) for one in workers_for(session, estate_id, role, building)]
    called = {one.id: one for one in held if len(said) > 1 and said in one.name}
    if len(called) == 1:
        return list(called.values())
    role = next((role for word, role in PARTIES.items() if said.startswith(word)), None)
    return workers_for(session, estate_id, role, building) if role else []


def members_of(session: Session, estate_id: int, group_id: int) -> Sequence[Member]:
    """Who lives in the buildings that a group serves."""
    home = (Household.estate_id == Member.estate_id) & (Household.id == Member.household_id)
    served = (GroupBuilding.estate_id == Household.estate_id) & (GroupBuilding.building_id == Household.building_id)
    query = select(Member).join(Household, home).join(GroupBuilding, served)
    return session.scalars(
        query.where(Member.estate_id == estate_id, GroupBuilding.group_id == group_id).order_by(Member.id)
    ).all()


def groups_of(session: Session, estate_id: int, member_id: int | None) -> Sequence[int]:
    """The groups that serve a member's building."""
    home = (Household.estate_id == Member.estate_id) & (Household.id == Member.household_id)
    served = (GroupBuilding.estate_id == Household.estate_id) & (GroupBuilding.building_id == Household.building_id)
    query = select(GroupBuilding.group_id).select_from(Member).join(Household, home).join(GroupBuilding, served)
    mine = (Member.estate_id == estate_id, Member.id == member_id)
    return session.scalars(query.where(*mine).order_by(GroupBuilding.group_id)).all()


def home_of(session: Session, member: Member) -> Household | None:
    return session.get(Household, (member.estate_id, member.household_id)) if member.household_id else None


def is_reachable(session: Session, estate_id: int, member_id: int) -> bool:
    """Some channel knows the member; who only came to the door is reached through whoever filed it."""
    mine = select(Account.id).filter_by(estate_id=estate_id, member_id=member_id)
    return session.scalars(mine.limit(1)).first() is not None


def voter(member: Member) -> str:
    """Whom a member speaks for: the household, or himself where no household is known."""
    return f"h{member.household_id}" if member.household_id else f"m{member.id}"
