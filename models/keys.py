"""Keys: ids that sort by time, numbers that people can say, and columns that every estate's row has."""

from __future__ import annotations

import secrets
import threading
from datetime import datetime
from typing import cast

from sqlalchemy import ForeignKey, ForeignKeyConstraint, Table, bindparam, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from models.database import Base
from models.prepared import Prepared

_ID_RANDOM_BITS = 20
_last_id = 0
_lock = threading.Lock()


def new_id(now: datetime) -> int:
    """A 63-bit id: milliseconds of `now`, then random bits. Within a process ids rise, also while the clock is set
    back, so they sort as things came: the last word of a household is the one with the highest id."""
    global _last_id
    fresh = (int(now.timestamp() * 1000) << _ID_RANDOM_BITS) | secrets.randbits(_ID_RANDOM_BITS - 1)
    with _lock:
        _last_id = max(fresh, _last_id + 1)
        return _last_id


def first_id(at: datetime) -> int:
    """Ids given out from a time on are not below this."""
    return int(at.timestamp() * 1000) << _ID_RANDOM_BITS


class InEstate:
    """The key of every row that belongs to an estate. `estate_id` comes first, so that a city can shard by it."""

    estate_id: Mapped[int] = mapped_column(ForeignKey("estates.id"), primary_key=True, autoincrement=False)
    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)


def refers(column: str, table: str) -> ForeignKeyConstraint:
    """A foreign key that stays inside the estate."""
    return ForeignKeyConstraint(["estate_id", column], [f"{table}.estate_id", f"{table}.id"])


class Counter(Base):
    """The last number given out, for each kind of thing and estate."""

    __tablename__ = "counters"
    estate_id: Mapped[int] = mapped_column(ForeignKey("estates.id"), primary_key=True, autoincrement=False)
    kind: Mapped[str] = mapped_column(primary_key=True)
    last: Mapped[int]


def next_number(session: Session, estate_id: int, kind: str) -> int:
    """The next number of a kind, from 1, without gaps: a rollback gives it back."""
    [(number,)] = _RAISED.all(session, {"of_estate": estate_id, "of_kind": kind})
    return int(number)


def hold_counter(session: Session, estate_id: int, kind: str) -> None:
    """Until this transaction ends nobody else in the estate makes a thing of this kind: what is looked for first and
    made where it is missing is not made twice."""
    [_] = _HELD.all(session, {"of_estate": estate_id, "of_kind": kind})


# A statement that sets columns may not use their names for what it is run with.
_COUNTERS = cast("Table", Counter.__table__)
_THIS = (_COUNTERS.c.estate_id == bindparam("of_estate"), _COUNTERS.c.kind == bindparam("of_kind"))
_HELD = Prepared(select(_COUNTERS.c.last).where(*_THIS).with_for_update())
_RAISED = Prepared(update(_COUNTERS).where(*_THIS).values(last=_COUNTERS.c.last + 1).returning(_COUNTERS.c.last))


def start_counters(session: Session, estate_id: int, kinds: tuple[str, ...]) -> None:
    known = set(session.scalars(select(Counter.kind).where(Counter.estate_id == estate_id)))
    session.add_all(Counter(estate_id=estate_id, kind=kind, last=0) for kind in kinds if kind not in known)
    session.flush()
