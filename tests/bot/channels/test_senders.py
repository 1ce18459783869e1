from __future__ import annotations

from bot.channels import senders
from config.settings import Settings
from tests.bot.channels.follower import SETTINGS


def test_only_channels_that_are_set_up_have_a_sender() -> None:
    bare = Settings(database_url="sqlite://", secret_key="s")
    full = Settings(
        database_url="sqlite://", secret_key="s", official_account=SETTINGS, group_robot_keys=(("estate", "key"),)
    )

    assert senders(bare) == {}
    assert set(senders(full)) == {"official_account", "group_robot"}
