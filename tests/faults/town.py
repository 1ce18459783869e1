"""The estate in which the program is killed: its people, what they write, and the two processes that serve them."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, nullcontext
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import select, update

from bot.fake_platform.followers import Account, Said
from bot.fake_platform.pages import listening
from bot.fake_platform.platform import Platform
from models import due, poll, setup
from models.cause import Cause
from models.database import Database, connect
from models.due import Due
from models.estate import Estate, Group
from models.inbox import InboxMessage
from models.member import Member
from models.migrations import upgrade
from models.outbox import OutboxMessage
from models.poll import Question
from models.setup import BuildingPlan, EstatePlan, GroupPlan, MemberPlan, RolePlan, RoomPlan
from tests import postgres
from tests.bot.channels.follower import SETTINGS
from tests.faults.program import Program, wait_until
from tests.postgres import Server, free_port

ESTATE = "梧桐里"
UNITS = ("1", "2", "3")
BUILDINGS, FLOORS = 20, 18
RESIDENTS = 24
PATIENCE_SECONDS = 10.0  # of the platform; on a busy machine an answer takes its time
WORKER = "openid-worker"
ROOMS = ("活动室", "会议室", "书画室")
OPTIONS = ("米白", "浅灰")


def resident(number: int) -> str:
    return f"openid-{number % RESIDENTS + 1}"


def _member(number: int) -> MemberPlan:
    home = f"1-1-{number}01"
    return MemberPlan(f"m{number}", f"住户{number}", home, accounts=(("official_account", f"openid-{number}"),))


PLAN = EstatePlan(
    name=ESTATE,
    sets={"quiet_from": "00:00", "quiet_until": "00:00"},  # the tests run at any hour
    buildings=tuple(BuildingPlan(str(n), UNITS, FLOORS) for n in range(1, BUILDINGS + 1)),
    groups=(GroupPlan("1栋业主群", ("1",)),),
    rooms=tuple(RoomPlan(name) for name in ROOMS),
    members=(
        MemberPlan("xu", "小许", roles=(RolePlan("grid_worker"),), accounts=(("official_account", WORKER),)),
        *(_member(number) for number in range(1, RESIDENTS + 1)),
    ),
)


def _reports() -> Iterator[str]:
    """Each about a place of its own, so that no two are one matter."""
    places = itertools.product(range(1, FLOORS + 1), UNITS, range(1, BUILDINGS + 1))
    return iter([f"{building}栋{unit}单元{floor}楼楼道的灯不亮了" for floor, unit, building in places])


def _wishes() -> Iterator[str]:
    """Each for a time of its own."""
    first = datetime.now(UTC).date() + timedelta(days=2)
    days = [first + timedelta(days=n) for n in range(60)]
    slots = itertools.product(days, range(8, 20), ROOMS)
    return iter([f"我要约{on.month}月{on.day}日{hour}点到{hour + 1}点的{room}" for on, hour, room in slots])


@dataclass
class Town:
    """Everything in one hand: the database, the platform, the two programs, and a supply of things to say."""

    database: Database
    account: Account
    serve: Program
    work: Program
    _people: itertools.count[int] = field(default_factory=itertools.count)
    _reports: Iterator[str] = field(default_factory=_reports)
    _wishes: Iterator[str] = field(default_factory=_wishes)

    def __post_init__(self) -> None:
        kinds = (self.somebody_reports, self.somebody_books, self.somebody_votes, self.somebody_chats)
        self._turns = itertools.cycle(kinds)

    def somebody_reports(self) -> Said:
        return self.account.hears(resident(next(self._people)), next(self._reports), "report")

    def somebody_books(self) -> Said:
        return self.account.hears(resident(next(self._people)), next(self._wishes), "booking")

    def somebody_votes(self) -> Said:
        number = next(self._people)
        return self.account.hears(resident(number), f"选{OPTIONS[number % len(OPTIONS)]}", "vote")

    def somebody_chats(self) -> Said:
        return self.account.hears(resident(next(self._people)), "今天天气真好", "chat")

    def worker_settles(self, number: int) -> Said:
        """Its reporter is told by a customer-service message."""
        return self.account.hears(WORKER, f"{number} 办结 换了第{number}个灯泡", "order")

    def somebody_speaks(self) -> Said:
        """In turn: a report, a booking, a vote, chat."""
        return next(self._turns)()

    def time_passes(self) -> None:
        """Bookings are about to begin. While no worker lives, the leases of those that died run out too."""
        now = datetime.now(UTC)
        with self.database.write() as session:
            waiting = Due.done_at.is_(None) & (Due.kind == "booking.remind")
            session.execute(update(Due).where(waiting).values(at=now))
            if self.work.is_dead:
                claimed = OutboxMessage.state == "claimed"
                session.execute(update(OutboxMessage).where(claimed).values(due_at=now))

    def letters_are_tried_again(self) -> None:
        """What failed waits for minutes; here it does not."""
        with self.database.write() as session:
            waiting = OutboxMessage.state == "waiting"
            session.execute(update(OutboxMessage).where(waiting).values(due_at=datetime.now(UTC)))

    def digest_is_due(self) -> None:
        now = datetime.now(UTC)
        with self.database.write() as session:
            estate = session.scalars(select(Estate)).one()
            due.schedule(session, Cause(estate.id, now), "digest", estate.id, now)

    def is_taken_in(self, said: Said) -> bool:
        """The message stands in the inbox."""
        with self.database.read() as session:
            found = select(InboxMessage.id).filter_by(external_id=str(said.number))
            return session.scalars(found.limit(1)).first() is not None

    def is_quiet(self) -> bool:
        """Nothing is due and nothing waits to be sent."""
        unsent = select(OutboxMessage.id).where(OutboxMessage.state.in_(("waiting", "claimed")))
        undone = select(Due.id).where(Due.done_at.is_(None), Due.at <= datetime.now(UTC))
        with self.database.read() as session:
            return not any(session.scalars(query.limit(1)).first() for query in (unsent, undone))

    def settle_down(self) -> None:
        """The platform repeats what is open, and the worker does and sends all that is left."""
        self.account.repeat()
        wait_until(self.is_quiet, "everything due is done and sent")

    def ask_everybody(self) -> None:
        """Opens the poll that the residents vote in."""
        now = datetime.now(UTC)
        with self.database.write() as session:
            group = session.scalars(select(Group)).one()
            asker = session.scalars(select(Member).filter_by(key="m1")).one()
            cause = Cause(group.estate_id, now, asker.id, group.id)
            poll.create(session, cause, Question("楼道刷什么颜色", OPTIONS))


def found(url: str, platform: Platform, folder: Path, api: str = "") -> Town:
    """A town with its estate in the database at `url`; nothing runs yet. `api`: where the program finds the platform,
    if not where it is."""
    database = connect(url)
    upgrade(database)
    with database.write() as session:
        setup.install(session, PLAN, datetime.now(UTC))
    port = free_port()
    site = f"http://127.0.0.1:{port}"
    environment = _environment(url, api or platform.url, folder) | {
        "JIANJIAN_PORT": str(port),
        "JIANJIAN_BASE_URL": site,
    }
    serve, work = (Program(name, environment, folder / f"{name}.log") for name in ("serve", "work"))
    town = Town(database, Account(site, platform, SETTINGS, PATIENCE_SECONDS), serve, work)
    town.ask_everybody()
    return town


@contextmanager
def found_at(url: str, folder: Path) -> Iterator[Town]:
    """A town in the database at `url`; its programs end with it."""
    with ExitStack() as ending:
        town = found(url, ending.enter_context(listening()), folder)
        ending.callback(town.database.engine.dispose)
        ending.callback(town.work.kill)
        ending.callback(town.serve.kill)
        yield town


@contextmanager
def found_on(kind: str, folder: Path, server: Server | None = None) -> Iterator[Town]:
    """A town on a kind of database, by itself: `postgresql` starts a server where none is given. Its programs end with
    it."""
    with database_of(kind, folder, server) as url, found_at(url, folder) as town:
        yield town


@contextmanager
def database_of(kind: str, folder: Path, server: Server | None = None) -> Iterator[str]:
    """The address of an empty database of a kind; on PostgreSQL with a server of its own where none is given."""
    if kind == "sqlite":
        yield f"sqlite:///{folder / 'jianjian.sqlite'}"
        return
    with nullcontext(server) if server else postgres.running() as running:
        yield running.url(running.create())


def _environment(url: str, api: str, folder: Path) -> dict[str, str]:
    return {
        "JIANJIAN_DATABASE_URL": url,
        "JIANJIAN_STATE": str(folder),
        "JIANJIAN_OFFICIAL_ACCOUNT_APP_ID": SETTINGS.app_id,
        "JIANJIAN_OFFICIAL_ACCOUNT_SECRET": SETTINGS.secret,
        "JIANJIAN_OFFICIAL_ACCOUNT_TOKEN": SETTINGS.token,
        "JIANJIAN_OFFICIAL_ACCOUNT_AES_KEY": SETTINGS.aes_key,
        "JIANJIAN_OFFICIAL_ACCOUNT_API": api,
        "JIANJIAN_GROUP_ROBOTS": f"{ESTATE}=a-key-for-tests",
        "JIANJIAN_GROUP_ROBOT_WEBHOOK": f"{api}webhook/send",
    }
