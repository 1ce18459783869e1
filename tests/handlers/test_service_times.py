"""Service times: warned before, handed over after, stopped while the reporter is asked, never twice."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from bot import clock
from models import audit, service
from models import ticket as tickets
from models.setup import MemberPlan, RolePlan
from tests import cast
from tests.cast import GROUP_12, PLAN, Cast, stage_of
from tests.clock import NOW, SHANGHAI

LAMP = "12栋2单元3楼路灯不亮了"
STAFF = MemberPlan("ning", "宁主任", roles=(RolePlan("community_staff"),))


def at(day: str, time: str) -> datetime:
    return datetime.fromisoformat(f"{day}T{time}").replace(tzinfo=SHANGHAI)


def steps(people: Cast, number: int = 1) -> list[tuple[str, str]]:
    """What the clock did with a ticket, and when (day and hour)."""
    kinds = ("ticket.warn", "ticket.hand_over", "ticket.tell_again")
    with people.database.read() as session:
        entries = audit.history(session, people.estate_id, people.ticket(number).id)
        return [
            (entry.action.removeprefix("ticket."), f"{entry.at.astimezone(SHANGHAI):%m-%d %H:%M}")
            for entry in entries
            if entry.action in kinds
        ]


@pytest.fixture
def staffed(people: Cast) -> Cast:
    """The cast with somebody in the community's office."""
    return cast.assemble(people.database, replace(PLAN, name="梧桐里", members=(*PLAN.members, STAFF)))


def test_a_report_says_by_when_it_is_taken_up_and_answered(people: Cast) -> None:
    people.says("li", LAMP)

    ticket = people.ticket()

    assert (ticket.dispatch_by, ticket.answer_by) == (at("2026-04-16", "10:00"), at("2026-04-24", "10:00"))


def test_whoever_is_in_charge_is_warned_once_before_the_time(people: Cast) -> None:
    people.says("li", LAMP)

    people.lives(hours=23)

    assert steps(people) == [("warn", "04-16 08:30")]
    assert len(people.heard("ticket.due_soon", who="xu")) == 1


def test_what_nobody_takes_up_goes_to_the_next_level_that_somebody_holds(staffed: Cast) -> None:
    staffed.says("li", LAMP)

    staffed.lives(days=1, minutes=1)

    (told,) = staffed.heard("ticket.handed_over", who="ning")
    assert "到时间还没办好" in told
    assert staffed.ticket().level == "community_staff"


def test_the_last_level_is_told_again_once_a_working_day_and_not_at_night_or_on_days_off(people: Cast) -> None:
    people.says("li", LAMP)  # on a Wednesday at ten

    people.lives(days=6)

    handed = [when for what, when in steps(people) if what == "tell_again"]
    assert handed == ["04-16 10:00", "04-17 10:00", "04-20 10:00", "04-21 10:00"]


def test_after_an_outage_of_days_one_step_is_done_and_told(people: Cast) -> None:
    people.says("li", LAMP)

    people.passes(days=5)
    for _ in range(3):
        clock.tick(people.database, people.now)

    assert len(people.heard("ticket.handed_over")) == 1


def test_what_is_settled_in_time_is_neither_warned_of_nor_handed_over(people: Cast) -> None:
    people.says("li", LAMP)
    people.says("xu", "1 受理")
    people.says("xu", "1 办结 换了灯泡")

    people.lives(days=20)

    assert steps(people) == []


def test_what_is_taken_up_but_not_answered_is_handed_over_at_its_second_time(people: Cast) -> None:
    people.says("li", LAMP)
    people.says("xu", "1 受理")

    people.lives(days=9, minutes=1)

    assert [what for what, _ in steps(people)] == ["warn", "tell_again"]
    assert steps(people)[-1] == ("tell_again", "04-24 10:00")


def test_an_urgent_matter_is_handed_over_at_night_too(people: Cast) -> None:
    people.now = at("2026-04-15", "22:00")
    people.says("li", "12栋停水了")

    people.lives(hours=2, minutes=1)

    assert steps(people)[-1] == ("tell_again", "04-16 00:00")


def test_while_the_reporter_is_asked_the_clock_stands_and_his_answer_goes_to_the_worker(people: Cast) -> None:
    people.says("li", LAMP)
    people.says("xu", "1 受理")
    before = people.ticket().answer_by
    people.passes(hours=1)
    people.says("xu", "1 等回复 请问是楼道里还是单元门外的那盏？")
    assert people.heard("ticket.question", group=GROUP_12)

    people.lives(days=12)
    assert steps(people) == []
    people.says("peng", "今天好热")
    people.says("li", "单元门外那盏")

    (answer,) = people.heard("ticket.question_answered", who="xu")
    assert "单元门外那盏" in answer
    assert before is not None and (people.ticket().answer_by or before) > before
    assert people.ticket().waits_since is None


def test_only_the_reporter_answers_a_question_and_only_a_worker_asks(people: Cast) -> None:
    people.says("li", LAMP)
    people.says("peng", "1 等回复 请问是哪一盏")
    assert people.ticket().waits_since is None

    people.says("xu", "1 等回复 请问是哪一盏")
    people.says("peng", "我看是门外那盏")

    assert people.ticket().waits_since is not None


def test_more_danger_shortens_the_times_at_once(people: Cast) -> None:
    with people.database.write() as session:
        on = stage_of(session)
        ticket = on.report()
        tickets.raise_urgency(session, on.by("li"), ticket, "urgent")
        assert (ticket.dispatch_by, ticket.answer_by) == (NOW + timedelta(hours=2), NOW + timedelta(hours=24))
        tickets.recategorise(session, on.by("xu"), ticket, "gas")
        assert ticket.answer_by == NOW + timedelta(hours=24)


def test_opened_again_the_clock_begins_anew(people: Cast) -> None:
    people.says("li", LAMP)
    people.says("xu", "1 办结 换了灯泡")
    people.passes(days=2)

    people.says("li", "没修好，还是黑的")

    assert people.ticket().dispatch_by == at("2026-04-20", "10:00")
    assert people.ticket().level is None


def test_the_second_time_that_it_is_not_mended_the_next_level_is_told_at_once(staffed: Cast) -> None:
    staffed.says("li", LAMP)
    for _ in range(2):
        staffed.says("xu", "1 办结 换了灯泡")
        staffed.passes(hours=1)
        staffed.says("li", "没修好，还是黑的")

    (told,) = staffed.heard("ticket.handed_over", who="ning")
    assert "修了两次" in told


def test_a_look_that_comes_twice_or_late_does_nothing_twice(people: Cast) -> None:
    with people.database.write() as session:
        on = stage_of(session)
        ticket = on.report()
        late = on.by(days=1, minutes=1)
        for _ in range(3):
            service.watch(session, late, ticket)
        entries = audit.history(session, on.estate_id, ticket.id)

    assert [entry.action for entry in entries if entry.action == "ticket.tell_again"] == ["ticket.tell_again"]


def test_a_ticket_from_before_the_clock_is_left_alone(people: Cast) -> None:
    with people.database.write() as session:
        on = stage_of(session)
        ticket = on.report()
        ticket.clock_began_at = ticket.dispatch_by = ticket.answer_by = None

        service.watch(session, on.by(days=30), ticket)
        service.refresh(session, on.by(days=30), ticket)

        assert service.due_by(ticket) is None and not service.is_overdue(ticket, NOW + timedelta(days=30))
