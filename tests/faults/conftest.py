"""A town on each kind of database."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from tests.bot.channels import fake_platform
from tests.faults import town as towns
from tests.faults.town import Town

KINDS = ("sqlite", "postgresql")


@pytest.fixture(scope="module", params=KINDS)
def town(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    """One for all tests of a module: its history grows from death to death."""
    with _town(request, tmp_path_factory) as town:
        yield town


@pytest.fixture(params=KINDS)
def fresh_town(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    with _town(request, tmp_path_factory) as town:
        yield town


@contextmanager
def _town(request: pytest.FixtureRequest, folders: pytest.TempPathFactory) -> Iterator[Town]:
    folder = folders.mktemp("town")
    url = f"sqlite:///{folder / 'jianjian.sqlite'}"
    if request.param == "postgresql":
        server = request.getfixturevalue("postgres_server")
        url = server.url(server.create())
    with fake_platform.listening() as platform:
        town = towns.found(url, platform, folder)
        try:
            yield town
        finally:
            town.serve.kill()
            town.work.kill()
            town.database.engine.dispose()
