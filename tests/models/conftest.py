"""Sessions that are rolled back, so that one database of each kind serves many tests: one without rows, and one with
an estate and its people, which is the stage."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from models.database import Database, connect
from tests import cast, postgres
from tests.cast import Stage

Make = Callable[[], Database]


@pytest.fixture(scope="session")
def new_sqlite(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Make:
    def make() -> Database:
        path = tmp_path_factory.mktemp("shared") / "shared.sqlite"
        shutil.copyfile(sqlite_template, path)
        return connect(f"sqlite:///{path}")

    return make


@pytest.fixture(scope="session")
def new_postgresql(postgres_server: postgres.Server, postgres_template: str) -> Make:
    return lambda: connect(postgres_server.url(postgres_server.create(postgres_template)))


@pytest.fixture(scope="session")
def shared() -> Iterator[dict[str, Database]]:
    """The databases made so far, by name."""
    made: dict[str, Database] = {}
    yield made
    for database in made.values():
        database.engine.dispose()


def _get(request: pytest.FixtureRequest, shared: dict[str, Database], kind: str, name: str) -> Database:
    if name not in shared:
        shared[name] = request.getfixturevalue(f"new_{kind}")()
    return shared[name]


@pytest.fixture
def session(request: pytest.FixtureRequest, database_kind: str, shared: dict[str, Database]) -> Iterator[Session]:
    """As everywhere, in a database without rows."""
    database = _get(request, shared, database_kind, f"{database_kind}, bare")
    with Session(database.engine, expire_on_commit=False) as session:
        yield session


@pytest.fixture
def on(request: pytest.FixtureRequest, database_kind: str, shared: dict[str, Database]) -> Iterator[Stage]:
    """The stage: the cast's estate, and nothing done in it yet."""
    name = f"{database_kind}, staged"
    is_new = name not in shared
    database = _get(request, shared, database_kind, name)
    if is_new:
        cast.assemble(database)
    with Session(database.engine, expire_on_commit=False) as session:
        yield cast.stage_of(session)
