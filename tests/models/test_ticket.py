"""Tickets: their life, who stands behind them, and who hears of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest
from sqlalchemy import select

from models import audit
from models import ticket as tickets
from models.cause import Cause
from models.database import Database
from models.estate import Estate
from models.outbox import OutboxMessage
from models.refused import Refused
from models.ticket import LIVE, NEXT, STATUSES, Ticket
from tests import cast
from tests.cast import GROUP_3, GROUP_12, Stage, group_of
from tests.models.said import by_message

DEEDS = sorted({deed for deeds in NEXT.values() for deed in deeds})
# What each deed may begin from. Written down a second time, and not derived: a slip in the table shows here.
MAY_BEGIN = {
    "accept": {"open", "accepted", "assigned"},
    "assign": {"open", "accepted", "assigned"},
    "transfer": {"accepted", "assigned"},
    "resolve": {"open", "accepted", "assigned"},
    "reject": {"open", "accepted", "assigned"},
    "withdraw": {"open", "accepted", "assigned", "rejected"},
    "merge": {"open", "accepted", "assigned", "resolved"},
    "unmerge": {"merged"},
    "confirm": {"resolved", "closed"},
    "reopen": {"resolved", "closed", "rejected"},
    "lapse": {"resolved"},
}
LEADS_TO = {
    "lapse": "closed",
    "accept": "accepted",
    "assign": "assigned",
    "transfer": "assigned",
    "resolve": "resolved",
    "reject": "rejected",
    "withdraw": "withdrawn",
    "merge": "merged",
    "unmerge": "open",
    "confirm": "closed",
    "reopen": "open",
}


def in_state(on: Stage, status: str) -> Ticket:
    ticket = on.report()
    ticket.status = status
    on.session.flush()
    return ticket


def test_every_deed_of_the_table_is_known_here() -> None:
    assert set(DEEDS) == set(MAY_BEGIN) == set(LEADS_TO)


def test_every_state_is_reached_and_none_leads_out_of_the_table() -> None:
    reached = {state for deeds in NEXT.values() for state in deeds.values()} | {"open"}

    assert reached == set(STATUSES)
    assert set(LIVE) <= set(STATUSES)


@pytest.mark.parametrize("deed", DEEDS)
def test_every_pair_of_state_and_deed_is_allowed_or_refused(on: Stage, deed: str) -> None:
    for status in STATUSES:
        ticket = in_state(on, status)

        if status in MAY_BEGIN[deed]:
            tickets.act(on.session, on.by("xu"), ticket, deed)
            assert ticket.status == LEADS_TO[deed]
        else:
            with pytest.raises(Refused, match="ticket.not_now"):
                tickets.act(on.session, on.by("xu"), ticket, deed)
            assert ticket.status == status
            assert [entry.action for entry in audit.history(on.session, on.estate_id, ticket.id)] == ["ticket.report"]


def test_numbers_rise_by_one(on: Stage) -> None:
    assert [on.report().number for _ in range(4)] == [1, 2, 3, 4]


def test_a_household_counts_once_however_many_of_it_speak(on: Stage) -> None:
    ticket = on.report("peng")

    answers = [tickets.support(on.session, on.by(who), ticket, on.who(who)) for who in ("li", "fang", "li", "cheng")]

    assert answers == [True, False, False, True]
    assert len(tickets.households_behind(on.session, ticket)) == 2


def test_the_reporters_own_household_is_no_supporter(on: Stage) -> None:
    ticket = on.report("li")

    is_new = tickets.support(on.session, on.by("fang"), ticket, on.who("fang"))

    assert not is_new
    assert tickets.households_behind(on.session, ticket) == frozenset()


def test_a_merged_ticket_brings_its_reporter_and_supporters_along(on: Stage) -> None:
    first, second = on.report("li"), on.report("peng")
    tickets.support(on.session, on.by("cheng"), second, on.who("cheng"))

    tickets.merge(on.session, on.by("xu"), second, first)

    assert second.status == "merged"
    assert len(tickets.households_behind(on.session, first)) == 2


def test_merging_twice_over_keeps_everybody_of_the_first_merge(on: Stage) -> None:
    first, second, third = on.report("li"), on.report("peng"), on.report("cheng")

    tickets.merge(on.session, on.by("xu"), first, second)
    tickets.merge(on.session, on.by("xu"), second, third)

    assert len(tickets.households_behind(on.session, third)) == 2


def test_unmerging_gives_each_ticket_its_own_people_back(on: Stage) -> None:
    first, second = on.report("li"), on.report("peng")
    tickets.merge(on.session, on.by("xu"), second, first)

    tickets.unmerge(on.session, on.by("xu"), second)

    assert (second.status, second.merged_into) == ("open", None)
    assert tickets.households_behind(on.session, first) == frozenset()
    assert len(tickets.households_behind(on.session, second, and_reporter=True)) == 1


@pytest.mark.parametrize("status", ["withdrawn", "rejected", "merged", "closed"])
def test_nothing_is_merged_into_a_ticket_on_which_nobody_works(on: Stage, status: str) -> None:
    ticket, into = on.report("li"), in_state(on, status)

    with pytest.raises(Refused, match="ticket.cannot_merge"):
        tickets.merge(on.session, on.by("xu"), ticket, into)

    assert ticket.status == "open"


def test_a_ticket_is_not_merged_into_itself(on: Stage) -> None:
    ticket = on.report()

    with pytest.raises(Refused, match="ticket.cannot_merge"):
        tickets.merge(on.session, on.by("xu"), ticket, ticket)


@pytest.mark.parametrize("status", sorted(set(STATUSES) - set(LIVE)))
def test_the_place_of_a_settled_ticket_stays_as_it_is(on: Stage, status: str) -> None:
    ticket = in_state(on, status)

    with pytest.raises(Refused, match="ticket.not_now"):
        tickets.amend(on.session, on.by("li"), ticket, {"building": "3"})

    assert ticket.building == "12"


def test_the_history_names_every_deed_with_its_doer_in_order(on: Stage) -> None:
    ticket = on.report("li")
    tickets.support(on.session, on.by("peng"), ticket, on.who("peng"))
    tickets.act(on.session, on.by("xu"), ticket, "accept", worker_id=on.who("xu").id)
    tickets.act(on.session, on.by("xu"), ticket, "resolve", result="换灯")

    told = [(entry.action, entry.member_id) for entry in audit.history(on.session, on.estate_id, ticket.id)]

    li, peng, xu = (on.who(key).id for key in ("li", "peng", "xu"))
    assert told == [("ticket.report", li), ("ticket.support", peng), ("ticket.accept", xu), ("ticket.resolve", xu)]


# Who hears of it.


def told(on: Stage) -> Sequence[OutboxMessage]:
    return on.session.scalars(select(OutboxMessage).order_by(OutboxMessage.id)).all()


def a_report(on: Stage, who: str, group: str | None) -> Ticket:
    facts = tickets.Report("lighting", "normal", {"building": "12"}, ("building",), "灯不亮")
    return tickets.report(on.session, by_message(on, who, group), on.who(who), facts)


def test_a_change_is_told_once_in_the_group_where_it_was_reported(on: Stage) -> None:
    ticket = a_report(on, "li", GROUP_12)

    tickets.tell_all(on.session, by_message(on, "xu", GROUP_12), ticket, "ticket.accepted", worker="小许")

    (row,) = told(on)
    assert row.group_id == group_of(on.session, on.estate_id, GROUP_12).id


def test_who_reported_alone_hears_of_it_also_when_the_worker_answers_in_a_group(on: Stage) -> None:
    ticket = a_report(on, "li", None)

    tickets.tell_all(on.session, by_message(on, "xu", GROUP_12), ticket, "ticket.accepted", worker="小许")

    assert on.who("li").id in {row.member_id for row in told(on)}


def test_who_joined_in_another_group_or_alone_hears_of_it_there(on: Stage) -> None:
    ticket = a_report(on, "li", GROUP_12)
    tickets.support(on.session, by_message(on, "ouyang", GROUP_3), ticket, on.who("ouyang"))
    tickets.support(on.session, by_message(on, "hu", None), ticket, on.who("hu"))

    tickets.tell_all(on.session, by_message(on, "xu", GROUP_12), ticket, "ticket.accepted", worker="小许")

    groups = {group_of(on.session, on.estate_id, name).id for name in (GROUP_12, GROUP_3)}
    assert {row.group_id for row in told(on)} - {None} == groups
    assert [row.member_id for row in told(on) if row.member_id] == [on.who("hu").id]


def test_who_reported_what_was_merged_hears_of_the_one_that_is_left(on: Stage) -> None:
    kept, merged = a_report(on, "li", GROUP_12), a_report(on, "ouyang", GROUP_3)
    tickets.merge(on.session, by_message(on, "xu", GROUP_12), merged, kept)

    tickets.tell_all(on.session, by_message(on, "xu", GROUP_12), kept, "ticket.accepted", worker="小许")

    assert group_of(on.session, on.estate_id, GROUP_3).id in {row.group_id for row in told(on)}


def test_a_worker_who_orders_alone_is_answered_alone_and_the_group_hears_too(on: Stage) -> None:
    ticket = a_report(on, "li", GROUP_12)

    tickets.tell_all(on.session, by_message(on, "xu", None), ticket, "ticket.accepted", worker="小许")

    group = group_of(on.session, on.estate_id, GROUP_12).id
    assert {(row.group_id, row.member_id) for row in told(on)} == {(group, None), (None, on.who("xu").id)}


# Taking back.


def test_a_recalled_report_alone_on_its_ticket_withdraws_it(on: Stage) -> None:
    ticket = a_report(on, "li", GROUP_12)
    (voice,) = tickets.voices(on.session, ticket)

    tickets.take_back(on.session, on.by("li"), ticket, voice.inbox_id or 0)

    assert ticket.status == "withdrawn"


def test_a_recalled_report_on_which_others_stand_leaves_the_ticket(on: Stage) -> None:
    ticket = a_report(on, "li", GROUP_12)
    tickets.support(on.session, by_message(on, "peng", GROUP_12), ticket, on.who("peng"))
    first = tickets.voices(on.session, ticket)[0]

    tickets.take_back(on.session, on.by("li"), ticket, first.inbox_id or 0)

    assert ticket.status == "open"
    assert [voice.member_id for voice in tickets.voices(on.session, ticket)] == [on.who("peng").id]


def test_a_recalled_support_takes_its_household_away_and_nothing_else(on: Stage) -> None:
    ticket = a_report(on, "li", GROUP_12)
    cause = by_message(on, "peng", GROUP_12)
    tickets.support(on.session, cause, ticket, on.who("peng"))

    tickets.take_back(on.session, cause, ticket, cause.inbox_id or 0)

    assert ticket.status == "open"
    assert tickets.households_behind(on.session, ticket) == frozenset()


# Two at once.


@pytest.mark.parametrize("database_kind", ["postgresql"])  # SQLite lets one writer in at a time
def test_of_two_who_settle_and_withdraw_at_once_one_is_refused(doors: tuple[Database, Database, Database]) -> None:
    database, second, _ = doors
    people = cast.assemble(database)
    with database.write() as session:
        on = Stage(session, people.estate_id)
        number = on.report().number

    with database.write() as one, second.write() as other:
        mine, his = (tickets.by_number(session, people.estate_id, number) for session in (one, other))
        assert mine and his
        tickets.act(one, Cause(people.estate_id, on.now), mine, "withdraw")
        one.commit()
        with pytest.raises(Refused, match="ticket.not_now"):
            tickets.act(other, Cause(people.estate_id, on.now), his, "resolve")


# Two estates.


def test_two_estates_count_alone_and_never_see_each_other(on: Stage) -> None:
    other = cast.stage(on.session, replace(cast.PLAN, name="梧桐里"))
    mine = on.report("li")
    his = other.report("li")
    tickets.support(on.session, other.by("peng"), his, other.who("peng"))

    assert mine.number == his.number == 1
    assert tickets.by_number(on.session, on.estate_id, 1) is mine
    assert [listed.id for listed in tickets.live(on.session, other.estate_id)] == [his.id]
    assert tickets.households_behind(on.session, mine) == frozenset()
    assert on.session.get_one(Estate, on.estate_id).name != on.session.get_one(Estate, other.estate_id).name
