"""The simulated month's oracle: it agrees with the program, and sees it when something is not as the rules say."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.bench.month import found
from bot.bench.month_oracle import ZONE, judge, office_time, working_days_after
from bot.bench.month_street import BEGINS, Size, Talk
from config import HERE
from models.audit import AuditEntry
from models.database import Database, connect
from models.outbox import OutboxMessage

SIZE = Size(estates=1, days=4, messages=400, share_of_reports=0.15)


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Database, int]]:
    """Four days of one estate."""
    database = connect(f"sqlite:///{tmp_path_factory.mktemp('month')}/month.db")
    month = found(database, SIZE)
    month.play()
    yield database, month.estates[0]
    database.engine.dispose()


def test_program_and_oracle_agree(played: tuple[Database, int]) -> None:
    database, estate_id = played
    with database.read() as session:
        verdict = judge(session, estate_id, BEGINS)

    assert verdict.faults == []
    assert verdict.checked > 20
    assert verdict.escalated


def _forget_a_hand_over(session: Session) -> None:
    session.delete(session.scalars(select(AuditEntry).where(AuditEntry.action == "ticket.hand_over")).first())


def _hand_over_late(session: Session) -> None:
    entry = session.scalars(select(AuditEntry).where(AuditEntry.action == "ticket.hand_over")).first()
    assert entry
    entry.at += timedelta(minutes=1)


def _call_once_less(session: Session) -> None:
    """Of an emergency that was told as one and never opened again: others begin to call at another time."""
    entries = session.scalars(select(AuditEntry).order_by(AuditEntry.id)).all()
    reopened = {entry.subject_id for entry in entries if entry.action == "ticket.reopen"}
    told = [e.subject_id for e in entries if e.action == "ticket.report" and e.facts["urgency"] == "emergency"]
    calm = next(subject_id for subject_id in told if subject_id not in reopened)
    session.delete(next(e for e in entries if e.action == "ticket.page" and e.subject_id == calm))


def _drop_a_line_of_a_digest(session: Session) -> None:
    digest = _digest(session)
    digest.facts = digest.facts | {"waiting_tickets": digest.facts["waiting_tickets"][1:]}


def _tell_a_line_twice(session: Session) -> None:
    digest = _digest(session)
    lines = digest.facts["waiting_tickets"]
    digest.facts = digest.facts | {"waiting_tickets": [*lines, lines[0]]}


def _send_no_digest(session: Session) -> None:
    session.delete(_digest(session))


def _digest(session: Session) -> OutboxMessage:
    to_one = select(OutboxMessage).where(OutboxMessage.kind == "digest", OutboxMessage.member_id.is_not(None))
    workers = [row for row in session.scalars(to_one.order_by(OutboxMessage.id)) if row.facts["waiting_tickets"]]
    return workers[0]


@pytest.mark.parametrize(
    "spoil",
    [
        _forget_a_hand_over,
        _hand_over_late,
        _call_once_less,
        _drop_a_line_of_a_digest,
        _tell_a_line_twice,
        _send_no_digest,
    ],
)
def test_the_oracle_sees_what_is_not_as_the_rules_say(
    played: tuple[Database, int], spoil: Callable[[Session], None]
) -> None:
    database, estate_id = played
    with Session(database.engine, expire_on_commit=False) as session:
        spoil(session)
        session.flush()

        assert len(judge(session, estate_id, BEGINS).faults) >= 1
        session.rollback()


@pytest.mark.parametrize(
    ("at", "days", "then"),
    [
        ("2026-04-24T10:00", 1, "2026-04-27T10:00"),  # over a weekend
        ("2026-04-30T15:00", 1, "2026-05-06T15:00"),  # over the days off of May
        ("2026-05-02T15:00", 1, "2026-05-07T08:30"),  # told on one of them
        ("2026-05-08T15:00", 1, "2026-05-09T15:00"),  # the Saturday that makes up for one
    ],
)
def test_the_oracle_knows_the_calendar(at: str, days: int, then: str) -> None:
    told, expected = (datetime.fromisoformat(said).replace(tzinfo=ZONE) for said in (at, then))

    assert working_days_after(told, days) == expected


def test_the_oracle_knows_office_hours() -> None:
    evening = datetime(2026, 4, 30, 18, 0, tzinfo=ZONE)

    assert office_time(evening) == datetime(2026, 5, 6, 8, 30, tzinfo=ZONE)


def test_the_same_seed_is_the_same_month() -> None:
    corpus: Path = HERE.parent / "tests" / "sentences"
    one, other, third = (Talk(corpus, SIZE, seed).messages() for seed in (1, 1, 2))

    assert one == other
    assert one != third
