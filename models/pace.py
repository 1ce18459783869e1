"""How fast one address of a channel is spoken to, counted for all processes together: a platform's limit knows only the
address."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy.orm import Mapped, Session, mapped_column

from models.database import Base

Clock = Callable[[], float]


class Pace(Base):
    """`taken`: when each message of the running window went out, in seconds since 1970, oldest first."""

    __tablename__ = "paces"
    channel: Mapped[str] = mapped_column(primary_key=True)
    address: Mapped[str] = mapped_column(primary_key=True)  # no secret: bot/channels/limiter.py
    taken: Mapped[list[Any]]


@dataclass(frozen=True)
class Rate:
    """At most so many messages in any window."""

    limit: int
    window: timedelta

    def running(self, taken: list[float], now: float) -> list[float]:
        """Of the seconds at which messages went out, those that count now. One that lies further ahead than a window
        was written before the clock was set back."""
        return [at for at in taken if abs(now - at) < self.window.total_seconds()]

    def wait(self, running: list[float], count: int, now: float) -> timedelta | None:
        """How long until so many more may go out; None where they may now."""
        excess = len(running) + count - self.limit
        if excess <= 0:
            return None
        return timedelta(seconds=running[excess - 1] + self.window.total_seconds() - now)


def take(session: Session, channel: str, address: str, rate: Rate, count: int, clock: Clock) -> timedelta | None:
    """Takes so many places, and no other process takes them; or gives how long to wait, and takes none. The clock is
    read once nobody else is at it: the wait for that may be long."""
    row = session.get(Pace, (channel, address), with_for_update=True)
    if row is None:
        row = Pace(channel=channel, address=address, taken=[])
        session.add(row)
    now = clock()
    running = rate.running(row.taken, now)
    wait = rate.wait(running, count, now)
    if wait is None:
        row.taken = [*running, *[now] * count]
    return wait
