"""Settings from the environment, checked at the start. A secret can stand in a file: JIANJIAN_X_FILE names it."""

from __future__ import annotations

import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

SECRET_LENGTH = 32


class ConfigError(Exception):
    """A setting is missing or wrong; the message names it."""


@dataclass(frozen=True)
class OfficialAccountSettings:
    """An official account (公众号), as its console shows it. `estate`: where followers belong whom nobody knows."""

    app_id: str
    secret: str
    token: str
    aes_key: str
    estate: str = ""
    allow_plaintext: bool = False  # for development: the platform's signature does not cover a plain body
    api: str = ""  # where to send, if not to the platform itself: a proxy with a fixed address, or a test's


@dataclass(frozen=True)
class Settings:
    database_url: str
    secret_key: str
    base_url: str = "http://127.0.0.1:8000"
    host: str = "127.0.0.1"
    port: int = 8000
    is_demo: bool = False
    official_account: OfficialAccountSettings | None = None
    group_robot_keys: tuple[tuple[str, str], ...] = ()  # (estate's name, key): the workers' group of each estate
    group_robot_webhook: str = ""  # if not the public platform's: private deployments (政务微信) have their own
    state_folder: Path = Path("var")


def load(environment: Mapping[str, str] | None = None) -> Settings:
    """Reads the settings. Raises ConfigError."""
    read = _Reader(os.environ if environment is None else environment)
    folder = Path(read.text("JIANJIAN_STATE", "var"))
    return Settings(
        database_url=read.text("JIANJIAN_DATABASE_URL", f"sqlite:///{folder / 'jianjian.db'}"),
        secret_key=_secret(read) or _own_secret(folder),
        base_url=read.text("JIANJIAN_BASE_URL", "http://127.0.0.1:8000").rstrip("/"),
        host=read.text("JIANJIAN_HOST", "127.0.0.1"),
        port=read.number("JIANJIAN_PORT", 8000),
        official_account=_official_account(read),
        group_robot_keys=_robot_keys(read),
        group_robot_webhook=read.address("JIANJIAN_GROUP_ROBOT_WEBHOOK"),
        state_folder=folder,
    )


@dataclass(frozen=True)
class _Reader:
    environment: Mapping[str, str]

    def text(self, name: str, default: str) -> str:
        if file := self.environment.get(f"{name}_FILE"):
            try:
                return Path(file).read_text("utf-8").strip()
            except OSError as error:
                raise ConfigError(f"{name}_FILE: {error.strerror}: {file}") from error
        return self.environment.get(name, default)

    def number(self, name: str, default: int) -> int:
        said = self.text(name, str(default))
        if not said.isdigit():
            raise ConfigError(f"{name}: a whole number is wanted, not {said!r}")
        return int(said)

    def address(self, name: str) -> str:
        said = self.text(name, "")
        if said and not said.startswith(("https://", "http://")):
            raise ConfigError(f"{name}: wants an address with https://, not {said!r}")
        return said

    def all_or_none(self, names: tuple[str, ...]) -> tuple[str, ...] | None:
        values = tuple(self.text(name, "") for name in names)
        if not any(values):
            return None
        missing = [name for name, value in zip(names, values, strict=True) if not value]
        if missing:
            raise ConfigError(f"{missing[0]}: is missing, while others of its kind are set")
        return values


_OFFICIAL = tuple(f"JIANJIAN_OFFICIAL_ACCOUNT_{part}" for part in ("APP_ID", "SECRET", "TOKEN", "AES_KEY"))


def _official_account(read: _Reader) -> OfficialAccountSettings | None:
    values = read.all_or_none(_OFFICIAL)
    if values is None:
        return None
    app_id, secret, token, aes_key = values
    if len(aes_key) != 43:
        raise ConfigError(f"{_OFFICIAL[3]}: has 43 characters, not {len(aes_key)}")
    estate = read.text("JIANJIAN_OFFICIAL_ACCOUNT_ESTATE", "")
    plaintext = read.text("JIANJIAN_OFFICIAL_ACCOUNT_ALLOW_PLAINTEXT", "") == "1"
    api = read.address("JIANJIAN_OFFICIAL_ACCOUNT_API")  # like https://api.weixin.qq.com/cgi-bin/
    return OfficialAccountSettings(app_id, secret, token, aes_key, estate, plaintext, api and api.rstrip("/") + "/")


def _robot_keys(read: _Reader) -> tuple[tuple[str, str], ...]:
    """`JIANJIAN_GROUP_ROBOTS=estate=key,estate=key`"""
    said = read.text("JIANJIAN_GROUP_ROBOTS", "")
    pairs = [entry.strip().partition("=") for entry in said.split(",") if entry.strip()]
    for estate, _, key in pairs:
        if not estate or not key:
            raise ConfigError("JIANJIAN_GROUP_ROBOTS: wants estate=key, separated by commas")
    return tuple((estate, key) for estate, _, key in pairs)


def _secret(read: _Reader) -> str:
    said = read.text("JIANJIAN_SECRET_KEY", "")
    if said and len(said) < SECRET_LENGTH:
        raise ConfigError(f"JIANJIAN_SECRET_KEY: wants at least {SECRET_LENGTH} characters: it signs the sessions")
    return said


def _own_secret(folder: Path) -> str:
    """A secret made at the first start and kept beside the data, readable by its owner alone."""
    file = folder / "secret_key"
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as fresh:
            fresh.write(secrets.token_urlsafe(32))
    except FileExistsError:
        if not folder.is_dir():
            raise ConfigError(f"JIANJIAN_STATE: is no folder: {folder}") from None
    except OSError as error:
        raise ConfigError(f"JIANJIAN_STATE: {error.strerror}: {folder}") from error
    return file.read_text("utf-8").strip()
