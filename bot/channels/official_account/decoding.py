"""From the platform's fields to the neutral Message."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime

from bot.channels.official_account.envelope import BadCallback
from bot.channels.web import UNWANTED
from handlers.message import Message

CHANNEL = "official_account"
Fields = Mapping[str, str]

# Message type → the neutral kind, and the words. What is not here (files, cards) is acknowledged and left alone.
KINDS: dict[str, tuple[str, Callable[[Fields], str]]] = {
    "text": ("text", lambda fields: fields.get("Content", "")),
    "voice": ("voice", lambda fields: fields.get("Recognition", "")),  # empty where the account has it switched off
    "image": ("image", lambda fields: "[图片]"),
    "video": ("image", lambda fields: "[视频]"),
    "shortvideo": ("image", lambda fields: "[视频]"),
    "location": ("text", lambda fields: fields.get("Label", "")),
    "link": ("text", lambda fields: fields.get("Title", "")),
}
# Events that mean something to us; the others (a position every five seconds, a template message sent) are noise.
EVENTS = frozenset({"subscribe", "unsubscribe", "scan", "click"})
LONGEST = 2048  # the platform's own limit is 2,048 bytes
_SECONDS = re.compile(r"[0-9]{1,11}")


def decode(fields: Fields) -> Message | None:
    """The message, or None for what needs no handling. Raises BadCallback where a field is missing or broken."""
    kind = _required(fields, "MsgType").lower()
    if kind == "event":
        return _event(fields)
    if kind not in KINDS:
        return None
    neutral, words = KINDS[kind]
    return _message(fields, _required(fields, "MsgId"), neutral, words(fields))


def _event(fields: Fields) -> Message | None:
    """An event has no id: these four fields tell repeats. Its text is its name and, where so, its key."""
    event, key = _required(fields, "Event").lower(), fields.get("EventKey", "")
    if event not in EVENTS:
        return None
    identity = (_required(fields, "FromUserName"), _required(fields, "CreateTime"), event, key)
    return _message(fields, "|".join(identity), "event", f"{event} {key}".strip())


def _message(fields: Fields, external_id: str, kind: str, text: str) -> Message:
    return Message(
        channel=CHANNEL,
        account=_required(fields, "ToUserName"),
        external_id=external_id,
        sender=_required(fields, "FromUserName"),
        at=_at(_required(fields, "CreateTime")),
        text=UNWANTED.sub("", text)[:LONGEST],
        kind=kind,
    )


def _required(fields: Fields, name: str) -> str:
    value = fields.get(name, "").strip()
    if not value or len(value) > 256:
        raise BadCallback(f"{name} is missing or too long")
    return value


def _at(seconds: str) -> datetime:
    if not _SECONDS.fullmatch(seconds):
        raise BadCallback("CreateTime is not a number")
    return datetime.fromtimestamp(int(seconds), UTC)
