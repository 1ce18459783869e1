"""What falls due: told to those concerned, with all its facts."""

from __future__ import annotations

from datetime import timedelta

import pytest

from handlers import due as due_deeds
from models.due import Due
from models.meeting import REMIND_BEFORE, Meeting
from models.outbox import OutboxMessage
from tests.cast import GROUP_12, Cast
from tests.clock import NOW

LAMP = "12栋2单元3楼路灯不亮了"


def test_a_digest_lists_what_waits_with_the_number_first(people: Cast) -> None:
    people.says("li", LAMP)

    people.passes(hours=8)

    (told,) = people.heard("digest.worker", who="xu")
    assert "【12栋】" in told
    assert "\n1 " in told


def test_no_worker_hears_of_anothers_estate_and_no_resident_gets_a_digest(people: Cast) -> None:
    people.says("li", LAMP)

    people.passes(hours=8)

    (row,) = people.all(OutboxMessage, kind="digest")
    assert (row.group_id, row.template) == (None, "digest.worker")
    assert people.templates(group=GROUP_12) == ["ticket.reported"]


@pytest.mark.parametrize(
    ("late", "day_before", "hour_before"),
    [(0, True, True), (22, True, True), (23, False, True), (23.9, False, True), (24, False, False), (48, False, False)],
)
def test_a_reminder_is_worth_sending_until_the_next_one_is_due(
    late: float, day_before: bool, hour_before: bool
) -> None:
    called = Meeting(starts_at=NOW + timedelta(days=1))
    now = NOW + timedelta(hours=late)

    worth = [
        called.starts_at - due_deeds._next_shorter(called, Due(at=called.starts_at - before)) > now
        for before in REMIND_BEFORE
    ]

    assert worth == [day_before, hour_before]


def test_a_worker_who_asks_the_bot_alone_gets_his_digest_at_once(people: Cast) -> None:
    people.says("li", LAMP)

    people.says("xu", "今天的简报", group=None)
    people.says("li", "今天的简报", group=None)

    (told,) = people.heard("digest.worker", who="xu")
    assert "\n1 " in told
    assert people.heard("digest.worker", who="li") == []


def test_an_urgent_report_reaches_the_worker_without_waiting_for_the_digest(people: Cast) -> None:
    people.says("li", "12栋3单元电梯停了，一动不动")

    (told,) = people.heard("ticket.told_worker", who="xu")
    assert "1 受理" in told
