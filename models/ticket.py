"""Tickets: a matter that was told, who stands behind it, and the life it may have."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import CheckConstraint, ColumnElement, Index, UniqueConstraint, and_, bindparam, func, or_, select, text
from sqlalchemy.orm import Mapped, Session

from models import audit, outbox, service, volunteer
from models.cause import Cause
from models.database import Base, hold
from models.inbox import InboxMessage
from models.keys import InEstate, first_id, new_id, next_number, refers
from models.member import Member, is_reachable, voter
from models.outbox import Words, say
from models.prepared import Prepared
from models.refused import Refused
from models.rows import Finder, append_once, given, put, rows_of

# What may be done in each state, and the state that it leads to.
NEXT: dict[str, dict[str, str]] = {
    "open": {
        "accept": "accepted",
        "assign": "assigned",
        "resolve": "resolved",
        "reject": "rejected",
        "withdraw": "withdrawn",
        "merge": "merged",
    },
    "accepted": {
        "accept": "accepted",
        "assign": "assigned",
        "transfer": "assigned",
        "resolve": "resolved",
        "reject": "rejected",
        "withdraw": "withdrawn",
        "merge": "merged",
    },
    "assigned": {
        "accept": "accepted",
        "assign": "assigned",
        "transfer": "assigned",
        "resolve": "resolved",
        "reject": "rejected",
        "withdraw": "withdrawn",
        "merge": "merged",
    },
    "resolved": {"confirm": "closed", "lapse": "closed", "reopen": "open", "merge": "merged"},
    "closed": {"confirm": "closed", "reopen": "open"},
    "rejected": {"reopen": "open", "withdraw": "withdrawn"},
    "withdrawn": {},
    "merged": {"unmerge": "open"},
}
STATUSES = tuple(NEXT)
LIVE = ("open", "accepted", "assigned")
IS_LIVE = text(f"tickets.status IN {LIVE}")  # written out: a list of values is put together anew with every statement
PLACE = ("area", "building", "unit", "floor", "room", "spot")
FALSE_ALARM = "误报"  # the reason with which a worker rejects what was no problem at all
# What a deed does to the service times, besides that they count while a ticket is live.
CLOCK = {"reopen": service.begin, "unmerge": service.refresh}
CALLS_OFF = ("reject", "withdraw")  # nobody is needed any more for what was opened to volunteers
VERDICT_WINDOW = timedelta(days=7)  # a verdict or 没修好 after this is a new matter


class Ticket(InEstate, Base):
    """`said_place` names the parts of the place that were said; the others were inferred from household and group."""

    __tablename__ = "tickets"
    number: Mapped[int]
    category: Mapped[str]
    urgency: Mapped[str]
    status: Mapped[str]
    title: Mapped[str]  # keywords
    text: Mapped[str]  # as it was told first
    area: Mapped[str | None]
    building: Mapped[str | None]
    unit: Mapped[str | None]
    floor: Mapped[str | None]
    room: Mapped[str | None]
    spot: Mapped[str | None]
    said_place: Mapped[list[Any]]
    group_id: Mapped[int | None]
    reporter_id: Mapped[int]
    reported_at: Mapped[datetime]
    assignee: Mapped[str | None]  # whom it was given to, as the worker said it
    worker_id: Mapped[int | None]  # who accepted, gave it on or settled it
    result: Mapped[str | None]
    resolved_at: Mapped[datetime | None]
    is_satisfied: Mapped[bool | None]
    times_reopened: Mapped[int]
    merged_into: Mapped[int | None]
    changed_at: Mapped[datetime]
    # Service times (models/service.py)
    clock_began_at: Mapped[datetime | None]
    dispatch_by: Mapped[datetime | None]
    answer_by: Mapped[datetime | None]
    waits_since: Mapped[datetime | None]  # the reporter was asked something, and the clock stands
    warned_of: Mapped[datetime | None]  # the time that was last warned of
    level: Mapped[str | None]  # whom it was handed over to
    handed_on_at: Mapped[datetime | None]
    pages: Mapped[int | None]  # how often an emergency called
    cleared_at: Mapped[datetime | None]  # the danger was over, and the rest is work like any other
    __table_args__ = (
        CheckConstraint(f"status IN {STATUSES}", name="status"),
        UniqueConstraint("estate_id", "number"),
        Index(None, "estate_id", "status", "building"),
        Index(None, "estate_id", "group_id", "changed_at"),
        Index(None, "estate_id", "changed_at"),
        Index(None, "estate_id", "merged_into"),
        Index(None, "estate_id", "reporter_id", "status"),
        Index(None, "estate_id", "reporter_id", "changed_at"),
        refers("group_id", "groups"),
        refers("reporter_id", "members"),
    )

    @property
    def is_live(self) -> bool:
        """Somebody still has to work on it."""
        return self.status in LIVE

    @property
    def place(self) -> dict[str, str]:
        return _place_of(self)

    @property
    def facts(self) -> dict[str, Any]:
        """What every message about a ticket may say of it."""
        return _facts_of(self)


class _Columns(NamedTuple):
    id: int
    number: int
    category: str
    urgency: str
    status: str
    title: str
    area: str | None
    building: str | None
    unit: str | None
    floor: str | None
    room: str | None
    spot: str | None
    group_id: int | None
    reported_at: datetime
    resolved_at: datetime | None
    dispatch_by: datetime | None
    answer_by: datetime | None
    waits_since: datetime | None
    level: str | None
    assignee: str | None


class Listed(_Columns):
    """What lists say of a ticket. Of thousands no objects are made that could be changed."""

    __slots__ = ()

    @property
    def is_live(self) -> bool:
        return self.status in LIVE

    @property
    def place(self) -> dict[str, str]:
        return _place_of(self)

    @property
    def facts(self) -> dict[str, Any]:
        return _facts_of(self)


def _place_of(ticket: Ticket | Listed) -> dict[str, str]:
    return {name: value for name in PLACE if (value := getattr(ticket, name))}


def _facts_of(ticket: Ticket | Listed) -> dict[str, Any]:
    return {
        "number": ticket.number,
        "category": ticket.category,
        "urgency": ticket.urgency,
        "status": ticket.status,
        "title": ticket.title,
        "place": ticket.place,
    }


class Voice(InEstate, Base):
    """Somebody's words behind a ticket: the report, the same matter told again, a 我家也是, a photo."""

    __tablename__ = "voices"
    ticket_id: Mapped[int]
    member_id: Mapped[int]
    household: Mapped[str]  # models.member.voter
    inbox_id: Mapped[int | None]
    kind: Mapped[str]  # report, support, detail
    at: Mapped[datetime]
    __table_args__ = (
        UniqueConstraint("estate_id", "ticket_id", "inbox_id"),
        Index(None, "estate_id", "inbox_id", "ticket_id"),
        refers("ticket_id", "tickets"),
        refers("member_id", "members"),
        refers("inbox_id", "inbox"),
    )


@dataclass(frozen=True)
class Report:
    """A problem as it was understood. `place` maps place fields to what was said or inferred."""

    category: str
    urgency: str
    place: dict[str, str]
    said_place: tuple[str, ...]
    text: str
    title: str = ""


def report(session: Session, cause: Cause, reporter: Member, told: Report) -> Ticket:
    """Opens a ticket, and says so where it was told."""
    ticket = Ticket(
        estate_id=cause.estate_id,
        id=new_id(cause.now),
        number=next_number(session, cause.estate_id, "ticket"),
        category=told.category,
        urgency=told.urgency,
        status="open",
        title=told.title,
        text=told.text,
        said_place=list(told.said_place),
        group_id=cause.group_id,
        reporter_id=reporter.id,
        reported_at=cause.now,
        times_reopened=0,
        changed_at=cause.now,
        **{name: told.place.get(name) for name in PLACE},
    )
    service.begin(session, cause, ticket)
    put(session, ticket)
    as_told = {"category": told.category, "urgency": told.urgency, **ticket.place}
    audit.record(session, cause, "ticket.report", ticket.id, **as_told)
    _add_voice(session, cause, ticket, reporter, "report")
    return ticket


def support(session: Session, cause: Cause, ticket: Ticket, member: Member, kind: str = "support") -> bool:
    """Puts a member's household behind a ticket. False where it already stands there."""
    known = member.id == ticket.reporter_id or voter(member) in households_behind(session, ticket, and_reporter=True)
    _add_voice(session, cause, ticket, member, kind)
    ticket.changed_at = cause.now
    if known:
        return False
    audit.record(session, cause, "ticket.support", ticket.id, household=voter(member))
    return True


def add_detail(session: Session, cause: Cause, ticket: Ticket, member: Member) -> None:
    """A photo or a further word of somebody who already told it."""
    _add_voice(session, cause, ticket, member, "detail")
    audit.record(session, cause, "ticket.detail", ticket.id)


def attach(session: Session, cause: Cause, ticket: Ticket, member: Member, inbox_id: int) -> None:
    """An earlier message of the reporter turns out to belong to a ticket."""
    _add_voice(session, replace(cause, inbox_id=inbox_id), ticket, member, "detail")


def act(session: Session, cause: Cause, ticket: Ticket, deed: str, **facts: Any) -> None:
    """Moves a ticket along `NEXT`, sets the columns named in `facts`, and writes the history.

    Raises Refused("ticket.not_now") where the state does not allow it.
    """
    hold(session, ticket)
    status = NEXT[ticket.status].get(deed)
    if status is None:
        raise Refused("ticket.not_now", **ticket.facts)
    ticket.status, ticket.changed_at = status, cause.now
    for name, value in facts.items():
        setattr(ticket, name, value)
    said = {name: value for name, value in facts.items() if isinstance(value, str | int | bool)}
    audit.record(session, cause, f"ticket.{deed}", ticket.id, status=status, **said)
    if deed in CALLS_OFF and (task := volunteer.of_ticket(session, ticket.estate_id, ticket.id)):
        volunteer.withdraw(session, cause, task)
    if deed in CLOCK:
        CLOCK[deed](session, cause, ticket)


def amend(session: Session, cause: Cause, ticket: Ticket, place: dict[str, str]) -> None:
    """Corrects the place. What was named stays said; a part that was only derived from a replaced one goes."""
    if ticket.status not in LIVE:
        raise Refused("ticket.not_now", **ticket.facts)
    for name in PLACE:
        if name in place:
            setattr(ticket, name, place[name])
    ticket.said_place = sorted({*ticket.said_place, *place})
    ticket.changed_at = cause.now
    audit.record(session, cause, "ticket.amend", ticket.id, **place)


def raise_urgency(session: Session, cause: Cause, ticket: Ticket, urgency: str) -> None:
    ticket.urgency, ticket.changed_at = urgency, cause.now
    audit.record(session, cause, "ticket.urgency", ticket.id, urgency=urgency)
    service.refresh(session, cause, ticket)


def recategorise(session: Session, cause: Cause, ticket: Ticket, category: str) -> None:
    """Corrects what a ticket is about. Raises Refused("ticket.not_now") where nobody works on it any more."""
    if ticket.status not in LIVE:
        raise Refused("ticket.not_now", **ticket.facts)
    before, ticket.category, ticket.changed_at = ticket.category, category, cause.now
    audit.record(session, cause, "ticket.recategorise", ticket.id, category=category, before=before)
    service.refresh(session, cause, ticket)


def merge(session: Session, cause: Cause, ticket: Ticket, into: Ticket) -> None:
    """Makes one of two. Voices stay where they were told and are read together, so that it can be undone."""
    hold(session, into)
    if into.id == ticket.id or into.status not in (*LIVE, "resolved"):
        raise Refused("ticket.cannot_merge", number=ticket.number, into=into.number)
    act(session, cause, ticket, "merge", merged_into=into.id)
    into.changed_at = cause.now
    audit.record(session, cause, "ticket.merged_from", into.id, number=ticket.number)


def unmerge(session: Session, cause: Cause, ticket: Ticket) -> None:
    act(session, cause, ticket, "unmerge", merged_into=None)


def tell_all(session: Session, cause: Cause, ticket: Ticket, template: str, **facts: Any) -> None:
    """Tells everybody behind a ticket where they spoke of it: in their groups, and alone who said it alone. Who
    caused it by a word elsewhere is answered there."""
    words = say(template, ticket.id, **ticket.facts, **facts)
    groups, alone = _told_in(session, ticket)
    for group_id in groups:
        outbox.announce(session, cause, group_id, words)
    for member_id in alone:
        if member_id != cause.member_id:
            tell_one(session, cause, ticket, member_id, words)
    if cause.inbox_id is not None and cause.group_id not in groups:
        outbox.reply(session, cause, words)


def tell_one(session: Session, cause: Cause, ticket: Ticket, member_id: int, words: Words) -> None:
    """Tells somebody behind a ticket alone; through whoever filed his words where no channel reaches him."""
    if is_reachable(session, ticket.estate_id, member_id):
        outbox.tell(session, cause, member_id, words)
        return
    filed_by = _filed_by(session, ticket, member_id)
    name = session.get_one(Member, (ticket.estate_id, member_id)).name
    if filed_by is not None and filed_by != cause.member_id:
        outbox.pass_on(session, cause, filed_by, name, words)


def _filed_by(session: Session, ticket: Ticket, member_id: int) -> int | None:
    """Who wrote the message that tells somebody's words."""
    ids = [voice.inbox_id for voice in voices(session, ticket) if voice.member_id == member_id]
    wrote = select(InboxMessage.member_id).where(InboxMessage.estate_id == ticket.estate_id, InboxMessage.id.in_(ids))
    return session.scalars(wrote.order_by(InboxMessage.id.desc()).limit(1)).first()


def _told_in(session: Session, ticket: Ticket) -> tuple[list[int], list[int]]:
    """The groups in which a ticket was told or joined, and the members who did so outside of any."""
    told = voices(session, ticket)
    said = (InboxMessage.estate_id == ticket.estate_id, InboxMessage.id.in_([voice.inbox_id for voice in told]))
    rows = session.execute(select(InboxMessage.id, InboxMessage.group_id).where(*said))
    group_of = {row.id: row.group_id for row in rows}
    # What was filed at the desk has no message; it belongs to the ticket's group, if there is one.
    where = [(voice.member_id, group_of.get(voice.inbox_id or 0, ticket.group_id)) for voice in told]
    groups = dict.fromkeys(group_id for _, group_id in [(0, ticket.group_id), *where] if group_id is not None)
    return list(groups), list(dict.fromkeys(member_id for member_id, group_id in where if group_id is None))


def take_back(session: Session, cause: Cause, ticket: Ticket, inbox_id: int) -> None:
    """A message was recalled: its voice goes. A ticket on which nobody else's words stand is withdrawn."""
    left = [voice for voice in voices(session, ticket) if voice.inbox_id != inbox_id]
    gone = [voice for voice in voices(session, ticket) if voice.inbox_id == inbox_id]
    if ticket.status in LIVE and not any(voice.kind != "detail" for voice in left):
        act(session, cause, ticket, "withdraw")
        return
    for voice in gone:
        session.delete(voice)
    ticket.changed_at = cause.now
    audit.record(session, cause, "ticket.take_back", ticket.id)


def _add_voice(session: Session, cause: Cause, ticket: Ticket, member: Member, kind: str) -> None:
    append_once(
        session,
        Voice,
        estate_id=cause.estate_id,
        id=new_id(cause.now),
        ticket_id=ticket.id,
        member_id=member.id,
        household=voter(member),
        inbox_id=cause.inbox_id,
        kind=kind,
        at=cause.now,
    )


def voices(session: Session, ticket: Ticket) -> Sequence[Voice]:
    """Everything told about a ticket and those merged into it, oldest first."""
    mine = (Voice.estate_id == ticket.estate_id, Voice.ticket_id.in_(_with_merged(session, ticket)))
    # Put in order here: asked to do it, a database may walk through all voices of the estate, which lie in that order.
    return sorted(session.scalars(select(Voice).where(*mine)), key=lambda voice: voice.id)


def _with_merged(session: Session, ticket: Ticket) -> list[int]:
    """A ticket's id and those of all that were merged into it, also by way of others."""
    known = [ticket.id]
    for into in known:  # grows while it is walked; nothing is merged in a circle
        merged = select(Ticket.id).where(Ticket.estate_id == ticket.estate_id, Ticket.merged_into == into)
        known.extend(session.scalars(merged))
    return known


def households_behind(session: Session, ticket: Ticket, and_reporter: bool = False) -> frozenset[str]:
    """The households that told a matter or joined it; the reporter's own only if asked for."""
    told = voices(session, ticket)
    own = {voice.household for voice in told if voice.member_id == ticket.reporter_id}
    return frozenset(voice.household for voice in told) - (frozenset() if and_reporter else frozenset(own))


def by_number(session: Session, estate_id: int, number: int) -> Ticket | None:
    return session.scalars(select(Ticket).filter_by(estate_id=estate_id, number=number)).first()


def get(session: Session, estate_id: int, ticket_id: int) -> Ticket:
    return session.get_one(Ticket, (estate_id, ticket_id))


def of_message(session: Session, estate_id: int, inbox_id: int) -> Sequence[Ticket]:
    """The tickets that a message is a voice of."""
    return sorted(_OF_MESSAGE.all(session, estate_id=estate_id, inbox_id=inbox_id), key=lambda ticket: ticket.id)


def last_told_by(session: Session, estate_id: int, member_id: int, since: datetime) -> Ticket | None:
    """The ticket behind which a member put a word last, since a time."""
    values = {"estate_id": estate_id, "member_id": member_id, "since": since, "since_id": first_id(since)}
    return _LAST_TOLD_BY.first(session, **values)


def changed_since(session: Session, cause: Cause, since: datetime) -> Sequence[Ticket]:
    """The tickets of this chat that anything happened to since a time, the latest first: its group's, or, said to the
    bot alone, the sender's own."""
    values = {"estate_id": cause.estate_id, "since": since, "group_id": cause.group_id, "reporter_id": cause.member_id}
    return (_CHANGED_HERE if cause.group_id else _CHANGED_ALONE).all(session, **values)


class Lately(NamedTuple):
    """What is asked with every message of a ticket to which something happened lately."""

    category: str
    status: str
    changed_at: datetime


def lately(session: Session, cause: Cause, since: datetime) -> list[Lately]:
    """The same tickets, as little of them as a message needs to be read by."""
    values = {"estate_id": cause.estate_id, "since": since, "group_id": cause.group_id, "reporter_id": cause.member_id}
    return [Lately(*row) for row in (_LATELY_HERE if cause.group_id else _LATELY_ALONE).all(session, values)]


def settled_since(session: Session, cause: Cause, category: str, since: datetime) -> Sequence[Ticket]:
    """The tickets told in this group, or alone, that were settled since a time and not judged, the latest first."""
    values = {"estate_id": cause.estate_id, "group": cause.group_id or 0, "category": category, "since": since}
    return _SETTLED.all(session, **values)


def all_since(session: Session, estate_id: int, since: datetime) -> Sequence[Ticket]:
    """An estate's tickets that anything happened to since a time, the latest first."""
    mine = (Ticket.estate_id == estate_id, Ticket.changed_at >= since)
    return session.scalars(select(Ticket).where(*mine).order_by(Ticket.changed_at.desc())).all()


def reporter(session: Session, ticket: Ticket) -> Member:
    return session.get_one(Member, (ticket.estate_id, ticket.reporter_id))


def live(session: Session, estate_id: int) -> list[Listed]:
    """All tickets that wait for work, oldest first."""
    return _listed(session, Ticket.estate_id == estate_id, Ticket.status.in_(LIVE))


def settled_lately(session: Session, estate_id: int, since: datetime) -> list[Listed]:
    """The tickets that were settled since a time, oldest first."""
    # Of what changed lately: by its status a database would look at all that was ever settled.
    is_settled = func.coalesce(Ticket.status, "").in_(("resolved", "closed"))
    lately = (Ticket.changed_at >= since, Ticket.resolved_at > since)
    return _listed(session, Ticket.estate_id == estate_id, *lately, is_settled)


def _listed(session: Session, *which: ColumnElement[bool]) -> list[Listed]:
    session.flush()
    found = session.connection().execute(select(*_LISTED).where(*which))  # plain values: half the time of a session's
    # Put in order here: asked to do it, a database may walk through all tickets, which lie in that order.
    return sorted(map(Listed._make, found), key=lambda ticket: ticket.number)


_LISTED = [getattr(Ticket, name) for name in Listed._fields]


def waiting_for_word(session: Session, cause: Cause) -> Sequence[Ticket]:
    """The tickets whose reporter is asked something here, and is the one who speaks."""
    mine = (Ticket.estate_id == cause.estate_id, Ticket.reporter_id == cause.member_id)
    asked = (Ticket.waits_since.is_not(None), Ticket.status.in_(LIVE))
    here = Ticket.group_id == cause.group_id if cause.group_id else Ticket.group_id.is_(None)
    return session.scalars(select(Ticket).where(*mine, *asked, here)).all()


def settled_by(session: Session, cause: Cause, since: datetime) -> Ticket | None:
    """What a worker settled last, since a time."""
    mine = (Ticket.estate_id == cause.estate_id, Ticket.worker_id == cause.member_id)
    settled = (Ticket.status == "resolved", Ticket.resolved_at >= since)
    return session.scalars(select(Ticket).where(*mine, *settled).order_by(Ticket.resolved_at.desc()).limit(1)).first()


def is_overdue_at(now: datetime) -> ColumnElement[bool]:
    """The condition that a ticket's time has passed: `service.is_overdue` for the database."""
    untaken = and_(Ticket.status == "open", Ticket.dispatch_by <= now)
    unanswered = and_(Ticket.status.in_(("accepted", "assigned")), Ticket.answer_by <= now)
    return and_(Ticket.waits_since.is_(None), or_(untaken, unanswered))


def told_by(session: Session, estate_id: int, member_id: int) -> Sequence[Ticket]:
    """A member's own reports, the latest first."""
    mine = (Ticket.estate_id == estate_id, Ticket.reporter_id == member_id)
    return session.scalars(select(Ticket).where(*mine).order_by(Ticket.number.desc()).limit(20)).all()


# Asked with nearly every report, and therefore put together once.
_VOICED = rows_of(Ticket).join(Voice, (Voice.estate_id == Ticket.estate_id) & (Voice.ticket_id == Ticket.id))
_OF_MESSAGE = Finder(Ticket, _VOICED.where(given(Voice.estate_id), given(Voice.inbox_id)))
_LAST_TOLD_BY = Finder(
    Ticket,
    _VOICED.where(
        given(Voice.estate_id),
        given(Voice.member_id),
        Voice.at > bindparam("since"),
        Voice.id >= bindparam("since_id"),  # the newest of the estate's, not all
    )
    .order_by(Voice.id.desc())
    .limit(1),
)
_CHANGED = (
    rows_of(Ticket)
    .where(given(Ticket.estate_id), Ticket.changed_at >= bindparam("since"))
    .order_by(Ticket.changed_at.desc())
)
_HERE = _CHANGED.where(given(Ticket.group_id))
_ALONE = _CHANGED.where(Ticket.group_id.is_(None), given(Ticket.reporter_id))
_CHANGED_HERE, _CHANGED_ALONE = Finder(Ticket, _HERE), Finder(Ticket, _ALONE)
_LATELY = (Ticket.category, Ticket.status, Ticket.changed_at)
_LATELY_HERE, _LATELY_ALONE = (Prepared(found.with_only_columns(*_LATELY)) for found in (_HERE, _ALONE))
_SETTLED = Finder(
    Ticket,
    rows_of(Ticket)
    .where(
        given(Ticket.estate_id),
        Ticket.status == "resolved",  # few stay so, and are found by it, not by their group
        func.coalesce(Ticket.group_id, 0) == bindparam("group"),
        given(Ticket.category),
        Ticket.is_satisfied.is_(None),
        Ticket.resolved_at >= bindparam("since"),
    )
    .order_by(Ticket.resolved_at.desc()),
)
