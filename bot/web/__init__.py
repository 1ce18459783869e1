"""The pages: the built-in web chat, the desk, and the sign-in. `bot.web.app.create_app` puts them together."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, cast

from flask import current_app

if TYPE_CHECKING:
    from config.settings import Settings
    from models.database import Database

EXTENSION = "jianjian"


def real_now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True)
class Site:
    """What every page works with. Tests put a clock of their own in."""

    database: Database
    settings: Settings
    clock: Callable[[], datetime] = real_now


def site() -> Site:
    """The site that the current request belongs to."""
    return cast(Site, current_app.extensions[EXTENSION])
