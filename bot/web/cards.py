"""Cards: what the bot made, as it stands now, with the buttons that fit whoever looks.

A button is nothing but a message that it sends: there is one way in. A card is built anew whenever its subject changes.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.web import card_booking, card_meeting, card_poll, card_ticket
from bot.web.card import Card, Sight
from models import outbox
from models.audit import AuditEntry
from models.booking import Booking
from models.inbox import InboxMessage
from models.meeting import Meeting
from models.outbox import OutboxMessage, Said
from models.poll import Poll
from models.ticket import Ticket

# Messages of the bot's that show the thing itself, and whether the card says all that the words say.
CARDED = {
    "ticket.reported": False,
    "ticket.reported_and_told": False,
    "ticket.emergency": False,
    "ticket.resolved": False,
    "ticket.page_worker": False,
    "ticket.told_worker": False,
    "ticket.reopened_for_worker": False,
    "poll.opened": True,
    "poll.closed": False,
    "booking.confirmed": False,
    "booking.yours": False,
    "booking.waiting": False,
    "booking.offered": False,
    "booking.your_turn": False,
    "meeting.called": True,
    "meeting.moved": True,
}
# The topic of an audit row → the kind of card that it changes.
KINDS = {"ticket": "ticket", "poll": "poll", "booking": "booking", "waiting": "booking", "meeting": "meeting"}
BUILD: dict[str, Callable[[Sight, str, int], Card | None]] = {
    "ticket": card_ticket.build,
    "poll": card_poll.build,
    "booking": card_booking.build,
    "meeting": card_meeting.build,
}


def keys_of(db: Session, row: OutboxMessage) -> tuple[str, ...]:
    """The cards that a message of the bot's carries; each once, however many of its posts are about the same."""
    return tuple(dict.fromkeys(key for post in outbox.said_in(row) for key in _keys_of(db, row.estate_id, post)))


def _keys_of(db: Session, estate_id: int, post: Said) -> tuple[str, ...]:
    if post.template not in CARDED:
        return ()
    if numbers := [told["number"] for told in post.facts.get("tickets", ())]:
        known = select(Ticket.id).where(Ticket.estate_id == estate_id, Ticket.number.in_(numbers))
        return tuple(f"ticket:{ticket_id}" for ticket_id in db.scalars(known.order_by(Ticket.number)))
    return (f"{KINDS[post.template.partition('.')[0]]}:{post.subject_id}",) if post.subject_id else ()


def says_all(row: OutboxMessage) -> bool:
    """The card tells what the words do, so they are left out."""
    return CARDED.get(row.template, False)


def changed_keys(audits: Sequence[AuditEntry]) -> tuple[str, ...]:
    """The cards that audit rows say have changed."""
    topics = ((KINDS.get(entry.action.partition(".")[0]), entry.subject_id) for entry in audits)
    return tuple(dict.fromkeys(f"{kind}:{subject_id}" for kind, subject_id in topics if kind))


def build(sight: Sight, key: str) -> Card | None:
    """A card as it stands; None where there is no such thing."""
    kind, _, subject_id = key.partition(":")
    return BUILD[kind](sight, key, int(subject_id))


def build_changed(sight: Sight, key: str) -> Card | None:
    """The same for a card that nobody showed yet: None where it is none of this conversation's business."""
    kind, _, subject_id = key.partition(":")
    is_here = IS_HERE[kind](sight, int(subject_id))
    return build(sight, key) if is_here else None


def _is_ticket_here(sight: Sight, ticket_id: int) -> bool:
    """In private: one's own ticket, or one that is one's work."""
    ticket = sight.db.get(Ticket, (sight.viewer.estate.id, ticket_id))
    if ticket is None or sight.talk.group:
        return ticket is not None and _is_in(sight, ticket.group_id)
    return sight.is_mine(ticket.reporter_id) or bool(card_ticket.duties(sight, ticket))


def _is_poll_here(sight: Sight, poll_id: int) -> bool:
    found = sight.db.get(Poll, (sight.viewer.estate.id, poll_id))
    return found is not None and _is_in(sight, found.group_id)


def _is_booking_here(sight: Sight, subject_id: int) -> bool:
    held = card_booking.find(sight, subject_id)
    if held is None or sight.talk.group is None:
        return held is not None and sight.is_mine(held.member_id)
    return _is_in(sight, _group_of(sight, held.inbox_id) if isinstance(held, Booking) else held.group_id)


def _is_meeting_here(sight: Sight, meeting_id: int) -> bool:
    called = sight.db.get(Meeting, (sight.viewer.estate.id, meeting_id))
    if called is None or sight.talk.group:
        return called is not None and _is_in(sight, called.group_id)
    return called.group_id is None and sight.is_mine(called.called_by)


def _is_in(sight: Sight, group_id: int | None) -> bool:
    return sight.talk.group is not None and sight.talk.group.id == group_id


def _group_of(sight: Sight, inbox_id: int | None) -> int | None:
    said = sight.db.get(InboxMessage, (sight.viewer.estate.id, inbox_id)) if inbox_id else None
    return said.group_id if said else None


IS_HERE: dict[str, Callable[[Sight, int], bool]] = {
    "ticket": _is_ticket_here,
    "poll": _is_poll_here,
    "booking": _is_booking_here,
    "meeting": _is_meeting_here,
}
