"""What lies around a message on the wire: signatures, XML, encryption. Everything is checked before it is used.

wechatpy parses before it checks the signature, compares with `!=` and never looks at the timestamp; so its crypto is
called here only with what has passed.
"""

from __future__ import annotations

import hmac
import re
import secrets
import struct
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import sha1
from xml.parsers import expat

from wechatpy.crypto import WeChatCrypto
from wechatpy.exceptions import WeChatException

MAX_BYTES = 64 * 1024  # the largest message is a text of 2,048 bytes, encrypted and wrapped
MAX_DEPTH = 6
MAX_AGE = timedelta(minutes=5)
ROOT_DEPTH, FIELD_DEPTH = 1, 2
_TIMESTAMP = re.compile(r"[0-9]{1,11}")
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
# What wechatpy's decryption raises on garbage, as measured: base64, block length, padding, length prefix, text, app id.
_BAD_CIPHERTEXT = (ValueError, IndexError, struct.error, WeChatException)


class BadCallback(Exception):
    """Not the platform's, or broken. `status` is the HTTP answer, always a 4xx."""

    def __init__(self, reason: str, status: int = 400) -> None:
        super().__init__(reason)
        self.status = status


@dataclass(frozen=True)
class Query:
    """What the address of a callback says about it."""

    signature: str = ""
    timestamp: str = ""
    nonce: str = ""
    encrypt_type: str = ""
    msg_signature: str = ""
    echostr: str = ""

    @classmethod
    def of(cls, arguments: Mapping[str, str]) -> Query:
        return cls(**{name: arguments.get(name, "") for name in cls.__dataclass_fields__})


def require_signed(token: str, query: Query, now: datetime) -> None:
    """Whoever knows the token signed this address, within the last five minutes."""
    require_signature(query.signature, token, query.timestamp, query.nonce)
    if not _TIMESTAMP.fullmatch(query.timestamp):
        raise BadCallback("the timestamp is not a number")
    if abs(now.timestamp() - int(query.timestamp)) > MAX_AGE.total_seconds():
        raise BadCallback("too old", 403)


def require_signature(signature: str, *signed: str) -> None:
    """SHA-1 over the sorted parts, as the platform prescribes; compared in constant time."""
    expected = sha1("".join(sorted(signed)).encode(errors="replace")).hexdigest()
    if not hmac.compare_digest(expected.encode(), signature.encode(errors="replace")):
        raise BadCallback("wrong signature", 403)


def encrypted_part(body: bytes, token: str, query: Query) -> str:
    """The ciphertext of a body, after its own signature held."""
    ciphertext = read_xml(body).get("Encrypt", "")
    if not ciphertext:
        raise BadCallback("nothing encrypted")
    require_signature(query.msg_signature, token, query.timestamp, query.nonce, ciphertext)
    return ciphertext


def decrypt(crypto: WeChatCrypto, ciphertext: str, query: Query) -> bytes:
    """The platform's XML inside. Raises BadCallback whatever the garbage."""
    try:
        text = crypto.decrypt_message({"Encrypt": ciphertext}, query.msg_signature, query.timestamp, query.nonce)
        return str(text).encode()
    except _BAD_CIPHERTEXT:
        raise BadCallback("cannot be decrypted") from None


def encrypt(crypto: WeChatCrypto, xml: str, now: datetime) -> str:
    return str(crypto.encrypt_message(xml, secrets.token_hex(8), str(int(now.timestamp()))))


def cdata(text: str) -> str:
    """The text as it may stand inside CDATA, without the characters that XML does not know."""
    return _NOT_XML.sub("", text).replace("]]>", "]]]]><![CDATA[>")


@dataclass
class _Reader:
    """Collects the texts of the fields right below the root; refuses what no platform sends."""

    fields: dict[str, str] = field(default_factory=dict)
    depth: int = 0
    open_field: str = ""

    def start(self, name: str, _attributes: object) -> None:
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise BadCallback("nested too deep")
        if self.depth == ROOT_DEPTH and name != "xml":
            raise BadCallback("not the platform's XML")
        if self.depth == FIELD_DEPTH:
            if name in self.fields:
                raise BadCallback("the same field twice")
            self.open_field, self.fields[name] = name, ""

    def text(self, characters: str) -> None:
        if self.depth == FIELD_DEPTH:
            self.fields[self.open_field] += characters

    def end(self, _name: str) -> None:
        self.depth -= 1

    def refuse(self, *_declaration: object) -> None:
        raise BadCallback("declarations are refused")


def read_xml(body: bytes) -> dict[str, str]:
    """The fields of `<xml><Field>text</Field>…</xml>`. No entities, no declarations, little depth; else BadCallback."""
    reader = _Reader()
    parser = expat.ParserCreate("utf-8")
    parser.buffer_text = True
    parser.StartElementHandler = reader.start
    parser.EndElementHandler = reader.end
    parser.CharacterDataHandler = reader.text
    parser.StartDoctypeDeclHandler = reader.refuse
    try:
        parser.Parse(body, True)
    except expat.ExpatError:
        raise BadCallback("not XML") from None
    return reader.fields
