"""Cards: what the bot made, as it stands, with the buttons that fit whoever looks."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy import select

from bot.web.cards import CARDED
from bot.wording import TEMPLATES
from models import booking, meeting, outbox, poll
from models import ticket as tickets
from models.booking import Span
from models.estate import Estate
from models.meeting import Plan
from models.outbox import Words
from models.poll import Question
from models.ticket import Report
from tests.bot.web.world import Arrive, Visitor, World
from tests.clock import NOW


def report(world: World, key: str = "alice") -> int:
    """A ticket out of somebody's last message, told in the group by the bot. Gives the ticket's id."""
    with world.database.write() as db:
        cause = world.cause(db, key)
        told = Report("lighting", "normal", {"building": "5", "unit": "1"}, ("building",), "灯坏了", "路灯")
        ticket = tickets.report(db, cause, world.member(db, key), told)
        outbox.reply(db, cause, Words("ticket.reported", {"tickets": [ticket.facts], "worker": "小葛"}, ticket.id))
    world.deliver()
    return ticket.id


def card(visitor: Visitor, talk: str, kind: str) -> dict[str, Any]:
    return next(card for card in visitor.get(f"{talk}/feed").json["cards"] if card["kind"] == kind)


def test_a_neighbour_s_button_on_a_ticket_says_me_too_quoting_the_report(world: World, arrive: Arrive) -> None:
    alice, bob = arrive("alice"), arrive("bob")
    talk = alice.talks()["5栋的邻居"]
    said = alice.say(talk, "先说一句").json["id"]
    report(world)

    action = card(bob, talk, "ticket")["actions"][0]

    assert (action["label"], action["text"], action["quote"]) == ("我家也是", "我家也是", said)
    assert card(alice, talk, "ticket")["actions"] == []


def test_a_ticket_s_card_tells_number_matter_state_and_households(world: World, arrive: Arrive) -> None:
    alice, bob = arrive("alice"), arrive("bob")
    talk = alice.talks()["5栋的邻居"]
    alice.say(talk, "先说一句")
    ticket_id = report(world)
    with world.database.write() as db:
        ticket = tickets.get(db, world.member(db, "bob").estate_id, ticket_id)
        tickets.support(db, world.cause(db, "bob"), ticket, world.member(db, "bob"))

    shown = card(bob, talk, "ticket")

    assert (shown["head"], shown["state"]) == ("工单 #1", "待接单")
    assert "5栋1单元" in shown["title"]
    assert "附议 1 户" in shown["lines"][0]
    assert [(action["label"], action["is_chosen"]) for action in shown["actions"]] == [("我家也是", True)]


def test_a_card_that_changed_comes_with_the_feed(world: World, arrive: Arrive) -> None:
    alice, bob = arrive("alice"), arrive("bob")
    talk = alice.talks()["5栋的邻居"]
    alice.say(talk, "先说一句")
    ticket_id = report(world)
    world.clock.pass_by(minutes=5)
    known = bob.get(f"{talk}/feed").json

    with world.database.write() as db:
        ticket = tickets.get(db, world.member(db, "grid").estate_id, ticket_id)
        tickets.act(db, world.cause(db, "grid"), ticket, "accept")

    news = bob.get(f"{talk}/feed", after=known["cursor"], mark=known["mark"]).json
    assert [(card["key"], card["state"]) for card in news["cards"]] == [(f"ticket:{ticket_id}", "已接单")]


def test_a_change_in_another_group_brings_no_card(world: World, arrive: Arrive) -> None:
    alice, charlie = arrive("alice"), arrive("charlie")
    alice.say(alice.talks()["5栋的邻居"], "先说一句")
    talk = charlie.talks()["8栋的邻居"]
    known = charlie.get(f"{talk}/feed").json

    report(world)

    assert charlie.get(f"{talk}/feed", after=known["cursor"], mark=known["mark"]).json["cards"] == []


def test_only_a_worker_has_a_worker_s_buttons(world: World, arrive: Arrive) -> None:
    alice, grid, bob = arrive("alice"), arrive("grid"), arrive("bob")
    talk = alice.talks()["5栋的邻居"]
    alice.say(talk, "先说一句")
    report(world)

    assert [action["text"] for action in card(grid, talk, "ticket")["actions"]] == ["1 受理", "1 办结 "]
    assert [action["text"] for action in card(bob, talk, "ticket")["actions"]] == ["我家也是"]


def test_the_reporter_of_a_settled_ticket_is_asked_and_a_stranger_is_not(world: World, arrive: Arrive) -> None:
    alice, bob = arrive("alice"), arrive("bob")
    talk = alice.talks()["5栋的邻居"]
    alice.say(talk, "先说一句")
    ticket_id = report(world)
    with world.database.write() as db:
        ticket = tickets.get(db, world.member(db, "grid").estate_id, ticket_id)
        tickets.act(db, world.cause(db, "grid"), ticket, "resolve", result="换了灯泡", resolved_at=world.clock.now)

    assert [action["text"] for action in card(alice, talk, "ticket")["actions"]] == ["1 满意", "1 没修好"]
    assert card(bob, talk, "ticket")["actions"] == []
    assert "结果：换了灯泡" in card(bob, talk, "ticket")["lines"]


def ask(world: World, question: Question) -> int:
    with world.database.write() as db:
        cause = world.cause(db, "alice")
        asked = poll.create(db, cause, question)
        outbox.reply(db, cause, outbox.say("poll.opened", asked.id, **asked.facts))
    world.deliver()
    return asked.id


def vote(world: World, key: str, poll_id: int, *choices: int) -> None:
    with world.database.write() as db:
        who = world.member(db, key)
        poll.vote(db, world.cause(db, key), poll.get(db, who.estate_id, poll_id), who, choices)


def test_a_poll_s_card_counts_households_and_marks_one_s_own_choice(world: World, arrive: Arrive) -> None:
    alice = arrive("alice")
    talk = alice.talks()["5栋的邻居"]
    alice.say(talk, "先说一句")
    poll_id = ask(world, Question("长椅放哪边", ("东边", "西边")))
    vote(world, "alice", poll_id, 1)

    shown = card(alice, talk, "poll")

    assert [(bar["label"], bar["count"], bar["percent"], bar["is_mine"]) for bar in shown["bars"]] == [
        ("东边", "0 户", 0, False),
        ("西边", "1 户", 100, True),
    ]
    assert "已投 1/3 户" in shown["lines"][0]
    assert shown["bars"][0]["action"]["text"] == "我选东边"
    assert shown["bars"][1]["action"] is None


def test_in_a_poll_of_several_choices_a_press_adds_one_or_takes_it_away(world: World, arrive: Arrive) -> None:
    alice = arrive("alice")
    talk = alice.talks()["5栋的邻居"]
    alice.say(talk, "先说一句")
    poll_id = ask(world, Question("添点什么", ("椅子", "桌子", "花架"), "multiple"))
    vote(world, "alice", poll_id, 0, 2)

    bars = card(alice, talk, "poll")["bars"]

    assert [bar["action"]["text"] for bar in bars] == ["我选3", "我选1和2和3", "我选1"]


def test_a_poll_that_is_over_has_no_buttons(world: World, arrive: Arrive) -> None:
    alice = arrive("alice")
    talk = alice.talks()["5栋的邻居"]
    alice.say(talk, "先说一句")
    ask(world, Question("长椅放哪边", ("东边", "西边"), "single", world.clock.now + timedelta(hours=1)))
    world.clock.pass_by(hours=2)

    shown = card(alice, talk, "poll")

    assert shown["state"] == "已结束"
    assert [bar["action"] for bar in shown["bars"]] == [None, None]


def test_who_has_no_household_here_sees_a_poll_but_has_no_vote(world: World, arrive: Arrive) -> None:
    alice = arrive("alice")
    talk = alice.talks()["5栋的邻居"]
    alice.say(talk, "先说一句")
    ask(world, Question("长椅放哪边", ("东边", "西边")))

    bars = card(arrive("grid"), talk, "poll")["bars"]

    assert [bar["action"] for bar in bars] == [None, None]


def test_of_several_open_polls_a_vote_quotes_the_one_it_is_for(world: World, arrive: Arrive) -> None:
    alice = arrive("alice")
    talk = alice.talks()["5栋的邻居"]
    first = alice.say(talk, "先问一句").json["id"]
    ask(world, Question("长椅放哪边", ("东边", "西边")))
    second = alice.say(talk, "再问一句").json["id"]
    ask(world, Question("花架放哪边", ("东边", "西边")))

    shown = [card for card in alice.get(f"{talk}/feed").json["cards"] if card["kind"] == "poll"]

    assert [card["bars"][0]["action"]["quote"] for card in shown] == [first, second]


def test_a_meeting_s_card_shows_the_day_and_one_s_own_answer(world: World, arrive: Arrive) -> None:
    alice, bob = arrive("alice"), arrive("bob")
    talk = alice.talks()["5栋的邻居"]
    alice.say(talk, "先说一句")
    with world.database.write() as db:
        cause = world.cause(db, "alice")
        called = meeting.create(db, cause, Plan("晾衣的事", NOW + timedelta(days=3), "架空层"))
        outbox.reply(db, cause, outbox.say("meeting.called", called.id, **called.facts))
        meeting.answer(db, world.cause(db, "bob"), called, world.member(db, "bob"), True)
    world.deliver()

    shown = card(bob, talk, "meeting")

    assert shown["day"] == {"month": "4月", "day": "18", "weekday": "周六"}
    assert shown["lines"] == ["10:00 · 架空层", "1 人参加"]
    assert [(a["text"], a["is_chosen"]) for a in shown["actions"]] == [("我参加", True), ("我去不了", False)]
    assert [a["is_chosen"] for a in card(alice, talk, "meeting")["actions"]] == [False, False]


def test_only_who_booked_may_cancel_by_the_card_and_is_asked_once(world: World, arrive: Arrive) -> None:
    alice, bob = arrive("alice"), arrive("bob")
    talk = alice.talks()["5栋的邻居"]
    alice.say(talk, "先说一句")
    with world.database.write() as db:
        cause = world.cause(db, "alice")
        room = booking.rooms(db, db.scalars(select(Estate)).one().id)[0]
        span = Span(room, NOW + timedelta(days=1), NOW + timedelta(days=1, hours=2))
        held = booking.book(db, cause, world.member(db, "alice"), span)
        outbox.reply(db, cause, outbox.say("booking.confirmed", held.id, **span.facts, name="老艾"))
    world.deliver()

    own = card(alice, talk, "booking")

    assert (own["title"], own["state"]) == ("棋牌室", "已约好")
    assert [(a["label"], bool(a["asks"])) for a in own["actions"]] == [("取消预约", True)]
    assert card(bob, talk, "booking")["actions"] == []


def test_every_report_shows_its_card_however_it_is_confirmed() -> None:
    confirmations = {name for name in TEMPLATES if name.startswith("ticket.reported")}

    assert confirmations <= set(CARDED)
