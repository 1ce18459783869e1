"""Bad weather between the program and the platform, in short: the long form is `python -m tests.faults weather`."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from tests.faults import weather
from tests.faults.proxy import Proxy, Weather, between


def test_every_letter_goes_out_and_twice_only_where_the_platform_could_not_say_so(tmp_path: Path) -> None:
    played = weather.play(seed=1, rounds=2, folder=tmp_path, kind="sqlite")

    assert played.broken == []
    assert (played.faults, played.acknowledged > 50) == (2, True)


@pytest.fixture
def echo() -> Iterator[Proxy]:
    """A proxy in front of somebody who says everything back."""
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def answer() -> None:
            while True:
                try:
                    connection, _ = listener.accept()
                except OSError:
                    return
                with connection, suppress(ConnectionError):
                    heard.append(connection.recv(99))
                    connection.sendall(heard[-1])

        heard.clear()
        threading.Thread(target=answer, daemon=True).start()
        with between(listener.getsockname()[1]) as proxy:
            yield proxy


heard: list[bytes] = []


def ask(proxy: Proxy, patience: float) -> bytes:
    with socket.create_connection(("127.0.0.1", proxy.port), timeout=patience) as connection:
        connection.sendall(b"hello")
        return connection.recv(99)


def test_in_good_weather_the_proxy_passes_on(echo: Proxy) -> None:
    assert ask(echo, 5) == b"hello"


def test_a_cut_comes_after_the_platform_heard_and_what_is_gone_is_not_heard(echo: Proxy) -> None:
    for kind, is_heard in ((Weather(is_cut=True), True), (Weather(is_gone=True), False)):
        heard.clear()
        echo.weather = kind
        with pytest.raises(ConnectionError):
            ask(echo, 5)
        assert bool(heard) is is_heard


def test_a_silence_is_heard_when_it_is_over(echo: Proxy) -> None:
    echo.weather = Weather(is_silent=True)
    with pytest.raises(TimeoutError):
        ask(echo, 0.3)

    echo.weather = Weather()

    for _ in range(100):
        if heard:
            return
        time.sleep(0.05)
    pytest.fail("the platform never heard it")
