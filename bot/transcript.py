"""Transcripts (formats.md): a header with the estate, then a line a message."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from bot.commands import CommandError
from bot.estate_files import plan_of
from handlers.message import Message
from models.setup import EstatePlan

CHANNEL, ACCOUNT = "web", "jianjian"


@dataclass(frozen=True)
class Transcript:
    plan: EstatePlan
    until: datetime
    messages: tuple[Message, ...]


def read(path: Path) -> Transcript:
    """Reads a transcript. Raises CommandError with file, line and field."""
    try:
        lines = path.read_text("utf-8-sig").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        raise CommandError(f"{path}: {error}") from None
    rows = list(_rows(path, lines))
    if not rows:
        raise CommandError(f"{path}: line 1: the header is missing")
    where, header = rows[0]
    plan = plan_of(header.get("estate"), f"{where}: estate")
    messages = tuple(message_of(row, at) for at, row in rows[1:])
    _check_against(plan, [at for at, _ in rows[1:]], messages)
    return Transcript(plan, _time(header, "until", where), messages)


def _rows(path: Path, lines: list[str]) -> Iterator[tuple[str, dict[str, Any]]]:
    for n, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
            json.dumps(row, ensure_ascii=False).encode()  # half a surrogate pair is no text
        except (ValueError, RecursionError) as error:
            raise CommandError(f"{path}: line {n}: {error}") from None
        if not isinstance(row, dict):
            raise CommandError(f"{path}: line {n}: an object is wanted")
        yield f"{path}: line {n}", row


def _time(row: dict[str, Any], name: str, where: str) -> datetime:
    try:
        at = datetime.fromisoformat(row[name])
    except (KeyError, ValueError, TypeError):
        raise CommandError(f"{where}: {name}: a time like 2026-03-12T21:00:00+08:00 is wanted") from None
    if at.tzinfo is None:
        raise CommandError(f"{where}: {name}: the zone is missing")
    return at


def message_of(row: dict[str, Any], where: str) -> Message:
    """One line of a transcript. Raises CommandError."""
    for name in ("id", "sender", "text"):
        if not isinstance(row.get(name), str):
            raise CommandError(f"{where}: {name}: a text is wanted")
    for name in ("group", "quote", "recall", "name"):
        if row.get(name) is not None and not isinstance(row[name], str):
            raise CommandError(f"{where}: {name}: a text is wanted, not {row[name]!r}")
    return Message(
        channel=CHANNEL,
        account=ACCOUNT,
        external_id=row["id"],
        sender=row["sender"],
        at=_time(row, "at", where),
        text=row["text"],
        sender_name=str(row.get("name", "")),
        group=row.get("group"),
        kind=next((kind for kind in ("recall", "image", "voice") if row.get(kind)), "text"),
        mentions_bot=bool(row.get("mention_bot")),
        quote=row.get("quote"),
        recall=row.get("recall"),
    )


def _check_against(plan: EstatePlan, lines: list[str], messages: tuple[Message, ...]) -> None:
    """Every group is one of the header's, every id is new, and time goes on."""
    groups, seen = {group.address or group.name for group in plan.groups}, set[str]()
    for n, (where, message) in enumerate(zip(lines, messages, strict=True)):
        if message.group is not None and message.group not in groups:
            raise CommandError(f"{where}: group: the header names no group {message.group!r}")
        if message.external_id in seen:
            raise CommandError(f"{where}: id: {message.external_id!r} was there before")
        if n and message.at < messages[n - 1].at:
            raise CommandError(f"{where}: at: before the message above it")
        seen.add(message.external_id)
