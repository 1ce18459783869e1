"""Passive replies: what answers a callback goes back in its own HTTP response, as the same outbox row, marked sent.

The mark is in the transaction that takes the message in, so the delivery never sees these rows and one commit
is enough. Where the response is lost, the platform repeats its message and is given the same words again.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime

from flask import Blueprint
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.channels.official_account import PASSIVE_BYTES, create_blueprint
from bot.intake import committed
from bot.wording import render
from config.failpoints import reach
from config.settings import ConfigError, OfficialAccountSettings
from handlers.message import Message
from handlers.receive import Receipt, UnknownSender, receive
from models import outbox
from models.database import Database
from models.estate import Estate
from models.outbox import OutboxMessage

log = logging.getLogger(__name__)


def official_account(database: Database, settings: OfficialAccountSettings, clock: Callable[[], datetime]) -> Blueprint:
    """The callback of the official account, joined to the handlers. Raises ConfigError where its estate is unknown."""
    home = _home(database, settings.estate)

    def receive_message(message: Message) -> str | None:
        return take_and_answer(database, message, clock(), home)

    return create_blueprint(settings, receive_message, clock)


def take_and_answer(database: Database, message: Message, now: datetime, home: int | None) -> str | None:
    """Takes a message in, commits, and gives the words that answer its sender, or None."""
    try:
        answer = committed(database, lambda session: _answer(session, receive(session, message, now, home), now))
    except UnknownSender:
        log.warning("a message to %s belongs to no estate", message.account)
        return None
    reach("passive.before-answer")
    return answer


def _home(database: Database, name: str) -> int | None:
    """The estate of followers of whom nothing is known: the one that is named, or the only one."""
    with database.read() as session:
        estates = session.execute(select(Estate.name, Estate.id)).all()
    if name and name not in {known for known, _ in estates}:
        raise ConfigError(f"JIANJIAN_OFFICIAL_ACCOUNT_ESTATE: there is no estate {name!r}")
    mine = [key for known, key in estates if name in ("", known)]
    return mine[0] if len(mine) == 1 else None


def _answer(session: Session, receipt: Receipt, now: datetime) -> str | None:
    """What goes back in the response; what is too long for it goes out by the delivery."""
    said: list[str] = []
    for row in _already_said(session, receipt) if receipt.is_repeat else _to_say(session, receipt, now):
        text = render(row.template, row.facts, receipt.estate.zone, row.sent_at or now)  # a repeat's: the first words
        if len("\n".join([*said, text]).encode()) > PASSIVE_BYTES:
            break
        if not receipt.is_repeat:
            outbox.mark_answered(session, row, now)
        said.append(text)
    return "\n".join(said) or None


def _already_said(session: Session, receipt: Receipt) -> Iterator[OutboxMessage]:
    """What went out with the first response: the delivery counts its tries, so these rows have none."""
    rows = outbox.answers_to(session, receipt.estate_id, receipt.inbox_id)
    return (row for row in _to_sender(rows, receipt) if row.state == "sent" and row.attempts == 0)


def _to_say(session: Session, receipt: Receipt, now: datetime) -> Iterator[OutboxMessage]:
    rows = outbox.written(session)
    if rows is None:
        rows = outbox.answers_to(session, receipt.estate_id, receipt.inbox_id)
    return (row for row in _to_sender(rows, receipt) if row.state == "waiting" and row.due_at <= now)


def _to_sender(rows: Sequence[OutboxMessage], receipt: Receipt) -> Iterator[OutboxMessage]:
    """Of what answers a message, that which is for its sender alone."""
    return (row for row in rows if row.inbox_id == receipt.inbox_id and row.member_id == receipt.sender_id)
