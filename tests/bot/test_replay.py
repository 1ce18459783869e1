"""Replay: the whole pipeline on a fresh database, the outcome as formats.md has it, and nothing left behind."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path
from typing import Any

import pytest

from bot.__main__ import main

MEMBERS = [
    {"id": "xu", "name": "小许", "roles": ["grid_worker"]},
    {"id": "li", "name": "老李", "household": "12-3-502"},
    {"id": "peng", "name": "彭工", "household": "12-3-1801"},
]
HEADER = {
    "estate": {
        "name": "枫林里",
        "groups": [{"name": "12栋群", "buildings": ["12"]}],
        "buildings": [{"name": "12", "units": ["1", "2", "3"], "floors": 24}],
        "members": MEMBERS,
        "rooms": [{"name": "活动室", "open": "07:00", "close": "21:00", "slot_minutes": 60}],
    },
    "until": "2026-04-16T09:00:00+08:00",
}
KEYS = {
    "messages": {"id", "intents", "ticket"},
    "tickets": {
        "number", "category", "urgency", "status", "place", "reporter", "supporter_households", "messages", "satisfied",
        "merged_into",
    },
    "bookings": {"room", "member", "start", "end", "status"},
    "waitlist": {"room", "member", "start", "end", "status"},
}  # fmt: skip


def line(name: str, at: str, who: str, text: str, **more: Any) -> dict[str, Any]:
    return {"id": name, "at": f"2026-04-15T{at}:00+08:00", "group": "12栋群", "sender": who, "text": text} | more


TALK = (
    line("m1", "10:00", "li", "12栋2单元3楼路灯不亮了"),
    line("m2", "10:05", "peng", "我家也是"),
    line("m3", "10:10", "xu", "1 受理"),
    line("m4", "11:00", "li", "约明天下午3点到5点活动室"),
)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "talk.jsonl"
    path.write_text("\n".join(json.dumps(row, ensure_ascii=False) for row in (HEADER, *TALK)), "utf-8")
    return path


def replay(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    assert main(["replay", *arguments]) == 0
    return capsys.readouterr().out


def test_the_outcome_is_one_object_with_all_that_the_contract_names(
    file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    told = json.loads(replay(capsys, str(file), "--json"))

    assert set(told) == {
        "messages", "replies", "tickets", "polls", "bookings", "waitlist", "meetings", "sign_offs", "volunteers",
        "reminders", "digests",
    }  # fmt: skip
    for part, keys in KEYS.items():
        assert all(set(row) == keys for row in told[part])
    (ticket,) = told["tickets"]
    assert (ticket["number"], ticket["status"], ticket["reporter"]) == (1, "accepted", "li")
    assert (ticket["supporter_households"], ticket["messages"]) == (1, ["m1", "m2"])
    assert [(b["member"], b["start"]) for b in told["bookings"]] == [("li", "2026-04-16T15:00:00+08:00")]
    assert [(d["at"], d["to"]) for d in told["digests"]] == [
        ("2026-04-15T17:30:00+08:00", "xu"), ("2026-04-16T08:30:00+08:00", "xu")
    ]  # fmt: skip


def test_the_same_transcript_twice_gives_the_same_outcome(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert replay(capsys, str(file), "--json") == replay(capsys, str(file), "--json")


def test_several_files_give_an_object_each(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    lines = replay(capsys, str(file), str(file), "--json").splitlines()

    assert len(lines) == 2
    assert lines[0] == lines[1]


def test_the_chat_is_printed_as_it_would_look(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    told = replay(capsys, str(file))

    assert told.index("12栋2单元3楼路灯不亮了") < told.index("已登记") < told.index("我家也是") < told.index("今日简报")


def test_a_bad_file_among_good_ones_ends_with_2_and_one_line_before_anything_is_played(
    file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    bad, empty = tmp_path / "bad.jsonl", tmp_path / "empty"
    bad.write_text(json.dumps(HEADER) + "\n{oops")
    empty.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(empty))

    code = main(["replay", "--json", str(file), str(bad)])

    said = capsys.readouterr()
    assert (code, said.out) == (2, "")
    assert said.err.startswith(f"replay: {bad}: line 2: ")
    assert said.err.count("\n") == 1
    assert list(empty.iterdir()) == []


def test_nothing_is_left_behind(
    file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: Any
) -> None:
    empty = tmp_path / "empty"
    empty.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(empty))

    replay(capsys, str(file))

    assert list(empty.iterdir()) == []
