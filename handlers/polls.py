"""A question to the group, its votes, and how it stands."""

from __future__ import annotations

from datetime import timedelta

from handlers.heard import Heard
from handlers.understanding.meaning import Vote
from models import member, outbox, poll
from models.outbox import Words, say
from models.poll import Poll, Question

LATE = timedelta(days=2)


def create(heard: Heard) -> None:
    """intent `poll.create`"""
    draft = heard.meaning.poll
    if draft is None:
        return
    before = poll.latest_in(heard.session, heard.estate.id, heard.cause.group_id)
    if before and before.question == draft.question and before.closes_at > heard.cause.now - LATE:
        return  # a copy of the same 接龙, sent after its close
    asked = Question(draft.question, draft.options, draft.kind, draft.closes_at)
    opened = poll.create(heard.session, heard.cause, asked)
    heard.reply(say("poll.opened", opened.id, **opened.facts))


def vote(heard: Heard) -> None:
    """intent `poll.vote`: counted without a word in the group. Told alone, it is answered alone."""
    said = heard.meaning.vote
    found = _meant(heard, said) if said else None
    if said is None or found is None:
        return
    choices = _choices(heard, found, said)
    if not choices:
        return
    before = poll.standing(heard.session, found).get(member.voter(heard.member))
    poll.vote(heard.session, heard.cause, found, heard.member, choices)
    facts = found.facts | {"choices": [found.options[c] for c in choices]}
    if before and before.member_id != heard.member.id and tuple(before.choices) != choices:
        clash = Words("poll.changed_at_home", facts | {"name": heard.member.name}, found.id, "notice")
        outbox.tell(heard.session, heard.cause, before.member_id, clash)
    if heard.message.group is None:
        heard.reply(say("poll.voted", found.id, **facts))


def _meant(heard: Heard, said: Vote) -> Poll | None:
    """The poll by its number, else the open one here that was asked last."""
    known = poll.open_for(heard.session, heard.cause)
    return next((found for found in known if said.poll in (None, found.number)), None)


def _choices(heard: Heard, found: Poll, said: Vote) -> tuple[int, ...]:
    if not said.follows:
        return said.choices
    last = poll.last_vote(heard.session, found)
    return tuple(last.choices) if last else ()


def query(heard: Heard) -> None:
    """intent `poll.query`: how the poll here stands, and who is missing."""
    known = poll.open_for(heard.session, heard.cause)
    found = known[0] if known else poll.latest_in(heard.session, heard.estate.id, heard.cause.group_id)
    if found:
        heard.reply(say("poll.standing", found.id, **standing(heard, found)))
    elif heard.is_addressed:
        heard.reply(say("poll.none"))


def standing(heard: Heard, found: Poll) -> dict[str, object]:
    """The facts of a poll as it stands."""
    households = len(poll.standing(heard.session, found))
    missing = len(poll.missing(heard.session, found))
    return found.facts | {
        "tally": poll.tally(heard.session, found),
        "households": households,
        "missing": missing,
        "status": found.status,
    }
