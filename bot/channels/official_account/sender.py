"""Later messages: customer-service messages, five within 48 hours of what the person wrote last.

Access tokens come from `stable_token`, which gives every process the same one; the older `token` takes the token from
all others at each call, so two processes would fight.
"""

from __future__ import annotations

import threading
import time
from datetime import timedelta
from typing import Any

import requests
from wechatpy import WeChatClient
from wechatpy.exceptions import WeChatClientException
from wechatpy.session import SessionStorage

from bot.channels.pieces import counted
from bot.channels.sending import PATIENCE_SECONDS, ChannelError, Outgoing, Progress
from config.settings import OfficialAccountSettings

API = "https://api.weixin.qq.com/cgi-bin/"
TEXT_BYTES = 2048
LEAST_SECONDS = 0.5
BAD_TOKEN = frozenset({40001, 40014, 42001})
# No other try could help until the person writes again or follows again: no such follower, not following, 48 hours
# over, five messages used up, refused by the person; or the message itself is wrong.
PERMANENT = frozenset({40003, 43004, 43101, 44004, 45002, 45015, 45047, 50005})
WAITS = {45009: timedelta(hours=1), 45011: timedelta(minutes=1)}  # the day's quota, the minute's


class Sender:
    """Writes to one follower at a time. `outgoing.address` is the follower's openid.

    Tokens are kept in memory unless `tokens` is given.
    """

    def __init__(self, settings: OfficialAccountSettings, api: str = API, tokens: SessionStorage | None = None) -> None:
        self._client = _Client(settings, api, tokens)
        self._progress = Progress()

    def send(self, outgoing: Outgoing) -> None:
        pieces = counted(outgoing.text, TEXT_BYTES)
        self._progress.send(outgoing, pieces, lambda piece: self._send_piece(outgoing.address, piece))

    def _send_piece(self, openid: str, text: str) -> None:
        try:
            self._client.send_text_once_more(openid, text)
        except WeChatClientException as error:
            raise _channel_error(error.errcode) from None
        except (requests.RequestException, ValueError, KeyError, TypeError) as error:
            # Its text may hold an address with the token.
            silent = isinstance(error, requests.ConnectionError | requests.Timeout)
            raise ChannelError(f"no answer from the platform: {type(error).__name__}", is_silent=silent) from None


def _channel_error(errcode: int | None) -> ChannelError:
    reason = f"errcode {errcode}" if errcode is not None else "HTTP error"
    return ChannelError(reason, is_permanent=errcode in PERMANENT, retry_after=WAITS.get(errcode or 0))


class _Client(WeChatClient):
    """wechatpy's client with one retry, a lock around the token, and a timeout for it too.

    Its own retry calls itself again for as long as the token is refused: 982 times, then RecursionError.
    """

    def __init__(self, settings: OfficialAccountSettings, api: str, tokens: SessionStorage | None) -> None:
        self.API_BASE_URL = api
        self._refreshing = threading.Lock()
        self._here = threading.local()
        super().__init__(settings.app_id, settings.secret, session=tokens, auto_retry=False)

    @property
    def timeout(self) -> float:
        """What is left of the patience with all that one message asks of the platform: a token, the message, and both
        again."""
        left = getattr(self._here, "until", time.monotonic() + PATIENCE_SECONDS) - time.monotonic()
        return float(max(LEAST_SECONDS, left))

    @timeout.setter
    def timeout(self, _: object) -> None:
        """wechatpy sets one for each request."""

    def send_text_once_more(self, openid: str, text: str) -> None:
        """Sends, and where the token was refused fetches a new one and sends once more."""
        self._here.until = time.monotonic() + PATIENCE_SECONDS
        token = self.access_token
        try:
            self._send_text(openid, text)
        except WeChatClientException as error:
            if error.errcode not in BAD_TOKEN:
                raise
            self._forget(token)
            self._send_text(openid, text)

    def _send_text(self, openid: str, text: str) -> None:
        answer = self.message.send_text(openid, text)
        if not isinstance(answer, dict) or answer.get("errcode") != 0:
            raise ValueError("the answer is not the platform's")

    def _forget(self, token: str) -> None:
        """Drops the token unless another thread has replaced it already."""
        with self._refreshing:
            if self.session.get(self.access_token_key) == token:
                self.session.delete(self.access_token_key)

    def fetch_access_token(self) -> dict[str, Any]:
        with self._refreshing:
            if held := self._held():
                return held
            return self._fetch()

    def _held(self) -> dict[str, Any]:
        """The token that another thread fetched while this one waited."""
        token, expires_at = self.session.get(self.access_token_key), self.expires_at
        is_good = token and expires_at and expires_at - time.time() > 60
        return {"access_token": token} if is_good else {}

    def _fetch(self) -> dict[str, Any]:
        body = {"grant_type": "client_credential", "appid": self.appid, "secret": self.secret}
        response = self._http.post(f"{self.API_BASE_URL}stable_token", json=body, timeout=self.timeout)
        response.raise_for_status()
        fresh: dict[str, Any] = dict(response.json())
        if fresh.get("errcode"):
            raise WeChatClientException(fresh["errcode"], fresh.get("errmsg"), client=self, response=response)
        self.session.set(self.access_token_key, fresh["access_token"], fresh["expires_in"])
        self.expires_at = int(time.time()) + int(fresh["expires_in"])
        return fresh
