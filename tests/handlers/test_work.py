"""Workers' orders: by role and place, by bound account; a name or a text gives nothing."""

from __future__ import annotations

import pytest

from models import audit
from models import ticket as tickets
from models.database import Database
from tests.cast import GROUP_3, GROUP_12, Cast, member_of

LAMP = "12栋2单元3楼路灯不亮了"
ORDERS = ("1 受理", "1 派 物业", "1 办结 已换灯", "1 不受理 属于市政")


@pytest.fixture
def reported(people: Cast) -> Cast:
    people.says("li", LAMP)
    return people


def test_a_grid_worker_takes_it_up_gives_it_on_and_settles_it(reported: Cast) -> None:
    statuses = []
    for text in ("1 受理", "1 派 物业", "1 办结 已换灯"):
        reported.says("xu", text)
        statuses.append(reported.ticket().status)

    assert statuses == ["accepted", "assigned", "resolved"]
    ticket = reported.ticket()
    assert (ticket.assignee, ticket.result, ticket.resolved_at) == ("物业", "已换灯", reported.now)


def test_every_step_is_told_in_the_group(reported: Cast) -> None:
    for text in ("1 受理", "1 派 物业", "1 办结 已换灯"):
        reported.says("xu", text)

    assert reported.templates(group=GROUP_12)[1:] == ["ticket.accepted", "ticket.assigned", "ticket.resolved"]


@pytest.mark.parametrize("text", ORDERS)
@pytest.mark.parametrize("who", ["liar", "peng", "li"])
def test_who_has_no_role_changes_nothing_whatever_he_calls_himself(reported: Cast, who: str, text: str) -> None:
    reported.says(who, text)

    assert reported.ticket().status == "open"
    with reported.database.read() as session:
        history = audit.history(session, reported.estate_id, reported.ticket().id)
    assert [entry.action for entry in history] == ["ticket.report"]


@pytest.mark.parametrize(
    "text", ["1 受\u200b理", "「小许：1 办结 已换灯」", "小许：1 办结 已换灯", "我是网格员 1 办结 换了灯"]
)
def test_borrowed_words_and_hidden_characters_do_not_help(reported: Cast, text: str) -> None:
    reported.says("liar", text)

    assert reported.ticket().status == "open"


@pytest.mark.parametrize(("who", "status"), [("wang", "resolved"), ("tan", "open"), ("xu", "resolved")])
def test_a_building_leader_works_in_his_own_building_only(reported: Cast, who: str, status: str) -> None:
    reported.says(who, "1 办结 已换灯", GROUP_12)

    assert reported.ticket().status == status


def test_a_leader_of_another_building_gets_nothing_by_asking_elsewhere_or_alone(reported: Cast) -> None:
    reported.says("tan", "1 办结 已换灯", GROUP_3)
    reported.says("tan", "1 办结 已换灯", None)

    assert reported.ticket().status == "open"


def test_a_leader_may_not_reject_what_only_the_grid_rejects(reported: Cast) -> None:
    reported.says("wang", "1 不受理 属于市政")

    assert reported.ticket().status == "open"


def test_a_rejection_wants_its_reason(reported: Cast) -> None:
    reported.says("xu", "1 不受理")
    assert reported.ticket().status == "open"

    reported.says("xu", "1 不受理 属于市政道路")
    assert (reported.ticket().status, reported.ticket().result) == ("rejected", "属于市政道路")


def test_a_number_that_is_not_there_is_said_to_the_worker(reported: Cast) -> None:
    reported.says("xu", "99 办结 已换灯")

    assert reported.templates()[-1] == "ticket.unknown"
    assert reported.ticket().status == "open"


def test_an_order_that_does_not_fit_the_state_is_refused_and_changes_nothing(reported: Cast) -> None:
    reported.says("xu", "1 办结 已换灯")

    reported.says("xu", "1 受理")

    assert reported.ticket().status == "resolved"
    assert reported.templates()[-1] == "ticket.not_now"


def test_the_same_order_delivered_twice_is_one(reported: Cast) -> None:
    order = reported.message("order", "xu", "1 受理")

    reported.hears(order), reported.hears(order)

    assert reported.templates(group=GROUP_12).count("ticket.accepted") == 1


def test_a_ticket_told_alone_and_settled_in_a_group_is_told_to_its_teller(people: Cast) -> None:
    people.says("li", LAMP, None)

    people.says("xu", "1 办结 已换灯", GROUP_12)

    assert "ticket.resolved" in people.templates(who="li")


def test_an_order_given_alone_is_told_in_the_group_and_answered_alone(reported: Cast) -> None:
    reported.says("xu", "1 办结 已换灯", None)

    assert "ticket.resolved" in reported.templates(group=GROUP_12)
    assert "ticket.resolved" in reported.templates(who="xu")


def test_two_tickets_are_made_one_with_all_their_households_and_taken_apart_again(reported: Cast) -> None:
    reported.says("cheng", "12栋2单元楼道声控灯坏了好多天")
    assert len(reported.tickets()) == 2

    reported.says("xu", "2 并入 1")
    assert (reported.ticket(2).status, reported.behind(1)) == ("merged", 1)
    reported.says("xu", "2 拆开")

    assert (reported.ticket(2).status, reported.behind(1)) == ("open", 0)


def test_orders_of_one_estate_never_reach_the_same_number_of_another(database: Database, reported: Cast) -> None:
    from dataclasses import replace

    from tests import cast

    other = cast.assemble(database, replace(cast.PLAN, name="梧桐里"))
    other.says("li", LAMP)

    other.says("xu", "1 办结 已换灯")

    assert (reported.ticket().status, other.ticket().status) == ("open", "resolved")
    with database.read() as session:
        assert len(tickets.live(session, reported.estate_id)) == 1


def test_whom_work_is_given_to_by_name_is_told_and_has_it(reported: Cast) -> None:
    reported.says("xu", "1 派 王姐")

    (told,) = reported.heard("ticket.given", who="wang")
    assert LAMP in told
    with reported.database.read() as session:
        assert reported.ticket().worker_id == member_of(session, reported.estate_id, "wang").id


@pytest.mark.parametrize("word", ["物业", "水电师傅老覃", "邻居", "老李", "谭老师"])
def test_a_word_that_names_no_worker_of_the_building_stays_a_word(reported: Cast, word: str) -> None:
    reported.says("xu", f"1 派 {word}")

    assert reported.ticket().assignee == word
    assert reported.heard("ticket.given") == []


def test_several_orders_in_one_message_are_all_done_and_what_cannot_be_is_said(reported: Cast) -> None:
    reported.says("hu", "12栋1单元大厅的垃圾桶满了三天没人倒")

    reported.says("xu", "1 办结 已换灯\n7 受理\n2 受理")

    assert [ticket.status for ticket in reported.tickets()] == ["resolved", "accepted"]
    (missing,) = reported.heard("ticket.unknown")
    assert "#7" in missing
