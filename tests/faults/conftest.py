"""A town on each kind of database."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from tests.faults.town import Town, found_on

KINDS = ("sqlite", "postgresql")


@pytest.fixture(scope="module", params=KINDS)
def town(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    """One for all tests of a module: its history grows from death to death."""
    with _town(request, tmp_path_factory) as town:
        yield town


@contextmanager
def _town(request: pytest.FixtureRequest, folders: pytest.TempPathFactory) -> Iterator[Town]:
    server = request.getfixturevalue("postgres_server") if request.param == "postgresql" else None
    with found_on(request.param, folders.mktemp("town"), server) as town:
        yield town
