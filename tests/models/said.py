"""A message on the stage: the inbox row behind a deed, for what can be recalled."""

from __future__ import annotations

from dataclasses import replace

from models.cause import Cause
from models.inbox import InboxMessage
from models.keys import new_id
from tests.cast import Stage


def by_message(on: Stage, who: str, group: str | None = None, **later: float) -> Cause:
    """A cause with a message behind it, as every word in a chat has one."""
    cause = on.by(who, group, **later)
    inbox_id = new_id(cause.now)
    on.session.add(
        InboxMessage(
            estate_id=on.estate_id,
            id=inbox_id,
            channel="web",
            account="jianjian",
            external_id=str(inbox_id),
            group_id=cause.group_id,
            member_id=cause.member_id,
            at=cause.now,
            kind="text",
            text="",
            intents=[],
            reading={},
        )  # fmt: skip
    )
    on.session.flush()
    return replace(cause, inbox_id=inbox_id)


def recalled(on: Stage, cause: Cause) -> int:
    """Marks the message as taken back; gives its id."""
    row = on.session.get_one(InboxMessage, (on.estate_id, cause.inbox_id))
    row.recalled_at = cause.now
    on.session.flush()
    return row.id
