"""The three rates: what they count, and what they leave out."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from models import rates
from models import ticket as tickets
from models.rates import Rate, Rates
from models.ticket import FALSE_ALARM, Ticket
from tests.cast import Stage
from tests.clock import NOW, SHANGHAI

BEGINS, ENDS = datetime(2026, 4, 1, tzinfo=SHANGHAI), datetime(2026, 5, 1, tzinfo=SHANGHAI)
MUCH_LATER = NOW + timedelta(days=60)


def of_april(on: Stage, now: datetime = MUCH_LATER) -> Rates:
    found = on.session.scalars(rates.told_between(Ticket.estate_id == on.estate_id, BEGINS, ENDS)).all()
    return rates.by(rates.judge(on.session, found, now, SHANGHAI), lambda ticket: "all").get("all", Rates())


def settle(on: Stage, ticket: Ticket, is_satisfied: bool | None = None, **later: float) -> None:
    cause = on.by("xu", **later)
    tickets.act(on.session, cause, ticket, "resolve", resolved_at=cause.now)
    if is_satisfied is not None:
        ticket.is_satisfied = is_satisfied


def test_response_is_being_taken_up_within_the_time_for_it(on: Stage) -> None:
    in_time, late, _never = on.report(), on.report(), on.report()
    tickets.act(on.session, on.by("xu", hours=2), in_time, "accept")
    tickets.act(on.session, on.by("xu", days=5), late, "accept")
    tickets.act(on.session, on.by("xu", days=6), late, "accept")

    assert of_april(on).response == Rate(1, 3)


def test_what_still_has_time_is_not_counted_yet(on: Stage) -> None:
    on.report()

    rate = of_april(on, NOW + timedelta(hours=1))

    assert (rate.told, rate.response, rate.resolution) == (1, Rate(0, 0), Rate(0, 0))


def test_resolution_is_settled_and_not_contradicted(on: Stage) -> None:
    for verdict in (None, True, False):
        settle(on, on.report(), verdict)
    refused = on.report()
    tickets.act(on.session, on.by("xu"), refused, "reject", result="属于市政")
    on.report()

    assert of_april(on).resolution == Rate(2, 5)


def test_silence_is_no_satisfaction_and_no_dissatisfaction(on: Stage) -> None:
    for verdict in (None, None, True, False):
        settle(on, on.report(), verdict)

    assert of_april(on).satisfaction == Rate(1, 2)


@pytest.mark.parametrize(
    "undo",
    [
        lambda on, ticket: tickets.act(on.session, on.by("li"), ticket, "withdraw"),
        lambda on, ticket: tickets.act(on.session, on.by("xu"), ticket, "reject", result=FALSE_ALARM),
        lambda on, ticket: tickets.merge(on.session, on.by("xu"), ticket, on.report()),
    ],
)
def test_what_was_no_matter_of_its_own_is_left_out(on: Stage, undo: Callable[[Stage, Ticket], None]) -> None:
    undo(on, on.report())

    live = len(tickets.live(on.session, on.estate_id))
    assert of_april(on).told == live


def test_a_month_ends_at_midnight_of_the_estate(on: Stage) -> None:
    on.report().reported_at = datetime(2026, 5, 1, 0, 0, tzinfo=SHANGHAI)
    on.report().reported_at = datetime(2026, 4, 30, 23, 59, tzinfo=SHANGHAI)
    on.session.flush()

    assert of_april(on).told == 1


@pytest.mark.parametrize(("rate", "share"), [(Rate(4, 4), None), (Rate(4, 5), 0.8), (Rate(0, 0), None)])
def test_of_fewer_than_five_there_is_no_share(rate: Rate, share: float | None) -> None:
    assert rate.share == share
