"""The web front with all its callbacks, and the server that runs it."""

from __future__ import annotations

import logging
import socket

import waitress
from flask import Blueprint, Flask

from bot import passive
from bot.web import real_now
from bot.web.app import MAX_BODY_BYTES, create_app
from config.settings import ConfigError, Settings
from models.database import Database

# A page that waits for news holds a thread, so there are many; they sleep nearly all the time.
THREADS = 96
CONNECTIONS = 2000  # an open chat page holds one; the server's own default would lock everybody out at a hundred


def application(database: Database, settings: Settings) -> Flask:
    return create_app(database, settings, _callbacks(database, settings))


def serve(app: Flask, settings: Settings) -> None:
    """Serves until the process is told to stop."""
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)
    waitress.serve(
        app,
        host=settings.host,
        port=settings.port,
        threads=THREADS,
        ident=None,
        connection_limit=CONNECTIONS,
        asyncore_use_poll=True,  # select() cannot watch more than 1,024 connections
        channel_timeout=60,
        max_request_body_size=MAX_BODY_BYTES,  # refused before it is taken in
    )


def _callbacks(database: Database, settings: Settings) -> tuple[Blueprint, ...]:
    if settings.official_account is None:
        return ()
    return (passive.official_account(database, settings.official_account, real_now),)


def check_port(settings: Settings) -> None:
    """Raises ConfigError where the address cannot be listened on, before anything is promised."""
    if not 0 < settings.port < 65536:
        raise ConfigError(f"port {settings.port}: there is none above 65535")
    try:
        with socket.create_server((settings.host, settings.port)):
            pass
    except OSError as error:
        raise ConfigError(f"port {settings.port} on {settings.host}: {error.strerror}; choose another one") from None
