"""replay: play a transcript through the real pipeline on a fresh database with a simulated clock."""

from __future__ import annotations

import argparse
import json
import tempfile
from datetime import datetime
from pathlib import Path
from typing import Any

from bot.commands import CommandError
from bot.outcome import outcome
from bot.playing import play
from bot.transcript import Transcript, read
from handlers.receive import UnknownSender
from handlers.understanding import load
from models.database import connect, create_schema


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("files", nargs="+", type=Path, metavar="FILE")
    parser.add_argument("--json", action="store_true", help="print the outcome, one object a file")


def run(given: argparse.Namespace) -> None:
    transcripts = [(path, read(path)) for path in given.files]
    load()
    for path, transcript in transcripts:
        result = outcome_of(path, transcript)
        print(json.dumps(result, ensure_ascii=False) if given.json else as_chat(transcript, result))


def outcome_of(path: Path, transcript: Transcript) -> dict[str, Any]:
    """What comes of a transcript on a fresh database. Raises CommandError."""
    with tempfile.TemporaryDirectory(prefix="jianjian-") as folder:
        database = connect(f"sqlite:///{folder}/replay.db")
        create_schema(database)
        try:
            estate_id = play(database, transcript)
        except UnknownSender:
            raise CommandError(f"{path}: a message comes from a group that the header does not name") from None
        with database.read() as session:
            result = outcome(session, estate_id)
        database.engine.dispose()
    return result


def as_chat(transcript: Transcript, result: dict[str, Any]) -> str:
    """The chat as it would look, the bot's words among the people's."""
    people = [(m.at, f"{m.sender_name or m.sender}{_where(m.group)}", _shown(m)) for m in transcript.messages]
    bot = [
        (datetime.fromisoformat(said["at"]), f"小件{_where(said.get('group'), said.get('to'))}", said["text"])
        for said in (*result["replies"], *result["digests"])
    ]
    lines = sorted([*people, *bot], key=lambda line: line[0])
    return "\n".join(f"{at:%m-%d %H:%M} {who}: {text}" for at, who, text in lines)


def _where(group: str | None, to: str | None = None) -> str:
    return f"（{group}）" if group else f" → {to}" if to else "（私聊）"


def _shown(message: Any) -> str:
    return "（撤回了一条消息）" if message.kind == "recall" else str(message.text)
