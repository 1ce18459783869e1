"""The server's limits, and what is said where it cannot listen."""

from __future__ import annotations

import socket
from dataclasses import replace

import pytest

from bot.serving import check_port
from config.settings import ConfigError, Settings, load

HERE = Settings(database_url="sqlite://", secret_key="s" * 32)


def test_a_port_that_somebody_holds_is_said_before_anything_is_promised() -> None:
    with socket.create_server(("127.0.0.1", 0)) as held:
        port = held.getsockname()[1]

        with pytest.raises(ConfigError, match=str(port)):
            check_port(replace(HERE, port=port))


def test_a_port_that_cannot_be_is_said_too() -> None:
    with pytest.raises(ConfigError, match="99999"):
        check_port(replace(HERE, port=99999))


def test_a_short_secret_is_refused() -> None:
    with pytest.raises(ConfigError, match="JIANJIAN_SECRET_KEY"):
        load({"JIANJIAN_SECRET_KEY": "x"})
