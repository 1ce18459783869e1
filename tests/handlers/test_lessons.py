"""Learning on the job, from the correction in chat over the night to the next sentence."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import event

from bot import clock
from handlers import lessons as learning
from handlers.understanding.layer import CAP, features_of
from handlers.understanding.layer import Layer as Weights
from handlers.understanding.learning import Verdict
from models import audit
from models import layer as layers
from models.audit import AuditEntry
from models.cause import Cause
from models.database import Database
from models.due import Due
from models.inbox import InboxMessage
from models.layer import Layer
from models.lesson import Lesson
from tests import cast
from tests.cast import Cast

CAGE = (
    "今天老黄牛又在睡觉",
    "老黄牛又不理人了",
    "老黄牛趴在六楼发呆",
    "老黄牛今天发脾气",
    "早上老黄牛里面一股味",
    "老黄牛半天不来，上班要迟到",
)
NEW = "老黄牛怎么又在发呆啊"


def correct_all(people: Cast) -> None:
    """Six neighbours speak of the lift by the estate's own word, and the grid worker says each time what it is."""
    for n, text in enumerate(CAGE):
        said = people.says(("li", "peng", "cheng", "hu", "liar", "fang")[n], text)
        known = {ticket.number for ticket in people.tickets() if ticket.text == text}
        order = f"{known.pop()} 改类 电梯" if known else "漏报 电梯"
        people.says("xu", order, quote=None if "改类" in order else said)
        for ticket in people.tickets():
            if ticket.status == "open":
                people.says("xu", f"{ticket.number} 办结 修好了")
        people.passes(hours=1)


def to_the_night(people: Cast) -> None:
    people.passes(hours=18)


def verdict(before: int, after: int, word: str = "老黄牛", **more: int | bool) -> Verdict:
    layer = Weights({word: {"issue": 5.0}})
    figures = {"active": 0, "after_active": 0, "is_sane": True} | more
    return Verdict(layer, 9, before, after, **figures)  # type: ignore[arg-type]


def conclude(people: Cast, judged: Verdict) -> None:
    with people.database.write() as session:
        learning.conclude(session, Cause(people.estate_id, people.now), judged)


def in_use(people: Cast) -> Layer | None:
    return next((layer for layer in people.all(Layer) if layer.is_active), None)


def test_after_six_corrections_and_a_night_a_new_sentence_is_heard(people: Cast) -> None:
    people.says("ouyang", NEW, cast.GROUP_3)
    assert not people.tickets()

    correct_all(people)
    to_the_night(people)
    before = len(people.tickets())
    people.says("ouyang", NEW, cast.GROUP_3)

    assert len(people.tickets()) == before + 1
    assert people.tickets()[-1].category == "elevator"
    layer = in_use(people)
    assert layer
    assert layer.mistakes_after < layer.mistakes_before


def test_one_estates_lessons_never_change_what_another_hears(database: Database, people: Cast) -> None:
    other = cast.assemble(database, replace(cast.PLAN, name="梧桐里"))
    correct_all(people)
    to_the_night(people)
    other.now = people.now

    other.says("li", NEW)
    other.says("li", "12栋2单元3楼路灯不亮了")

    assert [ticket.category for ticket in other.tickets()] == ["lighting"]
    assert (other.all(Layer), other.all(Lesson)) == ([], [])
    assert in_use(people)


def test_going_back_takes_what_was_learnt_away_at_once(people: Cast) -> None:
    correct_all(people)
    to_the_night(people)
    before = len(people.tickets())

    with people.database.write() as session:
        layers.roll_back(session, Cause(people.estate_id, people.now))
    people.says("ouyang", NEW, cast.GROUP_3)

    assert len(people.tickets()) == before


def test_after_going_back_nothing_is_learnt_until_somebody_teaches_again(people: Cast) -> None:
    correct_all(people)
    to_the_night(people)
    with people.database.write() as session:
        layers.roll_back(session, Cause(people.estate_id, people.now))

    people.passes(days=3)

    assert in_use(people) is None
    assert not people.all(Due, kind="learn", done_at=None)


def test_learning_stands_in_the_audit_with_its_figures(people: Cast) -> None:
    correct_all(people)
    to_the_night(people)

    entries = people.all(AuditEntry, action="layer.learn")

    assert len(entries) == 1
    assert entries[0].facts["is_installed"]
    assert {"lessons", "before", "after", "active", "after_active", "is_sane"} <= set(entries[0].facts)
    assert entries[0].facts["lessons"] >= len(CAGE)


@pytest.mark.parametrize(
    ("judged", "is_kept"),
    [
        (verdict(3, 2), True),
        (verdict(3, 3), True),
        (verdict(3, 4), False),
        (verdict(3, 0, is_sane=False), False),
        (verdict(3, 2, active=1, after_active=2), False),
        (verdict(3, 2, active=2, after_active=2), True),
    ],
)
def test_a_layer_is_kept_only_if_it_is_no_worse(people: Cast, judged: Verdict, is_kept: bool) -> None:
    conclude(people, verdict(3, 1, "先前"))

    conclude(people, judged)

    kept = in_use(people)
    assert kept
    assert list(kept.weights) == (["老黄牛"] if is_kept else ["先前"])
    assert people.all(AuditEntry, action="layer.learn")[-1].facts["is_installed"] == is_kept


def test_settled_reports_are_learnt_from_beside_what_was_corrected(people: Cast) -> None:
    people.says("li", "12栋2单元3楼路灯不亮了")
    people.says("xu", "1 办结 已换灯")
    missed = people.says("peng", CAGE[0])
    people.says("xu", "漏报 电梯", quote=missed)

    with people.database.read() as session:
        material = learning.collect(session, people.estate_id)

    assert [sorted(lesson.labels) for lesson in material.lessons] == [
        ["category:lighting", "issue"],
        ["category:elevator", "issue", *(["urgency:urgent"] if people.ticket(2).urgency == "urgent" else [])],
    ]


def test_learning_holds_no_transaction_while_it_thinks(people: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    correct_all(people)
    open_now: list[int] = []
    seen: list[int] = []
    event.listen(people.database.engine, "begin", lambda _: open_now.append(1))
    event.listen(people.database.engine, "commit", lambda _: open_now.pop())
    think = learning.think
    monkeypatch.setattr(learning, "think", lambda material: (seen.append(len(open_now)), think(material))[1])

    to_the_night(people)

    assert seen == [0]
    assert in_use(people)


def test_who_dies_while_thinking_is_taken_over(people: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    correct_all(people)

    def die(_: object) -> Verdict:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(learning, "think", die)
        to_the_night(people)
    assert in_use(people) is None

    clock.tick(people.database, people.now + timedelta(minutes=9))
    assert in_use(people) is None
    clock.tick(people.database, people.now + timedelta(minutes=11))

    assert in_use(people)


def test_two_that_thought_about_the_same_night_conclude_once(people: Cast) -> None:
    correct_all(people)
    people.now += timedelta(hours=18)
    with people.database.write() as session:
        occurrence = next(row for row in session.query(Due).filter_by(kind="learn", done_at=None))
        taken = (occurrence.estate_id, occurrence.id)

    def conclusion(session: object, cause: Cause) -> None:
        learning.conclude(session, cause, verdict(3, 1))  # type: ignore[arg-type]

    clock._conclude(people.database, taken, people.now, conclusion)
    clock._conclude(people.database, taken, people.now, conclusion)

    assert len(people.all(Layer)) == 1


def test_a_layer_costs_one_statement_a_message_once_it_is_at_hand(people: Cast) -> None:
    conclude(people, verdict(3, 1))
    people.says("li", "早上好")
    asked: list[str] = []
    listen = ("before_cursor_execute", lambda _c, _k, statement, *_: asked.append(statement))
    event.listen(people.database.engine, *listen)

    people.says("li", "大家好")

    about = [statement for statement in asked if "layers" in statement]
    assert len(about) == 1
    assert "weights" not in about[0]


def test_a_learnt_layer_shows_in_why_a_message_was_read_so(people: Cast) -> None:
    loud = Weights({feature: {"issue": 9.0} for feature in features_of(NEW)})
    conclude(people, replace(verdict(3, 1), layer=loud))

    people.says("li", NEW)

    row = people.all(InboxMessage)[-1]
    assert f"learnt here: issue {CAP:+.1f}" in row.reading["reasons"]


def test_the_audit_names_nobody_for_what_the_clock_learnt(people: Cast) -> None:
    conclude(people, verdict(3, 1))

    with people.database.read() as session:
        (entry,) = audit.history(session, people.estate_id, people.estate_id)
    assert entry.member_id is None
