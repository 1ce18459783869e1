"""The neutral message that every channel decodes into."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class Message:
    """One message as a channel delivered it. Ids are the platform's own, as strings; `at` knows its zone.

    `account` is the bot's own account on the channel. `quote` and `recall` are external ids of earlier messages.
    """

    channel: str
    account: str
    external_id: str
    sender: str
    at: datetime
    text: str = ""
    sender_name: str = ""
    group: str | None = None  # the platform's id of the group; None: said to the bot alone
    kind: str = "text"  # text, image, voice, recall, event
    mentions_bot: bool = False
    quote: str | None = None
    recall: str | None = None
    photo_id: int | None = None  # of an image that was kept (models/photo.py)
    is_our_time: bool = False  # `at` is this machine's clock, which may be set back: then the order of arrival is right
