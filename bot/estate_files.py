"""Reading an estate from TOML or from a transcript's header into a plan, with errors that name the place."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from bot.commands import CommandError
from config.categories import categories
from models.estate import is_phone
from models.member import ROLES, WORKERS
from models.setup import (
    DEFAULT_ZONE,
    BuildingPlan,
    EstatePlan,
    GroupPlan,
    MemberPlan,
    RolePlan,
    RoomPlan,
    split_label,
)

_HOUR = re.compile(r"([01]\d|2[0-3]):[0-5]\d")


class _Part:
    """A table of the file, and where it stands, for errors."""

    def __init__(self, fields: object, where: str) -> None:
        if not isinstance(fields, Mapping):
            raise CommandError(f"{where}: a table is wanted")
        self.fields = fields
        self.where = where

    def text(self, name: str, default: str | None = None) -> str:
        value = self.fields.get(name, default)
        if not isinstance(value, str | int) or isinstance(value, bool) or str(value).strip() == "":
            if value == default == "":
                return ""
            raise CommandError(f"{self.where}: {name}: {'is missing' if value is None else f'not a text: {value!r}'}")
        return str(value)

    def number(self, name: str) -> int | None:
        value = self.fields.get(name)
        if value is not None and (not isinstance(value, int) or isinstance(value, bool) or value < 1):
            raise CommandError(f"{self.where}: {name}: a whole number above 0 is wanted, not {value!r}")
        return value

    def parts(self, name: str) -> list[_Part]:
        rows = self.fields.get(name, [])
        if not isinstance(rows, Sequence) or isinstance(rows, str):
            raise CommandError(f"{self.where}: {name}: a list is wanted")
        return [_Part(row, f"{self.where}: {name} {n}") for n, row in enumerate(rows, 1)]

    def parts_by(self, name: str, key: str) -> list[_Part]:
        """Parts of which no two may have the same key."""
        seen: set[str] = set()
        parts = self.parts(name)
        for part in parts:
            if (value := part.text(key)) in seen:
                raise CommandError(f"{part.where}: {key}: {value!r} was there before")
            seen.add(value)
        return parts

    def texts(self, name: str) -> tuple[str, ...]:
        values = self.fields.get(name, ())
        if not isinstance(values, Sequence) or isinstance(values, str):
            raise CommandError(f"{self.where}: {name}: a list is wanted")
        return tuple(str(value) for value in values)

    def hour(self, name: str, default: str) -> str:
        value = self.text(name, default)
        if not _HOUR.fullmatch(value) and value != "24:00":
            raise CommandError(f"{self.where}: {name}: a time like 07:00 is wanted, not {value!r}")
        return "23:59" if value == "24:00" else value


def read_toml(path: Path) -> EstatePlan:
    """Raises CommandError with the file, and the line or field at fault."""
    try:
        fields = tomllib.loads(path.read_text("utf-8-sig"))
    except OSError as error:
        raise CommandError(f"{path}: {error.strerror}") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise CommandError(f"{path}: {error}") from None
    return plan_of(fields, str(path))


def plan_of(fields: object, where: str) -> EstatePlan:
    """A plan out of the fields that TOML files and transcripts share (formats.md)."""
    estate = _Part(fields, where)
    buildings = tuple(_building(part) for part in estate.parts_by("buildings", "name"))
    known = {building.name for building in buildings}
    return EstatePlan(
        name=estate.text("name"),
        subdistrict=estate.text("subdistrict", ""),
        community=estate.text("community", ""),
        grid=estate.text("grid", ""),
        timezone=_zone(estate),
        buildings=buildings,
        members=tuple(_member(part, known) for part in estate.parts_by("members", "id")),
        groups=tuple(_group(part, known) for part in estate.parts_by("groups", "name")),
        rooms=tuple(_room(part) for part in estate.parts_by("rooms", "name")),
        sets=_settings(estate),
    )


def _settings(estate: _Part) -> dict[str, Any]:
    """What the file sets of what an office may change later on the desk."""
    sets: dict[str, Any] = {
        name: estate.hour(name, "") for name in ("quiet_from", "quiet_until") if name in estate.fields
    }
    for name, is_allowed in (("phones", is_phone), ("parties", WORKERS.__contains__)):
        if name in estate.fields:
            sets[name] = _by_category(estate, name, is_allowed)
    return sets


def _by_category(estate: _Part, name: str, is_allowed: Callable[[str], bool]) -> dict[str, str]:
    part = _Part(estate.fields[name], f"{estate.where}: {name}")
    for category, value in part.fields.items():
        if category not in categories():
            raise CommandError(f"{part.where}: there is no category {category!r}")
        if not isinstance(value, str) or not is_allowed(value):
            raise CommandError(f"{part.where}: {category}: {value!r} is not allowed here")
    return dict(part.fields)


def _zone(estate: _Part) -> str:
    name = estate.text("timezone", DEFAULT_ZONE)
    try:
        return ZoneInfo(name).key
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise CommandError(f"{estate.where}: timezone: there is no zone {name!r}") from None


def _building(part: _Part) -> BuildingPlan:
    return BuildingPlan(part.text("name"), part.texts("units"), part.number("floors"))


def _member(part: _Part, buildings: set[str]) -> MemberPlan:
    home = part.fields.get("household")
    if home is not None:
        _check_home(part, str(home), buildings)
    roles = tuple(role for name in part.texts("roles") for role in _roles(part, name, home, buildings))
    accounts = tuple((a.text("channel"), a.text("address")) for a in part.parts("accounts"))
    return MemberPlan(part.text("id"), part.text("name"), str(home) if home is not None else None, roles, accounts)


def _check_home(part: _Part, home: str, buildings: set[str]) -> None:
    try:
        building = split_label(home)[0]
    except ValueError:
        raise CommandError(f"{part.where}: household: wants building-unit-room like 12-3-502, not {home!r}") from None
    if building not in buildings:
        raise CommandError(f"{part.where}: household: there is no building {building!r}")


def _roles(part: _Part, name: str, home: object, buildings: set[str]) -> list[RolePlan]:
    """A role holds for the `looks_after` buildings; else a building leader's own building, else the whole estate."""
    if name not in ROLES:
        raise CommandError(f"{part.where}: roles: {name!r} is none of {', '.join(ROLES)}")
    if name == "resident":
        return []
    named = part.texts("looks_after")
    for building in named:
        if building not in buildings:
            raise CommandError(f"{part.where}: looks_after: there is no building {building!r}")
    if not named and name == "building_leader" and home is not None:
        named = (split_label(str(home))[0],)
    return [RolePlan(name, building) for building in named] or [RolePlan(name)]


def _group(part: _Part, buildings: set[str]) -> GroupPlan:
    served = part.texts("buildings")
    for building in served:
        if building not in buildings:
            raise CommandError(f"{part.where}: buildings: there is no building {building!r}")
    return GroupPlan(part.text("name"), served, part.text("channel", "web"), part.text("address", ""))


def _room(part: _Part) -> RoomPlan:
    minutes = part.number("slot_minutes") or 60
    opens, closes = part.hour("open", "07:00"), part.hour("close", "21:00")
    if opens >= closes:
        raise CommandError(f"{part.where}: close: {closes} is not after {opens}, when it opens")
    return RoomPlan(part.text("name"), opens, closes, minutes)
