"""What a row about a ticket shows, wherever tickets stand in a list."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.web.desk_words import place
from handlers import work
from models.member import Member, roles_at
from models.ticket import NEXT, Ticket, Voice

EXCERPT = 60


@dataclass(frozen=True)
class Row:
    ticket: Ticket
    reporter: str
    worker: str  # who has it, or to whom it was given
    households: int
    verbs: tuple[str, ...] = ()  # what the viewer may do with it now

    @property
    def place(self) -> str:
        return place(self.ticket.place)

    @property
    def excerpt(self) -> str:
        text = " ".join(self.ticket.text.split())
        return text if len(text) <= EXCERPT else f"{text[:EXCERPT]}…"


def rows(db: Session, viewer: Member, found: Sequence[Ticket]) -> list[Row]:
    """The rows of some tickets, with names and households looked up for all at once."""
    if not found:
        return []
    names = _names(db, viewer.estate_id, found)
    behind = _households(db, viewer.estate_id, [ticket.id for ticket in found])
    may = _Permits(db, viewer)
    return [_row(ticket, names, behind.get(ticket.id, 0), may.verbs(ticket)) for ticket in found]


def _row(ticket: Ticket, names: dict[int, str], households: int, verbs: tuple[str, ...]) -> Row:
    worker = ticket.assignee or names.get(ticket.worker_id or 0, "")
    return Row(ticket, names.get(ticket.reporter_id, ""), worker, households, verbs)


class _Permits:
    """What somebody may do, asked once for each building."""

    def __init__(self, db: Session, viewer: Member) -> None:
        self.db, self.viewer = db, viewer
        self.known: dict[str | None, frozenset[str]] = {}

    def verbs(self, ticket: Ticket) -> tuple[str, ...]:
        if ticket.building not in self.known:
            held = roles_at(self.db, self.viewer.estate_id, self.viewer.id, ticket.building)
            self.known[ticket.building] = frozenset(verb for verb, roles in work.MAY.items() if roles & held)
        possible = NEXT[ticket.status]
        return tuple(v for v in work.MAY if work.AS_IF.get(v, v) in possible and v in self.known[ticket.building])


def verbs(db: Session, viewer: Member, ticket: Ticket) -> tuple[str, ...]:
    """What somebody may do with a ticket as it stands now."""
    return _Permits(db, viewer).verbs(ticket)


def _names(db: Session, estate_id: int, found: Sequence[Ticket]) -> dict[int, str]:
    return names(db, estate_id, {t.reporter_id for t in found} | {t.worker_id for t in found if t.worker_id})


def names(db: Session, estate_id: int, member_ids: set[int]) -> dict[int, str]:
    """Names by member id."""
    query = select(Member.id, Member.name).where(Member.estate_id == estate_id, Member.id.in_(member_ids))
    return dict(db.execute(query).all())


def _households(db: Session, estate_id: int, ids: list[int]) -> dict[int, int]:
    """How many households stand behind each ticket, with those of the tickets merged into it."""
    # The state is in an index, `merged_into` is not.
    parts = (Ticket.estate_id == estate_id, Ticket.status == "merged", Ticket.merged_into.in_(ids))
    into = {part: whole for part, whole in db.execute(select(Ticket.id, Ticket.merged_into).where(*parts)) if whole}
    told = (Voice.estate_id == estate_id, Voice.ticket_id.in_([*ids, *into]))
    behind: dict[int, set[str]] = {}
    for ticket_id, household in db.execute(select(Voice.ticket_id, Voice.household).where(*told).distinct()):
        behind.setdefault(into.get(ticket_id, ticket_id), set()).add(household)
    return {ticket_id: len(households) for ticket_id, households in behind.items()}
