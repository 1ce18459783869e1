"""What is known around a message before it is read: the group's buildings, rooms, open polls, and what is talked of."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from handlers import lessons
from handlers.message import Message
from handlers.understanding import Context
from handlers.understanding.meaning import OpenPoll
from models import meeting, paging, poll, volunteer
from models import ticket as tickets
from models.cause import Cause
from models.estate import Household
from models.inbox import InboxMessage
from models.member import WORKERS, Member
from models.poll import Poll
from models.standing import Standing, standing
from models.volunteer import Task

VERDICT = timedelta(days=2)
CALLED = timedelta(hours=36)  # 我来 answers a call that people still speak of
TALKED_OF = timedelta(minutes=30)  # a +1 joins what was told within this
TASKS_AT_MOST = 5
FRESH = timedelta(hours=6)  # whoever comes home meanwhile may still ask about it instead of telling it


def context(
    session: Session,
    cause: Cause,
    message: Message,
    roles: frozenset[str],
    quoted: InboxMessage | None,
    stands: Standing,
) -> Context:
    """Fills in a Context for a message that came in through a channel. Only what stands open is looked at closer."""
    polls = _polls(session, cause, quoted, stands)
    fresh = tickets.lately(session, cause, cause.now - FRESH) if stands.has_fresh else ()
    recent = [found for found in fresh if found.changed_at >= cause.now - TALKED_OF]
    tasks = volunteer.open_in(session, cause.estate_id, cause.group_id, cause.now) if stands.has_tasks else ()
    return Context(
        rooms=stands.rooms,
        polls=tuple(_open_poll(p) for p in polls if p.closes_at > cause.now),
        sender_roles=roles,
        sender_household=_household(session, cause) if polls else None,
        is_private=message.group is None,
        mentions_bot=message.mentions_bot,
        quoted_text=quoted.text if quoted else None,
        has_offer=stands.has_offers,
        awaits_verdict=stands.has_settled,
        calls_for=_calls_for(session, cause, tasks, stands),
        tasks=tuple(volunteer.words_of(session, task) for task in tasks[:TASKS_AT_MOST]),
        recent_issue=recent[0].category if recent else None,
        fresh_issues=frozenset(found.category for found in fresh if found.status in tickets.LIVE),
        emergency=_emergency(session, cause) if roles & WORKERS else None,
        layer=lessons.layer_at_hand(session, cause.estate_id, stands.layer_id),
        is_pipeline=True,
    )


def around(session: Session, cause: Cause) -> Standing:
    """What stands open around a message."""
    return standing(session, cause, VERDICT, FRESH)


def _polls(session: Session, cause: Cause, quoted: InboxMessage | None, stands: Standing) -> Sequence[Poll]:
    """The poll that is quoted, else those open here."""
    asked = poll.of_message(session, cause.estate_id, quoted.id) if quoted else None
    if asked and asked.status == "open":
        return [asked]
    return poll.open_for(session, cause) if stands.has_polls else ()


def _household(session: Session, cause: Cause) -> str | None:
    """The label of the sender's household, which names his line in a 接龙."""
    home = (Household.estate_id == Member.estate_id) & (Household.id == Member.household_id)
    mine = (Member.estate_id == cause.estate_id, Member.id == cause.member_id)
    return session.scalars(select(Household.label).join(Member, home).where(*mine)).first()


def _emergency(session: Session, cause: Cause) -> str | None:
    """Whether an emergency goes on where the sender works, and whether nobody took it up yet."""
    going_on = paging.emergencies(session, session.get_one(Member, (cause.estate_id, cause.member_id)))
    if not going_on:
        return None
    return "calls" if any(found.status == "open" for found in going_on) else "on"


def _calls_for(session: Session, cause: Cause, tasks: Sequence[Task], stands: Standing) -> str | None:
    """What people were last asked to come to here, if that was lately or lies ahead."""
    ahead = meeting.ahead_in(session, cause.estate_id, cause.group_id, cause.now) if stands.has_meetings else ()
    calls = [(m.changed_at, "meeting") for m in ahead[:1]] + [(t.changed_at, "task") for t in tasks[:1]]
    at, kind = max(calls, default=(None, None))
    return kind if at and at > cause.now - CALLED else None


def _open_poll(found: Poll) -> OpenPoll:
    return OpenPoll(found.number, found.question, tuple(found.options), found.kind)
