"""kill -9 while people write, in short: the long form is `python -m bot bench faults`."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.faults import kills
from tests.faults.conftest import KINDS


@pytest.mark.parametrize("kind", KINDS)
def test_killed_while_people_write_nothing_is_lost_and_nothing_done_twice(
    request: pytest.FixtureRequest, tmp_path: Path, kind: str
) -> None:
    server = request.getfixturevalue("postgres_server") if kind == "postgresql" else None

    played = kills.play(seed=1, kills=15, folder=tmp_path, kind=kind, server=server)

    assert played.broken == []
    assert played.faults == 15
    assert played.acknowledged > 15
