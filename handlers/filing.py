"""Who told a worker what he files: at the door, on the phone. It is their ticket, and they are told through him."""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy import select

from handlers.heard import Heard
from models.estate import Building, Household
from models.keys import new_id
from models.member import WORKERS, Member, roles_at


def as_told(heard: Heard) -> Heard:
    """The message with whoever told it as its member; as it is where the sender tells it himself. The cause stays the
    worker's: it is he who files it and who is answered. For another building's people nobody speaks: it is his own."""
    if heard.meaning.behalf is None or not _works_there(heard):
        return heard
    home = _household(heard)
    person = _known(heard, home) or _new(heard, home)
    return replace(heard, member=person) if person else heard


def _works_there(heard: Heard) -> bool:
    building = heard.meaning.place.building
    return bool(WORKERS & roles_at(heard.session, heard.estate.id, heard.cause.member_id, building))


def _household(heard: Heard) -> Household | None:
    """The flat that the message names, if there is just one such."""
    place = heard.meaning.place
    if place.building is None or place.room is None:
        return None
    at = (Building.estate_id == Household.estate_id) & (Building.id == Household.building_id)
    mine = (Household.estate_id == heard.estate.id, Building.name == place.building, Household.room == place.room)
    query = select(Household).join(Building, at).where(*mine)
    if place.unit is not None:
        query = query.where(Household.unit == place.unit)
    found = heard.session.scalars(query.limit(2)).all()
    return found[0] if len(found) == 1 else None


def _known(heard: Heard, home: Household | None) -> Member | None:
    """Somebody of that flat by this name; or the one whom an earlier filing made."""
    mine = select(Member).where(Member.estate_id == heard.estate.id)
    name = _name(heard)
    if home is not None and name:
        of_flat = heard.session.scalars(mine.where(Member.household_id == home.id).order_by(Member.id)).all()
        if found := next((one for one in of_flat if name in one.name or one.name in name), None):
            return found
    return heard.session.scalars(mine.where(Member.key == _key(heard, home))).first()


def _new(heard: Heard, home: Household | None) -> Member | None:
    """Somebody without an account. Where neither flat nor name is known, it is the worker's own report."""
    name = _name(heard)
    if home is None and not name:
        return None
    person = Member(
        estate_id=heard.estate.id,
        id=new_id(heard.cause.now),
        key=_key(heard, home),
        name=name or f"{home.label if home else ''} 住户",
        household_id=home.id if home else None,
    )
    heard.session.add(person)
    heard.session.flush()
    return person


def _name(heard: Heard) -> str:
    return heard.meaning.behalf.name if heard.meaning.behalf else ""


def _key(heard: Heard, home: Household | None) -> str:
    return f"door:{home.label if home else ''}:{_name(heard)}"
