"""The edges where messages come in and go out: one module or folder a channel, with all that the channel needs.

A channel that can speak has a sender here. The built-in web chat has none: its pages read what is said from the outbox.
"""

from __future__ import annotations

from collections.abc import Callable

from bot.channels import group_robot, official_account
from bot.channels.limiter import SharedLimiter
from bot.channels.sending import ChannelError, Outgoing, Sender
from config.settings import Settings
from models.database import Database


def _robot(settings: Settings, database: Database | None) -> Sender | None:
    webhook = settings.group_robot_webhook or group_robot.WEBHOOK
    limiter = SharedLimiter(group_robot.RATE, database, "group_robot") if database else None
    return group_robot.Robot(webhook, limiter) if settings.group_robot_keys else None


def _official_account(settings: Settings, _: Database | None) -> Sender | None:
    account = settings.official_account
    return official_account.Sender(account, account.api or official_account.API) if account else None


# Kind → what makes its sender, or None where the settings have no such channel.
SENDERS: dict[str, Callable[[Settings, Database | None], Sender | None]] = {
    "group_robot": _robot,
    "official_account": _official_account,
}


def senders(settings: Settings, database: Database | None = None) -> dict[str, Sender]:
    """The senders of the channels that are set up, by kind. Where a database is given, processes keep to a platform's
    rates together."""
    made = {kind: make(settings, database) for kind, make in SENDERS.items()}
    return {kind: sender for kind, sender in made.items() if sender}


__all__ = ["SENDERS", "ChannelError", "Outgoing", "Sender", "senders"]
