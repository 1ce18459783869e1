"""The outbox: claimed with a lease, taken over, backed off, dead, revived; one occurrence once."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import delete
from sqlalchemy.exc import IntegrityError

from models import outbox, setup
from models.database import Database
from models.outbox import LEASE, OutboxMessage, Words, say
from tests import cast
from tests.cast import GROUP_12, Stage


def put(on: Stage, who: str = "li", **more: object) -> OutboxMessage:
    row = outbox.tell(on.session, on.by("xu"), on.who(who).id, Words("poll.none", {}, **more))  # type: ignore[arg-type]
    on.session.flush()
    return row


def test_what_is_claimed_nobody_else_claims_until_the_lease_is_over(on: Stage) -> None:
    row = put(on)

    first = outbox.claim(on.session, "one", on.now)
    during = outbox.claim(on.session, "two", on.now + LEASE - timedelta(seconds=1))
    after = outbox.claim(on.session, "two", on.now + LEASE)

    assert (list(first), list(during), list(after)) == ([row], [], [row])
    assert (row.claimed_by, row.attempts) == ("two", 2)


def test_the_one_whose_lease_ran_out_cannot_mark_what_another_holds(on: Stage) -> None:
    row = put(on)
    outbox.claim(on.session, "one", on.now)
    outbox.claim(on.session, "two", on.now + LEASE)

    assert not outbox.mark_sent(on.session, row, "one", on.now)
    assert not outbox.mark_failed(on.session, row, "one", None, "late")
    assert outbox.mark_sent(on.session, row, "two", on.now)


def test_a_clock_set_back_sends_nothing_early_and_loses_nothing(on: Stage) -> None:
    row = put(on)

    assert outbox.claim(on.session, "one", on.now - timedelta(hours=1)) == []
    assert list(outbox.claim(on.session, "one", on.now)) == [row]


def test_what_is_delayed_waits_for_its_time(on: Stage) -> None:
    row = put(on, delay=timedelta(minutes=5))

    assert outbox.claim(on.session, "one", on.now + timedelta(minutes=4)) == []
    assert list(outbox.claim(on.session, "one", on.now + timedelta(minutes=5))) == [row]


def test_a_dead_letter_is_not_claimed_until_it_is_revived_with_all_its_tries(on: Stage) -> None:
    row = put(on)
    outbox.claim(on.session, "one", on.now)
    outbox.mark_failed(on.session, row, "one", None, "gone")

    assert outbox.claim(on.session, "one", on.now + timedelta(days=30)) == []
    assert outbox.revive(on.session, on.estate_id, row.id, on.now)
    assert not outbox.revive(on.session, on.estate_id, row.id, on.now)
    on.session.refresh(row)
    assert (row.state, row.attempts) == ("waiting", 0)


def test_what_is_put_back_was_no_try(on: Stage) -> None:
    row = put(on)
    outbox.claim(on.session, "one", on.now)

    outbox.put_back(on.session, row, "one", on.now + timedelta(seconds=20), "wait")

    on.session.refresh(row)
    assert (row.state, row.attempts, row.due_at) == ("waiting", 0, on.now + timedelta(seconds=20))


def test_one_occurrence_cannot_be_written_twice(on: Stage) -> None:
    put(on, once="booking.remind:1")

    with pytest.raises(IntegrityError), on.session.begin_nested():
        put(on, once="booking.remind:1")


def test_confirmations_about_one_thing_that_still_wait_become_one(on: Stage) -> None:
    cause = on.by("li", GROUP_12)
    first = outbox.join(on.session, cause, say("ticket.supported", 7, households=1))
    second = outbox.join(on.session, cause, say("ticket.supported", 7, households=2))
    other = outbox.join(on.session, cause, say("ticket.supported", 8, households=1))

    assert second is first
    assert other is not first
    assert first.facts == {"households": 2}


def test_a_row_goes_to_a_group_or_to_a_member_and_never_to_both_or_none(on: Stage) -> None:
    row = put(on)
    on.session.expunge(row)

    for group_id, member_id in ((None, None), (row.member_id, row.member_id)):
        with pytest.raises(IntegrityError), on.session.begin_nested():
            on.session.execute(
                OutboxMessage.__table__.update()
                .where(OutboxMessage.id == row.id)
                .values(group_id=group_id, member_id=member_id)
            )


@pytest.fixture
def rows(database: Database) -> Iterator[list[int]]:
    people = cast.assemble(database)
    with database.write() as session:
        on = Stage(session, people.estate_id)
        ids = [put(on).id for _ in range(60)]
    yield ids
    with database.write() as session:
        session.execute(delete(OutboxMessage))


def test_a_call_for_help_overtakes_what_was_due_before_it(on: Stage) -> None:
    rows = [put(on) for _ in range(8)]
    call = outbox.tell(on.session, on.by("li"), on.who("xu").id, Words("ticket.page_worker", {}))

    claimed = outbox.claim(on.session, "one", on.now + timedelta(minutes=1), each=5)
    left = outbox.claim(on.session, "one", on.now + timedelta(minutes=1), each=5)

    assert list(claimed) == [call, *rows[:4]]
    assert list(left) == rows[4:]


def test_an_estate_with_much_to_say_keeps_no_other_waiting(on: Stage) -> None:
    many = [put(on) for _ in range(30)]
    neighbours = setup.install(on.session, replace(cast.PLAN, name="另一个小区"), on.now)
    few = [put(Stage(on.session, neighbours.id)) for _ in range(2)]

    assert not outbox.is_due_elsewhere(on.session, {on.estate_id, neighbours.id}, on.now)
    assert outbox.is_due_elsewhere(on.session, {on.estate_id}, on.now)
    claimed = outbox.claim(on.session, "one", on.now, limit=8, each=5)

    assert list(claimed) == [many[0], few[0], many[1], few[1], *many[2:5]]
    assert not outbox.is_due_elsewhere(on.session, {on.estate_id}, on.now)


@pytest.mark.parametrize("database_kind", ["postgresql"])  # SQLite lets one writer in at a time
def test_two_workers_at_once_never_claim_the_same(doors: tuple[Database, Database, Database], rows: list[int]) -> None:
    now = cast.NOW
    database, second, _ = doors

    with database.write() as one, second.write() as other:
        mine = {row.id for row in outbox.claim(one, "one", now)}
        his = {row.id for row in outbox.claim(other, "two", now)}

    with database.write() as one:
        then = {row.id for row in outbox.claim(one, "one", now)}

    assert (len(mine), mine & his, mine & then, len(then)) == (20, set(), set(), 20)


@pytest.mark.parametrize("database_kind", ["postgresql"])  # SQLite lets one writer in at a time
def test_workers_that_claim_and_commit_beside_each_other_never_claim_the_same(
    doors: tuple[Database, Database, Database],
) -> None:
    """Another may claim and commit a row between the moment at which a claim looks and that at which it locks."""
    people, taken = cast.assemble(doors[0]), list[int]()
    with doors[0].write() as session:
        on = Stage(session, people.estate_id)
        rows = [put(on).id for _ in range(1200)]

    def work(n: int) -> None:
        for _ in range(40):
            with doors[n].write() as session:
                taken.extend(row.id for row in outbox.claim(session, f"worker {n}", people.now))

    with ThreadPoolExecutor(3) as workers:
        list(workers.map(work, range(3)))

    assert len(taken) == len(set(taken)) > 400
    assert set(taken) <= set(rows)
