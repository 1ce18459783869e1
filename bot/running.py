"""What runs beside the web front: the clock and the delivery, ticked by APScheduler.

Only ticks stand in the scheduler's memory. What is due stands in the database, so any number of these may run.
"""

from __future__ import annotations

import logging
import os
import socket
from collections.abc import Callable
from datetime import UTC, datetime

from apscheduler.schedulers.background import BackgroundScheduler

from bot import clock, delivery
from bot.delivery import Senders
from models.database import Database

log = logging.getLogger(__name__)
Stopping = Callable[[], bool]
CLOCK_SECONDS = 1
DELIVERY_SECONDS = 0.3


def start(database: Database, senders: Senders, is_stopping: Stopping = lambda: False) -> BackgroundScheduler:
    """Starts ticking in threads of this process. The caller shuts the scheduler down. A tick that finds the process
    stopping ends after what it has begun."""
    worker = f"{socket.gethostname()}:{os.getpid()}"
    scheduler = BackgroundScheduler(timezone=UTC)
    # One at a time, and none made up for: a tick does all that is due, however late it comes.
    once = {"max_instances": 1, "coalesce": True, "misfire_grace_time": None}
    logging.getLogger("apscheduler").setLevel(logging.ERROR)
    tick = _guarded(lambda: clock.tick(database, datetime.now(UTC), is_stopping))
    scheduler.add_job(tick, "interval", seconds=CLOCK_SECONDS, **once)
    mind = delivery.Mind()

    def deliver() -> None:
        while delivery.deliver(database, senders, worker, datetime.now(UTC), is_stopping=is_stopping, mind=mind):
            pass

    scheduler.add_job(_guarded(deliver), "interval", seconds=DELIVERY_SECONDS, **once)
    scheduler.start()
    return scheduler


def _guarded(tick: Callable[[], object]) -> Callable[[], None]:
    """At the edge: a database that is away for a moment must not end the ticking."""

    def run() -> None:
        try:
            tick()
        except Exception:
            log.exception("a tick failed; the next one tries again")

    return run
