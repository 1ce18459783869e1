"""fake-platform: an official account's and a group robot's platform on this machine, with their faults, to try them."""

from __future__ import annotations

import argparse

from werkzeug.serving import make_server

from bot.commands import CommandError
from bot.commands.demo import port
from bot.fake_platform.followers import Account
from bot.fake_platform.pages import API, LOOPBACK, create_app
from bot.fake_platform.platform import Faults, Platform
from config.settings import OfficialAccountSettings

# Not secrets: they open nothing but this.
SETTINGS = OfficialAccountSettings(
    app_id="wx0000fake0platform",
    secret="a-secret-of-the-fake-platform",
    token="a-token-of-the-fake-platform",
    aes_key="abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG",
)
LONGEST_WAIT = 60.0


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--port", type=port, default=8100)
    parser.add_argument("--site", default="http://127.0.0.1:8000", help="where the program listens")
    parser.add_argument("--strict", action="store_true", help="limits hold and tokens expire, as on the real one")
    parser.add_argument("--slow", type=seconds, default=0.0, metavar="SECONDS", help="answers so late")


def seconds(said: str) -> float:
    try:
        value = float(said)
    except ValueError:
        value = -1.0
    if not 0 <= value <= LONGEST_WAIT:
        raise argparse.ArgumentTypeError(f"wants seconds from 0 to {LONGEST_WAIT:g}, not {said!r}")
    return value


def run(given: argparse.Namespace) -> None:
    address = f"http://{LOOPBACK}:{given.port}"
    platform = Platform(address + API, faults=Faults(takes_seconds=given.slow, is_strict=given.strict))
    account = Account(given.site.rstrip("/"), platform, SETTINGS)
    try:
        server = make_server(LOOPBACK, given.port, create_app(platform, account), threaded=True)
    except OSError as error:
        raise CommandError(f"port {given.port}: {error.strerror}; choose another one with --port") from None
    print(_welcome(address), flush=True)
    try:
        server.serve_forever()
    except KeyboardInterrupt:
        server.server_close()


def _welcome(address: str) -> str:
    lines = {
        "APP_ID": SETTINGS.app_id,
        "SECRET": SETTINGS.secret,
        "TOKEN": SETTINGS.token,
        "AES_KEY": SETTINGS.aes_key,
        "API": address + API,
    }
    exports = [f"export JIANJIAN_OFFICIAL_ACCOUNT_{name}={value}" for name, value in lines.items()]
    exports.append(f"export JIANJIAN_GROUP_ROBOT_WEBHOOK={address}{API}webhook/send")
    how = ["程序这样连它 / run serve and work with:", *(f"  {line}" for line in exports)]
    return "\n".join(["", f"假平台 / the fake platform: {address}/", "", *how, "", "Ctrl+C stops it", ""])
