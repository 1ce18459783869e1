"""公众号: an official account. People write to it one to one; it hears no group.

`callback` receives and answers, `envelope` is what lies around a message on the wire, `decoding` makes the neutral
Message, `sender` writes later messages.
"""

from __future__ import annotations

from bot.channels.official_account.callback import PASSIVE_BYTES, create_blueprint
from bot.channels.official_account.sender import API, Sender

__all__ = ["API", "PASSIVE_BYTES", "Sender", "create_blueprint"]
