"""The built-in web chat: decodes what a browser sends. Who says it comes from the session, never from the request."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from handlers.message import Message

CHANNEL = ACCOUNT = "web"
KINDS = ("text", "image", "voice")
PHOTO = "[图片]"
BOT_NAME = "小件"
MENTION = f"@{BOT_NAME}"
LONGEST = 2000  # characters
CLIENT_ID = re.compile(r"[A-Za-z0-9_-]{8,40}")
# Control characters (databases refuse the first of them), and those that turn the direction of what follows them.
UNWANTED = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u202a-\u202e\u2066-\u2069]")
UNSEEN = re.compile(  # a text of nothing else is an empty bubble
    r"[\s\u00ad\u034f\u115f\u1160\u180b-\u180f\u200b-\u200f\u2060-\u206f\u2800\u3164"
    r"\ufe00-\ufe0f\ufeff\uffa0\U000e0000-\U000e0fff]*"
)


class BadMessage(Exception):
    """What the browser sent cannot be a message; the text is for the person."""


@dataclass(frozen=True)
class Speaker:
    """Who speaks, and where: his address on the web channel, and the group's; no group is a word to the bot alone."""

    address: str
    name: str
    group: str | None


def decode(
    body: Mapping[str, Any], speaker: Speaker, quote: str | None, at: datetime, photo_id: int | None = None
) -> Message:
    """A message out of `{"id", "kind", "text"}`. The id is the browser's own and stays when it sends again, so a
    resend is one message; it counts within the speaker's own messages only. Raises BadMessage."""
    kind, said = _kind(body), _text(body)
    return Message(
        channel=CHANNEL,
        account=ACCOUNT,
        external_id=external_id(body, speaker),
        sender=speaker.address,
        at=at,
        text=PHOTO if kind == "image" else said,
        sender_name=speaker.name,
        group=speaker.group,
        kind=kind,
        mentions_bot=MENTION in said,
        quote=quote,
        photo_id=photo_id,
        is_our_time=True,
    )


def decode_recall(body: Mapping[str, Any], speaker: Speaker, recall: str, at: datetime) -> Message:
    """The speaker takes back his message with the external id `recall`."""
    return Message(
        channel=CHANNEL,
        account=ACCOUNT,
        external_id=external_id(body, speaker),
        sender=speaker.address,
        at=at,
        sender_name=speaker.name,
        group=speaker.group,
        kind="recall",
        recall=recall,
    )


def external_id(body: Mapping[str, Any], speaker: Speaker) -> str:
    given = body.get("id")
    if not isinstance(given, str) or not CLIENT_ID.fullmatch(given):
        raise BadMessage("这条消息没有编号，请刷新页面")
    return f"{speaker.address}:{given}"


def _kind(body: Mapping[str, Any]) -> str:
    kind = body.get("kind", "text")
    if kind not in KINDS:
        raise BadMessage("这里只能发文字、语音文字和图片")
    return str(kind)


def _text(body: Mapping[str, Any]) -> str:
    given = body.get("text", "")
    if not isinstance(given, str):
        raise BadMessage("没看懂这条消息")
    said = UNWANTED.sub("", given).encode("utf-8", "ignore").decode("utf-8").strip()  # drops broken halves of pairs
    if UNSEEN.fullmatch(said) and body.get("kind") != "image":
        raise BadMessage("还没写内容")
    if len(said) > LONGEST:
        raise BadMessage(f"太长了，请分几条发（一条最多 {LONGEST} 字）")
    return said
