"""群机器人: the webhook of a WeCom group robot. It speaks to an internal group and hears nothing.

Wire format: developer.work.weixin.qq.com/document/path/91770.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import requests

from bot.channels.limiter import Limiter
from bot.channels.pieces import counted
from bot.channels.sending import PATIENCE_SECONDS, ChannelError, Outgoing, Progress
from models.pace import Rate

WEBHOOK = "https://qyapi.weixin.qq.com/cgi-bin/webhook/send"
TEXT_BYTES, MARKDOWN_BYTES = 2048, 4096
A_MINUTE = timedelta(minutes=1)
RATE = Rate(20, A_MINUTE)
RATE_EXCEEDED = 45009
# Nothing that we could send again would be taken: no such robot, no such type, empty, too long, not allowed.
PERMANENT = frozenset({40008, 40058, 44004, 45002, 48002, 93000, 93004, 93008, 93017})


class Robot:
    """Sends to any number of robots; 20 messages a minute each. `webhook` differs on private deployments (政务微信)."""

    def __init__(self, webhook: str = WEBHOOK, limiter: Limiter | None = None) -> None:
        self._webhook = webhook
        self._limiter = limiter or Limiter(RATE)
        self._progress = Progress()
        self._http = requests.Session()

    def send(self, outgoing: Outgoing) -> None:
        """Sends in as many pieces as the robot's limit asks for. `outgoing.address` is the robot's key."""
        pieces = _markdown(outgoing) if outgoing.is_markdown else _texts(outgoing)
        self._limiter.take(outgoing.address, len(self._progress.rest(outgoing, pieces)))
        self._progress.send(outgoing, pieces, lambda body: self._post(outgoing.address, body))

    def _post(self, key: str, body: dict[str, Any]) -> None:
        try:
            response = self._http.post(
                self._webhook,
                params={"key": key},
                json=body,
                timeout=PATIENCE_SECONDS,
                allow_redirects=False,
            )
        except requests.RequestException as error:
            # Its text holds the address with the key.
            raise ChannelError(f"no answer from the platform: {type(error).__name__}", is_silent=True) from None
        _judge(response)


def _markdown(outgoing: Outgoing) -> tuple[dict[str, Any], ...]:
    named = "".join(f"<@{user}>" for user in outgoing.mentions)
    return tuple(_body("markdown", piece) for piece in counted(named + outgoing.text, MARKDOWN_BYTES))


def _texts(outgoing: Outgoing) -> tuple[dict[str, Any], ...]:
    """The requests for one message. People are mentioned in the first one."""
    texts = tuple(_body("text", piece) for piece in counted(outgoing.text, TEXT_BYTES))
    if texts and outgoing.mentions:
        texts[0]["text"]["mentioned_list"] = list(outgoing.mentions)
    return texts


def _body(kind: str, content: str) -> dict[str, Any]:
    return {"msgtype": kind, kind: {"content": content}}


def _judge(response: requests.Response) -> None:
    """Returns where the platform took the message. It answers 200 even to what it refuses: the errcode counts."""
    if response.status_code != 200:
        raise ChannelError(f"HTTP {response.status_code}", retry_after=_asked_to_wait(response))
    code = _errcode(response)
    if code == RATE_EXCEEDED:
        raise ChannelError(f"errcode {code}: too many messages", retry_after=A_MINUTE)
    if code != 0:
        raise ChannelError(f"errcode {code}", is_permanent=code in PERMANENT)


def _errcode(response: requests.Response) -> int:
    try:
        return int(response.json()["errcode"])
    except (ValueError, KeyError, TypeError):
        raise ChannelError("the answer is not the platform's") from None


def _asked_to_wait(response: requests.Response) -> timedelta | None:
    seconds = response.headers.get("Retry-After", "")
    return timedelta(seconds=int(seconds)) if seconds.isascii() and seconds.isdigit() and len(seconds) < 6 else None
