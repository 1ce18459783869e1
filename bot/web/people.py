"""Who is in front of the browser. Read from the signed session cookie alone, never from what a request says."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from flask import abort, request, session
from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from bot.channels.web import BOT_NAME, CHANNEL
from bot.web import site
from models import sign_in
from models.estate import Estate, Group, GroupBuilding
from models.member import WORKERS, Account, Member, Role, Route, groups_of, members_of, roles_of

LOOPBACK = frozenset({"127.0.0.1", "::1"})
LOOPBACK_NAMES = re.compile(r"(?:localhost|127\.0\.0\.1|\[::1\])(?::[0-9]+)?")
ROLE_NAMES = {
    "resident": "居民",
    "building_leader": "楼栋长",
    "grid_worker": "网格员",
    "community_staff": "社区",
    "street_staff": "街道",
    "property": "物业",
    "volunteer": "志愿者",
}
BOT = "bot"  # the key of the talk with the bot alone
RANK = (
    "street_staff",
    "community_staff",
    "grid_worker",
    "building_leader",
    "property",
    "volunteer",
)  # the role shown first


@dataclass(frozen=True)
class Viewer:
    """Somebody signed in. `address` is how the web channel knows him: the sender of what he says."""

    estate: Estate
    member: Member
    address: str
    roles: frozenset[str]

    @property
    def is_worker(self) -> bool:
        return bool(WORKERS & self.roles)


@dataclass(frozen=True)
class Conversation:
    """A group, or (`group` is None) the talk with the bot alone. `key` stands in addresses."""

    key: str
    name: str
    group: Group | None


def viewer(db: Session) -> Viewer | None:
    """Who is signed in (bot/web/sign_in.py). None where nobody is, his sign-in was ended, or no account is his."""
    estate_id, member_id, sign_in_id = (session.get(key) for key in ("estate", "member", "sign_in"))
    if estate_id is None or member_id is None:
        return None
    if not _is_signed_in(db, (estate_id, member_id), sign_in_id):
        return None
    account = _account(db, estate_id, member_id)
    if account is None:
        return None
    estate, member = db.get_one(Estate, estate_id), db.get_one(Member, (estate_id, member_id))
    return Viewer(estate, member, account.address, roles_of(db, estate_id, member_id))


def _is_signed_in(db: Session, member_key: tuple[int, int], sign_in_id: int | None) -> bool:
    """In the demo one may be one person after another, without a sign-in of each. Nowhere else: a demo's cookie may be
    signed with the same secret."""
    if sign_in_id is None:
        return site().settings.is_demo
    found = sign_in.who(db, member_key[0], sign_in_id, site().clock())
    return found is not None and found.id == member_key[1]


def require_viewer(db: Session) -> Viewer:
    """Who is signed in; answers 401 where nobody is."""
    return viewer(db) or abort(401)


def _account(db: Session, estate_id: int, member_id: int) -> Account | None:
    """The account by which the web channel knows a member. One whose address leads to another estate does not count:
    what is said by it would land there."""
    mine = {"estate_id": estate_id, "member_id": member_id, "channel": CHANNEL}
    leads_here = (Route.channel == Account.channel) & (Route.address == Account.address)
    query = select(Account).filter_by(**mine).join(Route, leads_here).where(Route.estate_id == estate_id)
    return db.scalars(query.order_by(Account.id).limit(1)).first()


def may_switch() -> bool:
    """Only in the demo, and only from this machine, one browser may be one person after the other. Behind a proxy or
    a tunnel everybody seems to come from this machine; the name that they asked for tells."""
    is_here = request.remote_addr in LOOPBACK and LOOPBACK_NAMES.fullmatch(request.host) is not None
    return site().settings.is_demo and "member" in session and is_here


def switch(db: Session, member_id: int) -> None:
    """Makes the session another member of the same estate: 403 outside the demo, 404 for somebody unknown."""
    if not may_switch():
        abort(403)
    estate_id = session["estate"]
    if _account(db, estate_id, member_id) is None:
        abort(404)
    session["member"] = member_id
    session.pop("sign_in", None)  # that was another's


def everybody(db: Session, estate_id: int) -> Sequence[tuple[Member, frozenset[str]]]:
    """The members whom the web channel knows, those with a role first."""
    known = (Account.estate_id == Member.estate_id) & (Account.member_id == Member.id) & (Account.channel == CHANNEL)
    query = select(Member).join(Account, known).where(Member.estate_id == estate_id).order_by(Member.id)
    people = [(member, roles_of(db, estate_id, member.id)) for member in db.scalars(query).unique()]
    return sorted(people, key=lambda entry: _rank(entry[1]))


def _rank(roles: frozenset[str]) -> int:
    return next((place for place, role in enumerate(RANK) if role in roles), len(RANK))


def role_name(roles: frozenset[str]) -> str:
    """The highest role in plain Chinese."""
    return ROLE_NAMES[next((role for role in RANK if role in roles), "resident")]


def conversations(db: Session, who: Viewer) -> tuple[Conversation, ...]:
    """The talks that somebody sees: the groups that serve his building (a worker: all of the estate), and the bot.

    An address that leads to another estate is left out: what is said there would land with strangers.
    """
    leads_here = (Route.channel == Group.channel) & (Route.address == Group.address)
    mine = select(Group).join(Route, leads_here).where(Route.estate_id == who.estate.id)
    mine = mine.where(Group.estate_id == who.estate.id, Group.channel == CHANNEL)
    if not who.is_worker:
        mine = mine.where(Group.id.in_(groups_of(db, who.estate.id, who.member.id)))
    groups = tuple(Conversation(str(group.id), group.name, group) for group in db.scalars(mine.order_by(Group.id)))
    return (*groups, Conversation(BOT, BOT_NAME, None))


def conversation(db: Session, who: Viewer, key: str) -> Conversation:
    """One of somebody's talks; answers 404 where it is not his."""
    return next((talk for talk in conversations(db, who) if talk.key == key), None) or abort(404)


def headcount(db: Session, group: Group) -> int:
    """How many people a group has: who lives in its buildings, and who works for them."""
    served = select(GroupBuilding.building_id).filter_by(estate_id=group.estate_id, group_id=group.id)
    at_work = (Role.estate_id == group.estate_id, Role.role.in_(WORKERS))
    there = or_(Role.building_id.is_(None), Role.building_id.in_(served))
    workers = db.scalars(select(Role.member_id).where(*at_work, there))
    return len({member.id for member in members_of(db, group.estate_id, group.id)} | set(workers))
