"""The benchmarks: rows with goal, figure and floor, on texts that nothing was learnt from."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from bot.__main__ import main
from bot.bench import Row, corpora, matters, scores
from bot.commands import bench

PAIR = {
    "id": "x1",
    "a": {"at": "2026-03-11T19:42:00+08:00", "household": "12-3-502", "text": "12栋3单元电梯又停了，按了没反应"},
    "b": {"at": "2026-03-11T19:50:00+08:00", "household": "12-3-1101", "text": "3单元电梯停在8楼不动了，按键没反应"},
    "buildings": ["12"],
    "same": True,
}


@pytest.mark.parametrize(
    ("goal", "is_reached"), [("≥0.9", True), ("≥0.96", False), ("≤1", True), ("≤0.9", False), ("", True)]
)
def test_a_goal_is_a_least_or_a_most(goal: str, is_reached: bool) -> None:
    assert Row("some figure", 0.95, 10, goal).is_reached is is_reached


def test_a_row_has_the_fields_of_the_contract() -> None:
    row = Row("some figure", 0.95, 10, "≥0.9", "0.5", 7).as_dict()

    assert set(row) == {"name", "goal", "figure", "floor", "ok", "n", "seed"}
    assert row["ok"] is True


def test_about_a_fifth_of_the_texts_judges() -> None:
    judging = sum(corpora.is_judging(f"第{n}句") for n in range(5000))

    assert 900 < judging < 1100


def test_a_pair_of_one_matter_is_joined_and_another_is_not(tmp_path: Path) -> None:
    other = PAIR | {"same": False, "b": PAIR["b"] | {"text": "楼下垃圾桶满了三天没人倒，臭死了"}}  # type: ignore[operator]
    file = tmp_path / "pairs.jsonl"
    file.write_text("".join(json.dumps(pair, ensure_ascii=False) + "\n" for pair in (PAIR, other)), "utf-8")

    assert [mark for _, mark in matters.judged(file)] == ["hit", "apart"]


def test_confidence_is_off_by_the_gap_between_it_and_the_truth() -> None:
    right = ({"intents": ["chat"]}, {"intents": ["chat"], "confidence": 0.8})
    wrong = ({"intents": ["issue"]}, {"intents": ["chat"], "confidence": 0.8})

    assert scores.calibration([right] * 8 + [wrong] * 2) == pytest.approx(0.0)
    assert scores.calibration([wrong] * 10) == pytest.approx(0.8)


def test_the_command_writes_its_rows_and_tells_by_its_exit_whether_all_goals_are_reached(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = [Row("good", 0.95, 10, "≥0.9"), Row("bad", 3.0, 10, "≤2")]
    monkeypatch.setitem(bench.BENCHES, "understanding", lambda data, is_short: iter(rows))

    code = main(["bench", "understanding", "--short", "--json", str(tmp_path / "rows.json")])

    assert code == 1
    assert [row["ok"] for row in json.loads((tmp_path / "rows.json").read_text("utf-8"))] == [True, False]
    assert "✗ bad" in capsys.readouterr().out


def test_a_missing_folder_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["bench", "understanding", "--data", "/nowhere"]) == 2
    assert "/nowhere" in capsys.readouterr().err
