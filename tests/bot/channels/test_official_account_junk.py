"""Junk of every kind, seeded: never a server error, and nothing that was not written by the platform is taken in."""

from __future__ import annotations

import random

from tests.bot.channels.conftest import Taken
from tests.bot.channels.follower import Follower, encrypted, query, text_xml, wrapped
from tests.bot.channels.junk import SPOILERS, encrypted_with, garbage_ciphertext

SEED = 20260415
BODIES, CIPHERTEXTS, INNER = 1_200, 400, 300


def test_no_malformed_body_is_a_server_error(follower: Follower, taken: Taken) -> None:
    chance = random.Random(SEED)
    ciphertext = encrypted(text_xml("路灯不亮"))
    body, address = wrapped(ciphertext).encode(), query(ciphertext)

    statuses = [follower.posts(chance.choice(SPOILERS)(chance, body), address).status_code for _ in range(BODIES)]

    # A change outside the ciphertext leaves a true message true; all else is refused.
    assert all(status == 200 or 400 <= status < 500 for status in statuses)
    assert statuses.count(200) == len(taken.messages) < BODIES / 4
    assert {message.text for message in taken.messages} <= {"路灯不亮"}


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


def test_random_addresses_are_refused(follower: Follower, taken: Taken) -> None:
    chance = random.Random(SEED)
    names = ("signature", "timestamp", "nonce", "encrypt_type", "msg_signature", "echostr")

    for _ in range(300):
        address = {name: chance.randbytes(chance.randrange(30)).decode("latin-1") for name in names}
        assert follower.posts("<xml/>", address).status_code == 403

    assert taken.messages == []
