"""Delivery: what waits is sent once, tried again for days, and left as a dead letter at last."""

from __future__ import annotations

import os
import re
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy import delete, update

from bot import delivery
from bot.channels.limiter import SharedLimiter
from bot.channels.sending import ChannelError, Outgoing
from models import outbox
from models.database import Database
from models.estate import Group
from models.member import Account
from models.outbox import LEASE, OutboxMessage, Words
from models.pace import Rate
from tests import cast
from tests.cast import GROUP_12, Cast, Stage

GONE = ChannelError("no such group", is_permanent=True)
DOWN = ChannelError("the platform is down")


class Fake:
    """A platform that keeps what it is sent, or fails as it is told."""

    def __init__(self, fail: Callable[[Outgoing], Exception | None] = lambda _: None) -> None:
        self.sent: list[str] = []
        self.tries = 0
        self._fail = fail

    def send(self, outgoing: Outgoing) -> None:
        self.tries += 1
        if failure := self._fail(outgoing):
            raise failure
        self.sent.append(outgoing.text)


on_both = pytest.mark.parametrize("database_kind", ["sqlite", "postgresql"])


@pytest.fixture
def database_kind() -> str:
    """SQL is tested on both databases with the models; here only what several do at once asks for both."""
    return "sqlite"


@pytest.fixture
def people(database: Database) -> Cast:
    return cast.assemble(database)


def put(people: Cast, template: str = "poll.none", count: int = 1, **facts: object) -> None:
    with people.database.write() as session:
        on = Stage(session, people.estate_id, people.now)
        for _ in range(count):
            spoken_to = replace(on.by("li", GROUP_12), is_addressed=True)
            outbox.reply(session, spoken_to, Words(template, dict(facts)))


def deliver(people: Cast, fake: Fake, now: datetime | None = None, worker: str = "one") -> int:
    return delivery.deliver(people.database, {"web": fake}, worker, now or people.now)


def states(people: Cast) -> list[str]:
    return [row.state for row in people.all(OutboxMessage)]


@on_both
def test_what_waits_is_sent_once_and_in_order(people: Cast) -> None:
    put(people, "ticket.unknown", number=1)
    put(people, "ticket.unknown", number=2)
    fake = Fake()

    assert (deliver(people, fake), deliver(people, fake)) == (2, 0)

    assert [text[:6] for text in fake.sent] == ["没有 #1 ", "没有 #2 "]
    assert states(people) == ["sent", "sent"]


def test_a_message_that_cannot_be_written_stops_no_other(people: Cast) -> None:
    put(people, "there.is.no.such.template")
    put(people, "ticket.status", standing=[{}])
    put(people)
    fake = Fake()

    deliver(people, fake)

    assert fake.sent == ["现在没有投票。"]
    assert states(people) == ["waiting", "waiting", "sent"]


def test_a_platform_that_is_down_is_tried_at_least_nine_times_over_at_least_three_days(people: Cast) -> None:
    put(people)
    fake, begun, last = Fake(lambda _: DOWN), people.now, people.now
    while (state := states(people)[0]) != "dead":
        assert state == "waiting"
        (row,) = people.all(OutboxMessage)
        last = row.due_at
        deliver(people, fake, last)

    assert fake.tries >= 9
    assert last - begun >= timedelta(hours=72)


@pytest.mark.parametrize("jitter", [0.0, 0.5, 1.0])
def test_whatever_the_jitter_the_tries_reach_over_three_days(jitter: float, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(delivery.random, "uniform", lambda low, high: low + (high - low) * jitter)
    now, at, tries = cast.NOW, cast.NOW, 1
    while (then := delivery.next_try(tries, DOWN, at)) is not None:
        at, tries = then, tries + 1

    assert tries >= 9
    assert at - now >= timedelta(hours=72)


def test_what_the_platform_refuses_for_good_is_a_dead_letter_at_once(people: Cast) -> None:
    put(people)

    deliver(people, Fake(lambda _: GONE))

    (row,) = people.all(OutboxMessage)
    assert (row.state, row.error, row.attempts) == ("dead", "no such group", 1)


@on_both
def test_a_wait_that_the_platform_asks_for_is_kept_and_counts_as_no_try(people: Cast) -> None:
    put(people)
    wait = ChannelError("slowly", retry_after=timedelta(seconds=40))
    at = people.now
    for _ in range(30):
        deliver(people, Fake(lambda _: wait), at)
        (row,) = people.all(OutboxMessage)
        assert row.due_at == at + timedelta(seconds=40)
        at = row.due_at

    fake = Fake()
    deliver(people, fake, at)

    assert len(fake.sent) == 1


def test_a_member_whom_no_channel_reaches_is_a_dead_letter(people: Cast) -> None:
    with people.database.write() as session:
        on = Stage(session, people.estate_id)
        session.execute(delete(Account).where(Account.member_id == on.who("li").id))
        outbox.tell(session, on.by(), on.who("li").id, Words("poll.none", {}))

    deliver(people, Fake())

    assert states(people) == ["dead"]


def test_a_fault_of_our_own_is_tried_again_and_its_kind_is_written_down(people: Cast) -> None:
    put(people)

    deliver(people, Fake(lambda _: ZeroDivisionError("key=secret")))

    (row,) = people.all(OutboxMessage)
    assert (row.state, row.error) == ("waiting", "ZeroDivisionError")


@on_both
def test_what_a_dead_worker_had_claimed_is_sent_by_another_after_the_lease(people: Cast) -> None:
    put(people)
    with people.database.write() as session:
        outbox.claim(session, "dead", people.now)
    fake = Fake()

    early = deliver(people, fake, people.now + LEASE - timedelta(seconds=1), "other")
    late = deliver(people, fake, people.now + LEASE, "other")

    assert (early, late, len(fake.sent)) == (0, 1, 1)


@on_both
def test_a_slow_platform_does_not_make_a_second_worker_send_the_same(people: Cast) -> None:
    put(people, count=10)
    seconds = [0.0]

    def takes_six_seconds(_: Outgoing) -> None:
        seconds[0] += 6

    slow, other = Fake(takes_six_seconds), Fake()
    delivery.deliver(people.database, {"web": slow}, "one", people.now, lambda: seconds[0])
    deliver(people, other, people.now + timedelta(seconds=seconds[0]), "two")

    assert seconds[0] < LEASE.total_seconds()
    assert len(slow.sent) + len(other.sent) == 10
    assert [(row.state, row.attempts) for row in people.all(OutboxMessage)] == [("sent", 1)] * 10


def test_a_platform_that_gives_no_answer_holds_up_no_other_channel(people: Cast) -> None:
    """Each try costs it seconds of patience: one is enough to know, for a minute and for all of its letters."""
    robots = people.group_id(GROUP_12)
    put(people, count=5)
    with people.database.write() as session:
        session.execute(update(Group).where(Group.id == robots).values(channel="robot"))
        on = Stage(session, people.estate_id, people.now)
        outbox.tell(session, on.by(), on.who("li").id, Words("poll.none", {}))
    mute, fine, mind = Fake(lambda _: ChannelError("no answer", is_silent=True)), Fake(), delivery.Mind()

    def send(after: timedelta) -> int:
        senders = {"robot": mute, "web": fine}
        return delivery.deliver(people.database, senders, "one", people.now + after, mind=mind)

    tried = [send(after) for after in (timedelta(), timedelta(seconds=59), timedelta(seconds=61))]

    assert (mute.tries, len(fine.sent)) == (2, 1)
    assert tried == [2, 0, 1]
    attempts = sorted(row.attempts for row in people.all(OutboxMessage, state="waiting"))
    assert attempts == [0, 0, 0, 1, 1]
    mute._fail = lambda _: None
    assert send(timedelta(minutes=4)) == 5
    assert states(people) == ["sent"] * 6


def told(fake: Fake) -> list[int]:
    """The numbers in the texts that were sent."""
    return [int(re.findall(r"\d+", text)[0]) for text in fake.sent]


def test_an_estate_with_much_to_say_goes_on_until_another_has_something(people: Cast) -> None:
    """Letters take four hundredths of a second each; the neighbours' falls due when the seventh is on its way."""
    neighbours = cast.assemble(people.database, replace(cast.PLAN, name="另一个小区"))
    for number in range(1, 16):
        put(people, "ticket.unknown", number=number)
    clock = [0.0]

    def takes_its_time(_: Outgoing) -> None:
        clock[0] += 0.04
        if len(fake.sent) == 6:
            neighbours.now = people.now + timedelta(seconds=clock[0] - 0.01)
            put(neighbours, "ticket.unknown", number=100)

    fake, mind = Fake(takes_its_time), delivery.Mind()
    while delivery.deliver(
        people.database,
        {"web": fake},
        "one",
        people.now + timedelta(seconds=clock[0]),
        seconds=lambda: clock[0],
        mind=mind,
    ):
        pass

    assert told(fake)[:6] == [1, 2, 3, 4, 5, 6]
    assert 100 in told(fake)[7:11]
    assert [number for number in told(fake) if number != 100] == list(range(1, 16))
    assert {row.attempts for row in people.all(OutboxMessage)} == {1}  # what went back was no try


def test_an_estate_whose_platform_is_slow_pays_for_it_by_letting_others_go(people: Cast) -> None:
    """Half a second for each of its letters, ten times its share: the others' go first, and none of its own is lost."""
    neighbours = cast.assemble(people.database, replace(cast.PLAN, name="另一个小区"))
    for number in range(1, 5):
        put(people, "ticket.unknown", number=number)
    for number in range(101, 141):
        put(neighbours, "ticket.unknown", number=number)
    clock = [0.0]

    def takes_its_time(outgoing: Outgoing) -> None:
        clock[0] += 0.5 if len(re.findall(r"\d+", outgoing.text)[0]) == 1 else 0.01

    fake, mind = Fake(takes_its_time), delivery.Mind()
    while delivery.deliver(
        people.database, {"web": fake}, "one", people.now + timedelta(minutes=1), lambda: clock[0], mind=mind
    ):
        pass

    before = [sum(number > 100 for number in told(fake)[: told(fake).index(slow)]) for slow in (1, 2, 3, 4)]
    assert before[0] == 0
    assert before[1] >= 30
    assert sorted(told(fake)) == [1, 2, 3, 4, *range(101, 141)]


def send_all(people: Cast, takes_seconds: float, wanted: int) -> tuple[Fake, float]:
    """Until all is out; and the longest time in which nothing was sent though much was due."""
    clock = [0.0]

    def takes_its_time(_: Outgoing) -> None:
        clock[0] += takes_seconds

    fake, mind, idle, longest = Fake(takes_its_time), delivery.Mind(), 0.0, 0.0
    while len(fake.sent) < wanted:
        at = people.now + timedelta(minutes=1, seconds=clock[0])
        sent = delivery.deliver(people.database, {"web": fake}, "one", at, lambda: clock[0], mind=mind)
        idle = 0.0 if sent else idle + 0.3
        clock[0], longest = clock[0] + (0.0 if sent else 0.3), max(longest, idle)
    return fake, longest


@pytest.mark.parametrize("takes_seconds", [0.03, 0.3, 1.0])
def test_what_goes_back_goes_back_to_its_place(people: Cast, takes_seconds: float) -> None:
    """Also behind those that were not claimed with it, and beside an estate that lets it wait."""
    neighbours = cast.assemble(people.database, replace(cast.PLAN, name="另一个小区"))
    for number in range(1, 41):
        people.now += timedelta(milliseconds=100)
        put(people, "ticket.unknown", number=number)
    for number in range(101, 131):
        put(neighbours, "ticket.unknown", number=number)

    fake, _ = send_all(people, takes_seconds, 70)

    assert [number for number in told(fake) if number < 100] == list(range(1, 41))
    assert [number for number in told(fake) if number > 100] == list(range(101, 131))


def test_many_estates_that_all_had_their_share_do_not_wait_for_each_other(people: Cast) -> None:
    """More than one claim holds."""
    estates = [people, *(cast.assemble(people.database, replace(cast.PLAN, name=f"小区{n}")) for n in range(54))]
    for estate in estates:
        put(estate, "ticket.unknown", count=2, number=1)

    _, longest = send_all(people, 3.0, len(estates) * 2)

    assert longest < 1


def test_a_platform_that_asks_to_wait_no_time_at_all_is_not_asked_again_at_once(people: Cast) -> None:
    put(people)
    busy = Fake(lambda _: ChannelError("HTTP 503", retry_after=timedelta()))

    assert [deliver(people, busy) for _ in range(3)] == [1, 0, 0]
    assert deliver(people, busy, people.now + timedelta(seconds=1)) == 1


def test_a_call_for_help_does_not_pay_for_what_its_estate_said(people: Cast) -> None:
    neighbours = cast.assemble(people.database, replace(cast.PLAN, name="另一个小区"))
    put(neighbours, "ticket.unknown", count=5, number=100)
    put(people, "ticket.unknown", number=1)
    with people.database.write() as session:
        on = Stage(session, people.estate_id, people.now)
        facts = on.report(urgency="emergency").facts | {"text": "3楼着火了", "name": "李"}
        outbox.tell(session, on.by("li"), on.who("xu").id, Words("ticket.page_worker", facts))
    fake, mind = Fake(), delivery.Mind(debts={people.estate_id: 99.0})

    delivery.deliver(people.database, {"web": fake}, "one", people.now, mind=mind)

    assert "着火" in fake.sent[0]
    assert fake.sent[-1].startswith("没有 #1 ")


@on_both
def test_a_burst_to_one_robot_keeps_its_limit_drops_nothing_and_holds_up_nobody(people: Cast) -> None:
    """Twenty a minute, of three workers together. What is left waits as a whole, and is not claimed one by one in
    vain."""
    count, robots = int(os.environ.get("JIANJIAN_BURST", "400")), people.group_id(GROUP_12)  # the long form: 10,000
    put(people, "ticket.unknown", count=count, number=1)
    with people.database.write() as session:
        session.execute(update(Group).where(Group.id == robots).values(channel="robot"))
    times, at = list[datetime](), [people.now]
    rate = Rate(20, timedelta(minutes=1))

    def worker() -> Fake:
        limiter = SharedLimiter(rate, people.database, "robot", lambda: at[0].timestamp())

        def refuse(outgoing: Outgoing) -> ChannelError | None:
            try:
                limiter.take(outgoing.address)
            except ChannelError as error:
                return error
            times.append(at[0])
            return None

        return Fake(refuse)

    workers, web, minutes = [worker() for _ in range(3)], Fake(), 0
    while len(times) < count:
        with people.database.write() as session:
            on = Stage(session, people.estate_id, at[0])
            outbox.tell(session, on.by(), on.who("li").id, Words("poll.none", {}))
        for n, robot in enumerate(workers * 2):  # as often as they like to look
            delivery.deliver(people.database, {"robot": robot, "web": web}, f"worker {n % 3}", at[0])
        minutes += 1
        assert len(web.sent) == minutes
        at[0] += timedelta(seconds=61)

    assert set(Counter(times).values()) == {20}
    assert sum(robot.tries for robot in workers) < count * 1.1  # few in vain
    assert states(people) == ["sent"] * (count + len(web.sent))
