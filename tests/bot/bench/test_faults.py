"""`bench faults` says what the scenarios' own processes say, here of a checkout made up for the test."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.__main__ import main
from bot.bench import faults

FORGED = """
import json, sys
if "--list" in sys.argv:
    print("kills")
else:
    line = {"scenario": "kills", "database": "sqlite", "seed": 5, "faults": 20, "acknowledged": 9, "history": 7}
    print(json.dumps(line | {"figures": {"sent": 3}, "broken": %r}))
    sys.exit(%d)
"""


def forge(folder: Path, broken: list[str], code: int) -> Path:
    home = folder / "tests" / "faults"
    home.mkdir(parents=True)
    (home / "scenarios.py").touch()
    (home / "__main__.py").write_text(FORGED % (broken, code), "utf-8")
    return folder


def test_a_broken_promise_is_shown_and_misses_the_goal(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(faults, "CHECKOUT", forge(tmp_path, ["灯不亮 stands 2 times in the inbox"], 1))

    assert main(["bench", "faults", "--short"]) == 1

    said = capsys.readouterr().out
    assert "✗ kills on sqlite: promises broken" in said
    assert "灯不亮 stands 2 times" in said


def test_promises_that_were_kept_reach_the_goal(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(faults, "CHECKOUT", forge(tmp_path, [], 0))

    promises, sent = faults.rows(is_short=True)

    assert (promises.figure, promises.n, promises.seed, promises.is_reached) == (0, 20, 5, True)
    assert (sent.name.strip(), sent.figure) == ("sent", 3)


def test_a_scenario_that_dies_reaches_no_goal(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(faults, "CHECKOUT", forge(tmp_path, [], 3))

    assert [row.is_reached for row in faults.rows(is_short=True)][-1] is False


def test_without_a_checkout_the_command_says_what_is_missing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(faults, "CHECKOUT", tmp_path)

    assert main(["bench", "faults"]) == 2
    assert "tests/faults" in capsys.readouterr().err
