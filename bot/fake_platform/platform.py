"""What the platform is told to do, what it does by its rules, and what it remembers."""

from __future__ import annotations

import itertools
import json
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, field
from typing import Any

TOKEN, SEND, ROBOT = "stable_token", "message/custom/send", "webhook/send"
REMEMBERED = 5000  # events of the history; older ones are forgotten
ROBOT_MESSAGES_A_MINUTE = 20
ANSWERS_TO_A_FOLLOWER = 5  # customer-service messages after one message of his
MINUTE = 60.0
Answer = tuple[int, bytes, dict[str, str]]  # status, body, headers


def answer(body: object, status: int = 200, **headers: str) -> Answer:
    """JSON, or the bytes as they are."""
    return status, body if isinstance(body, bytes) else json.dumps(body).encode(), headers


def errcode(code: int, message: str) -> Answer:
    return answer({"errcode": code, "errmsg": message})


OK = errcode(0, "ok")


@dataclass
class Faults:
    """What is wrong with it now; the command and its page set these. `is_strict`: its limits hold and tokens expire."""

    takes_seconds: float = 0.0  # before it answers what is sent to it
    is_out: bool = False  # HTTP 502 to whatever is sent, and nothing is delivered
    is_strict: bool = False
    token_lives: float = 7200.0  # seconds
    repeats: bool = False  # every message of a follower is delivered twice, also where the first was acknowledged
    disorder: bool = False  # the second of two messages comes first


@dataclass
class Request:
    """Something that was sent to the platform."""

    path: str
    query: dict[str, str]
    body: dict[str, Any]
    at: float = field(default_factory=time.monotonic)


@dataclass
class Event:
    """A line of the history. `kind`: delivered, acknowledged, unanswered, sent, refused."""

    kind: str
    who: str
    text: str
    at: float = field(default_factory=time.time)
    number: int = 0


@dataclass
class Platform:
    """`answers` of a path are used up one after the other, and the last one stays; what has none goes by the rules."""

    url: str
    requests: list[Request] = field(default_factory=list)
    answers: dict[str, list[Answer]] = field(default_factory=dict)
    faults: Faults = field(default_factory=Faults)
    history: deque[Event] = field(default_factory=lambda: deque(maxlen=REMEMBERED))
    _tokens: dict[str, float] = field(default_factory=dict)  # token → when it expires
    _numbers: Iterator[int] = field(default_factory=lambda: itertools.count(1))
    _left: dict[str, int] = field(default_factory=dict)  # follower → messages that may still be sent to him
    _robot: deque[float] = field(default_factory=deque)  # when the robot spoke
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def sent_to(self, path: str) -> list[Request]:
        return [request for request in self.requests if request.path == path]

    def heard_from(self, follower: str) -> None:
        """He wrote: so many messages may be sent to him from now on."""
        self._left[follower] = ANSWERS_TO_A_FOLLOWER

    def remember(self, kind: str, who: str, text: str, number: int = 0) -> None:
        self.history.append(Event(kind, who, text, number=number))

    def history_as_dicts(self) -> list[dict[str, Any]]:
        return [asdict(event) for event in list(self.history)]

    def take(self, path: str, query: dict[str, str], body: dict[str, Any]) -> Answer:
        """What comes in at an address of the platform, and its answer."""
        request = Request(path, query, body)
        self.requests.append(request)
        time.sleep(self.faults.takes_seconds)
        with self._lock:
            said = self._scripted(path) or self._by_rules(request)
        kind = "sent" if _is_ok(said) else "refused"
        self.remember(kind, str(body.get("touser", path)), _text_of(body))
        return said

    def _scripted(self, path: str) -> Answer | None:
        planned = self.answers.get(path, [])
        if not planned:
            return None
        return planned.pop(0) if len(planned) > 1 else planned[0]

    def _by_rules(self, request: Request) -> Answer:
        if self.faults.is_out:
            return answer(b"<html>Bad Gateway</html>", 502)
        if request.path == TOKEN:
            return self._new_token()
        broken = RULES[request.path](self, request) if self.faults.is_strict and request.path in RULES else None
        return broken or OK

    def _new_token(self) -> Answer:
        token = f"token-{next(self._numbers)}"
        self._tokens[token] = time.monotonic() + self.faults.token_lives
        return answer({"access_token": token, "expires_in": int(self.faults.token_lives)})

    def _refuses_follower(self, request: Request) -> Answer | None:
        """A token that is not its own or has expired, and more messages than a follower has asked for."""
        token, follower = request.query.get("access_token", ""), str(request.body.get("touser"))
        if token not in self._tokens:
            return errcode(40001, "invalid credential, access_token is invalid or not latest")
        if self._tokens[token] < time.monotonic():
            return errcode(42001, "access_token expired")
        if self._left.get(follower, 0) <= 0:
            return errcode(45047, "out of response count limit")
        self._left[follower] -= 1
        return None

    def _refuses_robot(self, request: Request) -> Answer | None:
        now = time.monotonic()
        while self._robot and self._robot[0] <= now - MINUTE:
            self._robot.popleft()
        if len(self._robot) >= ROBOT_MESSAGES_A_MINUTE:
            return errcode(45009, "api freq out of limit")
        self._robot.append(now)
        return None


RULES: dict[str, Callable[[Platform, Request], Answer | None]] = {
    SEND: Platform._refuses_follower,
    ROBOT: Platform._refuses_robot,
}


def _is_ok(said: Answer) -> bool:
    status, body, _ = said
    return status == 200 and b'"errcode": 0' in body or b"access_token" in body


def _text_of(body: dict[str, Any]) -> str:
    """The words of whatever was sent."""
    return next((str(part["content"]) for part in body.values() if isinstance(part, dict) and "content" in part), "")
