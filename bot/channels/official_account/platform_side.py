"""The platform's own side of the wire: what it signs, encrypts and posts. The benches, the fake platform and the tests
speak to our callback with it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from hashlib import sha1
from urllib.parse import urlencode

from wechatpy.crypto import WeChatCrypto

from bot.channels.official_account.envelope import cdata, read_xml
from config.settings import OfficialAccountSettings

ADDRESS = "/callback/official-account"
NONCE = "1234567890"


def xml(**fields: object) -> str:
    inner = (f"<{name}><![CDATA[{cdata(str(value))}]]></{name}>" for name, value in fields.items())
    return f"<xml>{''.join(inner)}</xml>"


def signature(*parts: str) -> str:
    return sha1("".join(sorted(parts)).encode()).hexdigest()


@dataclass(frozen=True)
class Delivery:
    """One callback: where it is posted, and its body."""

    address: str
    body: bytes


class PlatformSide:
    """Delivers for one official account."""

    def __init__(self, settings: OfficialAccountSettings) -> None:
        self._settings = settings
        self._crypto = WeChatCrypto(settings.token, settings.aes_key, settings.app_id)

    def text(self, follower: str, said: str, number: int, at: datetime) -> Delivery:
        """What a follower wrote, as it comes to the callback."""
        fields = {"ToUserName": "gh_estate", "FromUserName": follower, "CreateTime": int(at.timestamp())}
        return self.deliver(xml(**fields, MsgType="text", Content=said, MsgId=number), at)

    def deliver(self, inner: str, at: datetime) -> Delivery:
        """Any XML of a message, signed and encrypted."""
        timestamp = str(int(at.timestamp()))
        outer = self._crypto.encrypt_message(inner, NONCE, timestamp)
        ciphertext = read_xml(outer.encode())["Encrypt"]
        token = self._settings.token
        signed = {
            "signature": signature(token, timestamp, NONCE),
            "timestamp": timestamp,
            "nonce": NONCE,
            "encrypt_type": "aes",
            "msg_signature": signature(token, timestamp, NONCE, ciphertext),
        }
        return Delivery(f"{ADDRESS}?{urlencode(signed)}", xml(ToUserName="gh_estate", Encrypt=ciphertext).encode())

    def opened(self, body: bytes) -> dict[str, str]:
        """The fields of an encrypted passive reply; raises where its signature does not hold."""
        outer = read_xml(body)
        inner = self._crypto.decrypt_message(body, outer["MsgSignature"], outer["TimeStamp"], outer["Nonce"])
        return read_xml(inner.encode() if isinstance(inner, str) else inner)
