"""Filling the demo: its estate, and a few days of talk before today, played through the real pipeline."""

from __future__ import annotations

import json
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import select

from bot.estate_files import read_toml
from bot.playing import play
from bot.transcript import Transcript, message_of
from config import HERE
from handlers.message import Message
from models.database import Database
from models.estate import Estate
from models.setup import DEFAULT_ZONE

ESTATE = HERE / "demo_estate.toml"
CHAT = HERE / "demo_chat.jsonl"


def fill(database: Database, now: datetime) -> None:
    """Fills an empty database; one that holds an estate is left as it is."""
    with database.read() as session:
        if session.scalars(select(Estate.id).limit(1)).first():
            return
    play(database, Transcript(read_toml(ESTATE), now, talk(now)))


def talk(now: datetime) -> tuple[Message, ...]:
    """The demo's messages. Each names its day counted from today, so that the talk is always of the last days."""
    today = now.astimezone(ZoneInfo(DEFAULT_ZONE)).date()
    rows = [json.loads(line) for line in CHAT.read_text("utf-8").splitlines()]
    return tuple(_message(row, n, today) for n, row in enumerate(rows, 1))


def _message(row: dict[str, object], number: int, today: date) -> Message:
    day = today + timedelta(days=int(str(row["day"])))
    at = datetime.combine(day, time.fromisoformat(str(row["at"])), ZoneInfo(DEFAULT_ZONE))
    return message_of({**row, "id": f"demo-{number}", "at": at.isoformat()}, f"{CHAT.name}: line {number}")
