"""A follower of the official account, as the platform delivers what he writes: signed and encrypted by wechatpy."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha1

import xmltodict
from flask.testing import FlaskClient
from wechatpy.crypto import WeChatCrypto
from werkzeug.test import TestResponse

from config.settings import OfficialAccountSettings
from tests.clock import NOW

ADDRESS = "/callback/official-account"
SETTINGS = OfficialAccountSettings(
    app_id="wx0123456789abcdef",
    secret="a-secret-for-tests",
    token="a-token-for-tests",
    aes_key="abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG",
)
CRYPTO = WeChatCrypto(SETTINGS.token, SETTINGS.aes_key, SETTINGS.app_id)
NONCE = "1234567890"


def signature(*parts: str) -> str:
    return sha1("".join(sorted(parts)).encode()).hexdigest()


def xml(**fields: object) -> str:
    return "<xml>" + "".join(f"<{name}><![CDATA[{value}]]></{name}>" for name, value in fields.items()) + "</xml>"


def text_xml(content: str, message_id: int = 7001, at: datetime = NOW, **more: object) -> str:
    fields = {"ToUserName": "gh_estate", "FromUserName": "openid-li", "CreateTime": int(at.timestamp())}
    return xml(**fields | {"MsgType": "text", "Content": content, "MsgId": message_id} | more)


def query(ciphertext: str = "", at: datetime = NOW) -> dict[str, str]:
    """The address's signed part; with a ciphertext that of an encrypted callback."""
    timestamp = str(int(at.timestamp()))
    signed = {"signature": signature(SETTINGS.token, timestamp, NONCE), "timestamp": timestamp, "nonce": NONCE}
    if not ciphertext:
        return signed
    over_all = signature(SETTINGS.token, timestamp, NONCE, ciphertext)
    return signed | {"encrypt_type": "aes", "msg_signature": over_all}


def wrapped(ciphertext: str) -> str:
    return xml(ToUserName="gh_estate", Encrypt=ciphertext)


def encrypted(inner: str) -> str:
    """The ciphertext of the platform's XML."""
    outer = CRYPTO.encrypt_message(inner, NONCE, "1")
    return str(xmltodict.parse(outer)["xml"]["Encrypt"])


@dataclass
class Follower:
    """Writes through the platform, and reads what comes back."""

    client: FlaskClient
    at: datetime = field(default=NOW)

    def writes(self, inner: str) -> TestResponse:
        ciphertext = encrypted(inner)
        return self.posts(wrapped(ciphertext), query(ciphertext, self.at))

    def posts(self, body: str | bytes, query_string: dict[str, str]) -> TestResponse:
        return self.client.post(ADDRESS, data=body, query_string=query_string, content_type="text/xml")


def read(response: TestResponse) -> dict[str, str]:
    """The fields of an encrypted passive reply, after the signature held as the platform checks it."""
    return opened(response.data)


def opened(body: bytes) -> dict[str, str]:
    """The fields of an encrypted passive reply as it came over the wire; raises where its signature does not hold."""
    outer = xmltodict.parse(body)["xml"]
    inner = CRYPTO.decrypt_message(body, outer["MsgSignature"], outer["TimeStamp"], outer["Nonce"])
    return dict(xmltodict.parse(inner)["xml"])
