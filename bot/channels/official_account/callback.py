"""The callback: authenticated, decoded, handed in, answered. Repeats end in the same answer, junk in a 4xx."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import UTC, datetime

from flask import Blueprint, Response, request
from wechatpy.crypto import WeChatCrypto
from wechatpy.replies import TextReply

from bot.channels.official_account import envelope
from bot.channels.official_account.decoding import decode
from bot.channels.official_account.envelope import BadCallback, Query
from bot.channels.pieces import split
from config.settings import ConfigError, OfficialAccountSettings
from handlers.message import Message

PASSIVE_BYTES = 2048
ENCRYPTED = "aes"

# Takes a message in, commits, and returns the finished text that answers it at once, or None. A repeat returns the
# same as the first time.
ReceiveMessage = Callable[[Message], str | None]
Clock = Callable[[], datetime]

log = logging.getLogger(__name__)


def create_blueprint(
    settings: OfficialAccountSettings, receive_message: ReceiveMessage, clock: Clock | None = None
) -> Blueprint:
    """GET and POST /callback/official-account. Answers 200 only after `receive_message` has committed; 503 where it
    raised, and then the platform tries again. Raises ConfigError where the settings make no key.
    """
    door = _Door(settings, receive_message, clock or (lambda: datetime.now(UTC)))
    blueprint = Blueprint("official_account", __name__, url_prefix="/callback/official-account")
    blueprint.add_url_rule("", "verify", door.verify, methods=["GET"])
    blueprint.add_url_rule("", "receive", door.receive, methods=["POST"])
    blueprint.register_error_handler(BadCallback, _refuse)
    return blueprint


def _crypto(settings: OfficialAccountSettings) -> WeChatCrypto:
    try:
        return WeChatCrypto(settings.token, settings.aes_key, settings.app_id)
    except (AssertionError, ValueError):
        raise ConfigError("JIANJIAN_OFFICIAL_ACCOUNT_AES_KEY: not a key; it is 43 letters and digits") from None


def _refuse(error: BadCallback) -> Response:
    log.info("callback refused: %s", error)
    return _plain("", error.status)


def _plain(text: str, status: int = 200) -> Response:
    """Never as HTML: what is echoed is not ours."""
    return Response(text, status, {"X-Content-Type-Options": "nosniff"}, mimetype="text/plain")


class _Door:
    def __init__(self, settings: OfficialAccountSettings, receive_message: ReceiveMessage, clock: Clock) -> None:
        self._settings = settings
        self._receive_message = receive_message
        self._clock = clock
        self._crypto = _crypto(settings)

    def verify(self) -> Response:
        """The operator saves the address on the platform's page: prove that we know the token."""
        query = self._signed_query()
        return _plain(query.echostr)

    def receive(self) -> Response:
        query = self._signed_query()
        fields = envelope.read_xml(self._open(query))
        message = decode(fields)
        if message is None:
            return _plain("")
        try:
            answer = self._receive_message(message)
        except Exception:  # the edge: the platform keeps the message and tries again
            log.exception("message %s was not taken in", message.external_id)
            return _plain("", 503)
        pieces = split(answer or "", PASSIVE_BYTES)
        return self._reply(query, message, pieces[0]) if pieces else _plain("")

    def _signed_query(self) -> Query:
        query = Query.of(request.args)
        envelope.require_signed(self._settings.token, query, self._clock())
        return query

    def _open(self, query: Query) -> bytes:
        """The XML of the message itself."""
        request.max_content_length = envelope.MAX_BYTES  # werkzeug answers 413 beyond it
        body = request.get_data(cache=False)
        if query.encrypt_type == ENCRYPTED:
            ciphertext = envelope.encrypted_part(body, self._settings.token, query)
            return envelope.decrypt(self._crypto, ciphertext, query)
        if not self._settings.allow_plaintext:
            raise BadCallback("plaintext", 403)
        return body

    def _reply(self, query: Query, message: Message, text: str) -> Response:
        now = self._clock()
        parts = {"source": message.account, "target": message.sender, "content": envelope.cdata(text)}
        reply = TextReply(time=int(now.timestamp()), **parts).render()
        xml = envelope.encrypt(self._crypto, reply, now) if query.encrypt_type == ENCRYPTED else reply
        return Response(xml, mimetype="application/xml")
