"""The web front with all its callbacks, and the server that runs it."""

from __future__ import annotations

import logging
import socket

import waitress
from flask import Blueprint, Flask

from bot import passive
from bot.web import real_now
from bot.web.app import create_app
from config.settings import ConfigError, Settings
from models.database import Database

# A page that waits for news holds a thread, so there are many; they sleep nearly all the time.
THREADS = 96


def application(database: Database, settings: Settings) -> Flask:
    return create_app(database, settings, _callbacks(database, settings))


def serve(app: Flask, settings: Settings) -> None:
    """Serves until the process is told to stop."""
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)
    waitress.serve(app, host=settings.host, port=settings.port, threads=THREADS, ident=None)


def _callbacks(database: Database, settings: Settings) -> tuple[Blueprint, ...]:
    if settings.official_account is None:
        return ()
    return (passive.official_account(database, settings.official_account, real_now),)


def check_port(settings: Settings) -> None:
    """Raises ConfigError where the address cannot be listened on, before anything is promised."""
    try:
        with socket.create_server((settings.host, settings.port)):
            pass
    except OSError as error:
        raise ConfigError(f"port {settings.port} on {settings.host}: {error.strerror}; choose another one") from None
