"""Calling a meeting, moving it, and saying whether one comes."""

from __future__ import annotations

from datetime import timedelta

from handlers.heard import Heard
from handlers.understanding.meaning import MeetingDraft
from models import estate, inbox, meeting, member
from models.meeting import Meeting, Plan
from models.outbox import say
from models.refused import Refused

TALKED_OF = timedelta(hours=12)
TALK = 30  # messages
NAMES_MEETING = ("会", "参加", "出席", "到场")


def create(heard: Heard) -> None:
    """intent `meeting.create`: a new meeting, or another time for the one that was called."""
    draft = heard.meaning.meeting
    if draft is None:
        return
    known = _own(heard)
    if draft.is_cancelled:
        _cancel(heard, known)
    elif draft.starts_at and known and (draft.is_change or _is_again(known, draft)):
        meeting.move(heard.session, heard.cause, known, draft.starts_at, draft.place)
        heard.reply(say("meeting.moved", known.id, **known.facts))
    elif draft.starts_at and not draft.is_change:
        called = meeting.create(heard.session, heard.cause, Plan(draft.topic, draft.starts_at, draft.place or ""))
        heard.reply(say("meeting.called", called.id, **called.facts))


def _own(heard: Heard) -> Meeting | None:
    """The meeting here that the speaker may change: he called it, or he works for a building that this group serves."""
    is_worker = _works_here(heard)
    for known in meeting.ahead_in(heard.session, heard.estate.id, heard.cause.group_id, heard.cause.now):
        if known.called_by == heard.member.id or is_worker:
            return known
    return None


def _works_here(heard: Heard) -> bool:
    served = estate.buildings_of(heard.session, heard.estate.id, heard.cause.group_id)
    roles = (member.roles_at(heard.session, heard.estate.id, heard.member.id, building) for building in served)
    return bool(heard.roles) and any(member.WORKERS & held for held in roles)


def _is_again(known: Meeting, draft: MeetingDraft) -> bool:
    """The same topic told once more: the call is repeated, not doubled."""
    return bool(draft.topic) and (draft.topic in known.topic or known.topic in draft.topic)


def _cancel(heard: Heard, known: Meeting | None) -> None:
    if known is None:
        raise Refused("meeting.none")
    meeting.cancel(heard.session, heard.cause, known)
    heard.reply(say("meeting.cancelled", known.id, **known.facts))


def rsvp(heard: Heard) -> None:
    """intent `meeting.rsvp`: taken down without a word, for the meeting here that was spoken of last."""
    is_going = heard.meaning.is_going
    meant = _meant(heard) if is_going is not None else None
    if meant is None or is_going is None:
        return
    meeting.answer(heard.session, heard.cause, meant, heard.member, is_going)
    if heard.message.group is None:
        heard.reply(say("meeting.noted", meant.id, **meant.facts, is_going=is_going))


def _meant(heard: Heard) -> Meeting | None:
    """The meeting whose call is quoted, else the one here that was spoken of last."""
    quoted = meeting.of_message(heard.session, heard.estate.id, heard.quoted.id) if heard.quoted else None
    if quoted and quoted.starts_at > heard.cause.now:
        return quoted
    ahead = meeting.ahead_in(heard.session, heard.estate.id, heard.cause.group_id, heard.cause.now)
    return ahead[0] if ahead and _is_talked_of(heard) else None


def _is_talked_of(heard: Heard) -> bool:
    """我去 days after the call may be about anything: the meeting was named or spoken of a short while ago."""
    if heard.message.group is None or any(word in heard.message.text for word in NAMES_MEETING):
        return True
    since = heard.cause.now - TALKED_OF
    said = inbox.recent(heard.session, heard.estate.id, heard.cause.group_id, TALK)[1:]
    return any({"meeting.create", "meeting.rsvp"} & set(row.intents) for row in said if row.at > since)
