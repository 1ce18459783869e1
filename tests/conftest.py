"""What every test may ask for: a database of each kind, a session, a clock that stands, a browser, and no network."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from tests import network, postgres
from tests.clock import NOW

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

    from models.database import Database


@pytest.fixture(scope="session", autouse=True)
def _no_outgoing_network() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        network.block_outgoing(patch)
        yield


@pytest.fixture
def now() -> datetime:
    """The time of the tests, in the estate's zone."""
    return NOW


# Databases. The schema is built once for each kind and copied for each test.


def _build_schema(url: str) -> None:
    from models.database import connect, create_schema

    database = connect(url)
    create_schema(database)
    database.engine.dispose()


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[postgres.Server]:
    with postgres.running() as server:
        yield server


@pytest.fixture(scope="session")
def postgres_template(postgres_server: postgres.Server) -> str:
    """The name of a database that holds the empty schema."""
    name = postgres_server.create()
    _build_schema(postgres_server.url(name))
    return name


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file that holds the empty schema."""
    path = tmp_path_factory.mktemp("schema") / "template.sqlite"
    _build_schema(f"sqlite:///{path}")
    return path


@pytest.fixture(params=["sqlite", "postgresql"])
def database_kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def new_postgres(request: pytest.FixtureRequest) -> Iterator[Callable[[str], str]]:
    """Makes databases out of a template and drops them after the test; returns the address."""
    server: postgres.Server | None = None
    made: list[str] = []

    def make(template: str) -> str:
        nonlocal server
        server = request.getfixturevalue("postgres_server")
        made.append(server.create(template))
        return server.url(made[-1])

    yield make
    for name in made:
        assert server
        server.drop(name)


@pytest.fixture
def empty_database_url(database_kind: str, tmp_path: Path, new_postgres: Callable[[str], str]) -> str:
    """The address of a database with nothing in it, not even the schema. Each test runs on SQLite and PostgreSQL."""
    return f"sqlite:///{tmp_path / 'empty.sqlite'}" if database_kind == "sqlite" else new_postgres("template1")


@pytest.fixture
def database_url(
    request: pytest.FixtureRequest, database_kind: str, tmp_path: Path, new_postgres: Callable[[str], str]
) -> str:
    """The address of a database with the schema and no rows. Each test runs on SQLite and PostgreSQL."""
    if database_kind == "postgresql":
        return new_postgres(request.getfixturevalue("postgres_template"))
    path = tmp_path / "jianjian.sqlite"
    shutil.copyfile(request.getfixturevalue("sqlite_template"), path)
    return f"sqlite:///{path}"


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    """The doors as the program uses them: `with database.write() as session`."""
    from models.database import connect

    database = connect(database_url)
    yield database
    database.engine.dispose()


@pytest.fixture
def doors(database_url: str, database: Database) -> Iterator[tuple[Database, Database, Database]]:
    """Doors of three processes to one database: in one process, a write waits for the other."""
    from models.database import connect

    others = (connect(database_url), connect(database_url))
    yield (database, *others)
    for other in others:
        other.engine.dispose()


@pytest.fixture
def engine(database: Database) -> Engine:
    return database.engine


@pytest.fixture
def session(engine: Engine) -> Iterator[Session]:
    """A session as operations and handlers get it; what it holds is rolled back after the test.

    On SQLite it keeps every other writer out while its transaction is open: a test that writes by `database` too
    ends this one first.
    """
    with Session(engine, expire_on_commit=False) as session:
        yield session


# Pages.


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    from tests.chromium import launched

    with launched() as browser:
        yield browser


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A page of a fresh visitor, in Chinese and in the estate's zone."""
    context = browser.new_context(locale="zh-CN", timezone_id="Asia/Shanghai")
    yield context.new_page()
    context.close()
