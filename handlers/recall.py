"""A sender takes a message back: what it did is undone, as far as nobody else stands on it."""

from __future__ import annotations

from dataclasses import replace

from handlers.heard import Heard
from models import booking, inbox, meeting, outbox, photo, poll, volunteer, waiting
from models import ticket as tickets
from models.inbox import InboxMessage
from models.outbox import say


def take_back(heard: Heard) -> None:
    message = heard.message
    row = inbox.find(heard.session, heard.estate.id, message.channel, message.account, message.recall or "")
    if row is None or row.member_id != heard.member.id or row.recalled_at:
        return
    row.recalled_at = heard.cause.now
    _undo(heard, row)


def _undo(heard: Heard, row: InboxMessage) -> None:
    session, cause = heard.session, replace(heard.cause, group_id=row.group_id)
    for ticket in tickets.of_message(session, heard.estate.id, row.id):
        tickets.take_back(session, cause, ticket, row.id)
    if asked := poll.of_message(session, heard.estate.id, row.id):
        poll.withdraw(session, cause, asked)
    if called := meeting.of_message(session, heard.estate.id, row.id):
        meeting.cancel(session, cause, called)
        outbox.reply(session, cause, say("meeting.cancelled", called.id, **called.facts))
    for entry in waiting.of_message(session, heard.estate.id, row.id):
        waiting.leave(session, cause, entry)
    for held in booking.of_message(session, heard.estate.id, row.id):
        booking.cancel(session, cause, held)
        waiting.release(session, cause, booking.span_of(session, held))
    photo.take_back(session, row)
    for undo in (poll.take_back, meeting.take_back, volunteer.take_back):
        undo(session, cause, row.id)
