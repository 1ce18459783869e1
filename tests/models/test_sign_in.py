"""One-time tokens: who holds one is let in, once, and only in time."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from models import setup, sign_in
from models.cause import Cause
from models.member import Member
from models.setup import EstatePlan, MemberPlan, RolePlan
from models.sign_in import LINK_FOR, STAYS_FOR, SignIn


@pytest.fixture
def xu(session: Session, now: datetime) -> Member:
    worker = MemberPlan("xu", "小许", None, (RolePlan("grid_worker"),))
    setup.install(session, EstatePlan("桃花里", members=(worker,)), now)
    return session.scalars(select(Member)).one()


@pytest.fixture
def token(session: Session, xu: Member, now: datetime) -> str:
    return sign_in.issue(session, Cause(xu.estate_id, now), xu.id)


def test_a_token_signs_in_the_member_who_was_given_it(session: Session, xu: Member, token: str, now: datetime) -> None:
    row = sign_in.redeem(session, token, now)

    assert row is not None
    assert sign_in.who(session, xu.estate_id, row.id, now) is xu


def test_a_token_works_once(session: Session, token: str, now: datetime) -> None:
    sign_in.redeem(session, token, now)

    assert not sign_in.is_good(session, token, now)
    assert sign_in.redeem(session, token, now) is None


def test_looking_at_a_token_does_not_use_it(session: Session, token: str, now: datetime) -> None:
    assert sign_in.is_good(session, token, now)
    assert sign_in.is_good(session, token, now)
    assert sign_in.redeem(session, token, now) is not None


def test_a_token_that_is_too_old_is_refused(session: Session, token: str, now: datetime) -> None:
    late = now + LINK_FOR

    assert not sign_in.is_good(session, token, late)
    assert sign_in.redeem(session, token, late) is None


def test_the_token_itself_is_not_stored(session: Session, token: str) -> None:
    row = session.scalars(select(SignIn)).one()

    secret = token.partition("-")[2]
    assert all(secret not in str(value) for value in vars(row).values())


@pytest.mark.parametrize("junk", ["", "-", "x", "0-abc", "-1-abc", "f" * 40 + "-a", "1-\ud800", "9999-abc", "一-二"])
def test_junk_is_no_token(session: Session, xu: Member, junk: str, now: datetime) -> None:
    assert not sign_in.is_good(session, junk, now)
    assert sign_in.redeem(session, junk, now) is None


def test_a_token_with_another_estate_in_front_is_refused(session: Session, token: str, now: datetime) -> None:
    estate, _, secret = token.partition("-")

    assert sign_in.redeem(session, f"{int(estate, 16) + 1:x}-{secret}", now) is None


def test_a_session_ends_with_the_working_day(session: Session, xu: Member, token: str, now: datetime) -> None:
    row = sign_in.redeem(session, token, now)
    assert row is not None

    assert sign_in.who(session, xu.estate_id, row.id, now + STAYS_FOR - timedelta(seconds=1)) is xu
    assert sign_in.who(session, xu.estate_id, row.id, now + STAYS_FOR) is None


def test_a_session_that_was_ended_is_over_at_once(session: Session, xu: Member, token: str, now: datetime) -> None:
    row = sign_in.redeem(session, token, now)
    assert row is not None

    sign_in.end(session, Cause(xu.estate_id, now, xu.id), row.id)

    assert sign_in.who(session, xu.estate_id, row.id, now) is None


def test_a_link_that_nobody_used_is_no_session(session: Session, xu: Member, token: str, now: datetime) -> None:
    unused = session.scalars(select(SignIn)).one()

    assert sign_in.who(session, xu.estate_id, unused.id, now) is None
