"""The clock: everything once, at its time, also after an outage, a restart, a failure, and with two of them ticking."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy import delete, select, update

from bot import clock, delivery
from handlers import due as due_deeds
from models import booking, due, lesson, meeting, paging, poll, verdict, volunteer, waiting
from models.cause import Cause
from models.database import Database, connect
from models.due import Due
from models.estate import Estate
from models.inbox import InboxMessage
from models.meeting import Plan
from models.outbox import OutboxMessage
from models.poll import Question
from tests import cast
from tests.cast import GROUP_12, Cast, Stage
from tests.clock import NOW

on_both = pytest.mark.parametrize("database_kind", ["sqlite", "postgresql"])


@pytest.fixture
def database_kind() -> str:
    """SQL is tested on both databases with the models; here only what several do at once asks for both."""
    return "sqlite"


@pytest.fixture
def people(database: Database) -> Cast:
    return cast.assemble(database)


def on_stage(people: Cast, do: Callable[[Stage], object]) -> None:
    with people.database.write() as session:
        do(Stage(session, people.estate_id, people.now))


def digests(people: Cast) -> list[OutboxMessage]:
    """Those of the grid worker."""
    with people.database.read() as session:
        xu = cast.member_of(session, people.estate_id, "xu")
    return list(people.all(OutboxMessage, kind="digest", member_id=xu.id))


def report(on: Stage) -> None:
    on.report()


def test_who_has_nothing_to_do_does_not_wait_for_the_turn_to_write(doors: tuple[Database, Database, Database]) -> None:
    database, busy, _ = doors
    people = cast.assemble(database)

    with busy.write() as session:
        session.execute(update(Estate).values(name="枫林里"))
        assert clock.tick(database, people.now) == 0
        assert delivery.deliver(database, {}, "w", people.now) == 0


@on_both
def test_every_digest_comes_once_and_at_its_time(people: Cast) -> None:
    on_stage(people, report)

    for _ in range(48):
        people.passes(hours=1)
        people.passes()

    local = [row.created_at.astimezone(NOW.tzinfo).strftime("%d %H") for row in digests(people)]
    assert local == ["15 18", "16 09", "16 18", "17 09"]


def test_an_estate_with_much_to_do_keeps_no_other_waiting(people: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    """A thousand reminders of one estate, due a second before the neighbours' three."""
    neighbours, done = cast.assemble(people.database, replace(cast.PLAN, name="另一个小区")), list[int]()

    def put(estate_id: int, count: int, at: datetime) -> None:
        with people.database.write() as session:
            session.execute(delete(Due).filter_by(estate_id=estate_id))
            for n in range(count):
                due.schedule(session, Cause(estate_id, people.now), "poll.remind", n, at)

    def do(_session: object, _now: object, occurrence: Due) -> None:
        occurrence.done_at = occurrence.at
        done.append(occurrence.estate_id)

    monkeypatch.setattr(due_deeds, "do", do)
    put(people.estate_id, 100, people.now)
    put(neighbours.estate_id, 3, people.now + timedelta(seconds=1))

    assert clock.tick(people.database, people.now + timedelta(seconds=2)) == 103

    assert Counter(done) == {people.estate_id: 100, neighbours.estate_id: 3}
    assert [turn for turn, estate in enumerate(done) if estate == neighbours.estate_id] == [20, 21, 22]


def test_after_an_outage_of_days_one_digest_comes_and_not_a_storm(people: Cast) -> None:
    on_stage(people, report)

    people.passes(days=5)
    assert len(digests(people)) == 1
    people.passes(days=1)

    assert len(digests(people)) == 2


def test_importing_the_estate_again_during_an_outage_adds_no_second_digest(people: Cast) -> None:
    on_stage(people, report)
    people.now += timedelta(days=2)
    again = cast.assemble(people.database, now=people.now)

    again.passes(days=1)

    assert len(digests(again)) == 1


@on_both
def test_two_clocks_that_tick_at_once_send_one_digest(people: Cast) -> None:
    on_stage(people, report)
    later = people.now + timedelta(hours=8)

    clocks = [threading.Thread(target=clock.tick, args=(people.database, later)) for _ in range(6)]
    for one in clocks:
        one.start()
    for one in clocks:
        one.join()

    assert len(digests(people)) == 1


@on_both
def test_a_restart_between_two_ticks_sends_nothing_again(people: Cast, database_url: str) -> None:
    on_stage(people, report)
    people.passes(hours=8)
    restarted = connect(database_url)

    clock.tick(restarted, people.now)
    restarted.engine.dispose()

    assert len(digests(people)) == 1


def test_a_clock_set_back_does_nothing_again(people: Cast) -> None:
    on_stage(people, report)
    people.passes(hours=8)
    people.passes(hours=-3)
    people.passes(hours=3)

    assert len(digests(people)) == 1


def test_nobody_is_reminded_of_a_booking_that_has_begun(people: Cast) -> None:
    on_stage(people, lambda on: on.book("li", 15, 17, days=0))

    people.passes(hours=6)

    assert people.templates(who="li") == []


def test_a_booking_is_reminded_of_once_and_then_done(people: Cast) -> None:
    on_stage(people, lambda on: on.book("li", 15, 17, days=0))

    for _ in range(32):
        people.passes(minutes=15)

    assert people.templates(who="li") == ["booking.remind"]
    assert [held.status for held in people.all(booking.Booking)] == ["done"]


def test_a_cancelled_booking_is_not_reminded_of(people: Cast) -> None:
    on_stage(people, lambda on: booking.cancel(on.session, on.by("li"), on.book("li", 15, 17, days=0)))

    for _ in range(32):
        people.passes(minutes=15)

    assert people.templates() == []


def call(days: float) -> Callable[[Stage], object]:
    def do(on: Stage) -> object:
        plan = Plan("楼道刷漆", on.now + timedelta(days=days))
        return meeting.create(on.session, on.by("wang", GROUP_12), plan)

    return do


def test_a_meeting_is_reminded_of_the_day_before_and_an_hour_before(people: Cast) -> None:
    on_stage(people, call(days=2))

    for _ in range(60):
        people.passes(hours=1)

    assert people.templates(group=GROUP_12) == ["meeting.remind", "meeting.remind"]


@pytest.mark.parametrize(("hours", "reminders"), [(47.5, 1), (48, 0), (72, 0)])
def test_after_an_outage_a_meeting_is_reminded_of_at_most_once_and_never_after_its_start(
    people: Cast, hours: float, reminders: int
) -> None:
    on_stage(people, call(days=2))

    people.passes(hours=hours)

    assert people.templates(group=GROUP_12) == ["meeting.remind"] * reminders


def ask(on: Stage) -> object:
    asked = Question("楼道刷什么颜色", ("白色", "米色"), "single", on.now + timedelta(hours=10))
    return poll.create(on.session, on.by("wang", GROUP_12), asked)


def test_a_poll_reminds_once_and_closes_once(people: Cast) -> None:
    on_stage(people, ask)

    for _ in range(24):
        people.passes(minutes=30)

    assert people.templates(group=GROUP_12) == ["poll.remind", "poll.closed"]


def test_after_an_outage_over_its_deadline_a_poll_only_closes(people: Cast) -> None:
    on_stage(people, ask)

    people.passes(days=1)

    assert people.templates(group=GROUP_12) == ["poll.closed"]


def test_nobody_is_reminded_when_all_have_voted(people: Cast) -> None:
    def all_vote(on: Stage) -> None:
        found = poll.create(
            on.session,
            on.by("wang", GROUP_12),
            Question("好不好", ("好", "不好"), closes_at=on.now + timedelta(hours=10)),
        )
        for missing in poll.missing(on.session, found).values():
            poll.vote(on.session, on.by("li"), found, missing[0], (0,))

    on_stage(people, all_vote)

    people.passes(hours=9)

    assert people.templates() == []


@on_both
def test_an_offer_without_an_answer_goes_to_the_next_after_half_an_hour(people: Cast) -> None:
    def crowd(on: Stage) -> None:
        held = on.book("li", 15, 17)
        for who in ("peng", "cheng"):
            waiting.wait(on.session, on.by(who, GROUP_12), on.who(who), on.span(15, 17))
        booking.cancel(on.session, on.by("li"), held)
        waiting.release(on.session, on.by("li", GROUP_12), on.span(15, 17))

    on_stage(people, crowd)

    people.passes(minutes=29)
    before = [entry.status for entry in people.all(waiting.Waiting)]
    people.passes(minutes=1)

    assert before == ["offered", "waiting"]
    assert [entry.status for entry in people.all(waiting.Waiting)] == ["passed", "confirmed"]
    assert people.templates(group=GROUP_12) == ["booking.offered", "booking.passed", "booking.your_turn"]


def test_who_waits_in_vain_is_off_the_list_when_the_slot_begins(people: Cast) -> None:
    def crowd(on: Stage) -> None:
        on.book("li", 15, 17, days=0)
        waiting.wait(on.session, on.by("peng"), on.who("peng"), on.span(15, 17, days=0))

    on_stage(people, crowd)

    people.passes(hours=5)

    assert [entry.status for entry in people.all(waiting.Waiting)] == ["passed"]


# Failures.


@pytest.fixture
def broken_polls(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise ZeroDivisionError("broken")

    monkeypatch.setitem(due_deeds.DUE, "poll.close", fail)


@pytest.mark.usefixtures("broken_polls")
def test_a_broken_occurrence_stops_no_other_and_is_tried_again_later(people: Cast) -> None:
    on_stage(people, ask)
    on_stage(people, lambda on: on.book("li", 21 - 1, 21, days=0))

    people.passes(hours=11)

    (broken,) = people.all(Due, kind="poll.close")
    assert (broken.attempts, broken.done_at, broken.at) == (1, None, people.now + clock.PUT_OFF)
    assert "ZeroDivisionError" in str(broken.error)
    assert [held.status for held in people.all(booking.Booking)] == ["done"]


@pytest.mark.usefixtures("broken_polls")
def test_what_fails_again_and_again_is_left_aside_with_its_error(people: Cast) -> None:
    on_stage(people, ask)

    people.passes(hours=11)
    for _ in range(10):
        people.passes(minutes=6)

    (broken,) = people.all(Due, kind="poll.close")
    assert broken.attempts == clock.GIVE_UP_AFTER
    assert broken.done_at and broken.error


def test_a_digest_that_fails_for_good_does_not_end_the_digests(people: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    on_stage(people, report)
    working = due_deeds.DUE["digest"]

    def fail(session: object, cause: Cause, occurrence: Due) -> None:
        raise ZeroDivisionError("broken")

    monkeypatch.setitem(due_deeds.DUE, "digest", fail)
    people.passes(hours=8)
    for _ in range(6):
        people.passes(minutes=6)
    monkeypatch.setitem(due_deeds.DUE, "digest", working)

    people.passes(days=1)

    assert len(digests(people)) == 1


@on_both
def test_a_failure_is_written_on_the_occurrence_that_failed_and_on_no_other(
    people: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    """While one clock works on an occurrence and fails, another may hold it, or an earlier one may have come."""
    on_stage(people, ask)
    (closing,) = people.all(Due, kind="poll.close")

    def fail_after_an_earlier_one_came(session: object, cause: Cause, occurrence: Due) -> None:
        raise ZeroDivisionError("broken")

    def put_off(database: Database, taken: tuple[int, int], now: object, error: Exception) -> None:
        with database.write() as session:
            stage = Stage(session, people.estate_id, people.now - timedelta(days=1))
            booking.book(session, stage.by("li"), stage.who("li"), stage.span(15, 17, days=1))
        original(database, taken, now, error)  # type: ignore[arg-type]

    original = clock._put_off
    monkeypatch.setitem(due_deeds.DUE, "poll.close", fail_after_an_earlier_one_came)
    monkeypatch.setattr(clock, "_put_off", put_off)

    people.passes(hours=10)

    assert [row.id for row in people.all(Due) if row.error] == [closing.id]


def test_two_estates_get_their_own_digests(people: Cast) -> None:
    other = cast.assemble(people.database, replace(cast.PLAN, name="梧桐里"))
    on_stage(other, report)

    people.passes(hours=8)

    assert digests(people) == []
    assert len(digests(other)) == 1


@on_both
def test_every_kind_on_the_list_has_its_deed(people: Cast) -> None:
    people.says("li", "今天天气真好")

    def everything(on: Stage) -> None:
        said = on.session.scalars(select(InboxMessage)).one()
        lesson.record(on.session, on.by("xu"), said, (), "confirmed")
        ask(on), call(2)(on), on.book("li", 15, 17)
        ahead = on.now + timedelta(days=2)
        volunteer.call(on.session, on.by("wang", GROUP_12), volunteer.Plan("扫雪", 2, ahead))
        paging.page(on.session, on.by("li"), on.report(urgency="emergency"))
        verdict.expect(on.session, on.by("xu"), on.report())
        for who in ("peng", "cheng"):
            waiting.wait(on.session, on.by(who), on.who(who), on.span(15, 17))
        booking.cancel(on.session, on.by("li"), on.session.scalars(select(booking.Booking)).one())
        waiting.release(on.session, on.by("li"), on.span(15, 17))

    on_stage(people, everything)

    assert {row.kind for row in people.all(Due)} == set(due_deeds.DUE)
