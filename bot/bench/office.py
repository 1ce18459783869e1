"""An office for the benches: an estate whose residents follow an official account, and what they write."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from bot.channels.official_account.platform_side import Delivery, PlatformSide
from config.settings import OfficialAccountSettings, Settings
from models.database import Database, connect
from models.migrations import upgrade
from models.setup import BuildingPlan, EstatePlan, MemberPlan, RolePlan, install

SETTINGS = OfficialAccountSettings(
    app_id="wx0123456789abcdef",
    secret="a-secret-for-benches",
    token="a-token-for-benches",
    aes_key="abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG",
)
BUILDINGS, UNITS, FLOORS = 400, ("1", "2", "3"), 18
RESIDENTS = 4000  # more than there are messages in a bench, so that everybody speaks once
PLAN = EstatePlan(
    name="梧桐里",
    sets={"quiet_from": "00:00", "quiet_until": "00:00"},  # benches run at any hour
    buildings=tuple(BuildingPlan(str(n), UNITS, FLOORS) for n in range(1, BUILDINGS + 1)),
    members=(
        MemberPlan("xu", "小许", roles=(RolePlan("grid_worker"),), accounts=(("official_account", "openid-xu"),)),
        *(
            MemberPlan(f"m{n}", f"住户{n}", f"1-1-{n}01", accounts=(("official_account", f"openid-{n}"),))
            for n in range(1, RESIDENTS + 1)
        ),
    ),
)
CHAT = ("今天太阳好大", "周末去爬山不", "晚上吃什么好呢", "孩子放学了，我去接一下", "早上好各位邻居")
THANKS = ("谢谢大家", "好的，晓得了", "辛苦各位了", "收到，明天见")  # nobody answers these


def found(url: str) -> Database:
    """A database with the estate."""
    database = connect(url)
    upgrade(database)
    install_in(database)
    return database


def install_in(database: Database) -> None:
    with database.write() as session:
        install(session, PLAN, datetime.now(UTC))


def settings(url: str, folder: Path, port: int = 0) -> Settings:
    return Settings(url, "a-key-for-benches", port=port, official_account=SETTINGS, state_folder=folder)


class Followers:
    """Write one after the other, each long after what he wrote last; every message has a number of its own, every
    report a place of its own."""

    def __init__(self) -> None:
        self._platform = PlatformSide(SETTINGS)
        self._numbers = itertools.count(1)
        self._chat = itertools.cycle(CHAT)
        self._thanks = itertools.cycle(THANKS)
        self._reports = _reports()

    def chat(self) -> Delivery:
        return self._says(next(self._chat))

    def thanks(self) -> Delivery:
        return self._says(next(self._thanks))

    def report(self) -> Delivery:
        return self._says(next(self._reports))

    def _says(self, text: str) -> Delivery:
        number = next(self._numbers)
        return self._platform.text(f"openid-{number % RESIDENTS + 1}", text, number, datetime.now(UTC))


def _reports() -> Iterator[str]:
    places = itertools.product(range(1, FLOORS + 1), UNITS, range(1, BUILDINGS + 1))
    return (f"{building}栋{unit}单元{floor}楼楼道的灯不亮了" for floor, unit, building in itertools.cycle(places))
