"""Junk of every kind, seeded: never a server error, and nothing that was not written by the platform is taken in."""

from __future__ import annotations

import base64
import random
from collections.abc import Callable

from wechatpy.crypto import PrpCrypto

from tests.bot.channels.conftest import Taken
from tests.bot.channels.follower import CRYPTO, Follower, encrypted, query, text_xml, wrapped

SEED = 20260415
BODIES, CIPHERTEXTS, INNER = 1_200, 400, 300
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


def test_no_malformed_body_is_a_server_error(follower: Follower, taken: Taken) -> None:
    chance = random.Random(SEED)
    ciphertext = encrypted(text_xml("路灯不亮"))
    body, address = wrapped(ciphertext).encode(), query(ciphertext)

    statuses = [follower.posts(chance.choice(SPOILERS)(chance, body), address).status_code for _ in range(BODIES)]

    # A change outside the ciphertext leaves a true message true; all else is refused.
    assert all(status == 200 or 400 <= status < 500 for status in statuses)
    assert statuses.count(200) == len(taken.messages) < BODIES / 4
    assert {message.text for message in taken.messages} <= {"路灯不亮"}


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


def test_no_garbage_ciphertext_is_a_server_error_even_well_signed(follower: Follower, taken: Taken) -> None:
    chance = random.Random(SEED)

    for _ in range(CIPHERTEXTS):
        ciphertext = garbage_ciphertext(chance)
        response = follower.posts(wrapped(ciphertext), query(ciphertext))
        assert response.status_code == 400, ciphertext

    assert taken.messages == []


def test_no_message_broken_inside_a_good_envelope_is_a_server_error(follower: Follower) -> None:
    chance = random.Random(SEED)
    inner = text_xml("路灯不亮").encode()

    for _ in range(INNER):
        broken = chance.choice(SPOILERS)(chance, inner)
        ciphertext = encrypted_with(broken)
        status = follower.posts(wrapped(ciphertext), query(ciphertext)).status_code
        assert status == 200 or 400 <= status < 500, broken


def encrypted_with(inner: bytes) -> str:
    """As the platform encrypts, also what is not text."""
    return str(PrpCrypto(CRYPTO.key).encrypt(inner, CRYPTO.app_id).decode())


def test_random_addresses_are_refused(follower: Follower, taken: Taken) -> None:
    chance = random.Random(SEED)
    names = ("signature", "timestamp", "nonce", "encrypt_type", "msg_signature", "echostr")

    for _ in range(300):
        address = {name: chance.randbytes(chance.randrange(30)).decode("latin-1") for name in names}
        assert follower.posts("<xml/>", address).status_code == 403

    assert taken.messages == []
