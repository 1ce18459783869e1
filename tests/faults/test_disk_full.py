"""The disk is full: what cannot be kept is not acknowledged, nothing is broken, and with room again all goes on."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import text

from bot.fake_platform.followers import Said
from tests.faults.judge import broken_promises
from tests.faults.town import Town, found_at
from tests.present import missing

SIZE_MIB = 12
MOST_MESSAGES = 300


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    folder = tmp_path / "small"
    folder.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", f"size={SIZE_MIB}m", "tmpfs", str(folder)]
    if subprocess.run(command, check=False, capture_output=True).returncode:
        missing("a small disk cannot be mounted here (it takes root)")
    yield folder
    subprocess.run(["umount", "-l", str(folder)], check=True)


def fill(disk: Path) -> Path:
    """Leaves no byte."""
    filler = disk / "filler"
    with filler.open("wb", buffering=0) as file:
        try:
            while True:
                file.write(bytes(4096))
        except OSError:
            return filler


def test_what_does_not_fit_on_the_disk_is_refused_and_taken_in_later(tmp_path: Path, small_disk: Path) -> None:
    with found_at(f"sqlite:///{small_disk / 'jianjian.db'}", tmp_path) as town:
        for program in (town.serve, town.work):
            program.launch()
        for program in (town.serve, town.work):
            program.wait_until_ready()
        town.somebody_speaks()
        filler = fill(small_disk)

        refused = _speak_until_refused(town)
        assert not town.serve.is_dead
        assert not town.work.is_dead
        filler.unlink()
        town.settle_down()

        assert refused.is_acknowledged
        assert broken_promises(town) == []
        with town.database.read() as session:
            assert session.scalar(text("PRAGMA integrity_check")) == "ok"


def _speak_until_refused(town: Town) -> Said:
    """What the log of the database has room for already is still taken in."""
    for _ in range(MOST_MESSAGES):
        said = town.somebody_speaks()
        if not said.is_acknowledged:
            assert not town.is_taken_in(said)
            return said
    raise AssertionError("the disk was not full")
