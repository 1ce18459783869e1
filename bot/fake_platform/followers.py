"""The followers of an official account, and the platform that delivers what they write: up to three times, five seconds
apart, to whatever answers at the program's address."""

from __future__ import annotations

import itertools
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

import requests

from bot.channels.official_account.platform_side import PlatformSide
from bot.fake_platform.platform import ROBOT, SEND, Platform, Request
from config.settings import OfficialAccountSettings

TRIES = 3  # the platform gives a message up after this
SECONDS_FOR_AN_ANSWER = 5.0


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
        said = {"from": self.follower, "kind": self.kind, "text": self.text}
        return said | {"tries": self.tries, "answers": self.answers}


@dataclass
class Account:
    """`site`: where the program listens. `patience`: seconds that an answer may take."""

    site: str
    platform: Platform
    settings: OfficialAccountSettings
    patience: float = SECONDS_FOR_AN_ANSWER
    said: list[Said] = field(default_factory=list)
    _numbers: itertools.count[int] = field(default_factory=lambda: itertools.count(7001))
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def __post_init__(self) -> None:
        self._side = PlatformSide(self.settings)

    def hears(self, follower: str, text: str, kind: str = "") -> Said:
        """A follower writes something; the platform tries to deliver it, once."""
        said = self.takes_down(follower, text, kind)
        self.deliver(said)
        return said

    def takes_down(self, follower: str, text: str, kind: str = "") -> Said:
        """A follower writes something that is still to be delivered."""
        with self._lock:
            said = Said(follower, text, kind, next(self._numbers), datetime.now(UTC))
            self.said.append(said)
        self.platform.heard_from(follower)
        return said

    def deliver(self, said: Said) -> None:
        """One more try. A connection that breaks, or anything but 200, is no answer."""
        said.tries += 1
        delivery = self._side.text(said.follower, said.text, said.number, said.at)
        self.platform.remember("delivered", said.follower, said.text, said.number)
        try:
            response = requests.post(self.site + delivery.address, data=delivery.body, timeout=self.patience)
        except requests.RequestException:  # also where it breaks in the middle of the answer
            self.platform.remember("unanswered", said.follower, said.text, said.number)
            return
        if response.status_code != 200:
            self.platform.remember("unanswered", said.follower, f"HTTP {response.status_code}", said.number)
            return
        said.answers.append(self._side.opened(response.content)["Content"] if response.content else "")
        self.platform.remember("acknowledged", said.follower, said.answers[-1], said.number)

    def insist(self, said: Said, pause: float) -> None:
        """Delivers as the platform does: until it is acknowledged, three times at most."""
        while said.is_open:
            self.deliver(said)
            if said.is_open:
                time.sleep(pause)
        if self.platform.faults.repeats:
            self.deliver(said)

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
