"""The judge of the fault bench sees what goes wrong: a sound history is spoiled in every way that it looks for."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from bot.fake_platform.followers import Said
from models.audit import AuditEntry
from models.booking import Booking
from models.due import Due
from models.inbox import InboxMessage
from models.outbox import OutboxMessage
from models.poll import Ballot
from models.ticket import Ticket, Voice
from tests.faults.judge import judged
from tests.faults.town import Town, found_on


@pytest.fixture(scope="module")
def quiet_town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    """A town in which everything was done once and nobody died."""
    with found_on("sqlite", tmp_path_factory.mktemp("town")) as town:
        for program in (town.serve, town.work):
            program.launch()
        for program in (town.serve, town.work):
            program.wait_until_ready()
        for _ in range(4):
            town.somebody_speaks()
        town.worker_settles(1)
        town.time_passes()
        town.settle_down()
        yield town


def said(town: Town, kind: str) -> Said:
    return next(one for one in town.account.said if one.kind == kind)


def a_message_is_gone(town: Town, session: Session) -> None:
    session.execute(delete(InboxMessage).filter_by(external_id=str(said(town, "chat").number)))


def a_report_opened_no_ticket(town: Town, session: Session) -> None:
    session.execute(delete(Voice))


def a_booking_is_gone(town: Town, session: Session) -> None:
    session.execute(update(Booking).values(inbox_id=None))


def a_ballot_is_gone(town: Town, session: Session) -> None:
    session.execute(delete(Ballot))


def an_order_was_done_twice(town: Town, session: Session) -> None:
    entry = session.scalars(select(AuditEntry).filter_by(action="ticket.resolve")).one()
    fields = {name: getattr(entry, name) for name in ("estate_id", "at", "action", "subject_id", "facts", "inbox_id")}
    session.add(AuditEntry(id=entry.id + 1, member_id=entry.member_id, **fields))
    session.flush()


def a_number_is_missing(town: Town, session: Session) -> None:
    session.execute(update(Ticket).values(number=7))


def an_answer_differs_from_the_outbox(town: Town, session: Session) -> None:
    passive = session.scalars(select(OutboxMessage).filter_by(template="ticket.reported", attempts=0)).one()
    passive.template, passive.facts = "ticket.withdrawn", {"number": 1}
    session.flush()


def a_letter_is_dead(town: Town, session: Session) -> None:
    session.execute(update(OutboxMessage).where(OutboxMessage.attempts > 0).values(state="dead"))


def somebody_was_never_told(town: Town, session: Session) -> None:
    told = session.scalars(select(OutboxMessage).where(OutboxMessage.attempts > 0).limit(1)).one()
    told.template, told.facts = "ticket.withdrawn", {"number": 99}
    session.flush()


def a_reminder_was_not_written(town: Town, session: Session) -> None:
    session.execute(delete(OutboxMessage).filter_by(template="booking.remind"))


def something_due_failed(town: Town, session: Session) -> None:
    session.execute(update(Due).values(error="ValueError"))


SPOILED: dict[Callable[[Town, Session], None], str] = {
    a_message_is_gone: "stands 0 times in the inbox",
    a_report_opened_no_ticket: "was done 0 times",
    a_booking_is_gone: "was done 0 times",
    a_ballot_is_gone: "was done 0 times",
    an_order_was_done_twice: "was done 2 times",
    a_number_is_missing: "have gaps",
    an_answer_differs_from_the_outbox: "the outbox says",
    a_letter_is_dead: "is dead",
    somebody_was_never_told: "never got",
    a_reminder_was_not_written: "reminders",
    something_due_failed: "failed: ValueError",
}


@pytest.mark.parametrize(("spoil", "named"), SPOILED.items(), ids=[one.__name__ for one in SPOILED])
def test_what_is_spoiled_in_the_database_is_named(
    quiet_town: Town, spoil: Callable[[Town, Session], None], named: str
) -> None:
    with quiet_town.database.write() as session:
        spoil(quiet_town, session)
        found = judged(quiet_town, session)
        session.rollback()

    assert any(named in line for line in found), found


def test_what_was_sent_twice_with_no_death_between_is_named(quiet_town: Town) -> None:
    requests = quiet_town.account.platform.requests
    again = replace(quiet_town.account.sent_to_followers()[0])
    requests.append(again)
    with quiet_town.database.read() as session:
        found = judged(quiet_town, session)
    requests.remove(again)

    assert any("got 2 times" in line for line in found), found


def test_a_report_that_was_acknowledged_without_a_word_is_named(quiet_town: Town) -> None:
    told = said(quiet_town, "report")
    answers = list(told.answers)
    told.answers[:] = [""]
    with quiet_town.database.read() as session:
        found = judged(quiet_town, session)
    told.answers[:] = answers

    assert any("without a word" in line for line in found), found


def test_where_nothing_went_wrong_nothing_is_named(quiet_town: Town) -> None:
    with quiet_town.database.read() as session:
        assert judged(quiet_town, session) == []
