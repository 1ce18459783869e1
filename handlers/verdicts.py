"""What the teller says of his own ticket: how does it stand, that was wrong, it is mended, it is not."""

from __future__ import annotations

from handlers import finding
from handlers.heard import Heard
from handlers.understanding.meaning import Amendment, Feedback
from models import member, outbox, service
from models import ticket as tickets
from models.outbox import Words, say
from models.ticket import LIVE, VERDICT_WINDOW, Ticket


def feedback(heard: Heard) -> None:
    """intent `ticket.feedback`: satisfied closes it, if the reporter's household says so; 没修好 opens it again,
    whoever behind the ticket says it."""
    said = heard.meaning.feedback
    ticket = _settled(heard, said) if said else None
    if ticket is None or said is None:
        return
    if said.is_satisfied and _speaks_for_reporter(heard, ticket):
        tickets.act(heard.session, heard.cause, ticket, "confirm", is_satisfied=True)
        heard.reply(say("ticket.confirmed", ticket.id, **ticket.facts))
    elif not said.is_satisfied:
        reopen(heard, ticket)


def reopen(heard: Heard, ticket: Ticket) -> None:
    """Back to work: said here, and to whoever had settled it."""
    verdict = False if _speaks_for_reporter(heard, ticket) else None
    again = ticket.times_reopened + 1
    tickets.act(heard.session, heard.cause, ticket, "reopen", times_reopened=again, is_satisfied=verdict)
    tickets.attach(heard.session, heard.cause, ticket, heard.member, heard.row.id)  # 我家也是 may follow these words
    if again > 1:
        service.hand_over(heard.session, heard.cause, ticket, "reopened")
    heard.reply(say("ticket.reopened", ticket.id, **ticket.facts))
    facts = ticket.facts | {"text": heard.message.text, "name": heard.member.name}
    if ticket.worker_id:
        words = Words("ticket.reopened_for_worker", facts, ticket.id, "notice")
        outbox.tell(heard.session, heard.cause, ticket.worker_id, words)


def _settled(heard: Heard, said: Feedback) -> Ticket | None:
    """The settled ticket that the words are about, behind which the speaker stands."""
    named = finding.by_number_or_quote(heard, said.number)
    if named:
        may_judge = _stands_behind(heard, named) or _speaks_for_reporter(heard, named)
        return named if named.status in ("resolved", "closed") and may_judge else None
    oldest = heard.cause.now - VERDICT_WINDOW
    done = finding.here(heard, lambda t: t.status in ("resolved", "closed") and (t.resolved_at or oldest) > oldest)
    mine = [ticket for ticket in done if _stands_behind(heard, ticket)]
    waiting = [ticket for ticket in mine if ticket.is_satisfied is None]
    fitting = finding.by_words(heard, mine) or waiting or mine
    return fitting[0] if fitting else None


def _stands_behind(heard: Heard, ticket: Ticket) -> bool:
    behind = tickets.households_behind(heard.session, ticket, and_reporter=True)
    return member.voter(heard.member) in behind


def _speaks_for_reporter(heard: Heard, ticket: Ticket) -> bool:
    reporter = tickets.reporter(heard.session, ticket)
    return member.voter(heard.member) == member.voter(reporter) or _asked_him(heard, ticket, reporter)


def _asked_him(heard: Heard, ticket: Ticket, reporter: member.Member) -> bool:
    """Whoever came to the door is asked there, by one who works in the building and did not settle it himself."""
    if member.is_reachable(heard.session, heard.estate.id, reporter.id) or heard.member.id == ticket.worker_id:
        return False
    return bool(member.WORKERS & member.roles_at(heard.session, heard.estate.id, heard.member.id, ticket.building))


def amend(heard: Heard) -> None:
    """intent `ticket.amend`: the reporter corrects the place, or takes the report back."""
    said = heard.meaning.amendment
    ticket = _own(heard, said) if said else None
    if ticket is None or said is None:
        return
    if said.is_withdrawal:
        tickets.act(heard.session, heard.cause, ticket, "withdraw")
        heard.reply(say("ticket.withdrawn", ticket.id, **ticket.facts))
        return
    if place := said.place.as_dict():
        wrong = {name: ticket.place.get(name) for name in place}
        for told in _told_together(heard, ticket):
            if all(told.place.get(name) == value for name, value in wrong.items()):
                tickets.amend(heard.session, heard.cause, told, place)
        heard.reply(say("ticket.amended", ticket.id, **ticket.facts))


def _told_together(heard: Heard, ticket: Ticket) -> list[Ticket]:
    """The ticket, and the others that the same message told: 两个都不是2栋，是3栋 corrects both."""
    first = next(voice for voice in tickets.voices(heard.session, ticket) if voice.kind == "report")
    together = tickets.of_message(heard.session, heard.estate.id, first.inbox_id or 0)
    others = [t for t in together if t.id != ticket.id and t.reporter_id == ticket.reporter_id and t.status in LIVE]
    return [*others, ticket]


def _own(heard: Heard, said: Amendment) -> Ticket | None:
    """The speaker's own live ticket: the one he names, else the one he told last."""
    named = finding.by_number_or_quote(heard, said.number)
    if named or said.number is not None:
        return named if named and named.status in LIVE and _speaks_for_reporter(heard, named) else None
    own = [t for t in tickets.told_by(heard.session, heard.estate.id, heard.member.id) if t.status in LIVE]
    fitting = (finding.by_words(heard, own) if said.is_withdrawal else []) or own
    return fitting[0] if fitting else None


def query(heard: Heard) -> None:
    """intent `ticket.query`: how the named matter stands, else the speaker's own, else what this chat talks of."""
    named = finding.by_number_or_quote(heard, heard.meaning.number)
    if named and not _may_see(heard, named):
        named = None  # what somebody told the bot alone is nobody else's business
    found = [named] if named else _asked_about(heard)
    if found:
        about = [ticket.facts | {"assignee": ticket.assignee} for ticket in found[:3]]
        heard.reply(Words("ticket.status", {"standing": about}, found[0].id))
    elif heard.is_addressed:
        heard.reply(say("ticket.none_found"))


def _may_see(heard: Heard, ticket: Ticket) -> bool:
    """Told in this group, or by himself, or his to work on."""
    if ticket.group_id is not None and ticket.group_id == heard.cause.group_id or _stands_behind(heard, ticket):
        return True
    return bool(member.WORKERS & member.roles_at(heard.session, heard.estate.id, heard.member.id, ticket.building))


def _asked_about(heard: Heard) -> list[Ticket]:
    known = finding.here(heard, lambda t: t.status not in ("withdrawn", "merged") and _may_see(heard, t))
    own = [ticket for ticket in known if _stands_behind(heard, ticket)]
    return finding.by_words(heard, own) or finding.by_words(heard, known) or own[:1]


def answer(heard: Heard) -> bool:
    """The reporter's next word where he was asked: it goes onto his ticket and to whoever works on it, and the clock
    goes on. False where nobody asked him, or he tells of something else."""
    waiting = tickets.waiting_for_word(heard.session, heard.cause) if heard.is_asked else ()
    asked = [ticket for ticket in waiting if _may_answer(heard, ticket)]
    for ticket in asked:
        service.go_on(heard.session, heard.cause, ticket)
        tickets.add_detail(heard.session, heard.cause, ticket, heard.member)
        facts = ticket.facts | {"text": heard.message.text, "name": heard.member.name}
        words = Words("ticket.question_answered", facts, ticket.id, "notice")
        to = {worker.id for worker in service.in_charge(heard.session, ticket)}
        for worker_id in sorted(to | {service.asked_by(heard.session, ticket) or 0} - {0}):
            outbox.tell(heard.session, heard.cause, worker_id, words)
    return bool(asked)


def _may_answer(heard: Heard, ticket: Ticket) -> bool:
    """Whoever answers 单元门外那盏 names the trouble again; of another kind, it is another matter."""
    return all(issue.category == ticket.category for issue in heard.meaning.issues)
