"""Ids and numbers."""

from __future__ import annotations

import threading
from datetime import timedelta

from models import keys
from models.database import Database
from models.keys import new_id, next_number
from tests import cast
from tests.cast import Stage
from tests.clock import NOW

YEAR_2200_MS = 7_258_118_400_000


def test_ids_rise_in_the_order_in_which_they_are_made() -> None:
    made = [new_id(NOW) for _ in range(2000)]

    assert made == sorted(set(made))


def test_ids_rise_also_while_the_clock_is_set_back() -> None:
    before = new_id(NOW + timedelta(days=400))

    after = [new_id(NOW + timedelta(days=400, seconds=-n)) for n in range(5)]

    assert [before, *after] == sorted({before, *after})


def test_an_id_fits_into_63_bits_for_generations() -> None:
    assert (YEAR_2200_MS << keys._ID_RANDOM_BITS) < 2**63


def test_ids_of_several_threads_are_never_the_same() -> None:
    made: list[int] = []
    threads = [threading.Thread(target=lambda: made.extend(new_id(NOW) for _ in range(500))) for _ in range(8)]

    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(set(made)) == 4000


def test_numbers_begin_at_one_and_count_each_kind_by_itself(on: Stage) -> None:
    given = [next_number(on.session, on.estate_id, kind) for kind in ("ticket", "ticket", "poll", "ticket")]

    assert given == [1, 2, 1, 3]


def test_a_rollback_gives_its_number_back(database: Database) -> None:
    people = cast.assemble(database)
    try:
        with database.write() as session:
            next_number(session, people.estate_id, "ticket")
            raise InterruptedError
    except InterruptedError:
        pass

    with database.write() as session:
        assert next_number(session, people.estate_id, "ticket") == 1


def test_a_rolled_back_savepoint_gives_its_number_back(on: Stage) -> None:
    savepoint = on.session.begin_nested()
    next_number(on.session, on.estate_id, "ticket")
    savepoint.rollback()

    assert next_number(on.session, on.estate_id, "ticket") == 1


def test_many_at_once_get_every_number_once(database: Database) -> None:
    people = cast.assemble(database)
    given: list[int] = []

    def take() -> None:
        with database.write() as session:
            given.append(next_number(session, people.estate_id, "ticket"))

    threads = [threading.Thread(target=take) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(given) == list(range(1, 21))
