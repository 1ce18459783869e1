"""kill -9 at random while people write: seeded, short in CI, and as many kills as JIANJIAN_TEST_KILLS asks for.

JIANJIAN_TEST_KILLS=300 python -m pytest tests/faults/test_kill_at_random.py -s
"""

from __future__ import annotations

import os
import random
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import pytest

from tests.faults.account import Said
from tests.faults.judge import broken_promises, sent_again
from tests.faults.program import Program
from tests.faults.town import Town

KILLS_A_ROUND = 6
FIRST_SEED = int(os.environ.get("JIANJIAN_TEST_SEED", "1"))
ROUNDS = max(1, int(os.environ.get("JIANJIAN_TEST_KILLS", "12")) // (2 * KILLS_A_ROUND))  # on each kind of database
TALKERS = 3
PAUSE_SECONDS = 0.02  # between two messages of one talker
WAIT_SECONDS = 0.1  # before the platform tries again; the real one takes 5


@dataclass
class Talk:
    """People who write all the time, and a platform that repeats once the program is back."""

    town: Town
    is_up: threading.Event = field(default_factory=threading.Event)
    is_over: threading.Event = field(default_factory=threading.Event)
    numbers: deque[int] = field(default_factory=deque)  # of tickets that nobody has settled

    def talk(self, rng: random.Random) -> None:
        while not self.is_over.is_set():
            self.is_up.wait()
            self._insist(rng.choice(self._possible())())
            time.sleep(PAUSE_SECONDS)

    def _possible(self) -> list[Callable[[], Said]]:
        town = self.town
        ways = [self._report, town.somebody_books, town.somebody_votes, town.somebody_chats]
        return [*ways, lambda: town.worker_settles(self.numbers.popleft())] if len(self.numbers) > TALKERS else ways

    def _report(self) -> Said:
        said = self._insist(self.town.somebody_reports())
        if said.is_acknowledged:
            self.numbers.append(int(said.answers[0].partition("#")[2].split()[0]))
        return said

    def _insist(self, said: Said) -> Said:
        while said.is_open:
            time.sleep(WAIT_SECONDS)
            self.is_up.wait()
            self.town.account.deliver(said)
        return said


@contextmanager
def talking(town: Town, rng: random.Random) -> Iterator[Talk]:
    talk = Talk(town)
    talkers = [threading.Thread(target=talk.talk, args=(random.Random(rng.random()),)) for _ in range(TALKERS)]
    for talker in talkers:
        talker.start()
    try:
        yield talk
    finally:
        talk.is_over.set()
        talk.is_up.set()
        for talker in talkers:
            talker.join()


def restart(*programs: Program) -> None:
    for program in programs:
        program.kill()
        program.launch()
    for program in programs:
        program.wait_until_ready()


@pytest.mark.parametrize("seed", range(FIRST_SEED, FIRST_SEED + ROUNDS))
def test_killed_at_random_while_people_write_nothing_is_lost_and_nothing_done_twice(
    fresh_town: Town, seed: int
) -> None:
    town = fresh_town
    rng = random.Random(seed)
    restart(town.serve, town.work)
    with talking(town, rng) as talk:
        for _ in range(KILLS_A_ROUND):
            _one_kill(town, talk, rng)
    town.work.kill()
    town.time_passes()
    town.digest_is_due()
    town.work.start()
    town.settle_down()

    _tell(town, seed)
    assert broken_promises(town) == []


def _one_kill(town: Town, talk: Talk, rng: random.Random) -> None:
    talk.is_up.set()
    time.sleep(rng.uniform(0.1, 0.9))  # no waiting for anything: the moment of death is what is drawn
    victims = rng.choice([(town.serve,), (town.work,), (town.serve, town.work)])
    for program in victims:
        program.kill()
    talk.is_up.clear()
    town.time_passes()
    restart(*victims)


def _tell(town: Town, seed: int) -> None:
    said = town.account.said
    print(
        f"seed {seed}, {KILLS_A_ROUND} kills: {len(said)} messages, {sum(one.tries > 1 for one in said)} repeated, "
        f"{sum(not one.is_acknowledged for one in said)} given up, {len(town.account.sent_to_followers())} sent, "
        f"{sent_again(town).total()} of them twice"
    )
