"""A prepared statement does what SQLAlchemy does with the same one, on both databases."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import bindparam, event, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from models.inbox import InboxMessage
from models.member import Member
from models.prepared import Prepared
from models.rows import as_read, columns_of, names_of
from models.ticket import Ticket
from tests.cast import Stage


def message(on: Stage, key: int, **more: Any) -> dict[str, Any]:
    said = {"channel": "web", "account": "t", "external_id": str(key), "kind": "text", "text": "楼道'灯\"%s 不亮\n了"}
    kept = {"intents": ["issue"], "reading": {"margin": 1.5, "为什么": ["灯"]}, "recalled_at": None, "quote": None}
    who = {"estate_id": on.estate_id, "id": key, "member_id": on.who("li").id, "group_id": None, "photo_id": None}
    return said | kept | who | {"at": on.now} | more


def test_what_goes_in_and_comes_out_is_what_sqlalchemy_sends_and_gives(on: Stage) -> None:
    write = Prepared(insert(InboxMessage.__table__))
    write.run(on.session, message(on, 1))
    on.session.connection().execute(insert(InboxMessage.__table__), message(on, 2))
    read = select(*columns_of(InboxMessage), InboxMessage.recalled_at.is_(None).label("stands")).where(
        InboxMessage.estate_id == bindparam("estate_id"),
        InboxMessage.at >= bindparam("since"),
        InboxMessage.kind == "text",
    )
    values = {"estate_id": on.estate_id, "since": on.now - timedelta(hours=1)}

    ours = Prepared(read.order_by(InboxMessage.id)).all(on.session, values)

    assert [tuple(row) for row in ours] == on.session.execute(read.order_by(InboxMessage.id), values).all()
    one, other = (dict(zip((*names_of(InboxMessage), "stands"), row, strict=True)) for row in ours)
    assert one["reading"] == {"margin": 1.5, "为什么": ["灯"]}
    assert one["stands"] is True
    assert (one["at"], one["at"].tzinfo) == (on.now, other["at"].tzinfo)
    assert {name for name in one if one[name] != other[name]} == {"id", "external_id"}


def test_what_a_statement_sets_and_gives_back(on: Stage) -> None:
    Prepared(insert(InboxMessage.__table__)).run(on.session, message(on, 1))
    table = InboxMessage.__table__
    recall = update(table).where(table.c.id == bindparam("of_id")).values(recalled_at=bindparam("when"), kind="recall")
    given_back = Prepared(recall.returning(table.c.recalled_at, table.c.kind))

    assert [tuple(row) for row in given_back.all(on.session, {"of_id": 1, "when": on.now})] == [(on.now, "recall")]
    assert given_back.first(on.session, {"of_id": 5, "when": on.now}) is None


def test_an_error_is_sqlalchemys_and_tells_nothing_that_was_said(on: Stage) -> None:
    write = Prepared(insert(InboxMessage.__table__))
    write.run(on.session, message(on, 1))

    with pytest.raises(IntegrityError) as caught, on.session.begin_nested():
        write.run(on.session, message(on, 1, text="我家没人"))

    assert "INSERT INTO inbox" in str(caught.value)
    assert "我家没人" not in str(caught.value)
    assert len(on.session.scalars(select(InboxMessage.id)).all()) == 1  # the transaction goes on


def test_a_value_that_is_missing_and_a_list_that_is_not_written_out(on: Stage) -> None:
    with pytest.raises(KeyError, match="number"):
        Prepared(select(Ticket.id).where(Ticket.number == bindparam("number"))).all(on.session, {})
    with pytest.raises(TypeError, match="written out"):
        Prepared(select(Ticket.id).where(Ticket.status.in_(("open", "closed")))).all(on.session, {})


def test_a_time_without_a_zone_is_refused(on: Stage) -> None:
    with pytest.raises(ValueError, match="without a zone"):
        Prepared(insert(InboxMessage.__table__)).run(on.session, message(on, 1, at=on.now.replace(tzinfo=None)))


def test_listeners_hear_of_it(on: Stage) -> None:
    heard: list[Any] = []
    engine = on.session.get_bind()
    listen = ("before_cursor_execute", lambda _c, _k, statement, values, *_: heard.append((statement, values)))
    event.listen(engine, *listen)
    try:
        Prepared(select(Ticket.id).where(Ticket.number == bindparam("number"))).all(on.session, {"number": 7})
    finally:
        event.remove(engine, *listen)

    [(statement, values)] = heard
    assert "FROM tickets" in statement
    assert list(values.values() if isinstance(values, dict) else values) == [7]


def members(session: Session, on: Stage) -> list[Member]:
    found = Prepared(select(*columns_of(Member)).where(Member.id == bindparam("id")))
    return [as_read(session, Member, row) for row in found.all(session, {"id": on.who("li").id})]


def test_a_row_becomes_the_object_that_the_session_has(on: Stage) -> None:
    li = on.who("li")
    li.name = "李奶奶"  # not written yet: it is before anything is read

    assert members(on.session, on) == [li]
    assert on.session.scalars(select(Member.name).where(Member.id == li.id)).all() == ["李奶奶"]


def test_a_row_that_the_session_did_not_know_is_an_object_as_if_it_had_read_it(on: Stage) -> None:
    li = on.who("li")
    on.session.expunge(li)

    [read] = members(on.session, on)

    assert read is not li
    assert read in on.session
    assert not on.session.is_modified(read)
    read.name = "李奶奶"
    on.session.flush()
    assert on.session.scalars(select(Member.name).where(Member.id == li.id)).all() == ["李奶奶"]
