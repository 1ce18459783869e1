"""Tasks for volunteers: who calls, who comes, who steps back, who takes his place, and the thanks when it is over."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from handlers.heard import Heard
from handlers.understanding.meaning import Offer
from handlers.understanding.numerals import NUMBER, to_int
from handlers.understanding.volunteers import share
from models import outbox, volunteer
from models import ticket as tickets
from models.cause import Cause
from models.estate import group_for
from models.member import Member
from models.outbox import Words, say
from models.ticket import Ticket
from models.volunteer import Plan, Task

VOLUNTEERS = ("志愿", "义工")
_NEEDED = re.compile(rf"({NUMBER})\s*[个名位]?(?:人|志愿者|邻居|$)")


def offer(heard: Heard) -> None:
    """intent `volunteer`: an offer joins the task spoken of here; one that answers no call opens a task itself."""
    said = heard.meaning.offer
    if said is None or heard.meaning.is_going is False and said.verb == "join":
        return  # 那天值班，去不了 offers nothing
    if said.verb == "call":
        _call(heard, said)
        return
    task = _meant(heard, said)
    if task is None and said.verb == "join" and said.task:
        task = volunteer.call(heard.session, heard.cause, Plan(said.task))
    if task:
        _take_down(heard, task, said.verb == "join")


def _call(heard: Heard, said: Offer) -> None:
    when = next((time for time in heard.meaning.times if isinstance(time.start, datetime)), None)
    starts_at, ends_at = (when.start, when.end) if when else (None, None)
    plan = Plan(
        said.task or heard.message.text[:40],
        said.needed,
        starts_at if isinstance(starts_at, datetime) else None,
        ends_at if isinstance(ends_at, datetime) else None,
        is_weekly=when is not None and when.weekly,
    )
    task = volunteer.call(heard.session, heard.cause, plan)
    heard.reply(say("volunteer.called", task.id, **task.facts))


def _meant(heard: Heard, said: Offer) -> Task | None:
    """The task with whose call the words have most in common; of the same, the one that was spoken of last."""
    known = volunteer.open_in(heard.session, heard.estate.id, heard.cause.group_id, heard.cause.now)
    named = f"{said.task} {heard.message.text}"
    return max(known, key=lambda task: share(volunteer.words_of(heard.session, task), named), default=None)


def _take_down(heard: Heard, task: Task, is_coming: bool) -> None:
    """The list, and what the group or he needs to hear of it: it is full, he is a reserve, somebody is missing."""
    before = volunteer.on_duty(heard.session, task)
    volunteer.sign_up(heard.session, heard.cause, task, heard.member, is_coming)
    after = volunteer.on_duty(heard.session, task)
    if task.needed is None or not volunteer.members(heard.session, task) and not before:
        return
    if is_coming:
        _joined(heard, task, len(before), after)
    elif heard.member.id in before:
        _stepped_back(heard, task, before, after)


def _joined(heard: Heard, task: Task, before: int, after: list[int]) -> None:
    waiting = volunteer.reserves(heard.session, task)
    if heard.member.id in waiting:
        turn = waiting.index(heard.member.id) + 1
        heard.tell(say("volunteer.reserve", task.id, **task.facts, turn=turn))
    elif before < len(after) == task.needed:
        facts = task.facts | {"names": _names(heard.session, task, after)}
        heard.reply(say("volunteer.full", task.id, **facts))


def _stepped_back(heard: Heard, task: Task, before: list[int], after: list[int]) -> None:
    """A reserve takes his place; else, if the list was full, a place is free again."""
    facts = task.facts | {"name": heard.member.name}
    moved_up = [member_id for member_id in after if member_id not in before]
    if moved_up:
        (next_one,) = _names(heard.session, task, moved_up)
        heard.reply(say("volunteer.moved_up", task.id, **facts, next=next_one))
        outbox.tell(
            heard.session, heard.cause, moved_up[0], Words("volunteer.your_turn", task.facts, task.id, "notice")
        )
    elif len(before) == task.needed:
        heard.reply(say("volunteer.missing", task.id, **facts, lacking=1))


def open_ticket(session: Session, cause: Cause, ticket: Ticket, said: str) -> None:
    """A ticket is opened to volunteers: 12 派 志愿者 3人. Its group is asked."""
    if volunteer.of_ticket(session, ticket.estate_id, ticket.id):
        return
    found = _NEEDED.search(said)
    group_id = ticket.group_id
    if group_id is None and (group := group_for(session, ticket.estate_id, ticket.building)):
        group_id = group.id
    by = Cause(cause.estate_id, cause.now, cause.member_id, group_id, cause.inbox_id)
    plan = Plan(ticket.title or ticket.text[:30], to_int(found[1]) if found else None, ticket_id=ticket.id)
    task = volunteer.call(session, by, plan)
    words = Words("volunteer.called_for_ticket", ticket.facts | {"needed": task.needed}, task.id, "notice")
    if group_id is not None:
        outbox.announce(session, cause, group_id, words)


def finish(session: Session, cause: Cause, task: Task) -> None:
    """It is over: its people are thanked where they were called."""
    if task.ended_at is not None or task.withdrawn_at is not None:
        return
    again = volunteer.end(session, cause, task)
    came = volunteer.came(session, task)
    hours = task.length / timedelta(hours=1) if task.starts_at and task.ends_at else None
    facts = task.facts | {"names": _names(session, task, came), "hours": f"{hours:g}" if hours else None}
    facts["again_at"] = again.facts["starts_at"] if again else None
    words = Words("volunteer.thanks", facts, task.id, "notice")
    if came and task.group_id is not None:
        outbox.announce(session, cause, task.group_id, words)
    if came and task.ticket_id is not None:
        _ask_for_result(session, cause, task, tickets.get(session, task.estate_id, task.ticket_id))


def _ask_for_result(session: Session, cause: Cause, task: Task, ticket: Ticket) -> None:
    """The volunteers were there; whether that settles the ticket is for the worker to say."""
    if ticket.is_live:
        words = Words("volunteer.was_there", ticket.facts, ticket.id, "notice")
        outbox.tell(session, cause, task.called_by, words)


def _names(session: Session, task: Task, ids: list[int]) -> list[str]:
    return [session.get_one(Member, (task.estate_id, member_id)).name for member_id in ids]
