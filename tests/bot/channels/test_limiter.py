from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.channels.limiter import Limiter
from bot.channels.sending import ChannelError

MINUTE = timedelta(minutes=1)


class StoppedClock:
    def __init__(self) -> None:
        self.seconds = 0.0

    def __call__(self) -> float:
        return self.seconds


def test_the_limit_is_taken_and_the_next_one_is_told_how_long_to_wait() -> None:
    clock = StoppedClock()
    limiter = Limiter(2, MINUTE, clock)
    limiter.take("key")
    clock.seconds = 10
    limiter.take("key")

    with pytest.raises(ChannelError) as refused:
        limiter.take("key")

    assert refused.value.retry_after == timedelta(seconds=50)
    assert not refused.value.is_permanent


def test_after_the_wait_that_was_told_there_is_a_place() -> None:
    clock = StoppedClock()
    limiter = Limiter(2, MINUTE, clock)
    limiter.take("key", 2)
    clock.seconds = 60

    limiter.take("key", 2)


def test_every_address_has_its_own_limit() -> None:
    limiter = Limiter(1, MINUTE, StoppedClock())
    limiter.take("one robot")

    limiter.take("another robot")


def test_a_message_that_can_never_fit_is_refused_for_good() -> None:
    with pytest.raises(ChannelError) as refused:
        Limiter(2, MINUTE).take("key", 3)

    assert refused.value.is_permanent


@given(st.lists(st.tuples(st.floats(0, 30), st.integers(1, 3)), max_size=60))
def test_no_window_ever_holds_more_than_the_limit(steps: list[tuple[float, int]]) -> None:
    clock = StoppedClock()
    limiter = Limiter(5, MINUTE, clock)
    sent: list[float] = []

    for pause, count in steps:
        clock.seconds += pause
        try:
            limiter.take("key", count)
        except ChannelError:
            continue
        sent += [clock.seconds] * count

    assert all(sum(start <= at < start + 60 for at in sent) <= 5 for start in sent)
