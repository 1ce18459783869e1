"""The issue categories of labels.md: their names, who answers for them, and the words for what they are about."""

from __future__ import annotations

import tomllib
from functools import cache
from typing import Any

from config import HERE


@cache
def categories() -> dict[str, dict[str, Any]]:
    """Code → {name, things, party, photo}, in the order of the file."""
    return tomllib.loads((HERE / "categories.toml").read_text("utf-8"))


def words(code: str) -> tuple[str, ...]:
    """The things that people name when they speak of a category."""
    return (*str(categories()[code].get("things", "")).split(), name(code))


def name(code: str) -> str:
    """What people call a category."""
    return str(categories()[code]["name"])


def party(code: str) -> str:
    """The role that is asked to do something about it, where an estate does not say otherwise."""
    return str(categories()[code]["party"])


def wants_photo(code: str) -> bool:
    """A picture can show that it is done."""
    return bool(categories()[code]["photo"])
