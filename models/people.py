"""Changing who may do what: roles granted and taken away, accounts bound. Every change is in the audit."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import audit
from models.cause import Cause
from models.estate import Building
from models.keys import new_id
from models.member import Account, Member, Role, Route, forget_posts


def building_id(session: Session, estate_id: int, name: str | None) -> int | None:
    return session.scalars(select(Building.id).filter_by(estate_id=estate_id, name=name)).first()


def grant(session: Session, cause: Cause, member: Member, role: str, building: str | None) -> None:
    """Gives a role, for one building or (None) the whole estate. Giving it twice changes nothing."""
    if _held(session, cause, member, role, building) is None:
        place = building_id(session, cause.estate_id, building) if building else None
        session.add(
            Role(estate_id=cause.estate_id, id=new_id(cause.now), member_id=member.id, role=role, building_id=place)
        )
        forget_posts(session)
        audit.record(session, cause, "member.grant", member.id, role=role, building=building)


def revoke(session: Session, cause: Cause, member: Member, role: str, building: str | None) -> bool:
    """Takes a role away. False where the member did not hold it there."""
    held = _held(session, cause, member, role, building)
    if held is None:
        return False
    session.delete(held)
    forget_posts(session)
    audit.record(session, cause, "member.revoke", member.id, role=role, building=building)
    return True


def _held(session: Session, cause: Cause, member: Member, role: str, building: str | None) -> Role | None:
    place = building_id(session, cause.estate_id, building) if building else None
    mine = {"estate_id": cause.estate_id, "member_id": member.id, "role": role, "building_id": place}
    return session.scalars(select(Role).filter_by(**mine)).first()


def bind(session: Session, cause: Cause, member: Member, channel: str, address: str) -> None:
    """Makes a channel's account a member's. What it was bound to before in this estate, it is no longer."""
    key = {"estate_id": cause.estate_id, "channel": channel, "address": address}
    account = session.scalars(select(Account).filter_by(**key)).first()
    if account is None:
        account = Account(id=new_id(cause.now), member_id=member.id, **key)
        session.add(account)
    account.member_id = member.id
    if session.get(Route, (channel, address)) is None:
        session.add(Route(channel=channel, address=address, estate_id=cause.estate_id))
    audit.record(session, cause, "member.bind", member.id, channel=channel)


def with_roles(session: Session, estate_id: int) -> list[tuple[Member, list[str]]]:
    """Everybody of an estate, with the roles they hold."""
    members = session.scalars(select(Member).filter_by(estate_id=estate_id).order_by(Member.id)).all()
    roles = session.execute(select(Role.member_id, Role.role).filter_by(estate_id=estate_id)).all()
    return [(member, sorted({role for owner, role in roles if owner == member.id})) for member in members]
