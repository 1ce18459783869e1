"""Where the official account and the group robots send can be set: a proxy, a private deployment, a fake for tests."""

from __future__ import annotations

from pathlib import Path

import pytest

from config.settings import ConfigError, load

ACCOUNT = {
    "JIANJIAN_OFFICIAL_ACCOUNT_APP_ID": "wx0123456789abcdef",
    "JIANJIAN_OFFICIAL_ACCOUNT_SECRET": "a-secret-for-tests",
    "JIANJIAN_OFFICIAL_ACCOUNT_TOKEN": "a-token-for-tests",
    "JIANJIAN_OFFICIAL_ACCOUNT_AES_KEY": "a" * 43,
}


@pytest.mark.parametrize("said", ["https://proxy.example/cgi-bin", "https://proxy.example/cgi-bin/"])
def test_the_api_of_the_official_account_may_lie_elsewhere(tmp_path: Path, said: str) -> None:
    account = load({"JIANJIAN_STATE": str(tmp_path), **ACCOUNT, "JIANJIAN_OFFICIAL_ACCOUNT_API": said}).official_account

    assert account
    assert account.api == "https://proxy.example/cgi-bin/"


@pytest.mark.parametrize("name", ["JIANJIAN_OFFICIAL_ACCOUNT_API", "JIANJIAN_GROUP_ROBOT_WEBHOOK"])
def test_what_is_no_address_is_refused_by_its_name(tmp_path: Path, name: str) -> None:
    with pytest.raises(ConfigError, match=name):
        load({"JIANJIAN_STATE": str(tmp_path), **ACCOUNT, name: "proxy.example"})
