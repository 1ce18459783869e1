"""kill -9 between any two steps of receiving, of the clock and of sending: nothing acknowledged is lost, nothing is
done twice. The town's history grows from one death to the next and is judged after each."""

from __future__ import annotations

from itertools import pairwise

import pytest

from bot.fake_platform.followers import Said
from config.failpoints import POINTS
from tests.faults.judge import broken_promises, sent_again
from tests.faults.town import Town

RECEIVING = [point for point in POINTS if point.startswith(("receive.", "intake.", "passive."))]
SENDING = [point for point in POINTS if point.startswith("delivery.")]
AFTER = dict(pairwise(RECEIVING))
CLOCK = [point for point in POINTS if point.startswith("clock.")]


@pytest.fixture(autouse=True)
def _both_run(request: pytest.FixtureRequest) -> None:
    if "town" in request.fixturenames:
        town = request.getfixturevalue("town")
        dead = [program for program in (town.serve, town.work) if program.is_dead]
        for program in dead:
            program.launch()
        for program in dead:
            program.wait_until_ready()


def test_the_points_that_die_here_are_all_there_are() -> None:
    assert set(RECEIVING + SENDING + CLOCK) == set(POINTS)


@pytest.mark.parametrize("point", RECEIVING)
def test_a_death_while_a_message_is_taken_in_loses_nothing_and_doubles_nothing(town: Town, point: str) -> None:
    again = sent_again(town)
    if town.serve.failpoint != _armed(point):
        town.serve.kill()
        town.serve.start(_armed(point))

    fatal = _speak_until_it_dies(town)
    town.serve.start(_armed(AFTER.get(point, "")))  # the restart, and ready for the next test
    town.settle_down()

    assert fatal.is_acknowledged
    assert broken_promises(town) == []
    assert sent_again(town) == again


@pytest.mark.parametrize("point", SENDING)
def test_a_death_while_messages_go_out_repeats_only_what_was_sent_and_not_marked(town: Town, point: str) -> None:
    numbers = [_number(town.somebody_reports().answers[0]) for _ in range(3)]
    again = sent_again(town)
    town.work.kill()
    for number in numbers:
        town.worker_settles(number)

    town.work.start(failpoint=f"{point}:2")
    town.work.wait_for_death()
    town.time_passes()
    town.work.start()
    town.settle_down()

    assert broken_promises(town) == []
    assert (sent_again(town) - again).total() == (1 if point == "delivery.after-send" else 0)


@pytest.mark.parametrize("point", CLOCK)
def test_a_death_while_the_clock_works_leaves_one_reminder_and_one_digest(town: Town, point: str) -> None:
    again = sent_again(town)
    town.work.kill()
    for _ in range(2):
        town.somebody_books()
    town.time_passes()
    town.digest_is_due()

    town.work.start(failpoint=f"{point}:2")
    town.work.wait_for_death()
    town.time_passes()
    town.work.start()
    town.settle_down()

    assert broken_promises(town) == []
    assert sent_again(town) == again


def _armed(point: str) -> str:
    """It dies not of the first message but of a later one."""
    return f"{point}:6" if point else ""


def _speak_until_it_dies(town: Town) -> Said:
    """The message of which the web front died."""
    for _ in range(8):
        said = town.somebody_speaks()
        if not said.is_acknowledged:
            town.serve.wait_for_death()
            return said
    raise AssertionError("eight messages passed the failpoint")


def _number(answer: str) -> int:
    """The number of the ticket that an answer speaks of."""
    return int(answer.partition("#")[2].split()[0])
