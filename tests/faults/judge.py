"""Compares what the platform remembers with what the database holds, and names every promise that was broken."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.channels.pieces import counted
from bot.fake_platform.followers import Said
from bot.wording import render
from models import ticket as tickets
from models.audit import AuditEntry
from models.booking import Booking
from models.due import Due
from models.estate import Estate, Group
from models.inbox import InboxMessage
from models.member import Account as BoundAccount
from models.outbox import OutboxMessage
from models.poll import Ballot
from models.ticket import Ticket
from tests.faults.played import Played
from tests.faults.town import Town

PIECE_BYTES = 2048
ROBOT = "robot"


@dataclass(frozen=True)
class Sent:
    """To whom, and what, in one piece."""

    to: str
    text: str


def broken_promises(town: Town) -> list[str]:
    """Everything that is not as it must be once all have had their say; one line each."""
    with town.database.read() as session:
        return judged(town, session)


def conclude(town: Town, played: Played, figures: Mapping[str, float]) -> None:
    """Adds to what was played what a town says at its end; `figures` besides those that every town has."""
    said = town.account.said
    played.broken += broken_promises(town)
    played.acknowledged += sum(one.is_acknowledged for one in said)
    counts = {"messages": len(said), "given up": sum(not one.is_acknowledged for one in said), **figures}
    played.figures = {name: played.figures.get(name, 0) + count for name, count in counts.items()}
    played.history += [one.as_told() for one in said]


def judged(town: Town, session: Session) -> list[str]:
    """The same, of what a session sees."""
    books = _Books(town, session)
    return [line for check in CHECKS for line in check(books)]


def sent_again(town: Town) -> Counter[Sent]:
    """What went out more often than the outbox says."""
    with town.database.read() as session:
        return _actual(town) - _Books(town, session).to_send()


class _Books:
    """The rows, and which message of the platform caused which."""

    def __init__(self, town: Town, session: Session) -> None:
        self.town = town
        self.session = session
        self.estate = session.scalars(select(Estate)).one()
        self.inbox = defaultdict(list)
        self._held: dict[type[Any], Sequence[Any]] = {}
        for row in session.scalars(select(InboxMessage)):
            self.inbox[row.external_id].append(row)

    def all(self, table: type[Any]) -> Sequence[Any]:
        if table not in self._held:
            self._held[table] = self.session.scalars(select(table)).all()
        return self._held[table]

    def row(self, said: Said) -> InboxMessage | None:
        rows = self.inbox[str(said.number)]
        return rows[0] if rows else None

    def caused(self, said: Said, table: type[Any], **fields: str) -> int:
        """How many rows of a table, with these fields, a message caused."""
        row = self.row(said)
        wanted = {"inbox_id": row.id, **fields} if row else {}
        return sum(all(getattr(one, name) == value for name, value in wanted.items()) for one in self.all(table))

    def opened(self, said: Said) -> Sequence[Ticket]:
        row = self.row(said)
        return tickets.of_message(self.session, self.estate.id, row.id) if row else ()

    def text(self, row: OutboxMessage) -> str:
        return render(row.template, row.facts, self.estate.zone, row.sent_at or row.created_at)

    def to_send(self) -> Counter[Sent]:
        """What the platform must have been given by the delivery, once each."""
        by_delivery = [row for row in self.all(OutboxMessage) if row.attempts > 0]
        pieces = (Sent(self._to(row), piece) for row in by_delivery for piece in counted(self.text(row), PIECE_BYTES))
        return Counter(pieces)

    def _to(self, row: OutboxMessage) -> str:
        if row.group_id is not None:
            group = self.session.get_one(Group, (self.estate.id, row.group_id))
            return ROBOT if group.channel == "group_robot" else group.name
        mine = {"estate_id": self.estate.id, "member_id": row.member_id}
        return self.session.scalars(select(BoundAccount).filter_by(**mine)).one().address


def _actual(town: Town) -> Counter[Sent]:
    return Counter(sent for sent, _ in _sendings(town))


def _sendings(town: Town) -> Iterator[tuple[Sent, float]]:
    for request in town.account.sent_to_followers():
        yield Sent(request.body["touser"], request.body["text"]["content"]), request.at
    for request in town.account.sent_by_robots():
        yield Sent(ROBOT, request.body["text"]["content"]), request.at


def _taken_in_once(books: _Books) -> Iterator[str]:
    for said in books.town.account.said:
        rows = len(books.inbox[str(said.number)])
        if rows > 1 or (said.is_acknowledged and rows == 0):
            yield f"{said.text} stands {rows} times in the inbox"


# What one message of a kind must have caused, exactly once: by it alone, whatever the platform repeated.
CAUSES: dict[str, Callable[[_Books, Said], int]] = {
    "report": lambda books, said: len(books.opened(said)),
    "booking": lambda books, said: books.caused(said, Booking),
    "vote": lambda books, said: books.caused(said, Ballot),
    "order": lambda books, said: books.caused(said, AuditEntry, action="ticket.resolve"),
    "chat": lambda books, said: 1,
}


IN_WORDS = ("report", "booking", "order")


def _done_once(books: _Books) -> Iterator[str]:
    for said in books.town.account.said:
        times = CAUSES[said.kind](books, said) if books.row(said) else 1  # never taken in: judged above
        if times != 1:
            yield f"{said.text} was done {times} times"


def _one_ticket_a_report(books: _Books) -> Iterator[str]:
    told = Counter(ticket.text for ticket in books.all(Ticket))
    yield from (f"{text} has {times} tickets" for text, times in told.items() if times > 1)
    numbers = sorted(ticket.number for ticket in books.all(Ticket))
    if numbers != list(range(1, len(numbers) + 1)):
        yield f"the numbers of the tickets have gaps: {numbers}"


def _answered_alike(books: _Books) -> Iterator[str]:
    """Whatever was answered first to a message is what every repeat gets, and it is what the outbox says."""
    replies = defaultdict(list)
    for row in sorted(books.all(OutboxMessage), key=lambda row: row.id):
        if row.state == "sent" and row.attempts == 0:
            replies[row.inbox_id].append(books.text(row))
    for said in books.town.account.said:
        row = books.row(said)
        if said.is_acknowledged and row and {"\n".join(replies[row.id])} != set(said.answers):
            yield f"{said.text} was answered {said.answers}, the outbox says {replies[row.id]}"


def _answered_in_words(books: _Books) -> Iterator[str]:
    """Whoever tells, books or settles something hears of it."""
    for said in books.town.account.said:
        if said.kind in IN_WORDS and said.is_acknowledged and not said.answers[0]:
            yield f"{said.text} was acknowledged without a word"


def _nothing_left(books: _Books) -> Iterator[str]:
    for row in books.all(OutboxMessage):
        if row.state != "sent":
            yield f"{row.template} to {row.member_id or row.group_id} is {row.state}: {row.error}"
    for row in books.all(Due):
        if row.error:
            yield f"{row.kind} failed: {row.error}"


def _reached_everybody(books: _Books) -> Iterator[str]:
    missing = books.to_send() - _actual(books.town)
    yield from (f"{sent.to} never got: {sent.text}" for sent in missing)


def _repeated_only_over_a_death(books: _Books) -> Iterator[str]:
    """Twice is allowed only where the worker died between the two."""
    times = defaultdict(list)
    for sent, at in _sendings(books.town):
        times[sent].append(at)
    deaths = books.town.work.died_at
    for sent, extra in (_actual(books.town) - books.to_send()).items():
        with_a_death = sum(any(one < death < other for death in deaths) for one, other in pairwise(times[sent]))
        if extra > with_a_death:
            yield f"{sent.to} got {len(times[sent])} times: {sent.text}"


def _reminded_once(books: _Books) -> Iterator[str]:
    said = Counter((row.member_id, row.group_id, row.once) for row in books.all(OutboxMessage) if row.once)
    yield from (f"{key} stands {times} times in the outbox" for key, times in said.items() if times > 1)
    reminded = Counter(row.subject_id for row in books.all(OutboxMessage) if row.template == "booking.remind")
    due = {row.subject_id for row in books.all(Due) if row.kind == "booking.remind" and row.done_at}
    if reminded != Counter(due):
        yield f"reminders: {reminded} were written, due were {due}"


CHECKS: tuple[Callable[[_Books], Iterator[str]], ...] = (
    _taken_in_once,
    _done_once,
    _one_ticket_a_report,
    _answered_alike,
    _answered_in_words,
    _nothing_left,
    _reached_everybody,
    _repeated_only_over_a_death,
    _reminded_once,
)
