"""The web front with all its callbacks, and the server that runs it."""

from __future__ import annotations

import logging
import signal
import socket
import threading
import time
from typing import Any

import waitress
from flask import Blueprint, Flask
from waitress import wasyncore

from bot import passive
from bot.web import real_now
from bot.web.app import MAX_BODY_BYTES, create_app
from config.settings import ConfigError, Settings
from models.database import Database

# A page that waits for news holds a thread, so there are many; they sleep nearly all the time, and cost callbacks
# nothing: as many a second with 4, 16 and 96 (docs/quality.md, where waitress stands beside gunicorn and granian).
THREADS = 96
TURN_SECONDS = 0.5  # the longest that a signal waits
FINISH_WITHIN_SECONDS = 5.0
CONNECTIONS = 2000  # an open chat page holds one; the server's own default would lock everybody out at a hundred


def application(database: Database, settings: Settings) -> Flask:
    return create_app(database, settings, _callbacks(database, settings))


def serve(app: Flask, settings: Settings) -> None:
    """Serves until the process is told to stop (SIGTERM or SIGINT): then it takes nothing new, lets what was begun be
    answered, and comes back. Pages that only wait for news are left, and ask again elsewhere."""
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)
    dispatchers: dict[int, Any] = {}  # by file descriptor: who listens, and every connection
    server = waitress.create_server(
        app,
        map=dispatchers,
        host=settings.host,
        port=settings.port,
        threads=THREADS,
        ident=None,
        connection_limit=CONNECTIONS,
        asyncore_use_poll=True,  # select() cannot watch more than 1,024 connections
        channel_timeout=60,
        max_request_body_size=MAX_BODY_BYTES,  # refused before it is taken in
    )
    stopped = threading.Event()
    for sign in (signal.SIGINT, signal.SIGTERM):
        signal.signal(sign, lambda *_: stopped.set())
    while not stopped.is_set():
        _turn(dispatchers)
    for listener in [one for one in dispatchers.values() if getattr(one, "accepting", False)]:
        listener.del_channel()
        listener.socket.close()
    end = time.monotonic() + FINISH_WITHIN_SECONDS
    while time.monotonic() < end and not _is_idle(server.task_dispatcher, dispatchers):
        _turn(dispatchers)


def _turn(dispatchers: dict[int, Any]) -> None:
    wasyncore.loop(timeout=TURN_SECONDS, use_poll=True, map=dispatchers, count=1)


def _is_idle(tasks: Any, dispatchers: dict[int, Any]) -> bool:
    """Nothing is being worked on, and every answer is on its way."""
    waiting = any(getattr(one, "total_outbufs_len", 0) for one in dispatchers.values())
    return not tasks.queue and tasks.active_count <= 0 and not waiting


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
