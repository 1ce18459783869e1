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
from models import booking, estate, meeting, paging, poll, volunteer, waiting
from models import ticket as tickets
from models.cause import Cause
from models.estate import Household
from models.inbox import InboxMessage
from models.member import WORKERS, Member
from models.poll import Poll
from models.volunteer import Task

VERDICT = timedelta(days=2)
CALLED = timedelta(hours=36)  # 我来 answers a call that people still speak of
TALKED_OF = timedelta(minutes=30)  # a +1 joins what was told within this
TASKS_AT_MOST = 5
FRESH = timedelta(hours=6)  # whoever comes home meanwhile may still ask about it instead of telling it


def context(
    session: Session, cause: Cause, message: Message, roles: frozenset[str], quoted: InboxMessage | None
) -> Context:
    """Fills in a Context for a message that came in through a channel."""
    asked = poll.of_message(session, cause.estate_id, quoted.id) if quoted else None
    polls = [asked] if asked and asked.status == "open" else poll.open_for(session, cause)
    fresh = tickets.changed_since(session, cause.estate_id, cause.group_id, cause.now - FRESH)
    recent = [found for found in fresh if found.changed_at >= cause.now - TALKED_OF]
    tasks = volunteer.open_in(session, cause.estate_id, cause.group_id, cause.now)
    return Context(
        buildings=estate.buildings_of(session, cause.estate_id, cause.group_id),
        rooms=tuple(room.name for room in booking.rooms(session, cause.estate_id)),
        polls=tuple(_open_poll(p) for p in polls if p.closes_at > cause.now),
        sender_roles=roles,
        sender_household=_household(session, cause) if polls else None,
        is_private=message.group is None,
        mentions_bot=message.mentions_bot,
        quoted_text=quoted.text if quoted else None,
        has_offer=bool(waiting.of_member(session, cause.estate_id, cause.member_id or 0, "offered")),
        awaits_verdict=_awaits_verdict(session, cause),
        calls_for=_calls_for(session, cause, tasks),
        tasks=tuple(volunteer.words_of(session, task) for task in tasks[:TASKS_AT_MOST]),
        recent_issue=recent[0].category if recent else None,
        fresh_issues=frozenset(found.category for found in fresh if found.status in tickets.LIVE),
        emergency=_emergency(session, cause) if roles & WORKERS else None,
        layer=lessons.active_layer(session, cause.estate_id),
        is_pipeline=True,
    )


def _household(session: Session, cause: Cause) -> str | None:
    """The label of the sender's household, which names his line in a 接龙."""
    home = (Household.estate_id == Member.estate_id) & (Household.id == Member.household_id)
    mine = (Member.estate_id == cause.estate_id, Member.id == cause.member_id)
    return session.scalars(select(Household.label).join(Member, home).where(*mine)).first()


def _awaits_verdict(session: Session, cause: Cause) -> bool:
    """Whether a ticket of the sender's household was settled lately and not yet judged."""
    told = tickets.told_by(session, cause.estate_id, cause.member_id or 0)
    return any(t.status == "resolved" and t.resolved_at and t.resolved_at > cause.now - VERDICT for t in told)


def _emergency(session: Session, cause: Cause) -> str | None:
    """Whether an emergency goes on where the sender works, and whether nobody took it up yet."""
    going_on = paging.emergencies(session, session.get_one(Member, (cause.estate_id, cause.member_id)))
    if not going_on:
        return None
    return "calls" if any(found.status == "open" for found in going_on) else "on"


def _calls_for(session: Session, cause: Cause, tasks: Sequence[Task]) -> str | None:
    """What people were last asked to come to here, if that was lately or lies ahead."""
    ahead = meeting.ahead_in(session, cause.estate_id, cause.group_id, cause.now)
    calls = [(m.changed_at, "meeting") for m in ahead[:1]] + [(t.changed_at, "task") for t in tasks[:1]]
    at, kind = max(calls, default=(None, None))
    return kind if at and at > cause.now - CALLED else None


def _open_poll(found: Poll) -> OpenPoll:
    return OpenPoll(found.number, found.question, tuple(found.options), found.kind)
