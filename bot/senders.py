"""Who sends on which channel, by the settings."""

from __future__ import annotations

from dataclasses import dataclass, replace

from bot import channels
from bot.channels.sending import ChannelError, Outgoing, Sender
from bot.delivery import Senders
from config.settings import Settings
from models.database import Database


def senders(settings: Settings, database: Database) -> Senders:
    made: dict[str, Sender] = {"web": Pages(), **channels.senders(settings, database)}
    if robot := made.get("group_robot"):
        made["group_robot"] = Keyed(robot, dict(settings.group_robot_keys))
    return made


class Pages:
    """The web chat's pages read the outbox themselves: a row is delivered by being marked."""

    def send(self, outgoing: Outgoing) -> None:
        pass


@dataclass(frozen=True)
class Keyed:
    """The robots' keys are secrets and stay in the settings; in the database a robot's address is its estate's name."""

    robot: Sender
    keys: dict[str, str]

    def send(self, outgoing: Outgoing) -> None:
        key = self.keys.get(outgoing.address)
        if key is None:
            raise ChannelError("JIANJIAN_GROUP_ROBOTS holds no key for this estate", is_permanent=True)
        self.robot.send(replace(outgoing, address=key))
