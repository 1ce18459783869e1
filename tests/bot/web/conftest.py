"""Worlds for the tests of the chat's pages, one deployed, one a demo; and the small estate for those of the desk's."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

import pytest
from flask import Flask
from flask.testing import FlaskClient

from models.database import Database
from tests.bot.web import desk_estate
from tests.bot.web.world import Arrive, World, make_world, visit


@pytest.fixture(autouse=True)
def _ids_begin_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ids rise within a process, even over tests whose clocks stood later; here they follow each test's own clock."""
    monkeypatch.setattr("models.keys._last_id", 0)


@pytest.fixture
def world(database_url: str) -> Iterator[World]:
    made = make_world(database_url, is_demo=False)
    yield made
    made.database.engine.dispose()


@pytest.fixture
def demo(database_url: str) -> Iterator[World]:
    made = make_world(database_url, is_demo=True)
    yield made
    made.database.engine.dispose()


@pytest.fixture
def arrive(world: World) -> Arrive:
    return lambda key: visit(world, key)


@pytest.fixture
def app(database: Database, now: datetime) -> Flask:
    """The small estate's desk and chat; its clock stands at `now`."""
    desk_estate.build(database, now)
    return desk_estate.application(database, lambda: now)


@pytest.fixture
def xu(app: Flask, database: Database, now: datetime) -> FlaskClient:
    """The grid worker's browser."""
    return desk_estate.signed_in(app, database, "xu", now)
