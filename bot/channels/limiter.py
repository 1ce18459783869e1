"""A platform's rate, kept on our side: what goes beyond it is dropped or punished there."""

from __future__ import annotations

import hashlib
import threading
import time
from collections.abc import Callable
from datetime import timedelta

from bot.channels.sending import ChannelError
from models import pace
from models.database import Database
from models.pace import Rate


class Limiter:
    """Keeps to a rate for each address, counted in this process."""

    def __init__(self, rate: Rate, clock: Callable[[], float] = time.time) -> None:
        self._rate = rate
        self._clock = clock
        self._taken: dict[str, list[float]] = {}
        self._lock = threading.Lock()

    def take(self, address: str, count: int = 1) -> None:
        """Takes `count` places at once, so that no message stops half way; ChannelError where they are too few."""
        if count > self._rate.limit:
            raise ChannelError(f"too long: {count} pieces, the limit is {self._rate.limit}", is_permanent=True)
        wait = self._wait(address, count)
        if wait is not None:
            raise ChannelError("our own rate limit", retry_after=wait)

    def _wait(self, address: str, count: int) -> timedelta | None:
        with self._lock:
            now = self._clock()
            running = self._rate.running(self._taken.get(address, []), now)
            wait = self._rate.wait(running, count, now)
            if wait is None:
                self._taken[address] = [*running, *[now] * count]
            return wait


class SharedLimiter(Limiter):
    """Counted in the database, for all processes that speak on a channel, and over restarts. The machines' clocks are
    taken to agree within a second or so, as NTP keeps them."""

    def __init__(self, rate: Rate, database: Database, channel: str, clock: Callable[[], float] = time.time) -> None:
        super().__init__(rate, clock)
        self._database = database
        self._channel = channel

    def _wait(self, address: str, count: int) -> timedelta | None:
        name = hashlib.sha256(address.encode()).hexdigest()[:32]  # a robot's address is its key, which is a secret
        return self._database.commit(
            lambda session: pace.take(session, self._channel, name, self._rate, count, self._clock)
        )
