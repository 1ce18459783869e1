"""PostgreSQL dies under load, in short: the long forms are `python -m tests.faults restarts` and `failover`."""

from __future__ import annotations

from pathlib import Path

from tests.faults import database_dies


def test_restarted_twice_it_has_lost_nothing(tmp_path: Path) -> None:
    played = database_dies.restarts(seed=1, rounds=2, folder=tmp_path, kind="postgresql")

    assert played.broken == []
    assert (played.faults, played.acknowledged > 0) == (2, True)


def test_its_standby_takes_over_and_has_lost_nothing(tmp_path: Path) -> None:
    played = database_dies.failover(seed=1, rounds=1, folder=tmp_path, kind="postgresql")

    assert played.broken == []
    assert (played.faults, played.acknowledged > 0) == (1, True)
