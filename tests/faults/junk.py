"""Scenario `junk`: malformed bodies, garbage ciphertexts and broken messages against the real callback, many thousands.

No server error, no answer slow, and no memory kept.
"""

from __future__ import annotations

import random
import statistics
import time
from datetime import UTC, datetime
from pathlib import Path

from flask.testing import FlaskClient
from sqlalchemy import select

from bot.serving import application
from config.settings import Settings
from handlers.understanding import load
from models.database import connect
from models.inbox import InboxMessage
from models.migrations import upgrade
from models.setup import install
from tests.bot.channels.follower import ADDRESS, SETTINGS, encrypted, query, text_xml, wrapped
from tests.bot.channels.junk import SPOILERS, encrypted_with, garbage_ciphertext
from tests.faults.played import Played
from tests.faults.town import PLAN

WARM_UP = 0.2  # of all: until then a process still grows by what it reads once
TEXT = "路灯不亮"
SLOWEST, GROWN = "milliseconds of the slowest answer", "MiB grown"


def play(seed: int, count: int, folder: Path, kind: str) -> Played:
    """Of twelve: ten malformed bodies, a garbage ciphertext, a good envelope around a broken message."""
    played = Played("junk", kind, seed)
    load()
    database = connect(f"sqlite:///{folder / 'junk.db'}")
    upgrade(database)
    with database.write() as session:
        install(session, PLAN, datetime.now(UTC))
    app = application(database, Settings("", "a-key-for-tests", official_account=SETTINGS, state_folder=folder))
    client, chance, seconds, before = app.test_client(), random.Random(seed), [], 0.0
    for number in range(count):
        begun = time.perf_counter()
        status, sent = _one(client, chance, number)
        seconds.append(time.perf_counter() - begun)
        if status >= 500:
            played.broken.append(f"HTTP {status} for {sent[:200]!r}")
        if number == int(count * WARM_UP):
            before = _resident_mib()
    with database.read() as session:
        taken_in = set(session.scalars(select(InboxMessage.text)))
    played.history = [
        {"taken in": text} for text in sorted(taken_in)
    ]  # what a broken message inside a good envelope says
    played.faults = count
    played.figures = {
        SLOWEST: round(max(seconds) * 1000, 1),
        "milliseconds of an answer, median": round(statistics.median(seconds) * 1000, 2),
        GROWN: round(_resident_mib() - before, 1),
    }
    database.engine.dispose()
    return played


def _one(client: FlaskClient, chance: random.Random, number: int) -> tuple[int, bytes]:
    now = datetime.now(UTC)
    whole = text_xml(TEXT, number + 1, now).encode()
    kinds = {10: lambda: garbage_ciphertext(chance), 11: lambda: encrypted_with(_spoiled(chance, whole))}
    make = kinds.get(number % 12)
    ciphertext = make() if make else encrypted(whole.decode())
    body = wrapped(ciphertext).encode()
    body = body if make else _spoiled(chance, body)
    answer = client.post(ADDRESS, data=body, query_string=query(ciphertext, now), content_type="text/xml")
    return answer.status_code, body


def _spoiled(chance: random.Random, whole: bytes) -> bytes:
    return chance.choice(SPOILERS)(chance, whole)


def _resident_mib() -> float:
    lines = Path("/proc/self/status").read_text("ascii").splitlines()
    return next(int(line.split()[1]) / 1024 for line in lines if line.startswith("VmRSS"))
