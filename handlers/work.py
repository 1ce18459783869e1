"""A worker's order on a ticket, in chat or at the desk. Only who holds the role for that building, by his bound
account, is heard."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from functools import partial

from sqlalchemy.orm import Session

from config.categories import wants_photo
from handlers import corrections, finding, volunteers
from handlers.heard import Heard
from handlers.understanding.corrections import CORRECTS
from handlers.understanding.meaning import Order
from models import inbox, member, outbox, paging, photo, service, verdict, volunteer
from models import ticket as tickets
from models.cause import Cause
from models.estate import Estate
from models.member import Member
from models.outbox import Words, say
from models.refused import Refused
from models.ticket import LIVE, Ticket

SHOWN_BEFORE = timedelta(minutes=10)  # a photo, and then 12 办结
# Which order whom is allowed.
MAY: dict[str, frozenset[str]] = {
    "accept": member.WORKERS,
    "assign": member.OFFICE | {"building_leader"},
    "transfer": member.OFFICE | {"property"},
    "resolve": member.WORKERS,
    "reject": member.OFFICE,
    "merge": member.OFFICE,
    "unmerge": member.OFFICE,
    "ask": member.WORKERS,
    "all_clear": member.WORKERS,
    # How the bot read: whoever works there may say so.
    "not_a_problem": member.OFFICE,  # as reject: it ends the ticket
    "recategorise": member.WORKERS,
    "missed": member.WORKERS,
}
# Orders that are no deeds of a ticket's life: its state allows them where it allows the deed that stands here.
AS_IF = {"not_a_problem": "reject", "recategorise": "accept", "ask": "accept", "all_clear": "accept"}


class NotAllowed(Refused):
    """The member holds no role that may give this order there."""


def order(heard: Heard) -> None:
    """intent `ticket.update`: each order of the message by itself; one that cannot be done undoes no other."""
    given = heard.meaning.order
    for one in (given, *given.others) if given else ():
        try:
            with heard.session.begin_nested():
                _order(heard, one)
        except Refused as no:
            heard.reply(say(no.code, **no.params))


def _order(heard: Heard, given: Order) -> None:
    if given.verb == "missed":
        corrections.missed(heard, given, MAY["missed"])
        return
    ticket = _meant(heard, given)
    if ticket is None:
        _answer_nothing_found(heard, given)
        return
    try:
        carry_out(heard.session, heard.cause, heard.member, ticket, given)
    except NotAllowed as no:
        heard.tell(say(no.code, ticket.id, **no.params))


def carry_out(session: Session, cause: Cause, worker: Member, ticket: Ticket, given: Order) -> None:
    """Does what a worker orders, and tells everybody concerned. Raises Refused, and NotAllowed before anything else."""
    if not may(session, worker, ticket, given.verb):
        raise NotAllowed("ticket.not_allowed", **ticket.facts)
    CARRY_OUT[given.verb](session, cause, worker, ticket, given)


def may(session: Session, worker: Member, ticket: Ticket, verb: str) -> bool:
    """Does the member hold a role that may give this order where the ticket lies?"""
    return bool(MAY[verb] & member.roles_at(session, worker.estate_id, worker.id, ticket.building))


def _meant(heard: Heard, given: Order) -> Ticket | None:
    named = finding.by_number_or_quote(heard, given.number)
    is_guessed = given.number is None and given.verb not in CORRECTS
    if named or not is_guessed or not heard.roles & member.WORKERS:
        return named
    live = finding.here(heard, lambda ticket: ticket.status in LIVE)
    fitting = finding.by_words(heard, live) or _emergency(heard, given) or live
    return fitting[0] if len(fitting) == 1 else None


def _emergency(heard: Heard, given: Order) -> list[Ticket]:
    """收到, 人救出来了: while an emergency calls or goes on, such a word is about it."""
    if given.verb not in ("accept", "all_clear"):
        return []
    return paging.emergencies(heard.session, heard.member, only_calling=given.verb == "accept")[:1]


def _answer_nothing_found(heard: Heard, given: Order) -> None:
    """A worker is told what is missing; a resident's 办结 without a number is just talk."""
    if given.number is not None and heard.roles & member.WORKERS:
        heard.reply(say("ticket.unknown", number=given.number))
    elif heard.roles & member.WORKERS and heard.is_addressed:
        heard.reply(say("ticket.which"))


def _accept(session: Session, cause: Cause, worker: Member, ticket: Ticket, _given: Order) -> None:
    tickets.act(session, cause, ticket, "accept", worker_id=worker.id)
    is_coming = ticket.urgency == "emergency"  # whoever takes an emergency up is on the way
    tell_all = partial(tickets.tell_all, session, cause, ticket)
    tell_all("ticket.acknowledged" if is_coming else "ticket.accepted", worker=worker.name)


def _ask(session: Session, cause: Cause, worker: Member, ticket: Ticket, given: Order) -> None:
    """The reporter is asked something; until he answers, the service times stand still."""
    if not ticket.is_live:
        raise Refused("ticket.not_now", **ticket.facts)
    service.wait(session, cause, ticket)
    reporter = tickets.reporter(session, ticket)
    facts = ticket.facts | {"question": given.note, "worker": worker.name, "name": reporter.name}
    words = Words("ticket.question", facts, ticket.id, "notice")
    if ticket.group_id is None:
        outbox.tell(session, cause, reporter.id, words)
    else:
        outbox.announce(session, cause, ticket.group_id, words)


def _all_clear(session: Session, cause: Cause, worker: Member, ticket: Ticket, given: Order) -> None:
    """The danger is over, said once; whoever can say so is there, so nobody needs to be called any more."""
    if not ticket.is_live or ticket.urgency != "emergency":
        raise Refused("ticket.not_now", **ticket.facts)
    if ticket.status == "open":
        tickets.act(session, cause, ticket, "accept", worker_id=worker.id)
    if paging.all_clear(session, cause, ticket):
        tickets.tell_all(session, cause, ticket, "ticket.all_clear")


def _hand_over(session: Session, cause: Cause, worker: Member, ticket: Ticket, given: Order) -> None:
    """To whom it is given; 12 派 alone gives it to the party of its category."""
    if (given.target or "").startswith(volunteers.VOLUNTEERS):
        tickets.act(session, cause, ticket, _giving(ticket, given), worker_id=worker.id, assignee="志愿者")
        volunteers.open_ticket(session, cause, ticket, given.note or given.target or "")
        return
    target = given.target or member.PARTY_WORDS[session.get_one(Estate, cause.estate_id).party(ticket.category)]
    takers = member.named(session, cause.estate_id, target, ticket.building)
    taker_id = takers[0].id if len(takers) == 1 else worker.id
    tickets.act(session, cause, ticket, _giving(ticket, given), worker_id=taker_id, assignee=target)
    tickets.tell_all(session, cause, ticket, "ticket.assigned", assignee=target)
    facts = ticket.facts | {"text": ticket.text, "worker": worker.name}
    for taker in takers:
        if taker.id != worker.id:
            outbox.tell(session, cause, taker.id, Words("ticket.given", facts, ticket.id, "notice"))


def _giving(ticket: Ticket, given: Order) -> str:
    """What nobody has yet is assigned, however he says it."""
    return "assign" if ticket.status == "open" else given.verb


def _resolve(session: Session, cause: Cause, worker: Member, ticket: Ticket, given: Order) -> None:
    done = {"worker_id": worker.id, "result": given.note, "resolved_at": cause.now, "is_satisfied": None}
    tickets.act(session, cause, ticket, "resolve", **done)
    verdict.expect(session, cause, ticket)
    if task := volunteer.of_ticket(session, ticket.estate_id, ticket.id):
        volunteers.finish(session, cause, task)
    _show(session, cause, worker, ticket)
    reporter = tickets.reporter(session, ticket).name
    tickets.tell_all(session, cause, ticket, "ticket.resolved", result=given.note, reporter=reporter)


def _show(session: Session, cause: Cause, worker: Member, ticket: Ticket) -> None:
    """Photos that the worker put before the words show that it is done; where one is wanted and there is none, he is
    asked for it, alone."""
    for said in inbox.recent_by(session, ticket.estate_id, worker.id, cause.now - SHOWN_BEFORE):
        is_loose = said.photo_id is not None and said.group_id == cause.group_id
        if is_loose and not tickets.of_message(session, ticket.estate_id, said.id):
            photo.prove(session, cause, ticket, said.photo_id or 0, said.id)
    if wants_photo(ticket.category) and cause.inbox_id is not None and not photo.proofs(session, ticket):
        outbox.tell(session, cause, worker.id, Words("ticket.photo_wanted", ticket.facts, ticket.id, "notice"))


def _reject(session: Session, cause: Cause, worker: Member, ticket: Ticket, given: Order) -> None:
    if not given.note:
        raise Refused("ticket.reason_needed", **ticket.facts)
    tickets.act(session, cause, ticket, "reject", worker_id=worker.id, result=given.note)
    tickets.tell_all(session, cause, ticket, "ticket.rejected", reason=given.note)


def _merge(session: Session, cause: Cause, worker: Member, ticket: Ticket, given: Order) -> None:
    number = int(given.target) if given.target and given.target.isdecimal() else 0
    into = tickets.by_number(session, cause.estate_id, number)
    if into is None:
        raise Refused("ticket.unknown", number=number)
    if not may(session, worker, into, "merge"):
        raise Refused("ticket.not_allowed", **into.facts)
    tickets.merge(session, cause, ticket, into)
    _answer(session, cause, ticket, "ticket.merged", into=into.number)


def _unmerge(session: Session, cause: Cause, _worker: Member, ticket: Ticket, _given: Order) -> None:
    tickets.unmerge(session, cause, ticket)
    _answer(session, cause, ticket, "ticket.unmerged")


def _answer(session: Session, cause: Cause, ticket: Ticket, template: str, **facts: object) -> None:
    """Where the order was said; an order from the desk was said nowhere, so those behind the ticket are told."""
    if cause.inbox_id is None:
        tickets.tell_all(session, cause, ticket, template, **facts)
    else:
        outbox.reply(session, cause, say(template, ticket.id, **ticket.facts, **facts))


CARRY_OUT: dict[str, Callable[[Session, Cause, Member, Ticket, Order], None]] = {
    "accept": _accept,
    "ask": _ask,
    "all_clear": _all_clear,
    "assign": _hand_over,
    "transfer": _hand_over,
    "resolve": _resolve,
    "reject": _reject,
    "merge": _merge,
    "unmerge": _unmerge,
    "not_a_problem": corrections.not_a_problem,
    "recategorise": corrections.recategorise,
}
