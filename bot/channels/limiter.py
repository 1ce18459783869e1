"""A platform's rate, kept on our side: what goes beyond it is dropped or punished there."""

from __future__ import annotations

import threading
import time
from collections import defaultdict, deque
from collections.abc import Callable
from datetime import timedelta

from bot.channels.sending import ChannelError


class Limiter:
    """At most `limit` messages in any `window` to one address, counted in this process."""

    def __init__(self, limit: int, window: timedelta, clock: Callable[[], float] = time.monotonic) -> None:
        self.limit = limit
        self._window_seconds = window.total_seconds()
        self._clock = clock
        self._sent: defaultdict[str, deque[float]] = defaultdict(deque)
        self._lock = threading.Lock()

    def take(self, address: str, count: int = 1) -> None:
        """Takes `count` places at once, so that no message stops half way; ChannelError where they are too few."""
        if count > self.limit:
            raise ChannelError(f"too long: {count} pieces, the limit is {self.limit}", is_permanent=True)
        with self._lock:
            sent, now = self._sent[address], self._clock()
            while sent and sent[0] <= now - self._window_seconds:
                sent.popleft()
            excess = len(sent) + count - self.limit
            if excess > 0:
                wait_seconds = sent[excess - 1] + self._window_seconds - now
                raise ChannelError("our own rate limit", retry_after=timedelta(seconds=wait_seconds))
            sent.extend([now] * count)
