"""Layers: one in use at most, back to the one before, and none of another estate."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from models import audit, setup
from models import layer as layers
from models.keys import new_id
from models.layer import KEPT, Figures, Layer
from models.refused import Refused
from tests import cast
from tests.cast import Stage

FIGURES = Figures(6, 5, 1)


def install(on: Stage, word: str) -> Layer:
    return layers.install(on.session, on.by(), {word: {"issue": 1.0}}, FIGURES)


def in_use(on: Stage) -> list[str]:
    found = layers.active(on.session, on.estate_id)
    return list(found.weights) if found else []


def test_a_new_layer_takes_the_place_of_the_one_before(on: Stage) -> None:
    install(on, "一")
    second = install(on, "二")

    assert in_use(on) == ["二"]
    assert layers.active_id(on.session, on.estate_id) == second.id
    assert [one.is_active for one in layers.history(on.session, on.estate_id)] == [True, False]


def test_the_database_itself_lets_no_estate_use_two(on: Stage) -> None:
    install(on, "一")
    figures = {"lessons": 1, "mistakes_before": 1, "mistakes_after": 1}
    on.session.add(
        Layer(estate_id=on.estate_id, id=new_id(on.now), made_at=on.now, weights={}, is_active=True, **figures)
    )

    with pytest.raises(IntegrityError):
        on.session.flush()


def test_rolling_back_goes_one_step_at_a_time_down_to_none(on: Stage) -> None:
    for word in "一二三":
        install(on, word)

    seen = []
    for _ in range(3):
        layers.roll_back(on.session, on.by("xu"))
        seen.append(in_use(on))

    assert seen == [["二"], ["一"], []]
    with pytest.raises(Refused, match=r"layer\.none"):
        layers.roll_back(on.session, on.by("xu"))


def test_what_was_taken_back_does_not_come_back_with_the_next_roll_back(on: Stage) -> None:
    install(on, "一"), install(on, "坏")
    layers.roll_back(on.session, on.by("xu"))
    install(on, "三")

    layers.roll_back(on.session, on.by("xu"))

    assert in_use(on) == ["一"]


def test_a_roll_back_stands_in_the_audit(on: Stage) -> None:
    first, second = install(on, "一"), install(on, "二")

    layers.roll_back(on.session, on.by("xu"))

    (entry,) = audit.history(on.session, on.estate_id, second.id)
    assert (entry.action, entry.facts, entry.member_id) == ("layer.roll_back", {"to": first.id}, on.who("xu").id)


def test_no_estate_uses_or_rolls_back_anothers_layer(on: Stage) -> None:
    there = Stage(on.session, setup.install(on.session, replace(cast.PLAN, name="梧桐里"), on.now).id, on.now)
    install(on, "这里"), install(there, "那里")

    layers.roll_back(there.session, there.by("xu"))

    assert (in_use(on), in_use(there)) == (["这里"], [])


def test_only_the_last_layers_are_kept(on: Stage) -> None:
    for n in range(KEPT + 3):
        install(on, str(n))

    kept = on.session.scalars(select(Layer).filter_by(estate_id=on.estate_id)).all()
    assert len(kept) == KEPT
    assert in_use(on) == [str(KEPT + 2)]
