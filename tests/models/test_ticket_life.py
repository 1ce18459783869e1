"""Tickets under random orders of random people, held against a small model of what may be."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import select
from sqlalchemy.orm import Session

from handlers import due, work
from handlers.understanding.meaning import Order
from models import audit, service
from models import ticket as tickets
from models.cause import Cause
from models.due import Due
from models.member import voter
from models.refused import Refused
from models.ticket import NEXT, Ticket, Voice
from tests import cast
from tests.cast import GROUP_12, Stage
from tests.models.said import by_message

RESIDENTS = ("li", "fang", "peng", "cheng", "hu", "liar")
EVERYBODY = (*RESIDENTS, "xu", "wang", "tan", "ouyang")
# Most orders come from those who may give them. (What is sampled twice is drawn no oftener.)
ORDERERS = st.integers(0, 9).map(lambda n: ("xu", "xu", "xu", "xu", "xu", "wang", "wang", "peng", "tan", "liar")[n])
# Who may do what to a ticket of building 12: written down once more, by hand.
MAY = {
    "xu": {"accept", "assign", "transfer", "resolve", "reject", "merge", "unmerge", "ask", "all_clear"},
    "wang": {"accept", "assign", "resolve", "ask", "all_clear"},
}
ORDERS = ("accept", "assign", "transfer", "resolve", "reject", "unmerge", "ask", "all_clear")
NEEDS_REASON = {"reject"}
NOTES = ("", "换了灯")
LIVE = {"open", "accepted", "assigned"}
ENDED = {"resolved", "closed", "rejected"}


@dataclass
class Known:
    """What must be true of a ticket."""

    reporter: str
    urgency: str
    status: str = "open"
    into: int | None = None
    began: datetime | None = None  # since when its time runs, at the earliest
    voices: set[tuple[str, int]] = field(default_factory=set)  # (member's key, inbox id)


class Street(RuleBasedStateMachine):
    """People tell, join and recall; workers and others give orders; time passes."""

    session: Session

    @initialize()
    def begin(self) -> None:
        self.savepoint = self.session.begin_nested()
        self.on: Stage = cast.stage(self.session)
        self.known: dict[int, Known] = {}
        self.minutes = 0
        for who, urgency in (("li", "normal"), ("peng", "emergency"), ("cheng", "normal")):
            self.tells(who, urgency)
        self.orders_done("xu", 3, "resolve", "换了灯")

    def cause(self, who: str) -> Cause:
        self.minutes += 1
        return by_message(self.on, who, GROUP_12, minutes=self.minutes)

    def ticket(self, number: int) -> Ticket:
        return self.session.scalars(select(Ticket).filter_by(estate_id=self.on.estate_id, number=number)).one()

    def drawn(self, data: st.DataObject) -> int:
        return data.draw(st.sampled_from(sorted(self.known)))

    @precondition(lambda self: len(self.known) < 7)
    @rule(who=st.sampled_from(RESIDENTS), urgency=st.sampled_from(["normal", "urgent", "emergency"]))
    def somebody_tells(self, who: str, urgency: str) -> None:
        self.tells(who, urgency)

    def tells(self, who: str, urgency: str) -> None:
        cause = self.cause(who)
        told = tickets.Report("lighting", urgency, {"building": "12"}, ("building",), "灯不亮")
        ticket = tickets.report(self.session, cause, self.on.who(who), told)
        self.known[ticket.number] = Known(who, urgency, began=cause.now, voices={(who, cause.inbox_id or 0)})

    @precondition(lambda self: self.known)
    @rule(data=st.data(), who=st.sampled_from(EVERYBODY))
    def joins(self, data: st.DataObject, who: str) -> None:
        number, cause = self.drawn(data), self.cause(who)
        tickets.support(self.session, cause, self.ticket(number), self.on.who(who))
        self.known[number].voices.add((who, cause.inbox_id or 0))

    @precondition(lambda self: self.known)
    @rule(
        data=st.data(),
        who=ORDERERS,
        verb=st.sampled_from(ORDERS),
        note=st.sampled_from(NOTES),
    )
    def orders(self, data: st.DataObject, who: str, verb: str, note: str) -> None:
        self.orders_done(who, self.drawn(data), verb, note)

    def orders_done(self, who: str, number: int, verb: str, note: str) -> None:
        known, is_done = self.known[number], self.carries_out(who, number, Order(verb, number, "物业", note))

        assert is_done == (
            verb in MAY.get(who, set()) and self.can(known, verb) and not (verb in NEEDS_REASON and not note)
        )
        if is_done:
            self.moves(known, verb)

    def can(self, known: Known, verb: str) -> bool:
        if verb == "ask":
            return known.status in LIVE
        if verb == "all_clear":
            return known.status in LIVE and known.urgency == "emergency"
        given = "assign" if verb == "transfer" and known.status == "open" else verb
        return given in NEXT[known.status]

    def moves(self, known: Known, verb: str) -> None:
        if verb == "unmerge":
            known.into = None
        if verb == "all_clear":
            known.status = "accepted" if known.status == "open" else known.status
        elif verb != "ask":
            given = "assign" if verb == "transfer" and known.status == "open" else verb
            known.status = NEXT[known.status][given]

    @precondition(lambda self: len(self.known) > 1)
    @rule(data=st.data(), who=ORDERERS)
    def merges(self, data: st.DataObject, who: str) -> None:
        number, into = self.drawn(data), self.drawn(data)
        one, other = self.known[number], self.known[into]
        is_done = self.carries_out(who, number, Order("merge", number, str(into)))

        may = "merge" in MAY.get(who, set()) and number != into and other.status in {*LIVE, "resolved"}
        assert is_done == (may and "merge" in NEXT[one.status])
        if is_done:
            one.status, one.into = "merged", into

    @precondition(lambda self: any(known.status == "merged" for known in self.known.values()))
    @rule(data=st.data(), days=st.sampled_from([20, 0]))
    def takes_apart(self, data: st.DataObject, days: float) -> None:
        """Soon, or when what watched it has long found it merged."""
        self.time_passes(days)
        number = data.draw(st.sampled_from(sorted(n for n, known in self.known.items() if known.status == "merged")))

        assert self.carries_out("xu", number, Order("unmerge", number))
        self.moves(self.known[number], "unmerge")

    @precondition(lambda self: self.known)
    @rule(data=st.data(), deed=st.sampled_from(("confirm", "reopen", "withdraw", "lapse")))
    def is_judged(self, data: st.DataObject, deed: str) -> None:
        self.judged(self.drawn(data), deed)

    @precondition(lambda self: any(known.status in ENDED for known in self.known.values()))
    @rule(data=st.data())
    def was_not_mended(self, data: st.DataObject) -> None:
        self.judged(
            data.draw(st.sampled_from(sorted(n for n, known in self.known.items() if known.status in ENDED))), "reopen"
        )

    def judged(self, number: int, deed: str) -> None:
        known, ticket, cause = self.known[number], self.ticket(number), self.cause(self.known[number].reporter)
        try:
            with self.session.begin_nested():
                tickets.act(self.session, cause, ticket, deed)
        except Refused:
            assert deed not in NEXT[known.status]
        else:
            known.status = NEXT[known.status][deed]
            known.began = cause.now if deed == "reopen" else known.began

    @precondition(lambda self: any(known.voices for known in self.known.values()))
    @rule(data=st.data())
    def recalls(self, data: st.DataObject) -> None:
        number = data.draw(st.sampled_from(sorted(n for n, known in self.known.items() if known.voices)))
        known, ticket = self.known[number], self.ticket(number)
        who, inbox_id = data.draw(st.sampled_from(sorted(known.voices)))
        others = [voice for voice in tickets.voices(self.session, ticket) if voice.inbox_id != inbox_id]
        tickets.take_back(self.session, self.cause(who), ticket, inbox_id)

        if known.status in LIVE and not others:
            known.status = "withdrawn"
        else:
            known.voices.discard((who, inbox_id))

    @rule(days=st.sampled_from([0.01, 0.5, 3, 9]))
    def waits(self, days: float) -> None:
        self.time_passes(days)

    def time_passes(self, days: float) -> None:
        self.minutes += int(days * 1440)
        now = self.on.now + timedelta(minutes=self.minutes)
        ready = (Due.kind == service.WATCH, Due.at <= now, Due.done_at.is_(None))
        while falls_due := self.session.scalars(select(Due).where(*ready).order_by(Due.at)).first():
            due.do(self.session, now, falls_due)
            self.session.flush()
        assert all(self.ticket(number).status == known.status for number, known in self.known.items())

    def carries_out(self, who: str, number: int, given: Order) -> bool:
        try:
            with self.session.begin_nested():
                work.carry_out(self.session, self.cause(who), self.on.who(who), self.ticket(number), given)
        except Refused:
            self.session.expire_all()
            return False
        return True

    # What must hold, whatever was done.

    @invariant()
    def every_ticket_is_in_the_state_that_it_may_be_in(self) -> None:
        if not hasattr(self, "known"):
            return
        for number, known in self.known.items():
            ticket = self.ticket(number)
            into = self.ticket(known.into).id if known.into else None
            assert (ticket.status, ticket.merged_into) == (known.status, into if known.status == "merged" else None)

    @invariant()
    def the_history_tells_how_it_came_to_its_state(self) -> None:
        for number, known in getattr(self, "known", {}).items():
            status = "open"
            for entry in audit.history(self.session, self.on.estate_id, self.ticket(number).id):
                deed = entry.action.removeprefix("ticket.")
                if "status" in entry.facts:
                    assert NEXT[status][deed] == entry.facts["status"]
                    status = str(entry.facts["status"])
            assert status == known.status

    @invariant()
    def numbers_have_no_gaps(self) -> None:
        if hasattr(self, "known"):
            rows = self.session.scalars(select(Ticket.number).filter_by(estate_id=self.on.estate_id)).all()
            assert sorted(rows) == list(range(1, len(self.known) + 1))

    @invariant()
    def no_voice_is_lost_and_every_household_stands_behind_what_its_words_went_into(self) -> None:
        for number, known in getattr(self, "known", {}).items():
            ticket = self.ticket(number)
            rows = self.session.scalars(select(Voice).filter_by(estate_id=self.on.estate_id, ticket_id=ticket.id)).all()
            own = {(self.on.who(who).id, inbox_id) for who, inbox_id in known.voices}
            assert {(voice.member_id, voice.inbox_id) for voice in rows} == own
            assert ticket.reporter_id == self.on.who(known.reporter).id
            behind = {voter(self.on.who(who)) for n in self.parts(number) for who, _ in self.known[n].voices}
            assert tickets.households_behind(self.session, ticket, and_reporter=True) == behind

    def parts(self, number: int) -> set[int]:
        """A ticket and all that was merged into it, also by way of others."""
        found = {number}
        while more := {n for n, known in self.known.items() if known.into in found and n not in found}:
            found |= more
        return found

    @invariant()
    def what_runs_has_its_times_and_is_watched(self) -> None:
        for number, known in getattr(self, "known", {}).items():
            ticket = self.ticket(number)
            if known.status in LIVE and ticket.waits_since is None:
                watches = select(Due.id).filter_by(kind=service.WATCH, subject_id=ticket.id, done_at=None)
                assert service.due_by(ticket) is not None
                assert known.began and ticket.clock_began_at and ticket.clock_began_at >= known.began
                assert self.session.scalars(watches).first() is not None

    def teardown(self) -> None:
        if hasattr(self, "savepoint"):
            self.savepoint.rollback()


def play(session: Session, examples: int, steps: int) -> None:
    class StreetHere(Street):
        pass

    StreetHere.session = session
    chosen: dict[str, Any] = {"derandomize": True, "database": None, "deadline": None}
    many = settings(max_examples=examples, stateful_step_count=steps, suppress_health_check=list(HealthCheck), **chosen)
    run_state_machine_as_test(StreetHere, settings=many)


@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_however_people_order_no_state_voice_number_or_step_is_lost(session: Session) -> None:
    play(session, examples=60, steps=30)


@pytest.mark.parametrize("database_kind", ["postgresql"])
def test_the_same_on_postgresql(session: Session) -> None:
    play(session, examples=8, steps=20)
