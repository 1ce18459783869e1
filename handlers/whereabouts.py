"""Filling up a place from what is known: the group's building, the sender's household."""

from __future__ import annotations

from config import lexicon_words
from handlers.heard import Heard
from handlers.understanding.meaning import Issue
from models import estate
from models.member import home_of

OUTDOORS = lexicon_words("outdoors.txt")  # things and spots that stand outside of any building
INDOORS = {"unit", "floor", "room"}  # who names one of these means a building, also when he speaks of a 路灯
OWN = lexicon_words("own_home.txt")  # 我家, 我们单元: the speaker means where he lives


def complete(heard: Heard, issue: Issue) -> dict[str, str]:
    """The issue's place with building and unit filled in where they are plain."""
    place = issue.place.as_dict()
    if "building" in place or (_is_outdoors(issue) and not INDOORS & place.keys()):
        return place
    served = estate.buildings_of(heard.session, heard.estate.id, heard.cause.group_id)
    home = home_of(heard.session, heard.member)
    building, unit = (home.label.split("-")[0], home.unit) if home else (None, None)
    if len(served) == 1:
        place["building"] = served[0]
    elif building in served:
        place["building"] = str(building)
    if unit and "unit" not in place and place.get("building") == building and _means_home(issue):
        place["unit"] = unit
    return place


def _is_outdoors(issue: Issue) -> bool:
    return any(word in issue.text or word in (issue.place.spot or "") for word in OUTDOORS)


def _means_home(issue: Issue) -> bool:
    return any(word in issue.text for word in OWN)
