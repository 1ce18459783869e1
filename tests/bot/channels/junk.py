"""Junk: bodies that are no XML, ciphertexts that decrypt to nothing, good envelopes around broken messages."""

from __future__ import annotations

import base64
import random
from collections.abc import Callable

from wechatpy.crypto import PrpCrypto

from tests.bot.channels.follower import CRYPTO

TAGS = ("<xml>", "</xml>", "<Encrypt>", "</Encrypt>")
TOKENS = (*TAGS, "<![CDATA[", "]]>", "&lt;", "&#0;", "<!--", "<?", "\x00", "\ufffe")


def random_bytes(chance: random.Random, _original: bytes) -> bytes:
    return chance.randbytes(chance.randrange(0, 300))


def mutated(chance: random.Random, original: bytes) -> bytes:
    body = bytearray(original)
    for _ in range(chance.randrange(1, 6)):
        body[chance.randrange(len(body))] = chance.randrange(256)
    return bytes(body)


def truncated(chance: random.Random, original: bytes) -> bytes:
    return original[: chance.randrange(len(original))]


def shuffled_tokens(chance: random.Random, _original: bytes) -> bytes:
    return "".join(chance.choices(TOKENS, k=chance.randrange(1, 40))).encode()


def spliced(chance: random.Random, original: bytes) -> bytes:
    at = chance.randrange(len(original))
    return original[:at] + chance.choice(TOKENS).encode() + original[at:]


SPOILERS: tuple[Callable[[random.Random, bytes], bytes], ...] = (
    random_bytes,
    mutated,
    truncated,
    shuffled_tokens,
    spliced,
)


def garbage_ciphertext(chance: random.Random) -> str:
    """Base64 or not, whole blocks or not, and blocks that decrypt to something with a wrong length, end or account."""
    kind = chance.randrange(4)
    if kind == 0:
        return chance.randbytes(chance.randrange(1, 200)).hex()
    if kind == 1:
        return base64.b64encode(chance.randbytes(chance.randrange(1, 200))).decode()
    if kind == 2:
        return base64.b64encode(chance.randbytes(16 * chance.randrange(1, 20))).decode()
    blocks = bytes(chance.choice((0, 1, 16, 32, 255)) for _ in range(16 * chance.randrange(1, 6)))
    return encrypted_raw(blocks)


def encrypted_raw(plain: bytes) -> str:
    return base64.b64encode(PrpCrypto(CRYPTO.key).cipher.encrypt(plain)).decode()


def encrypted_with(inner: bytes) -> str:
    """As the platform encrypts, also what is not text."""
    return str(PrpCrypto(CRYPTO.key).encrypt(inner, CRYPTO.app_id).decode())
