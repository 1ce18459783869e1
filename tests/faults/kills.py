"""Scenario `kills`: kill -9 while people write, at random moments and at every named failpoint.

A town dies twenty times, then another is founded: its history stays short enough to be judged line by line. The first
broken promise ends it. What is
drawn from the seed is who writes what, who dies, at which step or after how long; how the threads interleave is not.
"""

from __future__ import annotations

import random
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from bot.fake_platform.followers import Said
from config.failpoints import POINTS
from tests import postgres
from tests.faults.judge import conclude, sent_again
from tests.faults.played import Played
from tests.faults.program import Program
from tests.faults.town import Town, found_on
from tests.postgres import Server

KILLS_A_TOWN = 20
TALKERS = 3
PAUSE_SECONDS = 0.02  # between two messages of one talker
WAIT_SECONDS = 0.1  # before the platform tries again; the real one takes 5
LONGEST_LIFE_SECONDS = 0.8  # and of one that waits for its failpoint
PATIENCE_SECONDS = 4.0
AT_A_POINT = 0.5  # share of deaths at a failpoint
SERVES = ("receive", "intake", "passive")  # whose failpoints the web front passes


@dataclass
class Talk:
    """People who write all the time, and a platform that repeats once the program is back."""

    town: Town
    is_up: threading.Event = field(default_factory=threading.Event)
    is_over: threading.Event = field(default_factory=threading.Event)
    numbers: deque[int] = field(default_factory=deque)  # of tickets that nobody has settled
    known: set[int] = field(default_factory=set)

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
            number = int(said.answers[0].partition("#")[2].split()[0])
            if number not in self.known:  # else it joined a ticket that is settled once, by whoever told it first
                self.known.add(number)
                self.numbers.append(number)
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


def play(seed: int, kills: int, folder: Path, kind: str, server: Server | None = None) -> Played:
    """As many deaths as asked for, in towns of twenty. A later town is the first one of a later seed."""
    played = Played("kills", kind, seed)
    with ExitStack() as ending:
        if kind == "postgresql" and server is None:
            server = ending.enter_context(postgres.running())
        while played.faults < kills and not played.broken:
            town_seed = seed + played.faults // KILLS_A_TOWN
            home = folder / f"town-{town_seed}"
            home.mkdir()
            with found_on(kind, home, server) as town:
                _play_in(town, town_seed, min(KILLS_A_TOWN, kills - played.faults), played)
    return played


def _play_in(town: Town, seed: int, kills: int, played: Played) -> None:
    rng = random.Random(seed)
    played.history.append({"town": seed})
    _revive(town.serve, town.work)
    with talking(town, rng) as talk:
        for _ in range(kills):
            talk.is_up.set()
            played.history.append(_one_death(town, rng))
            played.faults += 1
            talk.is_up.clear()
            town.time_passes()
            _revive_armed(town, rng)
    town.work.kill()
    town.time_passes()
    town.digest_is_due()
    _revive(town.serve, town.work)
    town.settle_down()
    _take_down(town, played)


def _one_death(town: Town, rng: random.Random) -> dict[str, object]:
    """The next death: at the failpoint for which a program was armed, else when its time has come."""
    armed = [program for program in (town.serve, town.work) if program.failpoint]
    life = rng.uniform(0.1, LONGEST_LIFE_SECONDS)
    victims = rng.choice([(town.serve,), (town.work,), (town.serve, town.work)])
    if armed and armed[0].dies_within(PATIENCE_SECONDS):
        return {"died": [armed[0].command], "at": armed[0].failpoint}
    time.sleep(life)  # no waiting for anything: the moment of death is what is drawn
    for program in victims:
        program.kill()
    return {"died": [program.command for program in victims], "after": round(life, 3)}


def _revive_armed(town: Town, rng: random.Random) -> None:
    """Starts what is dead; every other time one of the two is to die at a step that is drawn."""
    point = rng.choice(POINTS) if rng.random() < AT_A_POINT else ""
    chosen = None if not point else town.serve if point.startswith(SERVES) else town.work
    for program in (town.serve, town.work):
        is_armed = program is chosen
        if program.is_dead or is_armed or program.failpoint:
            program.kill()
            program.launch(f"{point}:{rng.randint(1, 6)}" if is_armed else "")
    for program in (town.serve, town.work):
        program.wait_until_ready()


def _revive(*programs: Program) -> None:
    for program in programs:
        program.kill()
        program.launch()
    for program in programs:
        program.wait_until_ready()


def _take_down(town: Town, played: Played) -> None:
    counts = {
        "repeated": sum(one.tries > 1 for one in town.account.said),
        "sent": len(town.account.sent_to_followers()),
        "sent twice over a death": sent_again(town).total(),
    }
    conclude(town, played, counts)
