"""migrate: bring the database's schema up to date."""

from __future__ import annotations

import argparse

from bot.opening import open_and_migrate
from config import settings


def add_arguments(parser: argparse.ArgumentParser) -> None:
    pass


def run(given: argparse.Namespace) -> None:
    open_and_migrate(settings.load())
    print("the schema is up to date")
