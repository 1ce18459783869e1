"""Transcripts: read line by line; what is wrong is named with file, line and field."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from bot.commands import CommandError
from bot.transcript import read

ESTATE = {"name": "枫林里", "buildings": [{"name": "12"}], "groups": [{"name": "12栋群", "buildings": ["12"]}]}
HEADER: dict[str, Any] = {"estate": ESTATE, "until": "2026-04-15T21:00:00+08:00"}
LINE: dict[str, Any] = {"id": "m1", "at": "2026-04-15T10:00:00+08:00", "group": "12栋群", "sender": "li", "text": "早"}


def write(tmp_path: Path, *rows: dict[str, Any] | str) -> Path:
    path = tmp_path / "talk.jsonl"
    lines = [row if isinstance(row, str) else json.dumps(row, ensure_ascii=False) for row in rows]
    path.write_bytes("\n".join(lines).encode("utf-8", "surrogatepass"))
    return path


def test_a_transcript_gives_its_estate_its_end_and_its_messages(tmp_path: Path) -> None:
    private = LINE | {"id": "m2", "group": None}
    mention = LINE | {"id": "m3", "mention_bot": True, "quote": "m1"}

    told = read(write(tmp_path, HEADER, LINE, "", private, mention))

    assert told.plan.name == "枫林里"
    assert told.until.isoformat() == HEADER["until"]
    assert [(m.external_id, m.group, m.mentions_bot, m.quote) for m in told.messages] == [
        ("m1", "12栋群", False, None), ("m2", None, False, None), ("m3", "12栋群", True, "m1")
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("more", "kind"),
    [({}, "text"), ({"image": True}, "image"), ({"voice": True}, "voice"), ({"recall": "m0"}, "recall")],
)
def test_the_kind_of_a_message_is_read_from_its_flags(tmp_path: Path, more: dict[str, Any], kind: str) -> None:
    (message,) = read(write(tmp_path, HEADER, LINE | more)).messages

    assert message.kind == kind


def test_odd_line_ends_inside_a_text_do_not_end_the_line(tmp_path: Path) -> None:
    text = "一\u2028二\x85三\x0c四"

    (message,) = read(write(tmp_path, HEADER, LINE | {"text": text})).messages

    assert message.text == text


def test_windows_line_ends_and_mark_do_no_harm(tmp_path: Path) -> None:
    path = tmp_path / "talk.jsonl"
    rows = "\r\n".join(json.dumps(row, ensure_ascii=False) for row in (HEADER, LINE))
    path.write_bytes(("\ufeff" + rows + "\r\n").encode())

    assert len(read(path).messages) == 1


@pytest.mark.parametrize(
    ("rows", "named"),
    [
        ([], "line 1: the header is missing"),
        (["[]"], "line 1: an object is wanted"),
        (["{"], "line 1: "),
        ([{}], "line 1: estate: a table is wanted"),
        ([HEADER | {"estate": {}}], "line 1: estate: name: is missing"),
        ([HEADER | {"until": "tomorrow"}], "line 1: until: a time like"),
        ([{"estate": ESTATE}], "line 1: until: a time like"),
        ([HEADER | {"until": "2026-04-15T21:00:00"}], "line 1: until: the zone is missing"),
        ([HEADER, LINE | {"at": "2026-04-15T10:00:00"}], "line 2: at: the zone is missing"),
        ([HEADER, LINE | {"at": 5}], "line 2: at: a time like"),
        ([HEADER, LINE | {"id": 5}], "line 2: id: a text is wanted"),
        ([HEADER, LINE | {"text": None}], "line 2: text: a text is wanted"),
        ([HEADER, {"id": "m1"}], "line 2: sender: a text is wanted"),
        ([HEADER, LINE | {"group": "别的群"}], "line 2: group: the header names no group '别的群'"),
        ([HEADER, LINE | {"group": ["12栋群"]}], "line 2: group: a text is wanted"),
        ([HEADER, LINE | {"quote": {"id": "m0"}}], "line 2: quote: a text is wanted"),
        ([HEADER, LINE | {"recall": 1}], "line 2: recall: a text is wanted"),
        ([HEADER, "", LINE, "oops"], "line 4: "),
        ([HEADER, LINE, LINE], "line 3: id: 'm1' was there before"),
        (
            [HEADER, LINE, LINE | {"id": "m2", "at": "2026-04-15T09:59:59+08:00"}],
            "line 3: at: before the message above",
        ),
        ([HEADER, '{"id": "m1", "at": "2026-04-15T10:00:00+08:00", "sender": "li", "text": "\\ud83d"}'], "line 2: "),
        ([HEADER, "[" * 100_000], "line 2: "),
    ],
)
def test_what_is_wrong_is_named_in_one_line_with_file_line_and_field(
    tmp_path: Path, rows: list[dict[str, Any] | str], named: str
) -> None:
    path = write(tmp_path, *rows)

    with pytest.raises(CommandError) as error:
        read(path)

    assert str(error.value).startswith(f"{path}: {named}")
    assert "\n" not in str(error.value)


def test_bytes_that_are_no_text_are_named(tmp_path: Path) -> None:
    path = tmp_path / "talk.jsonl"
    path.write_bytes(b"\xff\xfe{}")

    with pytest.raises(CommandError, match=str(path)):
        read(path)
