"""`bench growth`: what a message and the desk's pages cost after years, beside an estate that was founded today.

One office has a hundred thousand tickets; others fill the tables up to a million tickets and ten million messages.
JIANJIAN_BENCH_DATABASE names another database than a SQLite file of its own; it must be empty, and is left filled. The
database that stays empty is of the same kind; on PostgreSQL the account must be allowed to make one.
"""

from __future__ import annotations

import itertools
import os
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.engine import make_url

from bot import clock, delivery, intake
from bot.bench import CannotRun, Row
from bot.bench.clock import Counting
from bot.bench.filling import CHANNEL, TOLD, Filled, Size, Years, found
from bot.web.app import create_app
from config.settings import Settings
from handlers.message import Message
from handlers.understanding import load
from models import sign_in
from models.cause import Cause
from models.database import Database, connect
from models.estate import Estate
from models.member import Account
from models.migrations import upgrade

SEED = 20261127
YEARS = timedelta(days=3 * 365)
OFFICE = Size(buildings=40, workers=4, tickets=100_000, messages=1_000_000)
OTHER = Size(buildings=20, workers=2, tickets=100_000, messages=1_000_000)
OTHERS = 9
SMALL_OFFICE = Size(buildings=10, workers=2, tickets=5_000, messages=50_000)
SMALL_OTHER = Size(buildings=10, workers=2, tickets=5_000, messages=50_000)
EMPTY = Size(buildings=40, workers=4, tickets=0, messages=0)
BLOCK, BLOCKS = 40, 12
PAGES = (
    "",
    "tickets",
    "tickets?status=all",
    "tickets?status=all&page=1000",
    "tickets?status=all&sort=reported&building=7",
    "tickets?status=closed&category=elevator&sort=-number",
    "tickets?status=all&q=楼道",
    "tickets?status=all&q=没有人说过",
    "rates",
    "rates?month={month}",
    "rates.csv?month={month}",
    "doubtful",
    "letters",
    "letters?state=sent",
    "digests",
    "bookings",
    "polls",
    "meetings",
    "volunteers",
    "tickets/{number}",
)
TIMES_A_PAGE = 20
NAME = "老小区"


@dataclass(frozen=True)
class Form:
    """How much is filled in."""

    office: Size
    other: Size
    others: int


FULL, SHORT = Form(OFFICE, OTHER, OTHERS), Form(SMALL_OFFICE, SMALL_OTHER, 1)


def rows(is_short: bool) -> Iterator[Row]:
    load()
    form = SHORT if is_short else FULL
    now = datetime.now(UTC).replace(microsecond=0)
    with tempfile.TemporaryDirectory(prefix="jianjian-growth-") as folder:
        url = os.environ.get("JIANJIAN_BENCH_DATABASE") or f"sqlite:///{folder}/district.db"
        with opened(url) as full, _beside(url, Path(folder)) as beside, opened(beside) as empty:
            office, fresh = _fill(full, form, now), found(empty, NAME, EMPTY, now)
            messages = form.office.messages + form.others * form.other.messages
            yield from _messages(_Talk(full, office, now), _Talk(empty, fresh, now), messages)
            yield from _work(full, now, messages)
            yield from _pages(full, office, Path(folder), form.office.tickets)


@contextmanager
def opened(url: str) -> Iterator[Database]:
    """Raises CannotRun where there is anything in it."""
    database = connect(url)
    upgrade(database)
    with database.read() as session:
        known = session.scalars(select(Estate.name).limit(1)).first()
    if known is not None:
        raise CannotRun(f"JIANJIAN_BENCH_DATABASE: {known} is in it; give an empty one, this bench fills it for good")
    yield database
    database.engine.dispose()


@contextmanager
def _beside(url: str, folder: Path) -> Iterator[str]:
    """The address of an empty database of the same kind, for as long as it is needed."""
    parsed = make_url(url)
    if parsed.get_backend_name() == "sqlite":
        yield f"sqlite:///{folder}/empty.db"
        return
    name = f"{parsed.database}_empty".replace('"', "")
    server = connect(url).engine.execution_options(isolation_level="AUTOCOMMIT")
    with server.connect() as connection:
        connection.exec_driver_sql(f'CREATE DATABASE "{name}"')
        yield parsed.set(database=name).render_as_string(hide_password=False)
        connection.exec_driver_sql(f'DROP DATABASE "{name}"')
    server.dispose()


def _fill(database: Database, form: Form, now: datetime) -> Filled:
    office = found(database, NAME, form.office, now)
    Years(office, form.office, now - YEARS, now, SEED).put_into(database, NAME)
    for number in range(form.others):
        other = found(database, f"小区{number}", form.other, now)
        Years(other, form.other, now - YEARS, now, SEED + number + 1).put_into(database, f"小区{number}")
    return office


class _Talk:
    """People of one estate, alone with the bot or in the group of their building; each message is new, and everybody
    speaks once until all have spoken."""

    def __init__(self, database: Database, estate: Filled, now: datetime) -> None:
        self._database, self._now, self._said = database, now, 0
        with database.read() as session:
            mine = select(Account.address).filter_by(estate_id=estate.estate_id, channel=CHANNEL)
            people = session.scalars(mine.where(Account.member_id.in_(estate.member_ids)).order_by(Account.id))
            self._people = people.all()

    def block(self, is_report: bool, is_in_group: bool) -> float:
        """Seconds a message, the median of a block."""
        seconds = []
        for _ in range(BLOCK):
            message = self._next(is_report, is_in_group)
            begun = time.perf_counter()
            intake.take(self._database, message, message.at)
            seconds.append(time.perf_counter() - begun)
        return statistics.median(seconds)

    def _next(self, is_report: bool, is_in_group: bool) -> Message:
        self._said += 1
        at = self._now + timedelta(seconds=20 * self._said)
        text = TOLD[self._said % len(TOLD)][1] if is_report else "今天天气真好"
        where = f"{self._said % 40 + 1}栋{self._said % 2 + 1}单元{self._said % 11 + 1}楼" if is_report else ""
        sender = self._people[self._said * 7 % len(self._people)]
        group = f"{NAME}-{sender.split('-')[1]}" if is_in_group else None
        return Message(CHANNEL, "gh", f"new-{self._said}", sender, at, where + text, group=group)


def _messages(full: _Talk, empty: _Talk, messages: int) -> Iterator[Row]:
    for is_report, is_in_group in itertools.product((False, True), (False, True)):
        name = ("report" if is_report else "chat") + (", in a group" if is_in_group else "")
        ratios, floor = [], []
        for _ in range(BLOCKS):
            floor.append(empty.block(is_report, is_in_group))
            ratios.append(full.block(is_report, is_in_group) / floor[-1])
        beside = f"empty {statistics.median(floor) * 1000:.2f} ms"
        figure = round(statistics.median(ratios), 2)
        yield Row(f"a message ({name}) among so many, times empty", figure, messages, "≤1.3", beside, SEED)


def _work(database: Database, now: datetime, messages: int) -> Iterator[Row]:
    """What `work` does again and again, also where nothing is due."""
    later, senders = now + timedelta(hours=3), {CHANNEL: Counting(), "web": Counting()}
    clock.tick(database, later)
    while delivery.deliver(database, senders, "bench", later):
        pass
    ticks = [_seconds(lambda: clock.tick(database, later)) for _ in range(TIMES_A_PAGE)]
    looks = [_seconds(lambda: delivery.deliver(database, senders, "bench", later)) for _ in range(TIMES_A_PAGE)]
    yield Row("a tick with nothing due, ms", round(statistics.median(ticks) * 1000, 2), messages, seed=SEED)
    yield Row("a look for what to send, ms", round(statistics.median(looks) * 1000, 2), messages, seed=SEED)


def _pages(database: Database, office: Filled, folder: Path, tickets: int) -> Iterator[Row]:
    """The desk as a community office sees it: all of the estate."""
    app = create_app(database, Settings("", "a-key-for-benches", state_folder=folder), ())
    with database.write() as session:
        now = datetime.now(UTC)
        token = sign_in.issue(session, Cause(office.estate_id, now), office.staff_id)
    desk = app.test_client()
    desk.get(f"/sign-in/{token}")
    with desk.session_transaction() as browser:
        csrf = browser.get("csrf", "")
    desk.post(f"/sign-in/{token}", data={"csrf": csrf})
    if desk.get("/desk/").status_code != 200:
        raise RuntimeError("the desk does not open")
    slowest = 0.0
    last_month = now.replace(day=1) - timedelta(days=1)
    for page in PAGES:
        p95 = _p95(desk, "/desk/" + page.format(month=f"{last_month:%Y-%m}", number=tickets))
        slowest = max(slowest, p95)
        yield Row(f"  /desk/{page} p95, ms", round(p95 * 1000, 1), tickets, seed=SEED)
    yield Row("the slowest page of the desk, p95, ms", round(slowest * 1000, 1), tickets, "≤300", seed=SEED)


def _p95(desk: FlaskClient, address: str) -> float:
    seconds = []
    for _ in range(TIMES_A_PAGE):
        begun = time.perf_counter()
        answer = desk.get(address)
        seconds.append(time.perf_counter() - begun)
        if answer.status_code != 200:
            raise RuntimeError(f"{address} was answered {answer.status}")
    return sorted(seconds)[int(0.95 * (TIMES_A_PAGE - 1))]


def _seconds(run: Callable[[], object]) -> float:
    begun = time.perf_counter()
    run()
    return time.perf_counter() - begun
