"""The linear model in plain Python, and its file."""

from __future__ import annotations

import zlib
from pathlib import Path

import pytest

from handlers.understanding.linear import LinearModel, evening, load_model, probability, save_model

LABELS = ("wet", "dark")
WEIGHTS = {"rain": [2.0, 0.5], "night": [-0.5, 4.0], "sun": [-2.0, -4.0]}


def saved(folder: Path) -> Path:
    file = folder / "weather.bin"
    save_model(file, LABELS, [-0.5, 0.25], WEIGHTS)
    return file


def loaded(folder: Path) -> LinearModel:
    return load_model(saved(folder))


def seen(model: LinearModel, features: list[str]) -> dict[str, float]:
    return model.margins(model.weigh(features))


def test_a_margin_is_the_intercept_and_the_weights_of_the_features_seen(tmp_path: Path) -> None:
    margins = seen(loaded(tmp_path), ["rain", "night"])

    assert margins["wet"] == pytest.approx(-0.5 + (2.0 - 0.5) * evening(2), abs=0.2)
    assert margins["dark"] == pytest.approx(0.25 + (0.5 + 4.0) * evening(2), abs=0.2)


def test_features_that_the_model_does_not_know_change_nothing(tmp_path: Path) -> None:
    model = loaded(tmp_path)

    assert seen(model, ["rain", "fog"]) == seen(model, ["rain"])


def test_without_any_known_feature_the_margins_are_the_intercepts(tmp_path: Path) -> None:
    assert seen(loaded(tmp_path), ["fog"]) == {"wet": -0.5, "dark": 0.25}


def test_weights_of_many_features_sum_without_running_over(tmp_path: Path) -> None:
    file = tmp_path / "many.bin"
    names = {f"f{k}": [1.0, -1.0] for k in range(3000)}
    save_model(file, LABELS, [0.0, 0.0], names)

    margins = seen(load_model(file), list(names))

    assert margins["wet"] == pytest.approx(3000 * evening(3000), rel=0.01)
    assert margins["dark"] == pytest.approx(-3000 * evening(3000), rel=0.01)


def test_features_added_later_count_like_those_weighed_before(tmp_path: Path) -> None:
    model = loaded(tmp_path)

    later = model.margins(model.add(model.weigh(["rain"]), ["night"]))

    assert later == seen(model, ["rain", "night"])


def test_a_feature_counts_as_often_as_it_is_seen(tmp_path: Path) -> None:
    model = loaded(tmp_path)

    assert seen(model, ["sun", "sun"])["dark"] < seen(model, ["sun"])["dark"]


def test_only_some_of_the_labels_can_be_asked_for(tmp_path: Path) -> None:
    model = loaded(tmp_path)
    every = seen(model, ["rain", "night"])

    assert model.margins(model.weigh(["rain", "night"]), 1) == {"dark": every["dark"]}


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
