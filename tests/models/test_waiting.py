"""The waiting list: in order, offered, taken, declined, passed on; nobody is forgotten."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import select
from sqlalchemy.orm import Session

from models import booking, waiting
from models.booking import Booking, Slot
from models.database import Database
from models.due import Due
from models.refused import Refused
from models.waiting import Waiting
from tests import cast
from tests.cast import GROUP_12, Stage


def wait(on: Stage, who: str, start: float, end: float) -> Waiting:
    return waiting.wait(on.session, on.by(who, GROUP_12), on.who(who), on.span(start, end))


def give_back(on: Stage, held: Booking) -> None:
    cause = on.by("li", GROUP_12)
    booking.cancel(on.session, cause, held)
    waiting.release(on.session, cause, booking.span_of(on.session, held))


def holders(on: Stage) -> list[tuple[str, float]]:
    rows = on.session.scalars(select(Booking).filter_by(estate_id=on.estate_id, status="confirmed")).all()
    keys = {on.who(plan.key).id: plan.key for plan in cast.PEOPLE}
    zone = on.now.tzinfo
    return sorted((keys[row.member_id], row.starts_at.astimezone(zone).hour) for row in rows)


def test_the_only_one_who_waits_gets_the_slot_without_being_asked(on: Stage) -> None:
    held, entry = on.book("li", 15, 17), wait(on, "peng", 15, 17)

    give_back(on, held)

    assert entry.status == "confirmed"
    assert holders(on) == [("peng", 15)]


def test_with_others_behind_him_the_first_is_asked_and_the_slot_is_kept_meanwhile(on: Stage) -> None:
    held = on.book("li", 15, 17)
    first, second = wait(on, "peng", 15, 17), wait(on, "cheng", 15, 17)

    give_back(on, held)

    assert (first.status, second.status) == ("offered", "waiting")
    with pytest.raises(Refused, match="booking.taken"):
        on.book("hu", 15, 17)


@pytest.mark.parametrize("status", ["cancelled", "passed"])
def test_an_offer_that_is_declined_or_not_answered_goes_to_the_next(on: Stage, status: str) -> None:
    held = on.book("li", 15, 17)
    first, second = wait(on, "peng", 15, 17), wait(on, "cheng", 15, 17)
    give_back(on, held)

    waiting.leave(on.session, on.by("peng"), first, status)

    assert (first.status, second.status) == (status, "confirmed")
    assert holders(on) == [("cheng", 15)]


def test_an_offer_that_is_taken_stays_and_the_next_waits_on(on: Stage) -> None:
    held = on.book("li", 15, 17)
    first, second = wait(on, "peng", 15, 17), wait(on, "cheng", 15, 17)
    give_back(on, held)

    waiting.accept(on.session, on.by("peng"), first)

    assert (first.status, second.status) == ("confirmed", "waiting")
    assert holders(on) == [("peng", 15)]
    assert on.session.scalars(select(Due).filter_by(kind="waiting.pass")).all() == []


def test_an_offer_that_was_passed_on_can_not_be_taken_any_more(on: Stage) -> None:
    held = on.book("li", 15, 17)
    first, _ = wait(on, "peng", 15, 17), wait(on, "cheng", 15, 17)
    give_back(on, held)
    waiting.leave(on.session, on.by(), first, "passed")

    with pytest.raises(Refused, match="booking.offer_over"):
        waiting.accept(on.session, on.by("peng"), first)

    assert holders(on) == [("cheng", 15)]


def test_an_offer_that_was_taken_is_not_passed_on_by_a_late_clock(on: Stage) -> None:
    held = on.book("li", 15, 17)
    first, _ = wait(on, "peng", 15, 17), wait(on, "cheng", 15, 17)
    give_back(on, held)
    waiting.accept(on.session, on.by("peng"), first)

    waiting.leave(on.session, on.by(), first, "passed")

    assert first.status == "confirmed"
    assert holders(on) == [("peng", 15)]


def test_an_offer_never_lasts_beyond_the_beginning_of_its_slot(on: Stage) -> None:
    held = on.book("li", 15, 17, days=0)
    for who in ("peng", "cheng"):
        waiting.wait(on.session, on.by(who), on.who(who), on.span(15, 17, days=0))
    late = replace(on, now=on.now.replace(hour=14, minute=50))

    give_back(late, held)

    (end,) = on.session.scalars(select(Due.at).filter_by(kind="waiting.pass")).all()
    assert end == on.now.replace(hour=15)


def test_the_same_wish_twice_is_one_place_in_the_list(on: Stage) -> None:
    on.book("li", 15, 17)

    assert wait(on, "peng", 15, 17) is wait(on, "peng", 15, 17)


def test_each_half_of_a_slot_that_comes_free_goes_to_who_waits_for_it(on: Stage) -> None:
    held = on.book("li", 15, 17)
    wait(on, "peng", 15, 16), wait(on, "cheng", 16, 17)

    give_back(on, held)

    assert holders(on) == [("cheng", 16), ("peng", 15)]


def test_who_waits_for_more_than_came_free_waits_on(on: Stage) -> None:
    held, _ = on.book("li", 15, 16), on.book("hu", 16, 17)
    entry = wait(on, "peng", 15, 17)

    give_back(on, held)

    assert entry.status == "waiting"


def test_who_shares_only_a_quarter_with_what_came_free_is_not_forgotten(on: Stage) -> None:
    held = on.book("li", 14, 15.1)
    entry = wait(on, "peng", 15.2, 16)

    give_back(on, held)

    assert entry.status == "confirmed"


def test_the_booking_of_who_waited_comes_from_his_own_words(on: Stage) -> None:
    held, entry = on.book("li", 15, 17), wait(on, "peng", 15, 17)
    entry.inbox_id = 4711

    give_back(on, held)

    got = booking.get(on.session, on.estate_id, entry.booking_id or 0)
    assert (got.member_id, got.inbox_id) == (on.who("peng").id, 4711)


@pytest.mark.parametrize("database_kind", ["postgresql"])  # SQLite lets one writer in at a time
def test_two_who_give_back_a_half_each_at_once_do_not_leave_the_waiter_out(database: Database) -> None:
    people = cast.assemble(database)
    with database.write() as session:
        on = Stage(session, people.estate_id)
        halves = [on.book("li", 15, 16).id, on.book("hu", 16, 17).id]
        entry_id = wait(on, "peng", 15, 17).id

    def cancel(session: Session, half: int) -> None:
        give_back(Stage(session, people.estate_id), booking.get(session, people.estate_id, half))

    def cancel_the_other() -> None:
        with database.write() as other:
            cancel(other, halves[1])

    second = threading.Thread(target=cancel_the_other)
    with database.write() as one:
        cancel(one, halves[0])
        second.start()
        second.join(0.3)  # the second is done before the first has committed, or waits for him
    second.join()

    with database.read() as session:
        assert waiting.get(session, people.estate_id, entry_id).status == "confirmed"


class Rush(RuleBasedStateMachine):
    """People book, wait, cancel, take and decline at random; time passes. Held against what must never be."""

    session: Session
    who = st.sampled_from([plan.key for plan in cast.PEOPLE])
    start = st.sampled_from([15, 15.5, 15.1, 16, 16.25, 17])
    long = st.sampled_from([0.5, 1, 0.9, 2])

    @initialize()
    def begin(self) -> None:
        self.savepoint = self.session.begin_nested()
        self.on = cast.stage(self.session)

    @rule(who=who, start=start, long=long)
    def books_or_waits(self, who: str, start: float, long: float) -> None:
        span = self.on.span(start, start + long)
        if booking.overlapping(self.session, span):
            waiting.wait(self.session, self.on.by(who, GROUP_12), self.on.who(who), span)
        else:
            booking.book(self.session, self.on.by(who, GROUP_12), self.on.who(who), span)

    @precondition(lambda self: self._held())
    @rule(data=st.data())
    def cancels(self, data: st.DataObject) -> None:
        held = data.draw(st.sampled_from(self._held()))
        give_back(self.on, held)

    @precondition(lambda self: self._entries("offered"))
    @rule(data=st.data(), answer=st.sampled_from(["take", "cancelled", "passed"]))
    def answers_an_offer(self, data: st.DataObject, answer: str) -> None:
        entry = data.draw(st.sampled_from(self._entries("offered")))
        if answer == "take":
            waiting.accept(self.session, self.on.by(), entry)
        else:
            waiting.leave(self.session, self.on.by(), entry, answer)

    @precondition(lambda self: self._entries("waiting"))
    @rule(data=st.data())
    def leaves_the_list(self, data: st.DataObject) -> None:
        waiting.leave(self.session, self.on.by(), data.draw(st.sampled_from(self._entries("waiting"))))

    def _held(self) -> list[Booking]:
        """What can be cancelled: the bookings that are no mere offers."""
        kept = {entry.booking_id for entry in self._entries("offered")}
        rows = self.session.scalars(select(Booking).filter_by(status="confirmed").order_by(Booking.id))
        return [row for row in rows if row.id not in kept]

    def _entries(self, status: str) -> list[Waiting]:
        mine = select(Waiting).filter_by(estate_id=self.on.estate_id, status=status)
        return list(self.session.scalars(mine.order_by(Waiting.id)))

    @invariant()
    def no_two_bookings_share_a_quarter(self) -> None:
        self.session.flush()
        rows = self.session.scalars(select(Booking).filter_by(status="confirmed").order_by(Booking.starts_at)).all()
        touched = [booking.quarters(row.starts_at, row.ends_at) for row in rows]
        assert all(one[1] <= other[0] for one, other in zip(touched, touched[1:], strict=False))
        quarters = sum((end - start) // booking.GRAIN for start, end in touched)
        assert len(self.session.scalars(select(Slot)).all()) == quarters

    @invariant()
    def nobody_waits_while_his_slot_is_free(self) -> None:
        for entry in self._entries("waiting"):
            assert booking.overlapping(self.session, booking.span_of(self.session, entry))

    @invariant()
    def every_offer_keeps_a_booking_and_ends(self) -> None:
        for entry in self._entries("offered"):
            kept = booking.get(self.session, entry.estate_id, entry.booking_id or 0)
            ends = self.session.scalars(select(Due.at).filter_by(kind="waiting.pass", subject_id=entry.id)).all()
            assert kept.member_id == entry.member_id
            assert ends == [self.on.now + timedelta(minutes=30)]

    def teardown(self) -> None:
        if hasattr(self, "savepoint"):
            self.savepoint.rollback()


@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_however_people_book_wait_and_cancel_nothing_overlaps_and_nobody_is_forgotten(session: Session) -> None:
    class RushHere(Rush):
        pass

    RushHere.session = session
    run_state_machine_as_test(
        RushHere,
        settings=settings(
            max_examples=12,
            stateful_step_count=20,
            deadline=None,
            derandomize=True,
            database=None,
            suppress_health_check=list(HealthCheck),
        ),  # fmt: skip
    )
