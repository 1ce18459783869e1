"""The platform behind an official account: it delivers what followers write, up to three times, and remembers."""

from __future__ import annotations

import itertools
import threading
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

import requests

from tests.bot.channels.fake_platform import Platform, Request, answer
from tests.bot.channels.follower import ADDRESS, encrypted, opened, query, text_xml, wrapped

TRIES = 3  # the platform gives a message up after this
SECONDS_FOR_AN_ANSWER = 10
SEND, TOKEN, ROBOT = "message/custom/send", "stable_token", "webhook/send"


@dataclass
class Said:
    """One message of a follower, and what became of it. `answers`: what came back with each 200, "" for nothing."""

    follower: str
    text: str
    kind: str
    number: int
    at: datetime
    tries: int = 0
    answers: list[str] = field(default_factory=list)

    @property
    def is_acknowledged(self) -> bool:
        return bool(self.answers)

    @property
    def is_open(self) -> bool:
        """The platform will still repeat it."""
        return not self.is_acknowledged and self.tries < TRIES

    def as_told(self) -> dict[str, object]:
        """Its line of a history."""
        return {
            "from": self.follower,
            "kind": self.kind,
            "text": self.text,
            "tries": self.tries,
            "answers": self.answers,
        }


@dataclass
class Account:
    """`site`: where the program listens."""

    site: str
    platform: Platform
    said: list[Said] = field(default_factory=list)
    _numbers: itertools.count[int] = field(default_factory=lambda: itertools.count(7001))
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def __post_init__(self) -> None:
        self.platform.answers[TOKEN] = [answer({"access_token": "for-tests", "expires_in": 7200})]

    def hears(self, follower: str, text: str, kind: str) -> Said:
        """A follower writes something; the platform tries to deliver it, once."""
        with self._lock:
            said = Said(follower, text, kind, next(self._numbers), datetime.now(UTC))
            self.said.append(said)
        self.deliver(said)
        return said

    def deliver(self, said: Said) -> None:
        """One more try. A connection that breaks, or anything but 200, is no answer."""
        said.tries += 1
        ciphertext = encrypted(text_xml(said.text, said.number, said.at, FromUserName=said.follower))
        signed = query(ciphertext, datetime.now(UTC))
        try:
            response = requests.post(
                self.site + ADDRESS, data=wrapped(ciphertext), params=signed, timeout=SECONDS_FOR_AN_ANSWER
            )
        except requests.RequestException:  # also where it breaks in the middle of the answer
            return
        if response.status_code == 200:
            said.answers.append(opened(response.content)["Content"] if response.content else "")

    def repeat(self) -> None:
        """Delivers again what nobody acknowledged."""
        for said in self.said:
            if said.is_open:
                self.deliver(said)

    def sent_to_followers(self) -> Sequence[Request]:
        """The customer-service messages that came in, in their order."""
        return self.platform.sent_to(SEND)

    def sent_by_robots(self) -> Sequence[Request]:
        return self.platform.sent_to(ROBOT)
