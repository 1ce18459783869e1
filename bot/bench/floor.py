"""The floor beside which a callback is measured: the least that it takes. wechatpy decrypts and parses, jieba cuts, one
row is on the disk, in Flask. python -m bot.bench.floor FILE PORT serves it as the product is served."""

from __future__ import annotations

import sqlite3
import sys
import threading
from pathlib import Path

from flask import Flask, request
from wechatpy.crypto import WeChatCrypto
from wechatpy.parser import parse_message

from bot.bench.office import SETTINGS, settings
from bot.channels.official_account.platform_side import ADDRESS
from bot.serving import serve
from handlers.understanding.words import plain_lcut


class _Rows:
    """One SQLite file, one writer at a time, every row synced."""

    def __init__(self, file: Path) -> None:
        self._connection = sqlite3.connect(file, isolation_level=None, check_same_thread=False)
        self._connection.execute("PRAGMA journal_mode=WAL")
        self._connection.execute("PRAGMA synchronous=FULL")
        self._connection.execute("CREATE TABLE IF NOT EXISTS messages (id INTEGER PRIMARY KEY, words TEXT)")
        self._lock = threading.Lock()

    def keep(self, number: int, words: str) -> None:
        with self._lock:
            self._connection.execute("INSERT OR IGNORE INTO messages VALUES (?, ?)", (number, words))


def app(file: Path) -> Flask:
    made = Flask("floor")
    crypto = WeChatCrypto(SETTINGS.token, SETTINGS.aes_key, SETTINGS.app_id)
    rows, lcut = _Rows(file), plain_lcut()

    @made.post(ADDRESS)
    def receive() -> str:
        query = request.args
        inner = crypto.decrypt_message(request.data, query["msg_signature"], query["timestamp"], query["nonce"])
        message = parse_message(inner)
        rows.keep(message.id, " ".join(lcut(message.content)))
        return ""

    @made.get("/healthz")
    def healthz() -> str:
        return ""

    return made


if __name__ == "__main__":
    served = settings("sqlite://", Path(sys.argv[1]).parent, int(sys.argv[2]))
    serve(app(Path(sys.argv[1])), served)
