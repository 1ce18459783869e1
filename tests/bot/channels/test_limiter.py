from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.channels.limiter import Limiter, SharedLimiter
from bot.channels.sending import ChannelError
from models.database import Database
from models.pace import Pace, Rate

MINUTE = timedelta(minutes=1)


class StoppedClock:
    def __init__(self) -> None:
        self.seconds = 0.0

    def __call__(self) -> float:
        return self.seconds


def test_the_limit_is_taken_and_the_next_one_is_told_how_long_to_wait() -> None:
    clock = StoppedClock()
    limiter = Limiter(Rate(2, MINUTE), clock)
    limiter.take("key")
    clock.seconds = 10
    limiter.take("key")

    with pytest.raises(ChannelError) as refused:
        limiter.take("key")

    assert refused.value.retry_after == timedelta(seconds=50)
    assert not refused.value.is_permanent


def test_after_the_wait_that_was_told_there_is_a_place() -> None:
    clock = StoppedClock()
    limiter = Limiter(Rate(2, MINUTE), clock)
    limiter.take("key", 2)
    clock.seconds = 60

    limiter.take("key", 2)


def test_every_address_has_its_own_limit() -> None:
    limiter = Limiter(Rate(1, MINUTE), StoppedClock())
    limiter.take("one robot")

    limiter.take("another robot")


def test_a_message_that_can_never_fit_is_refused_for_good() -> None:
    with pytest.raises(ChannelError) as refused:
        Limiter(Rate(2, MINUTE)).take("key", 3)

    assert refused.value.is_permanent


@given(st.lists(st.tuples(st.floats(0, 30), st.integers(1, 3)), max_size=60))
def test_no_window_ever_holds_more_than_the_limit(steps: list[tuple[float, int]]) -> None:
    clock = StoppedClock()
    limiter = Limiter(Rate(5, MINUTE), clock)
    sent: list[float] = []

    for pause, count in steps:
        clock.seconds += pause
        try:
            limiter.take("key", count)
        except ChannelError:
            continue
        sent += [clock.seconds] * count

    assert all(sum(start <= at < start + 60 for at in sent) <= 5 for start in sent)


def test_processes_that_share_a_database_keep_to_one_rate_also_at_the_same_moment(
    doors: tuple[Database, Database, Database],
) -> None:
    clock, out = StoppedClock(), list[int]()
    limiters = [SharedLimiter(Rate(20, MINUTE), door, "robot", clock) for door in doors]

    def speak(n: int) -> None:
        with suppress(ChannelError):
            limiters[n % len(limiters)].take("key")
            out.append(n)

    for _ in range(3):
        with ThreadPoolExecutor(12) as speakers:
            list(speakers.map(speak, range(90)))
        clock.seconds += 60

    assert len(out) == 60


def test_a_restart_forgets_nothing_and_each_address_and_channel_has_its_own(database: Database) -> None:
    clock = StoppedClock()
    SharedLimiter(Rate(1, MINUTE), database, "robot", clock).take("one")
    again = SharedLimiter(Rate(1, MINUTE), database, "robot", clock)

    with pytest.raises(ChannelError) as refused:
        again.take("one")
    again.take("another")
    SharedLimiter(Rate(1, MINUTE), database, "phone", clock).take("one")

    assert refused.value.retry_after == MINUTE


def test_a_clock_that_is_set_back_by_hours_does_not_silence_a_robot_for_hours(database: Database) -> None:
    clock = StoppedClock()
    clock.seconds = 7200
    limiter = SharedLimiter(Rate(1, MINUTE), database, "robot", clock)
    limiter.take("one")
    clock.seconds = 30

    limiter.take("one")


def test_a_robots_key_does_not_stand_in_the_database(database: Database) -> None:
    SharedLimiter(Rate(1, MINUTE), database, "robot").take("a-secret-key")

    with database.read() as session:
        [row] = session.scalars(select(Pace))
    assert "secret" not in row.address


def test_a_place_is_taken_when_it_is_had_and_not_when_it_was_asked_for(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another process holds the row for nine seconds."""
    clock = StoppedClock()
    look = Session.get

    def late(self: Session, *key: Any, **more: Any) -> Any:
        clock.seconds += 9
        return look(self, *key, **more)

    monkeypatch.setattr(Session, "get", late)
    SharedLimiter(Rate(1, MINUTE), database, "robot", clock).take("one")

    with database.read() as session:
        assert session.scalars(select(Pace.taken)).all() == [[9.0]]
