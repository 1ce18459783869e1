"""The edges where messages come in and go out: one module or folder a channel, with all that the channel needs.

A channel that can speak has a sender here. The built-in web chat has none: its pages read what is said from the outbox.
"""

from __future__ import annotations

from collections.abc import Callable

from bot.channels import group_robot, official_account
from bot.channels.sending import ChannelError, Outgoing, Sender
from config.settings import Settings


def _robot(settings: Settings) -> Sender | None:
    webhook = settings.group_robot_webhook or group_robot.WEBHOOK
    return group_robot.Robot(webhook) if settings.group_robot_keys else None


def _official_account(settings: Settings) -> Sender | None:
    account = settings.official_account
    return official_account.Sender(account, account.api or official_account.API) if account else None


# Kind → what makes its sender, or None where the settings have no such channel.
SENDERS: dict[str, Callable[[Settings], Sender | None]] = {
    "group_robot": _robot,
    "official_account": _official_account,
}


def senders(settings: Settings) -> dict[str, Sender]:
    """The senders of the channels that are set up, by kind."""
    made = {kind: make(settings) for kind, make in SENDERS.items()}
    return {kind: sender for kind, sender in made.items() if sender}


__all__ = ["SENDERS", "ChannelError", "Outgoing", "Sender", "senders"]
