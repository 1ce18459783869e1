"""A fake platform, and an app with nothing but the callback."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace

import pytest
from flask import Flask

from bot.channels.official_account import create_blueprint
from bot.fake_platform.pages import listening
from bot.fake_platform.platform import Platform
from handlers.message import Message
from tests.bot.channels.follower import SETTINGS, Follower
from tests.clock import NOW


@pytest.fixture
def platform() -> Iterator[Platform]:
    with listening() as platform:
        yield platform


@dataclass
class Taken:
    """Stands for the handlers: keeps what was handed in, and answers the same to a repeat."""

    answer: str | None = "已收到"
    messages: list[Message] = field(default_factory=list)

    def receive(self, message: Message) -> str | None:
        self.messages.append(message)
        return self.answer


@pytest.fixture
def taken() -> Taken:
    return Taken()


@pytest.fixture
def follower(taken: Taken) -> Follower:
    return follower_of(taken.receive)


def follower_of(receive: Callable[[Message], str | None], allow_plaintext: bool = False) -> Follower:
    app = Flask("tests", root_path=".")
    settings = replace(SETTINGS, allow_plaintext=allow_plaintext)
    app.register_blueprint(create_blueprint(settings, receive, lambda: NOW))
    return Follower(app.test_client())
