"""The tests' own surroundings: databases, browser and network are what they promise to be."""

from __future__ import annotations

import socket
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import requests
from sqlalchemy import Engine, create_engine, make_url, text

from tests import chromium, postgres
from tests.network import OutgoingNetwork, is_loopback
from tests.present import missing

if TYPE_CHECKING:
    from playwright.sync_api import Page


def test_no_test_reaches_beyond_this_machine() -> None:
    with pytest.raises(OutgoingNetwork):
        requests.get("https://example.org/", timeout=1)
    with pytest.raises(OutgoingNetwork), socket.socket() as outgoing:
        outgoing.connect(("192.0.2.1", 80))


@pytest.mark.parametrize(
    ("host", "expected"),
    [("127.0.0.1", True), ("::1", True), ("localhost", True), ("10.0.0.1", False), ("example.org", False)],
)
def test_loopback_is_told_from_the_world(host: str, expected: bool) -> None:
    assert is_loopback(host) is expected


def test_an_empty_database_answers_and_is_of_the_kind_asked_for(empty_database_url: str, database_kind: str) -> None:
    engine = _plain_engine(empty_database_url)

    with engine.connect() as connection:
        answer = connection.scalar(text("SELECT 1"))
    engine.dispose()

    assert (answer, engine.dialect.name) == (1, database_kind)


@pytest.mark.parametrize("time", ["first", "second"])
def test_what_one_test_writes_no_other_test_sees(empty_database_url: str, time: str) -> None:
    engine = _plain_engine(empty_database_url)

    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE left_behind (n INTEGER)"))  # fails where the other's table is still there
    engine.dispose()


def test_a_page_shows_chinese(page: Page) -> None:
    page.set_content("<h1>件件有着落 🏠</h1>")

    assert page.inner_text("h1") == "件件有着落 🏠"
    assert page.evaluate("navigator.language") == "zh-CN"


def test_what_is_missing_is_skipped_with_its_reason_and_fails_in_ci(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CI", raising=False)
    with pytest.raises(pytest.skip.Exception, match="no such thing"):
        missing("no such thing")
    monkeypatch.setenv("CI", "true")
    with pytest.raises(pytest.fail.Exception, match="no such thing"):
        missing("no such thing")


def test_without_postgresql_its_tests_say_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CI", raising=False)
    monkeypatch.setattr("tests.postgres.INSTALLED_IN", Path("/nowhere"))
    monkeypatch.setenv("PATH", "")

    with pytest.raises(pytest.skip.Exception, match="PostgreSQL is not installed"), postgres.running():
        pass


def test_without_chromium_its_tests_say_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CI", raising=False)
    monkeypatch.setenv("PATH", "")

    with pytest.raises(pytest.skip.Exception, match="Chromium is not installed"), chromium.launched():
        pass


def _plain_engine(url: str) -> Engine:
    parsed = make_url(url)
    return create_engine(parsed if parsed.drivername == "sqlite" else parsed.set(drivername="postgresql+psycopg"))
