"""Bookings by day: every room from opening to closing. Who booked is named where he is one of the viewer's people."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from flask import abort, render_template, request
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.web import desk_words, site, viewing
from bot.web.desk_door import blueprint, now, viewer
from models import booking
from models.booking import Booking, Room
from models.member import Member
from models.waiting import Waiting

QUARTER = timedelta(minutes=15)
STATUS = {"confirmed": "已约", "done": "已结束", "no_show": "没来"}
FIRST, LAST = date(2000, 1, 1), date(2100, 1, 1)


@dataclass(frozen=True)
class Held:
    """A booking on a day. `name` is empty where it is not for the viewer to know."""

    booking: Booking
    starts: datetime
    ends: datetime
    name: str


@dataclass(frozen=True)
class RoomDay:
    room: Room
    held: list[Held]
    waiting: int


@dataclass(frozen=True)
class Cell:
    """A part of a room's day in the table: so many quarters of an hour high."""

    quarters: int
    held: Held | None


@dataclass(frozen=True)
class Line:
    """A quarter of an hour in the table: the hour where one begins, and the cells that start here."""

    hour: str | None
    cells: list[Cell]


@blueprint.get("/bookings")
def bookings() -> Any:
    day = _asked_day()
    with site().database.read() as db:
        rooms = _rooms(db, day)
    return render_template(
        "desk/bookings.html",
        day=day,
        today=_today(),
        title=desk_words.day(_at(day), now().astimezone(viewer().estate.zone)),
        rooms=rooms,
        lines=lines(rooms, day),
        statuses=STATUS,
        before=day - timedelta(days=1),
        after=day + timedelta(days=1),
    )


def today(db: Session) -> list[tuple[str, Held]]:
    """(room, booking) of today that are not over, by time."""
    all_held = ((day.room.name, held) for day in _rooms(db, _today()) for held in day.held)
    return sorted((entry for entry in all_held if entry[1].ends > now()), key=lambda entry: entry[1].starts)


def _today() -> date:
    return now().astimezone(viewer().estate.zone).date()


def _at(day: date, at: time = time()) -> datetime:
    return datetime.combine(day, at, viewer().estate.zone)


def _asked_day() -> date:
    said = request.args.get("day")
    if not said:
        return _today()
    try:
        day = date.fromisoformat(said)
    except ValueError:
        abort(404)
    return day if FIRST <= day <= LAST else abort(404)


def _rooms(db: Session, day: date) -> list[RoomDay]:
    estate_id, start, end = viewer().estate.id, _at(day), _at(day + timedelta(days=1))
    mine = (Booking.estate_id == estate_id, Booking.starts_at >= start, Booking.starts_at < end)
    query = select(Booking).where(*mine, Booking.status != "cancelled").order_by(Booking.starts_at)
    found = db.scalars(query).all()
    names = _names(db, {held.member_id for held in found})
    queued = (Waiting.estate_id == estate_id, Waiting.starts_at >= start, Waiting.starts_at < end)
    waiting = db.scalars(select(Waiting.room_id).where(*queued, Waiting.status.in_(("waiting", "offered")))).all()
    return [_day(room, found, names, waiting) for room in booking.rooms(db, estate_id)]


def _day(room: Room, found: Sequence[Booking], names: dict[int, str], waiting: Sequence[int]) -> RoomDay:
    zone = viewer().estate.zone
    held = [
        Held(one, one.starts_at.astimezone(zone), one.ends_at.astimezone(zone), names.get(one.member_id, ""))
        for one in found
        if one.room_id == room.id
    ]
    return RoomDay(room, held, sum(room_id == room.id for room_id in waiting))


def _names(db: Session, member_ids: set[int]) -> dict[int, str]:
    is_mine = Member.id.in_(viewing.neighbours(viewer()))
    mine = (Member.estate_id == viewer().estate.id, Member.id.in_(member_ids), is_mine)
    return dict(db.execute(select(Member.id, Member.name).where(*mine)).all())


def lines(rooms: Sequence[RoomDay], day: date) -> list[Line]:
    """The day as a table in quarters of an hour, from the first opening to the last closing."""
    if not rooms:
        return []
    at = min(_at(day, time.fromisoformat(one.room.opens)) for one in rooms).replace(minute=0)
    end = max(_at(day, time.fromisoformat(one.room.closes)) for one in rooms)
    starts = {(one.room.id, _floor(held.starts)): held for one in rooms for held in one.held}
    busy_until: dict[int, datetime] = {}
    made = []
    while at < end:
        cells = [cell for one in rooms if (cell := _cell(one, at, starts, busy_until))]
        made.append(Line(f"{at:%H:%M}" if at.minute == 0 else None, cells))
        at += QUARTER
    return made


def _cell(
    one: RoomDay, at: datetime, starts: dict[tuple[int, datetime], Held], busy_until: dict[int, datetime]
) -> Cell | None:
    """What begins in a room at a quarter; None where an earlier cell still reaches over it."""
    if at < busy_until.get(one.room.id, at):
        return None
    held = starts.get((one.room.id, at))
    if held is None:
        return Cell(1, None)
    quarters = -(-(held.ends - at) // QUARTER)
    busy_until[one.room.id] = at + quarters * QUARTER
    return Cell(quarters, held)


def _floor(at: datetime) -> datetime:
    return at.replace(minute=at.minute // 15 * 15, second=0, microsecond=0)
