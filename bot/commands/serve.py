"""serve: the web front, for deployments. Any number may run against one database."""

from __future__ import annotations

import argparse

from bot.opening import open_database
from bot.serving import application, check_port, serve
from config import settings
from handlers.understanding import load


def add_arguments(parser: argparse.ArgumentParser) -> None:
    pass


def run(given: argparse.Namespace) -> None:
    found = settings.load()
    check_port(found)
    database = open_database(found)
    load(found.state_folder / "jieba")
    print(f"serving on {found.host}:{found.port}", flush=True)
    serve(application(database, found), found)
