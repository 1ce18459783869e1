"""A problem is told: a new ticket, a further voice behind a known one, a detail of what the sender just told."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

from handlers import filing, verdicts, whereabouts
from handlers.heard import Heard
from handlers.understanding.meaning import Issue, Place
from models import audit, inbox, keys, matter, member, outbox, paging, photo
from models import ticket as tickets
from models.outbox import Words, say
from models.ticket import LIVE, Report, Ticket

IN_A_ROW = timedelta(minutes=3)  # what one sender says within this is one telling
PHOTO_AFTER = timedelta(minutes=10)
ASKED_WHERE = timedelta(hours=1)  # until then a place answers the question where it is
PROOF_AFTER = timedelta(minutes=30)
RETOLD = timedelta(hours=48)  # the same matter told again so soon after it was settled was not settled
JOIN_WITHIN = timedelta(minutes=30)
SUPPORT_DELAY = timedelta(minutes=5)  # those who join within this are named in one post
ONE_BREATH = timedelta(seconds=75)
FURTHER = ("还有", "另外", "再就是", "顺便", "也", "对了", "另一个", "第二")
WHERE = re.compile(
    r"(?:单元|门口|楼下|里头|[前后]头|[前后]面|[边旁]边?上?|[栋楼层室])$|^\d+$|^小件$"
)  # where, not what
BARE = ("我也是", "我也一样", "俺也一样")
AGREEING = ("是的", "是啊", "对的", "对啊", "对头", "确实", "可不是")
OFFICE = member.OFFICE | {"property"}
RANK = {"normal": 0, "urgent": 1, "emergency": 2}


def report(heard: Heard) -> None:
    """intent `issue`: every problem of the message finds its ticket; the new ones are confirmed in one post."""
    keys.hold_counter(heard.session, heard.estate.id, "ticket")  # of two who tell the same at once, the second joins
    heard = filing.as_told(heard)
    fresh = [ticket for issue in heard.meaning.issues if (ticket := _take_up(heard, issue))]
    if not fresh:
        return
    _attach_earlier_photos(heard, fresh[0])
    urgent = [ticket for ticket in fresh if ticket.urgency == "emergency"]
    for ticket in urgent:
        _alarm(heard, ticket)
    calm = [ticket for ticket in fresh if ticket not in urgent]
    if calm:
        _confirm(heard, calm)


def _confirm(heard: Heard, calm: list[Ticket]) -> None:
    """One line for all that is new. The worker is told at once of what cannot wait for his digest."""
    pressing = [ticket for ticket in calm if ticket.urgency == "urgent"]
    for ticket in pressing:
        _tell_workers(heard, ticket, Words("ticket.told_worker", _told_facts(heard, ticket), ticket.id, "notice"))
    answer_by = max((ticket.answer_by for ticket in calm if ticket.answer_by), default=None)
    facts: dict[str, Any] = {
        "tickets": [ticket.facts for ticket in calm],
        "worker": _worker_name(heard, calm[0]),
        "teller": heard.member.name if heard.member.id != heard.cause.member_id else None,
        "answer_by": answer_by and answer_by.isoformat(),
        "asks": "where" if any(whereabouts.is_unknown(ticket) for ticket in calm) else None,
    }
    heard.reply(Words("ticket.reported_and_told" if pressing else "ticket.reported", facts, calm[0].id))


def _take_up(heard: Heard, issue: Issue) -> Ticket | None:
    """Gives the ticket only where a new one was opened."""
    told = _told(heard, issue)
    if own := _just_told(heard, told):
        tickets.add_detail(heard.session, heard.cause, own, heard.member)
        _learn(heard, own, told)
        return None
    known = matter.find(heard.session, heard.cause, told)
    if known and known.is_sure:
        _join(heard, known.ticket, "report")
        _learn(heard, known.ticket, told)
        return None
    if agreed := _agreed(heard, told):
        _join(heard, agreed, "report")
        return None
    if settled := _settled_too_early(heard, told):
        tickets.support(heard.session, heard.cause, settled, heard.member, "report")
        verdicts.reopen(heard, settled)
        return None
    opened = tickets.report(heard.session, heard.cause, heard.member, told)
    if known:  # doubtful: a ticket of its own, and the worker sees on it which one it may belong to
        audit.record(heard.session, heard.cause, "ticket.maybe_same", opened.id, number=known.ticket.number)
    return opened


def _told(heard: Heard, issue: Issue) -> Report:
    said = tuple(name for name in issue.place.as_dict() if name not in issue.place.inferred)
    told = issue.text or heard.message.text
    words = " ".join([word for word in heard.meaning.keywords if word in told and not WHERE.search(word)][:3])
    place = whereabouts.complete(heard, issue)
    return Report(issue.category, issue.urgency, place, said, heard.message.text, words)


def _just_told(heard: Heard, told: Report) -> Ticket | None:
    """The sender's own ticket of a moment ago, if this goes on telling it: the same kind of thing, or a thing that it
    named; and whoever is in danger tells nothing else."""
    own = just_told_by(heard, IN_A_ROW)
    if own is None or not (_is_of_a_kind(own, told) or _in_one_breath(heard, told)):
        return None
    clash = any(own.place.get(k) not in (None, v) for k, v in told.place.items() if k in told.said_place)
    return None if clash else own


def _is_of_a_kind(own: Ticket, told: Report) -> bool:
    return own.category == told.category or own.urgency == "emergency" or _names_again(own, told)


def _in_one_breath(heard: Heard, told: Report) -> bool:
    """Hardly a minute later, no other place, no 还有: it is still the same matter, whatever the words are about."""
    is_new = any(word in heard.message.text for word in FURTHER)
    return not is_new and not told.said_place and just_told_by(heard, ONE_BREATH) is not None


def _names_again(own: Ticket, told: Report) -> bool:
    return not told.said_place and any(len(word) > 1 and word in own.text for word in told.title.split())


def just_told_by(heard: Heard, within: timedelta) -> Ticket | None:
    """The live ticket behind which the sender put a word last, within a time, in this same chat."""
    ticket = tickets.last_told_by(heard.session, heard.estate.id, heard.member.id, heard.cause.now - within)
    is_here = ticket is not None and ticket.status in LIVE and ticket.group_id == heard.cause.group_id
    return ticket if is_here else None


def _learn(heard: Heard, ticket: Ticket, told: Report) -> None:
    """What the second telling knows and the first did not: a place, more danger."""
    missing = {k: told.place[k] for k in told.said_place if k not in ticket.place}
    if missing:
        tickets.amend(heard.session, heard.cause, ticket, missing)
    if RANK[told.urgency] > RANK[ticket.urgency]:
        tickets.raise_urgency(heard.session, heard.cause, ticket, told.urgency)
        if told.urgency == "emergency":
            _alarm(heard, ticket)


def _settled_too_early(heard: Heard, told: Report) -> Ticket | None:
    """A ticket that was settled a short while ago, told again by somebody who stands behind it."""
    settled = tickets.settled_since(heard.session, heard.cause, told.category, heard.cause.now - RETOLD)
    speaker = member.voter(heard.member)
    for ticket in settled:
        if matter.is_same(ticket, told, heard.cause):
            behind = tickets.households_behind(heard.session, ticket, and_reporter=True)
            return ticket if speaker in behind else None
    return None


def _alarm(heard: Heard, ticket: Ticket) -> None:
    """Danger: the number to call and what to do, at once and here; and the worker is called until he answers."""
    phone = heard.estate.phone(ticket.category)
    heard.reply(say("ticket.emergency", ticket.id, **ticket.facts, phone=phone))
    paging.page(heard.session, heard.cause, ticket)


def _told_facts(heard: Heard, ticket: Ticket) -> dict[str, Any]:
    return ticket.facts | {"text": heard.message.text, "name": heard.member.name}


def _tell_workers(heard: Heard, ticket: Ticket, words: Words) -> None:
    """The grid worker, and whoever is asked to do such things there."""
    roles = ("grid_worker", heard.estate.party(ticket.category))
    asked = [one for role in roles for one in member.workers_for(heard.session, heard.estate.id, role, ticket.building)]
    for worker_id in dict.fromkeys(one.id for one in asked):
        outbox.tell(heard.session, heard.cause, worker_id, words)


def _worker_name(heard: Heard, ticket: Ticket) -> str:
    workers = member.workers_for(heard.session, heard.estate.id, "grid_worker", ticket.building)
    return workers[0].name if workers else ""


def support(heard: Heard) -> None:
    """intent `support`: joins what was quoted, or what the group just talked of."""
    if heard.roles & OFFICE and heard.member.household_id is None:
        return  # who works here and lives elsewhere has no flat with the same fault
    ticket = _quoted_ticket(heard) or _talked_of(heard)
    if ticket and not _answers_somebody_else(heard):
        _join(heard, ticket, "support")


def _answers_somebody_else(heard: Heard) -> bool:
    """A bare 我也是 speaks to the message before it; if that told nothing, neither does this."""
    if heard.quoted or not heard.message.text.startswith(BARE) or heard.message.group is None:
        return False
    before = inbox.recent(heard.session, heard.estate.id, heard.cause.group_id, 2)[1:]
    return not any(tickets.of_message(heard.session, heard.estate.id, row.id) for row in before)


def _join(heard: Heard, ticket: Ticket, kind: str) -> None:
    if not tickets.support(heard.session, heard.cause, ticket, heard.member, kind):
        if heard.is_addressed:  # a group need not hear it again, but who told the bot is answered
            facts = {"standing": [ticket.facts | {"assignee": ticket.assignee}]}
            heard.reply(Words("ticket.status", facts, ticket.id))
        return
    households = len(tickets.households_behind(heard.session, ticket))
    facts = ticket.facts | {"households": households}
    words = Words("ticket.supported", facts, ticket.id, delay=SUPPORT_DELAY if heard.message.group else timedelta())
    outbox.join(heard.session, heard.cause, words)


def _quoted_ticket(heard: Heard) -> Ticket | None:
    if heard.quoted is None:
        return None
    found = tickets.of_message(heard.session, heard.estate.id, heard.quoted.id)
    return next((ticket for ticket in found if ticket.status in LIVE), None)


def _agreed(heard: Heard, told: Report) -> Ticket | None:
    """是的，我这边也一点光都冇得: whoever begins by agreeing tells what was just told, if it can be the same place."""
    talked_of = _talked_of(heard) if heard.meaning.agrees or heard.message.text.startswith(AGREEING) else None
    return talked_of if talked_of and matter.may_be_there(talked_of, told) else None


def _talked_of(heard: Heard) -> Ticket | None:
    """The ticket of the last report or support here, unless the group has since turned to something else."""
    since = heard.cause.now - JOIN_WITHIN
    for said in inbox.recent(heard.session, heard.estate.id, heard.cause.group_id, 12)[1:]:
        if said.at < since or {"poll.create", "poll.vote", "meeting.create"} & set(said.intents):
            return None
        live = [t for t in tickets.of_message(heard.session, heard.estate.id, said.id) if t.status in LIVE]
        if live:
            return live[0]
    return None


def elaborate(heard: Heard) -> None:
    """A message that asks for nothing itself, but may go on about what its sender just told: a photo, a place."""
    if heard.message.kind == "image":
        _take_photo(heard)
        return
    own = just_told_by(heard, ASKED_WHERE) if heard.meaning.place else None
    was_asked = own is not None and whereabouts.is_unknown(own)
    if own and not was_asked:
        own = just_told_by(heard, IN_A_ROW)
    if own and _adds(own, heard.meaning.place):
        tickets.add_detail(heard.session, heard.cause, own, heard.member)
        tickets.amend(heard.session, heard.cause, own, heard.meaning.place.as_dict())
        if was_asked:  # who answers a question wants to know that he was heard
            heard.reply(say("ticket.amended", own.id, **own.facts))


def _take_photo(heard: Heard) -> None:
    """A photo belongs to what its sender just told, or shows what he just settled."""
    if own := just_told_by(heard, PHOTO_AFTER):
        tickets.add_detail(heard.session, heard.cause, own, heard.member)
    elif heard.row.photo_id and (done := tickets.settled_by(heard.session, heard.cause, heard.cause.now - PROOF_AFTER)):
        photo.prove(heard.session, heard.cause, done, heard.row.photo_id, heard.row.id)
        if heard.message.group is None:
            heard.reply(say("ticket.proof_kept", done.id, **done.facts))


def _adds(ticket: Ticket, place: Place) -> bool:
    """The place tells more and contradicts nothing that was said."""
    said = {name: ticket.place[name] for name in ticket.said_place if name in ticket.place}
    told = place.as_dict()
    return any(name not in said for name in told) and all(told.get(k, v) == v for k, v in said.items())


def _attach_earlier_photos(heard: Heard, ticket: Ticket) -> None:
    """Photos that the sender put before the words."""
    for said in heard.just_said:
        is_loose = said.kind == "image" and said.group_id == heard.cause.group_id
        if is_loose and not tickets.of_message(heard.session, heard.estate.id, said.id):
            tickets.attach(heard.session, heard.cause, ticket, heard.member, said.id)
