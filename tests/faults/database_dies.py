"""Scenarios `restarts` and `failover`: PostgreSQL dies while people write, and comes back or its standby takes over.

Nothing that was acknowledged may be lost. A letter may go out twice where the death fell between sending and marking.
"""

from __future__ import annotations

import random
import statistics
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

from tests.faults import cluster as clusters
from tests.faults.cluster import Cluster
from tests.faults.judge import conclude, sent_again
from tests.faults.kills import talking
from tests.faults.played import Played
from tests.faults.program import wait_until
from tests.faults.town import Town, found_at
from tests.postgres import free_port

LIFE_SECONDS = (1.0, 4.0)  # how long a server lives between two deaths
DYING_SECONDS = 0.3  # until it is surely dead
AGAIN = "seconds until writing again, at most"


def restarts(seed: int, rounds: int, folder: Path, kind: str) -> Played:
    """Restarted in turns: told to end, and cut off at once."""
    played = Played("restarts", kind, seed)
    with clusters.running() as cluster:

        def restart(number: int) -> None:
            cluster.primary.stop("fast" if number % 2 else "immediate")
            cluster.primary.start()

        _play(cluster, cluster.url((cluster.primary.port,)), restart, rounds, folder, played)
    return played


def failover(seed: int, rounds: int, folder: Path, kind: str) -> Played:
    """The primary is killed, its synchronous standby promoted, and a new standby made of that."""
    played = Played("failover", kind, seed)
    with clusters.running() as cluster:
        ports = (cluster.primary.port, free_port())
        cluster.add_standby(ports[1])

        def fail_over(_number: int) -> None:
            freed = cluster.primary.port
            cluster.fail_over()
            cluster.add_standby(freed)

        _play(cluster, cluster.url(ports), fail_over, rounds, folder, played)
    return played


def _play(cluster: Cluster, url: str, die: Callable[[int], None], rounds: int, folder: Path, played: Played) -> None:
    rng = random.Random(played.seed)
    with found_at(url, folder) as town:
        for program in (town.serve, town.work):
            program.launch()
        for program in (town.serve, town.work):
            program.wait_until_ready()
        waits = []
        with talking(town, rng) as talk:
            talk.is_up.set()
            for number in range(rounds):
                time.sleep(rng.uniform(*LIFE_SECONDS))
                waits.append(_one_death(town, partial(die, number)))
                played.faults += 1
                played.history.append({"died": number, "writing again after": round(waits[-1], 2)})
        town.settle_down()
        town.digest_is_due()
        town.settle_down()
        median, longest = round(statistics.median(waits), 2), round(max(waits), 2)
        seconds = {"seconds until writing again, median": median, AGAIN: longest}
        conclude(town, played, {"sent twice over a death": sent_again(town).total()} | seconds)


def _one_death(town: Town, die: Callable[[], None]) -> float:
    """Seconds from the death until a message that was said after it is acknowledged."""
    begun = time.monotonic()
    town.work.died_at.append(begun)  # a letter that was being sent then may go out again
    with ThreadPoolExecutor(1) as beside:
        dying = beside.submit(die)
        time.sleep(DYING_SECONDS)
        before = len(town.account.said)
        wait_until(lambda: any(said.is_acknowledged for said in town.account.said[before:]), "somebody is heard again")
        heard_at = time.monotonic()
        dying.result()  # a death that failed is no death
    town.work.died_at.append(heard_at)  # and one that was sent meanwhile could not be marked
    return heard_at - begun
