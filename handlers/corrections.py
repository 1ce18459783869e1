"""A worker corrects how the bot read. What he says is done at once, and kept as a lesson (models/lesson.py)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from sqlalchemy.orm import Session

from config import categories
from handlers import lessons as learning
from handlers import reports, whereabouts
from handlers.heard import Heard
from handlers.message import Message
from handlers.understanding.meaning import Context, Meaning, Order
from handlers.understanding.read import read_as_issue
from models import lesson as lessons
from models import member, outbox
from models import ticket as tickets
from models.cause import Cause
from models.estate import Estate
from models.inbox import InboxMessage
from models.member import Member
from models.outbox import say
from models.refused import Refused
from models.ticket import FALSE_ALARM, LIVE, Ticket

SPOKEN = ("text", "voice")  # kinds of message that have words


def not_a_problem(session: Session, cause: Cause, worker: Member, ticket: Ticket, _given: Order) -> None:
    """12 误报: the ticket goes, and every message that told it was none."""
    tickets.act(session, cause, ticket, "reject", worker_id=worker.id, result=FALSE_ALARM)
    _teach(session, cause, ticket)
    tickets.tell_all(session, cause, ticket, "ticket.not_a_problem")


def recategorise(session: Session, cause: Cause, _worker: Member, ticket: Ticket, given: Order) -> None:
    """12 改类 照明"""
    if given.target not in categories.categories():
        raise Refused("ticket.category_unknown", said=given.note or given.target or "")
    tickets.recategorise(session, cause, ticket, given.target)
    _teach(session, cause, ticket)
    if cause.inbox_id is not None:  # at the desk he sees it
        outbox.reply(session, cause, say("ticket.recategorised", ticket.id, **ticket.facts))


def _teach(session: Session, cause: Cause, ticket: Ticket) -> None:
    """Every message that told the ticket is worth what its tickets now say."""
    for message in lessons.reports_of(session, ticket):
        told = lessons.problems_told(session, cause.estate_id, message.id)
        lessons.record(session, cause, message, told, "correction")


def missed(heard: Heard, given: Order, may: frozenset[str]) -> None:
    """漏报, said of a quoted message: it becomes the ticket that it should have been."""
    if heard.quoted is None:
        return
    if given.note and given.target is None:
        raise Refused("ticket.category_unknown", said=given.note)
    take_up(heard.session, heard.cause, heard.quoted, given.target, may)


def take_up(session: Session, cause: Cause, said: InboxMessage, category: str | None, may: frozenset[str]) -> None:
    """Reads a message anew as a report by its sender, with the category that is named or that the weights find
    likeliest, and keeps that as a lesson. Raises Refused where there is no text, where a ticket stands on it already,
    and where the worker (`cause.member_id`) holds none of the roles `may`."""
    if said.kind not in SPOKEN or said.recalled_at or not said.text.strip():
        raise Refused("ticket.no_words")
    if known := tickets.of_message(session, cause.estate_id, said.id):
        raise Refused("ticket.known_already", **known[0].facts)
    again = _heard_again(session, cause, said, category)
    _require(again, cause, may)
    reports.report(again)
    told = [(issue.category, issue.urgency) for issue in again.meaning.issues]
    lessons.record(session, cause, said, told, "correction")


def _heard_again(session: Session, cause: Cause, said: InboxMessage, category: str | None) -> Heard:
    estate = session.get_one(Estate, cause.estate_id)
    sender = session.get_one(Member, (estate.id, said.member_id))
    as_said = replace(cause, member_id=sender.id, group_id=said.group_id, inbox_id=said.id)
    at, group = said.at.astimezone(estate.zone), None if said.group_id is None else str(said.group_id)
    message = Message(said.channel, said.account, said.external_id, sender.key, at, said.text, sender.name, group)
    meaning = _meaning(session, message, estate, category)
    return Heard(session, as_said, estate, sender, message, said, meaning)


def _meaning(session: Session, message: Message, estate: Estate, category: str | None) -> Meaning:
    around = Context(is_pipeline=True, layer=learning.active_layer(session, estate.id))
    read = read_as_issue(message.text, around, message.at)
    return replace(read, issues=(replace(read.issues[0], category=category),)) if category else read


def _require(again: Heard, cause: Cause, may: frozenset[str]) -> None:
    """Who corrects must hold a role where each of the problems lies."""
    places = {whereabouts.complete(again, issue).get("building") for issue in again.meaning.issues}
    held = [member.roles_at(again.session, cause.estate_id, cause.member_id, building) for building in places]
    if not all(may & roles for roles in held):
        raise Refused("ticket.not_yours")


# What the desk asks about a doubtful message.

May = Mapping[str, frozenset[str]]  # handlers.work.MAY


def affirm(session: Session, cause: Cause, said: InboxMessage, category: str | None, may: May) -> None:
    """It tells a problem. What was missed is taken up; of what stands in one ticket the category may be corrected."""
    known = tickets.of_message(session, cause.estate_id, said.id)
    if not known:
        take_up(session, cause, said, category, may["missed"])
        return
    live = [ticket for ticket in known if ticket.status in LIVE]
    told = lessons.problems_told(session, cause.estate_id, said.id) or tuple((t.category, t.urgency) for t in known)
    _allow(session, cause, live, may["recategorise"])
    if category and len(told) == len(live) == 1 and category != live[0].category:
        worker = session.get_one(Member, (cause.estate_id, cause.member_id))
        recategorise(session, cause, worker, live[0], Order("recategorise", live[0].number, category))
        return
    lessons.record(session, cause, said, told, "confirmed")


def deny(session: Session, cause: Cause, said: InboxMessage, may: May) -> None:
    """It tells none. A ticket that stands on nothing else goes; one that others told, too, stays."""
    live = [t for t in tickets.of_message(session, cause.estate_id, said.id) if t.status in LIVE]
    _allow(session, cause, live, may["not_a_problem"])
    worker = session.get_one(Member, (cause.estate_id, cause.member_id))
    alone = [ticket for ticket in live if _tells_alone(session, said, ticket)]
    for ticket in alone:
        not_a_problem(session, cause, worker, ticket, Order("not_a_problem", ticket.number))
    if lessons.problems_told(session, cause.estate_id, said.id) or not alone:
        lessons.record(session, cause, said, (), "correction" if "issue" in said.intents else "confirmed")


def _tells_alone(session: Session, said: InboxMessage, ticket: Ticket) -> bool:
    return [message.id for message in lessons.reports_of(session, ticket)] == [said.id]


def _allow(session: Session, cause: Cause, concerned: Sequence[Ticket], may: frozenset[str]) -> None:
    """Who judges must hold a role where each of the tickets lies."""
    for ticket in concerned:
        if not may & member.roles_at(session, cause.estate_id, cause.member_id, ticket.building):
            raise Refused("ticket.not_yours")
