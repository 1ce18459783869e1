"""upgrade: back up, bring the schema up to date, and verify; where anything fails the database is left as it was."""

from __future__ import annotations

import argparse
from datetime import UTC, datetime
from pathlib import Path

from bot import backups
from bot.commands.copying import opened, progress, refusing, told
from config import settings
from models import migrations


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--backup", type=Path, metavar="FILE", help="default: in the state folder, named by the time")


def run(given: argparse.Namespace) -> None:
    now = datetime.now(UTC)
    file = given.backup or settings.load().state_folder / f"before-upgrade-{now:%Y%m%d-%H%M%S}.jianjian.gz"
    with refusing(file), opened() as database:
        if migrations.is_current(database):
            told(f"the schema is up to date ({migrations.head()}), nothing was changed")
            return
        file.parent.mkdir(parents=True, exist_ok=True)
        backups.upgrade(database, file, now, progress())
    told(f"the schema is up to date ({migrations.head()}); what was before is in {file}")
