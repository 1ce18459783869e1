"""Is a report one of the matters that are already known? By category, place, words and time.

Supplies (water, power, lifts …) fail for many at once: where two households sit does not tell two outages apart.
Everything else is weighed: what two reports share or differ in adds up to how likely they are one matter. The points
were fitted on labelled pairs (`bench understanding`, "same matter").
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import bindparam, union_all
from sqlalchemy.orm import Session

from models.cause import Cause
from models.rows import Finder, given, rows_of
from models.ticket import IS_LIVE, Report, Ticket

SUPPLIES = frozenset({"elevator", "water", "power", "gas", "drainage", "network"})
KNOWN_FOR = timedelta(days=14)
NEVER, ALWAYS = -99.0, 99.0
# What tells two matters apart whatever else they share.
COARSE = ("building", "unit")
FINE = ("floor", "room")


SURE, DOUBTFUL = 0.3, -0.3  # above the one it is the same matter; between them a worker is asked
BASE = -0.4
SAME = {"floor": 0.7, "room": 0.6, "spot": 0.6}
DIFFERENT = {"floor": -1.4, "room": -0.7, "spot": -0.2}
SHARED_WORDS = 0.9  # a word of the titles
SHARED_CHARACTERS = 2.0  # times the cosine of the characters
OWN_HOME = -0.8  # the second speaks of what is wrong in his own home
PLACES = re.compile(r"[\dA-Za-z一二三四五六七八九十]*[栋幢座单元门楼层室号]+|[\W\d了的]")
HOME = re.compile("我家|我屋里|我们家|屋里|客厅|卧室|我这户|自家")


@dataclass(frozen=True)
class Known:
    """The ticket that a report may repeat."""

    ticket: Ticket
    is_sure: bool


def find(session: Session, cause: Cause, told: Report) -> Known | None:
    """The live ticket that a report repeats, surely or maybe: the likeliest, of equals the one that changed last."""
    building = told.place.get("building")
    values = {"estate_id": cause.estate_id, "category": told.category, "since": cause.now - KNOWN_FOR}
    if building is not None and building.isdigit():
        alike = _LIVE_IN_REACH.all(session, **values, building=building)
    else:
        alike = _LIVE.all(session, **values)
    # Put in order here: asked to do it, a database may walk through all tickets of the estate, which lie in that order.
    newest_first = sorted(alike, key=lambda ticket: ticket.changed_at, reverse=True)
    best = max(newest_first, key=lambda ticket: likeness(ticket, told, cause), default=None)
    points = likeness(best, told, cause) if best else NEVER
    return Known(best, points > SURE) if best and points > DOUBTFUL else None


_ALIKE = rows_of(Ticket).where(
    given(Ticket.estate_id), IS_LIVE, given(Ticket.category), Ticket.reported_at > bindparam("since")
)
_LIVE = Finder(Ticket, _ALIKE)
# What `may_be_there` says of buildings, for the database: where a number was named, no other one will do. Asked with
# OR, it would look at all that stands open.
_LIVE_IN_REACH = Finder(
    Ticket, union_all(_ALIKE.where(given(Ticket.building)), _ALIKE.where(Ticket.building.is_(None)))
)


def is_same(ticket: Ticket, told: Report, cause: Cause) -> bool:
    return likeness(ticket, told, cause) > SURE


def likeness(ticket: Ticket, told: Report, cause: Cause) -> float:
    """The log-odds that a report repeats a ticket of its category."""
    if not may_be_there(ticket, told) or not _is_near(ticket, told, cause):
        return NEVER
    if _is_outage(ticket.category, ticket.urgency) and _is_outage(told.category, told.urgency):
        return ALWAYS
    if _is_his_next(ticket, told, cause):
        return NEVER
    return BASE + _of_place(ticket, told) + _of_words(ticket, told)


def _of_place(ticket: Ticket, told: Report) -> float:
    pairs = {name: (ticket.place.get(name), told.place.get(name)) for name in SAME}
    same = sum(SAME[name] for name, (one, other) in pairs.items() if one and one == other)
    return same + sum(DIFFERENT[name] for name, pair in pairs.items() if _differ(*pair))


def _of_words(ticket: Ticket, told: Report) -> float:
    shared = SHARED_WORDS if set(ticket.title.split()) & set(told.title.split()) else 0.0
    alike = SHARED_CHARACTERS * _cosine(_content(ticket.text), _content(told.text))
    return shared + alike + (OWN_HOME if HOME.search(told.text) else 0.0)


def _content(text: str) -> set[str]:
    """The characters that say what is wrong, without those that only say where."""
    return set(PLACES.sub("", text))


def _cosine(one: set[str], other: set[str]) -> float:
    return len(one & other) / math.sqrt(max(1, len(one) * len(other)))


def may_be_there(ticket: Ticket, told: Report) -> bool:
    """Neither names another building or unit than the other."""
    return not any(_differ(ticket.place.get(name), told.place.get(name)) for name in COARSE)


def _differ(one: str | None, other: str | None) -> bool:
    return bool(one and other and one not in other and other not in one) or _other_digits(one, other)


def _other_digits(one: str | None, other: str | None) -> bool:
    """ "1" stands in "12" without being it."""
    return bool(one and other and one != other and (one.isdigit() or other.isdigit()))


def _is_near(ticket: Ticket, told: Report, cause: Cause) -> bool:
    """Told in the same group, or of the same building."""
    building = told.place.get("building")
    return (building is not None and building == ticket.building) or ticket.group_id == cause.group_id


def _is_his_next(ticket: Ticket, told: Report, cause: Cause) -> bool:
    """Whoever told a matter and now names another floor or room tells another one."""
    pairs = [(ticket.place.get(name), told.place.get(name)) for name in FINE if name in told.said_place]
    return ticket.reporter_id == cause.member_id and any(_differ(*pair) for pair in pairs)


def _is_outage(category: str, urgency: str) -> bool:
    return category in SUPPLIES and urgency != "normal"
