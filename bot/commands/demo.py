"""demo: one process, a SQLite file, the demo estate, web chat and desk. Needs no account and no network."""

from __future__ import annotations

import argparse
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import select

from bot import demo, running
from bot.opening import open_and_migrate
from bot.senders import senders
from bot.serving import application, check_port, serve
from config import settings
from config.settings import Settings
from handlers.understanding import load
from models import sign_in
from models.cause import Cause
from models.database import Database
from models.member import Member

LAST_PORT = 65535
HOST_KEY = "zhou"  # the member as whom the link signs in: community staff


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--port", type=port, default=8000)
    parser.add_argument("--database", type=Path, help="the SQLite file (default: demo.db in JIANJIAN_STATE)")


def port(said: str) -> int:
    """A port's number, out of what was typed."""
    if not said.isdecimal() or not 0 < int(said[:6]) <= LAST_PORT:
        raise argparse.ArgumentTypeError(f"wants a number from 1 to {LAST_PORT}, not {said!r}")
    return int(said)


def run(given: argparse.Namespace) -> None:
    found = _settings(given)
    check_port(found)
    database = open_and_migrate(found)
    load(found.state_folder / "jieba")
    demo.fill(database, datetime.now(UTC))
    scheduler = running.start(database, senders(found, database))
    app = application(database, found)
    print(_welcome(found, _token(database)), flush=True)
    try:
        serve(app, found)
    finally:
        scheduler.shutdown(wait=False)


def _settings(given: argparse.Namespace) -> Settings:
    found = settings.load()
    file = given.database or found.state_folder / "demo.db"
    return replace(
        found,
        database_url=f"sqlite:///{file}",
        base_url=f"http://127.0.0.1:{given.port}",
        host="127.0.0.1",
        port=given.port,
        is_demo=True,
        official_account=None,
        group_robot_keys=(),
    )


def _token(database: Database) -> str:
    with database.write() as session:
        host = session.scalars(select(Member).filter_by(key=HOST_KEY)).one()
        return sign_in.issue(session, Cause(host.estate_id, datetime.now(UTC)), host.id)


def _welcome(found: Settings, token: str) -> str:
    return (
        "\n件件 Jianjian 演示已就绪 / the demo is ready\n\n"
        f"  登录（只能用一次，30 分钟内有效）: {found.base_url}/sign-in/{token}\n"
        f"  群聊: {found.base_url}/chat/\n"
        f"  工作台: {found.base_url}/desk/\n\n"
        "按 Ctrl+C 停止 / Ctrl+C stops it\n"
    )
