"""The linear model and its file."""

from __future__ import annotations

import zlib
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis.strategies import text

from handlers.understanding.features import frame, grams_of
from handlers.understanding.hearing import weights
from handlers.understanding.linear import LinearModel, evening, load_model, probability, save_model

LABELS = ("wet", "dark")
WEIGHTS = {"雨": [2.0, 0.5], "夜里": [-0.5, 4.0], "晴": [-2.0, -4.0], "r:forecast": [3.0, 0.0]}


def saved(folder: Path) -> Path:
    file = folder / "weather.bin"
    save_model(file, LABELS, [-0.5, 0.25], WEIGHTS)
    return file


def loaded(folder: Path) -> LinearModel:
    return load_model(saved(folder))


def seen(model: LinearModel, text: str) -> dict[str, float]:
    return model.margins(model.weigh(text))


def test_a_margin_is_the_intercept_and_the_weights_of_the_pieces_seen(tmp_path: Path) -> None:
    margins = seen(loaded(tmp_path), "夜里落雨")

    assert margins["wet"] == pytest.approx(-0.5 + (2.0 - 0.5) * evening(2), abs=0.2)
    assert margins["dark"] == pytest.approx(0.25 + (0.5 + 4.0) * evening(2), abs=0.2)


def test_pieces_that_the_model_does_not_know_change_nothing(tmp_path: Path) -> None:
    model = loaded(tmp_path)

    assert seen(model, "雨雾") == seen(model, "雨")


def test_without_any_known_piece_the_margins_are_the_intercepts(tmp_path: Path) -> None:
    assert seen(loaded(tmp_path), "雾") == {"wet": -0.5, "dark": 0.25}
    assert seen(loaded(tmp_path), "") == {"wet": -0.5, "dark": 0.25}


@pytest.mark.parametrize("count", [79, 80, 81, 160, 3000])  # 80 characters have 240 pieces, as many as fit a sum
def test_weights_of_many_pieces_sum_without_running_over(tmp_path: Path, count: int) -> None:
    file = tmp_path / "many.bin"
    save_model(file, LABELS, [0.0, 0.0], {gram: [1.0, -1.0] for gram in ("水", "水水", "水水水")})
    pieces = 3 * count - 3

    margins = seen(load_model(file), "水" * count)

    assert margins["wet"] == pytest.approx(pieces * evening(pieces), rel=0.01)
    assert margins["dark"] == pytest.approx(-pieces * evening(pieces), rel=0.01)


def test_what_is_known_besides_the_text_counts_like_its_pieces(tmp_path: Path) -> None:
    model = loaded(tmp_path)

    later = model.margins(model.add(model.weigh("雨"), ["r:forecast", "r:unheard of"]))

    assert later["wet"] == pytest.approx(-0.5 + (2.0 + 3.0) * evening(2), abs=0.2)


def test_words_in_a_text_are_not_taken_for_what_a_rule_found(tmp_path: Path) -> None:
    model = loaded(tmp_path)

    assert seen(model, "r:forecast") == seen(model, "")


def test_a_piece_counts_as_often_as_it_is_seen(tmp_path: Path) -> None:
    model = loaded(tmp_path)

    assert seen(model, "晴晴")["dark"] < seen(model, "晴")["dark"]


@settings(deadline=None)
@given(text())
def test_the_walk_through_a_text_finds_just_its_pieces(said: str) -> None:
    model = weights().model
    known = [gram for gram in grams_of(said) if gram in model.grams]

    summed = sum(map(model.grams.get, known))

    assert model.margins(model.weigh(frame(said))) == pytest.approx(model.margins((summed,))) or len(known) > 240


def test_only_some_of_the_labels_can_be_asked_for(tmp_path: Path) -> None:
    model = loaded(tmp_path)
    every = seen(model, "夜里落雨")

    assert model.margins(model.weigh("夜里落雨"), 1) == {"dark": every["dark"]}
    assert model.margin(model.weigh("夜里落雨"), "dark") == every["dark"]


def test_a_file_that_was_cut_short_is_refused(tmp_path: Path) -> None:
    file = saved(tmp_path)

    head, _, body = file.read_bytes().partition(b"\n")
    file.write_bytes(head + b"\n" + zlib.compress(zlib.decompress(body)[:-1]))

    with pytest.raises(ValueError, match=r"weather\.bin"):
        load_model(file)


def test_a_probability_is_even_at_margin_zero_and_safe_far_from_it() -> None:
    assert probability(0) == 0.5
    assert probability(1e6) > 0.999
    assert probability(-1e6) < 0.001
