"""Filling up a place from what is known: the group's building, the sender's household."""

from __future__ import annotations

import re
from datetime import timedelta

from config import lexicon_words
from handlers.heard import Heard
from handlers.understanding.meaning import Issue
from handlers.understanding.place_pieces import floor_of
from models import estate
from models import ticket as tickets
from models.estate import Household
from models.member import home_of
from models.ticket import PLACE, Ticket

IN_ONE_BREATH = timedelta(seconds=60)
OUTDOORS = lexicon_words("outdoors.txt")  # things and spots that stand outside of any building
INDOORS = {"unit", "floor", "room"}  # who names one of these means a building, also when he speaks of a 路灯
IN_HOUSES = re.compile(r"楼[道梯]|电梯|过道|走廊|门厅|单元|厨房|厕所|卫生间|阳台|表箱|管道")  # spots of any building
# What happens in one building and is mended there.
OF_A_HOUSE = frozenset(
    ("elevator", "water", "drainage", "power", "lighting", "gas", "fire_safety", "security", "building")
)
OWN = lexicon_words("own_home.txt")  # 我家, 我们单元: the speaker means where he lives
OWN_FLOOR = re.compile(r"(?:[我咱俺]们?|我家)[这住]?一?(?:楼?层)|我家门口")


def complete(heard: Heard, issue: Issue) -> dict[str, str]:
    """The issue's place with building and unit filled in where they are plain."""
    place = _with_what_was_said_before(heard, issue.place.as_dict())
    if "building" in place or (_is_outdoors(issue) and not INDOORS & place.keys()):
        return place
    served = estate.buildings_of(heard.session, heard.estate.id, heard.cause.group_id)
    home = home_of(heard.session, heard.member)
    building = home.label.split("-")[0] if home else None
    if len(served) == 1:
        place["building"] = served[0]
    elif building in served:
        place["building"] = str(building)
    if home and place.get("building") == building:
        place |= {name: value for name, value in _at_home(home, issue).items() if name not in place}
    return place


def _at_home(home: Household, issue: Issue) -> dict[str, str]:
    """Unit and floor of whoever speaks of where he lives."""
    is_floor = OWN_FLOOR.search(issue.text)
    floor = floor_of(home.room) if is_floor else None
    unit = home.unit if is_floor or any(word in issue.text for word in OWN) else None
    return {name: value for name, value in (("unit", unit), ("floor", floor)) if value}


def _with_what_was_said_before(heard: Heard, place: dict[str, str]) -> dict[str, str]:
    """三单元楼上哪一家啊, and in the next breath 十点半了还在打电钻: one telling. The place of the words before holds,
    unless they told something of their own or name another."""
    since = heard.cause.now - IN_ONE_BREATH
    said = [row for row in heard.just_said if row.at >= since]
    before = [row for row in said if row.group_id == heard.cause.group_id][:1]
    if not before or before[0].intents != ["chat"] or tickets.of_message(heard.session, heard.estate.id, before[0].id):
        return place
    told = {name: str(value) for name, value in before[0].reading.get("place", {}).items() if name in PLACE}
    return told | place if all(place.get(name, value) == value for name, value in told.items()) else place


def is_unknown(ticket: Ticket) -> bool:
    """Nobody can go there: it is in some building, and which is not known."""
    is_indoors = ticket.spot is None or bool(IN_HOUSES.search(ticket.spot))
    is_outdoors = any(word in ticket.text for word in OUTDOORS)
    return ticket.building is None and ticket.category in OF_A_HOUSE and is_indoors and not is_outdoors


def _is_outdoors(issue: Issue) -> bool:
    return any(word in issue.text or word in (issue.place.spot or "") for word in OUTDOORS)
