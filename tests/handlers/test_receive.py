"""Receiving: who, where, once; a rule's no undoes one handler's work alone; and whatever people do, the books agree."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from models import audit
from models import ticket as tickets
from models.database import Database
from models.inbox import InboxMessage
from models.member import Member, roles_of
from models.ticket import NEXT, Ticket, Voice
from tests import cast
from tests.cast import GROUP_3, GROUP_12, Cast
from tests.handlers.conftest import on_both

LAMP = "12栋2单元3楼路灯不亮了"


@on_both
def test_a_day_in_the_group_from_report_to_verdict(people: Cast) -> None:
    people.says("li", LAMP)
    people.says("peng", "我家也是")
    people.says("xu", "1 受理")
    people.says("xu", "1 办结 已换灯")
    people.says("li", "没修好")
    people.says("xu", "1 办结 换了整盏灯")
    people.says("li", "满意")

    ticket = people.ticket()
    assert (ticket.status, ticket.is_satisfied, ticket.times_reopened, people.behind()) == ("closed", True, 1, 1)
    with people.database.read() as session:
        told = [entry.action for entry in audit.history(session, people.estate_id, ticket.id)]
    assert told == [
        "ticket.report", "ticket.support", "ticket.accept", "ticket.resolve", "ticket.reopen", "ticket.resolve",
        "ticket.confirm",
    ]  # fmt: skip


def test_a_stranger_becomes_a_member_without_home_and_roles(people: Cast) -> None:
    people.says("stranger", "大家好")

    (found,) = people.all(Member, key="web:stranger")
    assert found.household_id is None
    with people.database.read() as session:
        assert roles_of(session, people.estate_id, found.id) == frozenset()


def test_a_stranger_with_the_key_of_a_worker_on_another_channel_is_a_stranger(people: Cast) -> None:
    people.says("li", LAMP)

    people.hears(replace(people.message("m9", "xu", "1 办结 换了灯", None), channel="official_account"))

    assert people.ticket().status == "open"


def test_times_are_read_in_the_estates_zone_whatever_zone_the_channel_speaks(people: Cast) -> None:
    from datetime import UTC

    late = people.now.replace(hour=23).astimezone(UTC)  # the 15th in Shanghai and in London

    people.hears(replace(people.message("m1", "li", "约明天下午3点到5点活动室"), at=late))

    from models.booking import Booking

    (held,) = people.all(Booking)
    assert held.starts_at.astimezone(people.now.tzinfo).strftime("%m-%d %H") == "04-16 15"


def test_a_refusal_undoes_one_handlers_work_and_not_the_message(people: Cast) -> None:
    people.says("li", "约今天上午8点到9点活动室")

    assert len(people.all(InboxMessage)) == 1
    assert people.templates() == ["booking.past"]


class Neighbourhood(RuleBasedStateMachine):
    """Random people say random things about tickets. Whatever comes of it, the books must agree."""

    people: Cast
    who = st.sampled_from([plan.key for plan in cast.PEOPLE])
    order = st.sampled_from(
        ["受理", "派 物业", "转 社区", "办结 已处理", "不受理 属于市政", "不受理", "拆开", "并入 1", "并入 2"]
    )
    problem = st.sampled_from([LAMP, "12栋1单元停水了", "3栋2单元楼道堆满了杂物", "12栋3单元电梯又停了"])
    word = st.sampled_from(["满意", "没修好", "撤回", "+1", "我家也是", "不是2单元是1单元", "谢谢"])
    group = st.sampled_from([GROUP_12, GROUP_3, None])

    @rule(who=who, text=problem, group=group)
    def tells(self, who: str, text: str, group: str | None) -> None:
        self.said.append((who, self.people.says(who, text, group)))

    @rule(who=who, text=word, group=group)
    def says(self, who: str, text: str, group: str | None) -> None:
        self.said.append((who, self.people.says(who, text, group)))

    @rule(who=st.sampled_from(["xu", "wang", "tan", "liar"]), number=st.integers(1, 4), text=order, group=group)
    def orders(self, who: str, number: int, text: str, group: str | None) -> None:
        self.said.append((who, self.people.says(who, f"{number} {text}", group)))

    @rule(data=st.data())
    def recalls(self, data: st.DataObject) -> None:
        if self.said:
            self.people.recalls(*data.draw(st.sampled_from(self.said)))

    @rule(minutes=st.sampled_from([1, 30, 600, -5]))
    def passes(self, minutes: int) -> None:
        self.people.passes(minutes=minutes)

    def __init__(self) -> None:
        super().__init__()
        self.said: list[tuple[str, str]] = []
        type(self).count += 1
        self.people = cast.assemble(self.database, replace(cast.PLAN, name=f"小区{self.count}"))

    database: Database
    count = 0

    @invariant()
    def numbers_have_no_gaps(self) -> None:
        known = self.people.tickets()
        assert [ticket.number for ticket in known] == list(range(1, len(known) + 1))

    @invariant()
    def every_history_is_complete_and_follows_the_table(self) -> None:
        with self.people.database.read() as session:
            for ticket in self.people.tickets():
                status = "open"
                for entry in audit.history(session, self.people.estate_id, ticket.id):
                    deed = entry.action.partition(".")[2]
                    if "status" in entry.facts:
                        assert NEXT[status][deed] == entry.facts["status"]
                        status = entry.facts["status"]
                assert status == ticket.status

    @invariant()
    def no_reporter_is_lost(self) -> None:
        with self.people.database.read() as session:
            for ticket in self.people.tickets():
                told = tickets.voices(session, ticket)
                assert told or ticket.status not in ("open", "accepted", "assigned")
                if ticket.merged_into:
                    into = tickets.get(session, self.people.estate_id, ticket.merged_into)
                    assert {v.id for v in told} <= {v.id for v in tickets.voices(session, into)}

    @invariant()
    def only_workers_gave_orders_and_only_where_they_may(self) -> None:
        keys = {member.id: member.key for member in self.people.all(Member)}
        for ticket in self.people.all(Ticket):
            if ticket.worker_id is not None:
                assert keys[ticket.worker_id] in {"xu", "tan" if ticket.building == "3" else "wang"} | (
                    {"wang", "tan"} if ticket.building is None else set()
                )

    @invariant()
    def everybody_is_one_voice_a_message(self) -> None:
        voices = [(voice.ticket_id, voice.inbox_id) for voice in self.people.all(Voice)]
        assert len(voices) == len(set(voices))


def test_whatever_people_say_about_tickets_the_books_agree(database: Database) -> None:
    class Here(Neighbourhood):
        pass

    Here.database = database
    run_state_machine_as_test(
        Here,
        settings=settings(
            max_examples=12,
            stateful_step_count=25,
            deadline=None,
            derandomize=True,
            database=None,
            suppress_health_check=list(HealthCheck),
        ),  # fmt: skip
    )


@pytest.mark.parametrize("text", ["", " ", "\u200b", "？" * 3000, "1", "A", "@小件", "\x00", "{}[]%s{0}", "🏠" * 50])
def test_no_text_breaks_the_way(people: Cast, text: str) -> None:
    people.says("li", text)
    people.says("li", text, None)

    assert len(people.all(InboxMessage)) == 2
