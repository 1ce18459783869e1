"""restore: fill an empty database from a backup, of this program's schema or of an older one."""

from __future__ import annotations

import argparse
from pathlib import Path

from bot import backups
from bot.commands.copying import opened, progress, refusing, told


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", type=Path, metavar="FILE")


def run(given: argparse.Namespace) -> None:
    with refusing(given.file), opened() as database:
        done = backups.restore(database, given.file, progress())
    told(f"{given.file}: {done.rows:,} rows put back and compared, sum {done.brief}")
