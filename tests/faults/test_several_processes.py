"""Three web fronts and three workers on one PostgreSQL, which is all that they share: whoever takes a message, an
occurrence or a letter, it is done once."""

from __future__ import annotations

import random
import threading
from collections import Counter
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import select

from bot.fake_platform.followers import Said
from models.due import Due
from models.member import Account
from models.outbox import OutboxMessage
from tests.faults.judge import broken_promises, sent_again
from tests.faults.program import Program
from tests.faults.town import WORKER, Town, found_on
from tests.postgres import Server, free_port

EACH, TALKERS, SAID_BY_EACH = 3, 6, 12


def others(town: Town, folder: Path) -> list[Program]:
    """The second and third of each kind."""
    made = []
    for n in range(2, EACH + 1):
        port = free_port()
        site = {"JIANJIAN_PORT": str(port), "JIANJIAN_BASE_URL": f"http://127.0.0.1:{port}"}
        for name in ("serve", "work"):
            made.append(Program(name, {**town.serve.environment, **site}, folder / f"{name}-{n}.log"))
    return made


@pytest.mark.parametrize("seed", [7])
def test_three_of_each_do_everything_once(postgres_server: Server, tmp_path: Path, seed: int) -> None:
    with found_on("postgresql", tmp_path, postgres_server) as town, ExitStack() as ending:
        programs = [town.serve, town.work, *others(town, tmp_path)]
        for program in programs:
            ending.callback(program.kill)
            program.launch()
        for program in programs:
            program.wait_until_ready()
        sites = [one.environment["JIANJIAN_BASE_URL"] for one in programs if one.command == "serve"]
        accounts = [replace(town.account, site=site) for site in sites]

        def talk(rng: random.Random) -> None:
            for _ in range(SAID_BY_EACH):
                speak = rng.choice(kinds)
                said = speak()
                for account in rng.sample(accounts, 2):  # the platform repeats it, and another front takes the repeat
                    account.deliver(said)

        kinds: list[Callable[[], Said]] = [town.somebody_reports, town.somebody_books, town.somebody_votes]
        _together([partial(talk, random.Random(seed + n)) for n in range(TALKERS)])
        for number in range(1, 6):
            town.worker_settles(number)
        town.time_passes()
        town.digest_is_due()
        town.settle_down()

        assert broken_promises(town) == []
        assert sent_again(town) == Counter()
        with town.database.read() as session:
            digests = session.scalars(select(OutboxMessage).filter_by(kind="digest", member_id=_worker(town))).all()
            done = session.scalars(select(Due).where(Due.kind == "digest", Due.done_at.is_not(None))).all()
        assert len(digests) == len(done) == 1


def _worker(town: Town) -> int:
    with town.database.read() as session:
        return session.scalars(select(Account.member_id).filter_by(address=WORKER)).one()


def _together(runs: list[Callable[[], None]]) -> None:
    threads = [threading.Thread(target=run) for run in runs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
