"""Learning an estate's layer: that it helps, that it does no harm, and that it is judged on what it has not seen."""

from __future__ import annotations

import json

import pytest

from config import HERE
from handlers.understanding import Context, understand
from handlers.understanding.layer import CAP, MOST_FEATURES, Layer, add, features_of, sparse
from handlers.understanding.learning import (
    FOLDS,
    Lesson,
    is_sane,
    judge,
    labels_of,
    learn_layer,
    mistakes,
)
from tests.clock import NOW

ELEVATOR = labels_of([("elevator", "normal")])
CHAT = labels_of([])
CAGE = (
    "铁笼子又罢工了",
    "今天铁笼子又不走了",
    "铁笼子又卡在六楼",
    "铁笼子晃得厉害",
    "早上铁笼子里面一股味",
    "铁笼子半天不来，上班要迟到",
)


def lessons(texts: tuple[str, ...], labels: frozenset[str]) -> list[Lesson]:
    return [Lesson(text, NOW, labels) for text in texts]


def read(text: str, layer: Layer | None = None) -> tuple[tuple[str, ...], list[str]]:
    meaning = understand(text, Context(is_pipeline=True, layer=layer), NOW)
    return meaning.intents, [issue.category for issue in meaning.issues]


@pytest.fixture(scope="module")
def cage() -> Layer:
    return learn_layer(lessons(CAGE, ELEVATOR))


@pytest.mark.parametrize("text", ["铁笼子怎么又不走啊", "2栋铁笼子一直响", "那个铁笼子按了没反应"])
def test_what_the_estate_calls_its_lift_is_a_lift_in_sentences_never_seen(cage: Layer, text: str) -> None:
    assert read(text) != (("issue",), ["elevator"]) or "没反应" in text

    assert read(text, cage) == (("issue",), ["elevator"])


@pytest.mark.parametrize("text", ["早上好", "我家装狗的铁笼子转让，要的联系", "楼道灯不亮了", "楼上半夜装修太吵"])
def test_what_has_nothing_to_do_with_the_lessons_is_read_as_before(cage: Layer, text: str) -> None:
    assert read(text, cage) == read(text)


def test_what_was_no_problem_is_none_the_next_time() -> None:
    said = ("老年大学彩排的灯不亮了", "彩排电梯间布景倒了", "舞台灯又坏了，彩排推迟", "彩排那边的音响一直响")
    new = "彩排用的那盏灯又坏了"
    assert read(new)[0] == ("issue",)

    layer = learn_layer(lessons(said, CHAT))

    assert read(new, layer)[0] == ("chat",)


def test_lessons_are_judged_by_layers_that_were_learnt_without_them() -> None:
    verdict = judge(lessons(CAGE, ELEVATOR))

    assert verdict.before > verdict.after > 0
    assert mistakes(lessons(CAGE, ELEVATOR), verdict.layer) < verdict.after
    assert verdict.is_no_worse


def test_the_same_words_twice_do_not_judge_themselves() -> None:
    twice = lessons(("蓝精灵又来了",) * 2, ELEVATOR)

    verdict = judge(twice)

    assert verdict.after == verdict.before > 0
    assert FOLDS > 1


def test_lessons_against_danger_are_not_kept_where_they_silence_it() -> None:
    said = ("有人困在电梯里", "电梯里困了人，快来", "有人被困在电梯里出不来", "老人困在电梯里了，快来人")

    verdict = judge(lessons(said * 3, CHAT))

    is_heard = read("有人被困在电梯里出不来，快来人", verdict.layer)[0] == ("issue",)
    assert is_heard or not verdict.is_no_worse


def test_a_layer_that_silences_a_plain_problem_is_not_sane() -> None:
    deaf = Layer({feature: {"issue": -90.0, "chat": 90.0} for feature in features_of("垃圾桶满了好几天没人清")})

    assert not is_sane(deaf)
    assert is_sane(Layer({}))


def test_a_layer_can_move_a_label_only_so_far() -> None:
    loud = Layer({feature: {"issue": 1000.0, "chat": -1000.0} for feature in features_of("早上好")})

    assert loud.corrections("早上好") == {"issue": CAP, "chat": -CAP}
    assert add({"issue": 1.0}, loud.corrections("早上好")) == {"issue": 1.0 + CAP}


def test_a_layer_survives_being_written_down(cage: Layer) -> None:
    again = Layer.from_json(cage.as_json())

    assert again == cage
    assert Layer(json.loads(cage.as_json())) == cage


def test_a_layer_keeps_no_more_features_than_it_may() -> None:
    many = {f"{n}": float(n) for n in range(1, MOST_FEATURES + 100)}

    kept = sparse([("issue", many)]).weights

    assert len(kept) == MOST_FEATURES
    assert str(MOST_FEATURES + 99) in kept
    assert "1" not in kept


def test_no_lessons_teach_nothing() -> None:
    verdict = judge([])

    assert (verdict.layer.weights, verdict.lessons, verdict.before, verdict.after) == ({}, 0, 0, 0)


def test_the_layer_in_use_is_compared_on_what_came_after_it_was_made() -> None:
    broken = Layer({feature: {"issue": -90.0} for text in CAGE for feature in features_of(text)})
    told = lessons(CAGE, ELEVATOR)

    assert judge(told, broken, NOW).active == 0  # all of them are older
    assert judge(told, broken, NOW.replace(year=2000)).active >= len(CAGE)


def test_every_plain_sentence_is_read_right_by_the_shipped_weights() -> None:
    lines = (HERE / "lexicon" / "sane.jsonl").read_text("utf-8").splitlines()

    for line in map(json.loads, lines):
        labels = labels_of([tuple(line["problem"])] if line["problem"] else [])
        assert mistakes([Lesson(line["text"], NOW, labels)], None) == 0, line["text"]


@pytest.mark.parametrize("text", ["", " ", "\n", "「甲：乙」\n------\n", "漏" * 5000, "\u0000", "🀄"])
def test_no_text_makes_learning_fail(text: str) -> None:
    told = [Lesson(text, NOW, ELEVATOR), Lesson(text, NOW, CHAT)]

    assert judge(told).lessons == 2
