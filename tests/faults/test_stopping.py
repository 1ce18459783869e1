"""Asked to stop, a process finishes what it has begun, hands back what it claimed, and ends within ten seconds."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator

import pytest
from sqlalchemy import func, select

from models.outbox import OutboxMessage
from tests.faults.judge import broken_promises, sent_again
from tests.faults.town import Town, found_on

TALKERS = 4


@pytest.fixture
def town(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    with found_on("sqlite", tmp_path_factory.mktemp("town")) as town:
        for program in (town.serve, town.work):
            program.launch()
        for program in (town.serve, town.work):
            program.wait_until_ready()
        yield town


def test_every_message_that_was_taken_in_is_answered_before_the_web_front_ends(town: Town) -> None:
    is_over = threading.Event()

    def talk() -> None:
        while not is_over.is_set():
            town.somebody_speaks()

    talkers = [threading.Thread(target=talk) for _ in range(TALKERS)]
    for talker in talkers:
        talker.start()
    while len(town.account.said) < 10 * TALKERS:
        time.sleep(0.01)
    code = town.serve.stop()
    is_over.set()
    for talker in talkers:
        talker.join()

    taken_in = {said.number for said in town.account.said if town.is_taken_in(said)}
    assert code == 0
    assert taken_in == {said.number for said in town.account.said if said.is_acknowledged}
    assert len(taken_in) >= 10 * TALKERS - TALKERS


def test_a_worker_hands_back_what_it_has_not_begun_to_send(town: Town) -> None:
    numbers = [int(town.somebody_reports().answers[0].partition("#")[2].split()[0]) for _ in range(8)]
    town.work.stop()
    for number in numbers:
        town.worker_settles(number)
    town.account.platform.faults.takes_seconds = 0.5
    town.work.start()
    before = len(town.account.sent_to_followers())
    while len(town.account.sent_to_followers()) == before:
        time.sleep(0.01)

    code = town.work.stop()

    assert code == 0
    assert waiting_and_claimed(town)[1] == 0
    assert waiting_and_claimed(town)[0] > 0
    town.account.platform.faults.takes_seconds = 0.0
    town.work.start()
    town.settle_down()
    assert broken_promises(town) == []
    assert sent_again(town).total() == 0


def waiting_and_claimed(town: Town) -> tuple[int, int]:
    with town.database.read() as session:
        count = select(func.count()).select_from(OutboxMessage)
        waiting, claimed = (session.scalars(count.filter_by(state=state)).one() for state in ("waiting", "claimed"))
    return waiting, claimed
