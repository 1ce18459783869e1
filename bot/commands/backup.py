"""backup: write all that the database holds to a file, while the program runs."""

from __future__ import annotations

import argparse
from datetime import UTC, datetime
from pathlib import Path

from bot import backups
from bot.commands.copying import opened, progress, refusing, told


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", type=Path, metavar="FILE", help="it is replaced when the new one is whole")


def run(given: argparse.Namespace) -> None:
    with refusing(given.file), opened() as database:
        done = backups.save(database, given.file, datetime.now(UTC), progress())
    told(f"{given.file}: {done.rows:,} rows, sum {done.brief}")
