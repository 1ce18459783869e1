"""Which ticket is meant: by number, by the message that is quoted, or by naming the matter."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import timedelta

from config import categories
from handlers.heard import Heard
from models import ticket as tickets
from models.ticket import Ticket

LATELY = timedelta(days=14)
Wanted = Callable[[Ticket], bool]


def by_number_or_quote(heard: Heard, number: int | None) -> Ticket | None:
    """The ticket that a message names outright."""
    if number is not None:
        return tickets.by_number(heard.session, heard.estate.id, number)
    if heard.quoted is None:
        return None
    told = tickets.of_message(heard.session, heard.estate.id, heard.quoted.id)
    return told[0] if told else None


def by_words(heard: Heard, among: Sequence[Ticket]) -> list[Ticket]:
    """The tickets that a message can mean by what it names, the best match first."""
    scored = [(points, ticket) for ticket in among if (points := _points(heard, ticket)) > 0]
    best = max((points for points, _ in scored), default=0)
    return [ticket for points, ticket in scored if points == best]


def here(heard: Heard, wanted: Wanted) -> list[Ticket]:
    """Tickets of this chat, the one that changed last first; in a private chat those of the whole estate."""
    since = heard.cause.now - LATELY
    if heard.message.group is None:
        return [t for t in tickets.all_since(heard.session, heard.estate.id, since) if wanted(t)]
    found = tickets.changed_since(heard.session, heard.cause, since)
    return [ticket for ticket in found if wanted(ticket)]


def _points(heard: Heard, ticket: Ticket) -> int:
    """How much of a ticket the words name; below zero where they name another place."""
    place = heard.meaning.place.as_dict()
    if any(ticket.place.get(name) not in (None, value) for name, value in place.items() if name != "spot"):
        return -1
    named = sum(ticket.place.get(name) == value for name, value in place.items())
    own = sum(word in heard.message.text for word in ticket.title.split())
    is_of_kind = any(word in heard.message.text for word in categories.words(ticket.category))
    return named + 2 * own + is_of_kind
