"""The whole way of a message, received and delivered, under what a platform does: three in ten messages come again,
three in ten come late, after others that were said later, and sending fails now and then.

The oracle is the same talk, each message once and in its order, on a database of its own. Equal must be: every
household's vote, who comes, every booking (each wish has a slot of its own, since who comes first gets a slot),
every ticket with its place and the households behind it, that numbers have no gaps, and, where only repeats happened,
every word that was said to anybody. Not compared in disorder: which ticket has which number, and the words of answers,
which tell what was known then. A verdict or an order before its report is no order, so there are none in the talk.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from bot import delivery
from bot.channels.sending import ChannelError, Outgoing
from handlers.message import Message
from models import meeting, poll
from models.booking import Booking
from models.database import connect, create_schema
from models.inbox import InboxMessage
from models.meeting import Meeting
from models.member import Member
from models.outbox import OutboxMessage
from models.poll import Poll
from models.ticket import Ticket, Voice
from tests import cast
from tests.cast import GROUP_12, Cast

PEOPLE = ("li", "fang", "peng")  # few, so that they change their minds
KINDS = ("vote A", "vote B", "vote A", "coming", "not coming", "coming", "not coming", "report", "booking", "chat")
HOURS = range(9, 20)
REPORTS = (
    "12栋3单元的电梯又停了",
    "12栋1单元楼道的灯不亮了",
    "12栋2单元的单元门坏了关不上",
    "小区北门的垃圾桶满了好几天没人清",
    "12栋楼下的下水道堵了，脏水往外冒",
    "小区花坛边的大树枝断了挂在半空",
)
GAP = timedelta(seconds=20)  # between two messages; one that is late comes up to five others later
LATEST = 5
SAID = {"vote A": "选A", "vote B": "选B", "coming": "我参加", "not coming": "我来不了", "chat": "今天天气真好"}


@dataclass(frozen=True)
class Line:
    who: str
    text: str


@dataclass(frozen=True)
class Arrival:
    """The n-th line of the talk arrives, for the first time or again."""

    line: int
    is_repeat: bool


class Unsteady:
    """A channel whose every third sending fails."""

    def __init__(self) -> None:
        self.tries = 0

    def send(self, outgoing: Outgoing) -> None:
        self.tries += 1
        if self.tries % 3 == 0:
            raise ChannelError("busy", retry_after=timedelta(seconds=1))


def talk() -> st.SearchStrategy[list[Line]]:
    """Votes and answers that change, and reports and bookings that are each a matter of their own."""
    who = st.sampled_from(PEOPLE)
    kinds = st.integers(0, len(KINDS) - 1).map(lambda n: KINDS[n])

    def lines(drawn: list[tuple[str, str]]) -> list[Line]:
        reports, hours = iter(REPORTS), iter(HOURS)
        return [Line(one, text) for one, kind in drawn if (text := _text(kind, reports, hours))]

    return st.lists(st.tuples(who, kinds), min_size=10, max_size=24).map(lines)


def _text(kind: str, reports: Iterator[str], hours: Iterator[int]) -> str | None:
    if kind == "report":
        return next(reports, None)
    if kind == "booking":
        hour = next(hours, None)
        return f"@小件 订后天{hour}点到{hour + 1}点的活动室" if hour else None
    return {"vote A": "选A", "vote B": "选B", "coming": "我参加", "not coming": "我来不了", "chat": "今天天气真好"}[
        kind
    ]


def arrivals(draw: st.DrawFn, count: int, is_late: bool) -> list[Arrival]:
    """Some come late, and some come again right away or later."""
    share = st.integers(0, 9)
    places = []
    for n in range(count):
        late = draw(st.integers(1, LATEST)) if is_late and draw(share) < 3 else 0
        places.append((n + late + 0.5 * bool(late), n, False))
        if draw(share) < 3:
            places.append((n + late + draw(st.integers(0, LATEST)) + 0.7, n, True))
    return [Arrival(n, is_repeat) for _, n, is_repeat in sorted(places)]


@cache
def _beginning() -> tuple[Path, Cast]:
    """A poll is open and a meeting called; every talk begins with a copy of this."""
    file = Path(tempfile.mkdtemp(prefix="repeats-")) / "beginning.db"
    database = connect(f"sqlite:///{file}")
    create_schema(database)
    people = cast.assemble(database)
    people.sets(quiet_from="00:00", quiet_until="00:00")
    people.says("wang", "投票：楼道灯换什么颜色\nA 白\nB 黄\n明晚8点截止")
    people.says("wang", "后天晚上7点半在活动室开楼栋议事会，说说晾衣杆")
    database.engine.dispose()
    return file, people


def play(lines: Sequence[Line], order: Sequence[Arrival]) -> Cast:
    """The talk arrives, and everything due is sent. Time goes on with what is new; a repeat comes at once."""
    file, begun = _beginning()
    copy = Path(shutil.copy(file, file.with_name(f"{uuid4()}.db")))
    people = replace(begun, database=connect(f"sqlite:///{copy}"))
    senders, begins, newest = {"web": Unsteady()}, begun.now, 0
    for arrival in order:
        line, newest = lines[arrival.line], max(newest, arrival.line)
        people.now = begins + newest * GAP
        said = people.message(f"line-{arrival.line}", line.who, line.text, GROUP_12, mentions_bot="小件" in line.text)
        people.hears(replace(said, at=begins + arrival.line * GAP))
        delivery.deliver(people.database, senders, "w", people.now)
    for _ in range(4):
        people.now += timedelta(minutes=20)
        while delivery.deliver(people.database, senders, "w", people.now):
            people.now += timedelta(seconds=2)
    return people


def state(people: Cast) -> dict[str, Any]:
    """What must be equal, whatever the order."""
    names = _names(people)
    with people.database.read() as session:
        (asked,) = session.scalars(select(Poll)).all()
        (called,) = session.scalars(select(Meeting)).all()
        behind: dict[int, set[str]] = {}
        for voice in session.scalars(select(Voice)):
            behind.setdefault(voice.ticket_id, set()).add(names[voice.member_id])
        tickets = session.scalars(select(Ticket)).all()
        numbers = sorted(ticket.number for ticket in tickets)
        answers = meeting.answers(session, called)
        return {
            "votes": {names[int(key[1:])]: vote.choices for key, vote in poll.standing(session, asked).items()},
            "going": {is_going: sorted(names[who] for who in said) for is_going, said in answers.items()},
            "bookings": sorted((held.starts_at, held.status) for held in session.scalars(select(Booking))),
            "tickets": sorted((t.text, sorted(t.place.items()), t.status, sorted(behind[t.id])) for t in tickets),
            "no gaps": numbers == list(range(1, len(numbers) + 1)),
            "taken in": Counter(session.scalars(select(InboxMessage.external_id))),
            "all sent": {row.state for row in session.scalars(select(OutboxMessage))} <= {"sent"},
        }


def _names(people: Cast) -> dict[int, str]:
    """A name for each member and household that is the same in both databases."""
    members = people.all(Member)
    return {member.id: member.key for member in members} | {
        member.household_id: member.key for member in members if member.household_id
    }


def words(people: Cast) -> Counter[str]:
    return Counter(people.texts())


def in_order(lines: Sequence[Line]) -> list[Arrival]:
    return [Arrival(n, False) for n in range(len(lines))]


many = settings(
    max_examples=int(os.environ.get("JIANJIAN_TALKS", "15")),  # the long form: thousands; a talk has some 20 messages
    derandomize=True,
    database=None,
    deadline=None,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)


@given(data=st.data())
@many
def test_repeated_and_late_messages_leave_what_their_order_would_have_left(data: st.DataObject) -> None:
    lines = data.draw(talk())
    order = data.draw(st.composite(arrivals)(len(lines), is_late=True))

    assert state(play(lines, order)) == state(play(lines, in_order(lines)))


@given(data=st.data())
@many
def test_repeats_say_nothing_that_was_not_said(data: st.DataObject) -> None:
    lines = data.draw(talk())
    order = data.draw(st.composite(arrivals)(len(lines), is_late=False))

    repeated, once = play(lines, order), play(lines, in_order(lines))
    assert state(repeated) == state(once)
    assert words(repeated) == words(once)


def test_a_repeat_that_is_taken_for_new_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    lines = [Line("li", REPORTS[0]), Line("hu", "选A")]
    order = [Arrival(0, False), Arrival(1, False), Arrival(0, True)]
    calm = state(play(lines, in_order(lines)))
    heard = Cast.message

    def as_new(self: Cast, name: str, *more: Any, **fields: Any) -> Message:
        return heard(self, f"{name}-{self._next()}", *more, **fields)

    monkeypatch.setattr(Cast, "message", as_new)

    assert state(play(lines, order)) != calm
