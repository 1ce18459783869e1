"""The benches of speed, in a form so small that it tells nothing of speed: they run, measure what they say that they
measure, and refuse to harm a database that is in use."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from bot.__main__ import main
from bot.bench import Row, callback, clock, growth, noisy, office, served
from bot.bench.filling import Size
from models.database import connect
from models.migrations import upgrade
from models.setup import EstatePlan, install
from tests.clock import NOW

FEW = Size(buildings=3, workers=2, tickets=60, messages=600)


@pytest.fixture(autouse=True)
def _few_residents(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(office, "RESIDENTS", 60)
    monkeypatch.setattr(office, "PLAN", replace(office.PLAN, members=office.PLAN.members[:61]))


def by_name(rows: list[Row]) -> dict[str, float]:
    return {row.name.strip(): row.figure for row in rows}


def test_callback_and_what_a_start_costs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(callback, "FEW_BLOCKS", 1)
    monkeypatch.setattr(callback, "BLOCK", 6)

    rows = by_name(list(callback.rows(is_short=True)))

    assert rows["commits a message"] == 1
    assert rows["a callback (report), times the floor"] > 0
    assert rows["resident memory of the demo, MiB"] > 100


def test_served(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(served, "FEW_MESSAGES", 48)
    monkeypatch.setattr(served, "FEW_TURNS", 1)

    rows = by_name(list(served.rows(is_short=True)))

    assert rows["callbacks a second (chat), times the floor app's"] > 0
    assert rows["reports a second, each a ticket"] > 0


def test_noisy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(noisy, "FEW_SECONDS", 6)
    monkeypatch.setattr(noisy, "FEW_REMINDERS", 6)

    noisy_letters, slow_letters, reminders = noisy.rows(is_short=True)

    assert (noisy_letters.n, slow_letters.n, reminders.n) == (63, 63, 42)
    assert 0.5 < noisy_letters.figure < 3
    assert slow_letters.figure < 5


def test_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "SIZE", replace(clock.SIZE, tickets=40, messages=40))

    digests, reminders = clock.rows(is_short=True)

    assert (digests.n, reminders.n) == (40, 400)


def grow(monkeypatch: pytest.MonkeyPatch) -> list[Row]:
    monkeypatch.setattr(growth, "SHORT", growth.Form(FEW, FEW, 1))
    monkeypatch.setattr(growth, "EMPTY", Size(buildings=3, workers=2, tickets=0, messages=0))
    monkeypatch.setattr(growth, "BLOCKS", 1)
    monkeypatch.setattr(growth, "BLOCK", 4)
    monkeypatch.setattr(growth, "TIMES_A_PAGE", 2)
    return list(growth.rows(is_short=True))


def test_growth(empty_database_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JIANJIAN_BENCH_DATABASE", empty_database_url)

    rows = by_name(grow(monkeypatch))

    assert {name for name in rows if name.startswith("a message (")} == {
        f"a message ({said}) among so many, times empty"
        for said in ("chat", "chat, in a group", "report", "report, in a group")
    }
    assert sum(name.startswith("/desk/") for name in rows) == len(growth.PAGES)


def test_growth_fills_no_database_that_is_in_use(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    url = f"sqlite:///{tmp_path}/office.db"
    database = connect(url)
    upgrade(database)
    with database.write() as session:
        install(session, EstatePlan("枫林苑"), NOW)
    monkeypatch.setenv("JIANJIAN_BENCH_DATABASE", url)

    assert main(["bench", "growth", "--short"]) == 2

    assert "枫林苑 is in it" in capsys.readouterr().err
