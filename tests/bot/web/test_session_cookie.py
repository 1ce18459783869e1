"""The cookie says who somebody is. Only what changes that writes it."""

from __future__ import annotations

from tests.bot.web.world import Arrive


def test_an_answer_that_was_on_its_way_does_not_make_me_who_i_was(arrive: Arrive) -> None:
    """Pages wait for news for up to 25 s. An answer begun before the person was changed must not carry his cookie."""
    alice = arrive("alice")
    with alice.client.session_transaction() as session:
        session.permanent = True
    group = alice.talks()["5栋的邻居"]

    answers = [alice.get("conversations"), alice.get(f"{group}/feed")]

    assert [answer.headers.get("Set-Cookie") for answer in answers] == [None, None]
