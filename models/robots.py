"""The workers' group of an estate, to which a group robot speaks: its digests go there too."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.estate import Estate, Group
from models.keys import new_id

CHANNEL = "group_robot"


class NoSuchEstate(Exception):
    """The settings name an estate that is not in the database."""


def keep_robot_groups(session: Session, estates: Sequence[str], now: datetime) -> None:
    """Adds the workers' group of each estate that has a robot. The group's address is the estate's name."""
    for name in estates:
        estate = session.scalars(select(Estate).filter_by(name=name)).first()
        if estate is None:
            raise NoSuchEstate(name)
        if not groups(session, estate.id):
            session.add(Group(estate_id=estate.id, id=new_id(now), name=name, channel=CHANNEL, address=name))


def groups(session: Session, estate_id: int) -> Sequence[Group]:
    return session.scalars(select(Group).filter_by(estate_id=estate_id, channel=CHANNEL)).all()
