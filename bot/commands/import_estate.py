"""import-estate: read an estate from a TOML file. Running it twice changes nothing."""

from __future__ import annotations

import argparse
from datetime import UTC, datetime
from pathlib import Path

from bot.estate_files import read_toml
from bot.opening import open_database
from config import settings
from models.setup import install


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", type=Path, metavar="FILE")


def run(given: argparse.Namespace) -> None:
    plan = read_toml(given.file)
    with open_database(settings.load()).write() as session:
        estate = install(session, plan, datetime.now(UTC))
    print(f"{estate.name}: {len(plan.buildings)} buildings, {len(plan.members)} members, {len(plan.groups)} groups")
