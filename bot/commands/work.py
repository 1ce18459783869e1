"""work: the clock and the delivery, for deployments. Any number may run against one database."""

from __future__ import annotations

import argparse
import signal
import threading
from datetime import UTC, datetime

from bot import running
from bot.opening import open_database
from bot.senders import senders
from config import settings
from config.settings import ConfigError, Settings
from models.database import Database
from models.robots import NoSuchEstate, keep_robot_groups


def add_arguments(parser: argparse.ArgumentParser) -> None:
    pass


def run(given: argparse.Namespace) -> None:
    found = settings.load()
    database = open_database(found)
    _keep_robot_groups(database, found)
    stopped = threading.Event()
    for sign in (signal.SIGINT, signal.SIGTERM):
        signal.signal(sign, lambda *_: stopped.set())
    scheduler = running.start(database, senders(found, database), stopped.is_set)
    print("working", flush=True)
    stopped.wait()
    scheduler.shutdown(wait=True)


def _keep_robot_groups(database: Database, found: Settings) -> None:
    names = tuple(name for name, _ in found.group_robot_keys)
    try:
        database.commit(lambda session: keep_robot_groups(session, names, datetime.now(UTC)))
    except NoSuchEstate as error:
        raise ConfigError(f"JIANJIAN_GROUP_ROBOTS: there is no estate {error}") from None
