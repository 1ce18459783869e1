"""Polls: a question to a group, one household one vote, the last word counts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import CheckConstraint, Index, UniqueConstraint, select
from sqlalchemy.orm import Mapped, Session

from models import audit, due
from models.cause import Cause
from models.database import Base, hold
from models.keys import InEstate, new_id, next_number, refers
from models.member import Member, groups_of, members_of, voter
from models.refused import Refused

OPEN_FOR = timedelta(days=7)  # where nobody said until when
REMIND_BEFORE = timedelta(hours=2)
Choices = tuple[int, ...]  # positions of options
KINDS = ("single", "multiple", "yes_no")


class Poll(InEstate, Base):
    __tablename__ = "polls"
    number: Mapped[int]
    group_id: Mapped[int]
    question: Mapped[str]
    options: Mapped[list[Any]]  # texts; a choice is a position from 0
    kind: Mapped[str]
    status: Mapped[str]
    opened_by: Mapped[int]
    opened_at: Mapped[datetime]
    closes_at: Mapped[datetime]
    changed_at: Mapped[datetime]
    __table_args__ = (
        CheckConstraint(f"kind IN {KINDS}", name="kind"),
        CheckConstraint("status IN ('open', 'closed', 'withdrawn')", name="status"),
        UniqueConstraint("estate_id", "number"),
        Index(None, "estate_id", "group_id", "status"),
        refers("group_id", "groups"),
        refers("opened_by", "members"),
    )

    @property
    def facts(self) -> dict[str, Any]:
        return {
            "number": self.number,
            "question": self.question,
            "options": self.options,
            "kind": self.kind,
            "closes_at": self.closes_at.isoformat(),
        }


class Ballot(InEstate, Base):
    """One vote as it was cast. Rows are only added; the last valid one of a household counts."""

    __tablename__ = "ballots"
    poll_id: Mapped[int]
    household: Mapped[str]
    member_id: Mapped[int]
    choices: Mapped[list[Any]]
    inbox_id: Mapped[int | None]
    cast_at: Mapped[datetime]
    recalled_at: Mapped[datetime | None]
    __table_args__ = (
        Index(None, "estate_id", "poll_id", "id"),
        Index(None, "estate_id", "inbox_id"),
        refers("poll_id", "polls"),
        refers("member_id", "members"),
        refers("inbox_id", "inbox"),
    )


@dataclass(frozen=True)
class Question:
    text: str
    options: tuple[str, ...]
    kind: str = "single"
    closes_at: datetime | None = None


def create(session: Session, cause: Cause, asked: Question) -> Poll:
    """Opens a poll in the cause's group, and puts its reminder and its close on the clock's list."""
    if cause.group_id is None or cause.member_id is None:
        raise Refused("poll.only_in_group")
    closes_at = asked.closes_at or cause.now + OPEN_FOR
    if closes_at <= cause.now:
        raise Refused("poll.deadline_past")
    poll = Poll(
        estate_id=cause.estate_id,
        id=new_id(cause.now),
        number=next_number(session, cause.estate_id, "poll"),
        group_id=cause.group_id,
        question=asked.text,
        options=list(asked.options),
        kind=asked.kind,
        status="open",
        opened_by=cause.member_id,
        opened_at=cause.now,
        closes_at=closes_at,
        changed_at=cause.now,
    )
    session.add(poll)
    session.flush()
    audit.record(session, cause, "poll.create", poll.id, options=poll.options)
    remind_at = max(closes_at - REMIND_BEFORE, cause.now + (closes_at - cause.now) / 2)
    due.schedule(session, cause, "poll.remind", poll.id, remind_at)
    due.schedule(session, cause, "poll.close", poll.id, closes_at)
    return poll


def vote(session: Session, cause: Cause, poll: Poll, member: Member, choices: Choices) -> Choices | None:
    """Casts a household's vote. Gives the choice of the same household that it replaces, or None.

    Raises Refused where the poll is over, or the choice does not fit its kind.
    """
    hold(session, poll)  # so that no vote comes in beside the close
    choices = tuple(dict.fromkeys(choices))
    if poll.status != "open" or cause.now >= poll.closes_at:
        raise Refused("poll.is_over", **poll.facts)
    is_known = all(0 <= choice < len(poll.options) for choice in choices)
    if not choices or not is_known or (len(choices) > 1 and poll.kind != "multiple"):
        raise Refused("poll.bad_choice", **poll.facts)
    before = standing(session, poll).get(voter(member))
    session.add(
        Ballot(
            estate_id=cause.estate_id,
            id=new_id(cause.now),
            poll_id=poll.id,
            household=voter(member),
            member_id=member.id,
            choices=list(choices),
            inbox_id=cause.inbox_id,
            cast_at=cause.told_after(before.cast_at if before else None),
        )
    )
    poll.changed_at = cause.now
    audit.record(session, cause, "poll.vote", poll.id, household=voter(member), choices=list(choices))
    return tuple(before.choices) if before else None


def take_back(session: Session, cause: Cause, inbox_id: int) -> None:
    """A message was recalled: the votes it cast no longer count, and what the household said before does again. A
    poll that is over stays as it was counted."""
    cast = (Ballot.estate_id == cause.estate_id, Ballot.inbox_id == inbox_id)
    for ballot in session.scalars(select(Ballot).where(*cast)):
        if get(session, cause.estate_id, ballot.poll_id).status == "closed":
            continue
        ballot.recalled_at = cause.now
        audit.record(session, cause, "poll.take_back", ballot.poll_id, household=ballot.household)


def close(session: Session, cause: Cause, poll: Poll) -> None:
    hold(session, poll)
    poll.status, poll.changed_at = "closed", cause.now
    due.cancel(session, poll.estate_id, poll.id)
    audit.record(session, cause, "poll.close", poll.id, tally=tally(session, poll))


def standing(session: Session, poll: Poll) -> dict[str, Ballot]:
    """The vote that counts, for each household."""
    cast = (Ballot.estate_id == poll.estate_id, Ballot.poll_id == poll.id, Ballot.recalled_at.is_(None))
    return {b.household: b for b in session.scalars(select(Ballot).where(*cast).order_by(Ballot.cast_at, Ballot.id))}


def tally(session: Session, poll: Poll) -> dict[str, int]:
    """Households for each option, in the order of the options."""
    counted = Counter(choice for ballot in standing(session, poll).values() for choice in ballot.choices)
    return {option: counted[position] for position, option in enumerate(poll.options)}


def last_vote(session: Session, poll: Poll) -> Ballot | None:
    """The vote cast last, which 同意楼上 follows."""
    cast = (Ballot.estate_id == poll.estate_id, Ballot.poll_id == poll.id, Ballot.recalled_at.is_(None))
    return session.scalars(select(Ballot).where(*cast).order_by(Ballot.id.desc()).limit(1)).first()


def missing(session: Session, poll: Poll) -> dict[str, list[Member]]:
    """The households of the group that have not voted, with their members."""
    voted = standing(session, poll)
    people: dict[str, list[Member]] = {}
    for member in members_of(session, poll.estate_id, poll.group_id):
        if voter(member) not in voted:
            people.setdefault(voter(member), []).append(member)
    return people


def open_in(session: Session, estate_id: int, group_id: int | None) -> Sequence[Poll]:
    """The open polls of a group, newest first."""
    mine = (Poll.estate_id == estate_id, Poll.group_id == group_id, Poll.status == "open")
    return session.scalars(select(Poll).where(*mine).order_by(Poll.id.desc())).all()


def open_for(session: Session, cause: Cause) -> Sequence[Poll]:
    """The open polls that a message may be about: its group's, or those of the groups where its sender lives."""
    if cause.group_id is not None:
        return open_in(session, cause.estate_id, cause.group_id)
    groups = groups_of(session, cause.estate_id, cause.member_id)
    return [found for group_id in groups for found in open_in(session, cause.estate_id, group_id)]


def latest_in(session: Session, estate_id: int, group_id: int | None) -> Poll | None:
    """The poll that a group was asked last and that was not taken back."""
    mine = (Poll.estate_id == estate_id, Poll.group_id == group_id, Poll.status != "withdrawn")
    return session.scalars(select(Poll).where(*mine).order_by(Poll.id.desc()).limit(1)).first()


def get(session: Session, estate_id: int, poll_id: int) -> Poll:
    return session.get_one(Poll, (estate_id, poll_id))


def of_message(session: Session, estate_id: int, inbox_id: int) -> Poll | None:
    """The poll that a message opened."""
    opened = audit.done_by(session, estate_id, inbox_id, "poll.create")
    return get(session, estate_id, opened) if opened else None


def withdraw(session: Session, cause: Cause, poll: Poll) -> None:
    """Whoever asked takes the question back. What was decided stays decided."""
    hold(session, poll)
    if poll.status != "open":
        return
    poll.status, poll.changed_at = "withdrawn", cause.now
    due.cancel(session, poll.estate_id, poll.id)
    audit.record(session, cause, "poll.withdraw", poll.id)
