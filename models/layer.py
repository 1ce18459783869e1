"""An estate's own weights, learnt from its lessons: one in use at most, and those before, so that one can go back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Index, delete, select, text, update
from sqlalchemy.orm import Mapped, Session, defer

from models import audit
from models.cause import Cause
from models.database import Base
from models.keys import InEstate, new_id
from models.refused import Refused

KEPT = 10  # layers of an estate; those before are gone


class Layer(InEstate, Base):
    """`weights` is feature → {label: weight}; what it means is handlers.understanding.layer's business."""

    __tablename__ = "layers"
    made_at: Mapped[datetime]
    weights: Mapped[dict[str, Any]]
    lessons: Mapped[int]  # how many it was learnt from
    mistakes_before: Mapped[int]  # on these lessons without any layer
    mistakes_after: Mapped[int]  # on each of them by a layer learnt without it
    is_active: Mapped[bool]
    taken_back_at: Mapped[datetime | None]
    __table_args__ = (
        Index(
            "uq_layers_active",
            "estate_id",
            unique=True,
            sqlite_where=text("is_active"),
            postgresql_where=text("is_active"),
        ),
    )


@dataclass(frozen=True)
class Figures:
    """How good a layer is."""

    lessons: int
    mistakes_before: int
    mistakes_after: int


def active_id(session: Session, estate_id: int) -> int | None:
    """The id of the layer in use, without its weights: asked with every message."""
    mine = (Layer.estate_id == estate_id, Layer.is_active.is_(True))
    return session.scalars(select(Layer.id).where(*mine)).first()


def active(session: Session, estate_id: int) -> Layer | None:
    """The layer in use, with its weights."""
    mine = (Layer.estate_id == estate_id, Layer.is_active.is_(True))
    return session.scalars(select(Layer).where(*mine)).first()


def get(session: Session, estate_id: int, layer_id: int) -> Layer:
    return session.get_one(Layer, (estate_id, layer_id))


def install(session: Session, cause: Cause, weights: Mapping[str, Any], figures: Figures) -> Layer:
    """Puts a new layer to use in place of the one before."""
    _put_aside(session, cause.estate_id)
    made = Layer(
        estate_id=cause.estate_id,
        id=new_id(cause.now),
        made_at=cause.now,
        weights=dict(weights),
        lessons=figures.lessons,
        mistakes_before=figures.mistakes_before,
        mistakes_after=figures.mistakes_after,
        is_active=True,
    )
    session.add(made)
    session.flush()
    _drop_oldest(session, cause.estate_id)
    return made


def roll_back(session: Session, cause: Cause) -> Layer | None:
    """Takes the layer in use back and puts the one before it to use; None where there is none, and only the shipped
    weights are left. Raises Refused("layer.none") where no layer is in use."""
    found = active(session, cause.estate_id)
    if found is None:
        raise Refused("layer.none")
    before = _before(session, found)
    found.is_active, found.taken_back_at = False, cause.now
    session.flush()
    if before:
        before.is_active = True
    session.flush()
    audit.record(session, cause, "layer.roll_back", found.id, to=before.id if before else None)
    return before


def _before(session: Session, found: Layer) -> Layer | None:
    """What was in use before, if nobody took it back."""
    mine = (Layer.estate_id == found.estate_id, Layer.id < found.id, Layer.taken_back_at.is_(None))
    return session.scalars(select(Layer).where(*mine).order_by(Layer.id.desc()).limit(1)).first()


def history(session: Session, estate_id: int) -> Sequence[Layer]:
    """Every layer of an estate, the latest first, without loading weights."""
    query = select(Layer).options(defer(Layer.weights)).where(Layer.estate_id == estate_id)
    return session.scalars(query.order_by(Layer.id.desc())).all()


def _drop_oldest(session: Session, estate_id: int) -> None:
    old = select(Layer.id).where(Layer.estate_id == estate_id).order_by(Layer.id.desc()).offset(KEPT)
    ids = session.scalars(old).all()
    session.execute(delete(Layer).where(Layer.estate_id == estate_id, Layer.id.in_(ids)))


def _put_aside(session: Session, estate_id: int) -> None:
    mine = (Layer.estate_id == estate_id, Layer.is_active.is_(True))
    session.execute(update(Layer).where(*mine).values(is_active=False))
