"""The short way of writing and finding rows does what the long way does."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from models import outbox
from models.due import Due
from models.inbox import InboxMessage, recent_by
from models.outbox import OutboxMessage, Words
from models.rows import append_once, put
from tests.cast import Stage


def occurrence(on: Stage, key: int, name: str) -> dict[str, object]:
    mine = {"estate_id": on.estate_id, "id": key, "kind": "digest", "subject_id": 1, "occurrence": name}
    return mine | {"at": on.now, "facts": {}, "attempts": 0}


def test_what_is_there_by_its_key_stays_and_a_taken_id_is_an_error(on: Stage) -> None:
    append_once(on.session, Due, **occurrence(on, 1, "monday"))
    append_once(on.session, Due, **occurrence(on, 2, "monday"))

    with pytest.raises(IntegrityError), on.session.begin_nested():
        append_once(on.session, Due, **occurrence(on, 1, "tuesday"))

    assert on.session.scalars(select(Due.id).filter_by(kind="digest", subject_id=1)).all() == [1]


def message(on: Stage, name: str) -> InboxMessage:
    fields = {"channel": "web", "account": "t", "external_id": name, "kind": "text", "text": name, "reading": {}}
    mine = {"estate_id": on.estate_id, "id": int(name), "member_id": on.who("li").id, "at": on.now, "intents": []}
    row = InboxMessage(**mine | fields)
    put(on.session, row)
    return row


def test_a_row_that_was_put_is_known_and_what_is_changed_on_it_is_written(on: Stage) -> None:
    row = message(on, "17")

    assert row in on.session
    assert (row.group_id, row.quote, row.photo_id) == (None, None, None)
    row.text, row.intents = "改了", ["chat"]
    on.session.flush()
    on.session.expire(row)
    assert (row.text, row.intents, row.at) == ("改了", ["chat"], on.now)


def test_what_was_put_in_a_part_that_is_taken_back_is_gone_and_nobody_misses_it(on: Stage) -> None:
    savepoint = on.session.begin_nested()
    said = outbox.tell(on.session, on.by("li"), on.who("li").id, Words("poll.none", {}))
    said.facts = {"number": 1}
    savepoint.rollback()

    on.session.flush()
    assert outbox.written(on.session) is None
    assert on.session.scalars(select(OutboxMessage.id)).all() == []


def test_what_a_finder_finds_is_in_the_order_of_its_statement(on: Stage) -> None:
    rows = [message(on, str(1 << 61 | n)) for n in range(4)]
    rows[1].recalled_at = on.now  # not written yet, and seen all the same

    found = recent_by(on.session, on.estate_id, on.who("li").id, on.now - timedelta(minutes=1), but=rows[2].id)

    assert found == [rows[3], rows[0]]
