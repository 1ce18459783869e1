"""Every message that goes out: written with its cause in one transaction, claimed, sent, marked.

A row holds a template's name and its facts, never finished text. What a group may not hear yet (models/quiet.py) is
collected in one row, `JOINED`, whose facts are the posts. A row's states:

    waiting ──claim──▶ claimed ──sent──▶ sent
       ▲                  │ failed: back off      permanent, or too many tries: dead
       └──────────────────┘
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NamedTuple, cast

from sqlalchemy import (
    CheckConstraint,
    Index,
    Table,
    UniqueConstraint,
    bindparam,
    case,
    event,
    func,
    literal,
    select,
    text,
    update,
)
from sqlalchemy.orm import Mapped, Session

from models import quiet
from models.cause import Cause
from models.database import Base
from models.estate import Estate
from models.inbox import InboxMessage
from models.keys import InEstate, first_id, new_id, refers
from models.prepared import Prepared
from models.rows import put

LEASE = timedelta(seconds=30)  # a dead process's claim is free again after this
# Ten tries over a little more than three days: platforms have been down that long.
BACK_OFF_MINUTES = (1, 5, 15, 60, 240, 480, 720, 1080, 1800)
STATES = ("waiting", "claimed", "sent", "dead")
JOINED = "group.joined"
DANGER = ("ticket.page_worker", "ticket.emergency")  # what calls for help, and what says whom to call


# Few of many. Written out, since a database uses an index of some rows only where it can see that they are the ones.
UNSENT = text("state IN ('waiting', 'claimed')")


class OutboxMessage(InEstate, Base):
    __tablename__ = "outbox"
    group_id: Mapped[int | None]  # to a group, or
    member_id: Mapped[int | None]  # to one member
    kind: Mapped[str]  # reply, notice, reminder, digest
    about: Mapped[str]  # ticket, poll, booking, meeting, volunteer, …
    subject_id: Mapped[int | None]
    template: Mapped[str]
    facts: Mapped[dict[str, Any]]
    inbox_id: Mapped[int | None]  # the message that it answers
    created_at: Mapped[datetime]
    state: Mapped[str]
    due_at: Mapped[datetime]
    attempts: Mapped[int]
    claimed_by: Mapped[str | None]
    sent_at: Mapped[datetime | None]
    error: Mapped[str | None]
    once: Mapped[str | None]  # two rows of one occurrence cannot both exist
    was_due_at = (
        datetime.max
    )  # not of the table: of a claimed row, when it was due, so that it can go back to its place
    __table_args__ = (
        CheckConstraint("state IN ('waiting', 'claimed', 'sent', 'dead')", name="state"),
        CheckConstraint("(group_id IS NULL) <> (member_id IS NULL)", name="one_receiver"),
        UniqueConstraint("estate_id", "once"),
        Index("ix_outbox_due", "due_at", "id", sqlite_where=UNSENT, postgresql_where=UNSENT),
        Index(None, "estate_id", "group_id", "id"),
        Index(None, "estate_id", "inbox_id"),
        Index(None, "estate_id", "state", "id"),
        Index(None, "estate_id", "kind", "id"),
        refers("group_id", "groups"),
        refers("member_id", "members"),
    )


class Said(NamedTuple):
    """One post of a row."""

    template: str
    facts: dict[str, Any]
    subject_id: int | None


@dataclass(frozen=True)
class Words:
    """What is said: a template of bot/wording and its facts, about something."""

    template: str
    facts: dict[str, Any]
    subject_id: int | None = None
    kind: str = "reply"
    once: str | None = None
    delay: timedelta = timedelta()

    @property
    def about(self) -> str:
        return self.template.partition(".")[0]


def say(template: str, subject_id: int | None = None, /, **facts: Any) -> Words:
    return Words(template, facts, subject_id)


def reply(session: Session, cause: Cause, words: Words) -> OutboxMessage:
    """Answers where the message was said: in its group, or to its sender alone. Where the group may not hear it yet,
    the sender is told alone at once, and the group later."""
    if cause.group_id is None:
        return _post(session, cause, words, None, cause.member_id)
    said = announce(session, cause, cause.group_id, words)
    if said.template == JOINED and cause.member_id is not None:
        tell(session, cause, cause.member_id, words)
    return said


def tell(session: Session, cause: Cause, member_id: int, words: Words) -> OutboxMessage:
    """Tells one member privately."""
    return _post(session, cause, words, None, member_id)


def pass_on(session: Session, cause: Cause, member_id: int, name: str, words: Words) -> OutboxMessage:
    """Tells a member what is for somebody whom no channel reaches."""
    post = Said(words.template, words.facts, words.subject_id)._asdict()
    facts = {"name": name, "posts": [post]}
    return tell(session, cause, member_id, Words("ticket.pass_on", facts, words.subject_id, words.kind, words.once))


def announce(session: Session, cause: Cause, group_id: int, words: Words) -> OutboxMessage:
    """Tells a group, now or when it may be spoken to again."""
    at = _speak_at(session, cause, group_id, words)
    if at <= cause.now + words.delay:
        return _post(session, cause, words, group_id, None)
    return _collect(session, cause, group_id, words, at)


def join(session: Session, cause: Cause, words: Words) -> OutboxMessage:
    """Like `reply`, but a message about the same thing that still waits takes the newer facts instead of a second one
    following it: confirmations within a short while become one."""
    mine = (
        OutboxMessage.estate_id == cause.estate_id,
        OutboxMessage.group_id == cause.group_id,
        OutboxMessage.template == words.template,
        OutboxMessage.subject_id == words.subject_id,
        OutboxMessage.state == "waiting",
    )
    waiting = session.scalars(select(OutboxMessage).where(*mine).limit(1).with_for_update()).first()
    if waiting is None or cause.group_id is None:
        return reply(session, cause, words)
    waiting.facts = words.facts
    return waiting


def _speak_at(session: Session, cause: Cause, group_id: int, words: Words) -> datetime:
    if not quiet.may_wait(cause, words.kind, words.facts.get("urgency")):
        return cause.now
    estate = session.get_one(Estate, cause.estate_id)
    return quiet.speak_at(estate, cause.now, words.template, _posts(session, cause, group_id))


def _posts(session: Session, cause: Cause, group_id: int) -> list[quiet.Post]:
    """What a group heard within the last while, or is to hear next."""
    mine = (
        OutboxMessage.estate_id == cause.estate_id,
        OutboxMessage.group_id == group_id,
        OutboxMessage.id >= first_id(cause.now - quiet.SPAN),
    )
    rows = session.scalars(select(OutboxMessage).where(*mine, OutboxMessage.state != "dead")).all()
    heard = ((row.sent_at or row.due_at, frozenset(said.template for said in said_in(row))) for row in rows)
    return sorted((quiet.Post(at, templates) for at, templates in heard), key=lambda post: post.at)


def _collect(session: Session, cause: Cause, group_id: int, words: Words, at: datetime) -> OutboxMessage:
    """Into the row that waits for the group; what it holds about the same already is said anew, not twice."""
    post = Said(words.template, words.facts, words.subject_id)._asdict()
    mine = (
        OutboxMessage.estate_id == cause.estate_id,
        OutboxMessage.group_id == group_id,
        OutboxMessage.template == JOINED,
        OutboxMessage.state == "waiting",
        OutboxMessage.due_at > cause.now,
    )
    waiting = session.scalars(select(OutboxMessage).where(*mine).limit(1).with_for_update()).first()
    if waiting is None:
        delayed = Words("group.joined", {"posts": [post]}, words.subject_id, words.kind, delay=at - cause.now)
        return _post(session, cause, delayed, group_id, None)
    key = (words.template, words.subject_id)
    is_newer = words.subject_id is not None
    known = [one for one in waiting.facts["posts"] if not (is_newer and (one["template"], one["subject_id"]) == key)]
    waiting.facts = {"posts": [*known, post]}
    return waiting


def _post(session: Session, cause: Cause, words: Words, group_id: int | None, member_id: int | None) -> OutboxMessage:
    row = OutboxMessage(
        estate_id=cause.estate_id,
        id=new_id(cause.now),
        group_id=group_id,
        member_id=member_id,
        kind=words.kind,
        about=words.about,
        subject_id=words.subject_id,
        template=words.template,
        facts=words.facts,
        inbox_id=cause.inbox_id,
        created_at=cause.now,
        state="waiting",
        due_at=cause.now + words.delay,
        attempts=0,
        once=words.once,
    )
    put(session, row)
    _remember(session, row)
    return row


def written(session: Session) -> Sequence[OutboxMessage] | None:
    """What this transaction wrote in answer to messages, in its order. None where a part of it was taken back: then the
    database knows."""
    rows: Sequence[OutboxMessage] | None = session.info.get(_WRITTEN, ())
    return rows


def _remember(session: Session, row: OutboxMessage) -> None:
    if row.inbox_id is None:
        return  # a digest answers nobody, and is long
    if (rows := session.info.setdefault(_WRITTEN, [])) is not None:
        rows.append(row)


_WRITTEN = "outbox.written"


@event.listens_for(Session, "after_soft_rollback")
def _taken_back(session: Session, _: object) -> None:
    session.info[_WRITTEN] = None


def said_in(row: OutboxMessage) -> list[Said]:
    """All that a row says: one post, or those that waited for each other, or what is to be passed on."""
    if posts := row.facts.get("posts"):
        return [Said(**post) for post in posts]
    return [Said(row.template, row.facts, row.subject_id)]


def answers_to(session: Session, estate_id: int, inbox_id: int) -> Sequence[OutboxMessage]:
    """What was said in answer to a message, oldest first."""
    return session.scalars(_ANSWERS, {"estate_id": estate_id, "inbox_id": inbox_id}).all()


def mark_answered(session: Session, row: OutboxMessage, now: datetime) -> None:
    """It went back in the response to the message that it answers."""
    key = {"of_estate": row.estate_id, "of_id": row.id}
    _ANSWERED.run(session, key | {"state": "sent", "sent_at": now})


def was_told(session: Session, cause: Cause, template: str, since: datetime) -> bool:
    """Whether an answer by this template went to the cause's member since a time, here or elsewhere."""
    values = {
        "estate_id": cause.estate_id,
        "member_id": cause.member_id,
        "inbox_id": cause.inbox_id,
        "since_id": first_id(since),
        "template": template,
    }
    return _TOLD.first(session, values) is not None


# Asked with nearly every message, and therefore put together once.
_ANSWERS = (
    select(OutboxMessage)
    .where(OutboxMessage.estate_id == bindparam("estate_id"), OutboxMessage.inbox_id == bindparam("inbox_id"))
    .order_by(OutboxMessage.id)
)
_OUTBOX = cast("Table", OutboxMessage.__table__)
_ANSWERED = Prepared(
    update(_OUTBOX)
    .where(_OUTBOX.c.estate_id == bindparam("of_estate"), _OUTBOX.c.id == bindparam("of_id"))
    .values(state=bindparam("state"), sent_at=bindparam("sent_at"))
)
_SAID = select(InboxMessage.id).where(
    InboxMessage.estate_id == bindparam("estate_id"),
    InboxMessage.member_id == bindparam("member_id"),
    InboxMessage.id >= bindparam("since_id"),
    InboxMessage.id != bindparam("inbox_id"),
)
_TOLD = Prepared(
    select(OutboxMessage.id)
    .where(
        OutboxMessage.estate_id == bindparam("estate_id"),
        OutboxMessage.inbox_id.in_(_SAID),
        OutboxMessage.template == bindparam("template"),
    )
    .limit(1)
)


def claim(
    session: Session,
    worker: str,
    now: datetime,
    limit: int = 50,
    each: int = 20,
    debts: Mapping[int, float] | None = None,
) -> Sequence[OutboxMessage]:
    """Takes what is due, for `LEASE`, at most `each` of an estate. A claim whose holder died counts as due again.

    Danger comes first: a thousand digests must not keep a call for help. Then the oldest of each estate, the second of
    each, and so on: one that has much to say, or whom a platform is slow to hear, keeps no other waiting. Estates with
    `debts` come after all others, those with the least first.
    """
    is_calm = OutboxMessage.template.not_in(DANGER)
    oldest = (is_calm, OutboxMessage.due_at, OutboxMessage.id)
    turn = func.row_number().over(partition_by=OutboxMessage.estate_id, order_by=oldest)
    owed = case(debts, value=OutboxMessage.estate_id, else_=0.0) if debts else literal(0.0)
    is_due = (UNSENT, OutboxMessage.due_at <= now)
    turns = select(OutboxMessage.estate_id, OutboxMessage.id, turn.label("turn")).where(*is_due).subquery("turns")
    this = (OutboxMessage.estate_id == turns.c.estate_id) & (OutboxMessage.id == turns.c.id)
    rows = session.scalars(
        select(OutboxMessage)
        .join(turns, this)
        # Said again of the row itself: once it is locked PostgreSQL looks at it anew, but only at its own conditions.
        .where(turns.c.turn <= each, *is_due)
        .order_by(is_calm, owed, turns.c.turn, OutboxMessage.due_at, OutboxMessage.id)
        .limit(limit)
        .with_for_update(skip_locked=True, of=OutboxMessage)
    ).all()
    for row in rows:
        row.was_due_at = row.due_at
        row.state, row.claimed_by, row.due_at = "claimed", worker, now + LEASE
        row.attempts += 1
    return rows


def mark_sent(session: Session, row: OutboxMessage, worker: str, now: datetime) -> bool:
    """Marks a claimed row; False where the lease ran out and another worker has it."""
    return _release(session, row, worker, state="sent", sent_at=now, error=None)


def put_back(session: Session, row: OutboxMessage, worker: str, due_at: datetime, error: str | None = None) -> bool:
    """Back to waiting until `due_at`, and this was no try: it was not begun, or the platform asked to wait."""
    return _release(session, row, worker, state="waiting", due_at=due_at, error=error, attempts=row.attempts - 1)


def hold_back(session: Session, row: OutboxMessage, now: datetime, until: datetime) -> None:
    """All that waits for the receiver of a row waits as long: one refusal is enough to know, and ten thousand letters
    to one group need not be claimed each in vain."""
    due = (OutboxMessage.estate_id == row.estate_id, OutboxMessage.state == "waiting", OutboxMessage.due_at <= now)
    to = OutboxMessage.group_id == row.group_id if row.group_id else OutboxMessage.member_id == row.member_id
    session.execute(update(OutboxMessage).where(*due, to).values(due_at=until))


def mark_failed(session: Session, row: OutboxMessage, worker: str, due_at: datetime | None, error: str) -> bool:
    """Back to waiting until `due_at`; None means that it will not be tried again: a dead letter."""
    if due_at is None:
        return _release(session, row, worker, state="dead", error=error)
    return _release(session, row, worker, state="waiting", due_at=due_at, error=error)


def revive(session: Session, estate_id: int, row_id: int, now: datetime) -> bool:
    """Gives a dead letter another round of tries."""
    key = (OutboxMessage.estate_id == estate_id, OutboxMessage.id == row_id, OutboxMessage.state == "dead")
    again = update(OutboxMessage).where(*key).values(state="waiting", attempts=0, due_at=now)
    return session.execute(again.returning(OutboxMessage.id)).first() is not None


def _release(session: Session, row: OutboxMessage, worker: str, **values: Any) -> bool:
    held = (
        OutboxMessage.estate_id == row.estate_id,
        OutboxMessage.id == row.id,
        OutboxMessage.state == "claimed",
        OutboxMessage.claimed_by == worker,
    )
    done = update(OutboxMessage).where(*held).values(claimed_by=None, **values).returning(OutboxMessage.id)
    return session.execute(done).first() is not None


def is_due_elsewhere(session: Session, estates: Collection[int], now: datetime) -> bool:
    """Whether anything is due of other estates than these."""
    other = select(OutboxMessage.id).where(UNSENT, OutboxMessage.due_at <= now, OutboxMessage.estate_id.not_in(estates))
    return session.scalars(other.limit(1)).first() is not None


def next_due(session: Session) -> datetime | None:
    """When the next message falls due."""
    return session.scalars(select(OutboxMessage.due_at).where(UNSENT).order_by(OutboxMessage.due_at).limit(1)).first()
