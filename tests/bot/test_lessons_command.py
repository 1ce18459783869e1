"""`lessons`: what was corrected, as labelled messages; learning now; going back."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from bot.__main__ import main
from bot.commands.train import read_messages
from models import lesson as lessons
from models import migrations
from models.database import connect
from models.inbox import InboxMessage
from models.layer import Layer
from tests import cast
from tests.cast import Cast

CAGE = ("今天铁笼子又不走了", "铁笼子咋又歇了", "铁笼子今天歇菜", "铁笼子半天不来")


@pytest.fixture
def people(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Cast:
    url = f"sqlite:///{tmp_path / 'jianjian.db'}"
    monkeypatch.setenv("JIANJIAN_DATABASE_URL", url)
    monkeypatch.setenv("JIANJIAN_STATE", str(tmp_path / "state"))
    database = connect(url)
    migrations.upgrade(database)
    return cast.assemble(database)


@pytest.fixture
def taught(people: Cast) -> Cast:
    for text in CAGE:
        people.says("li", text)
    people.says("li", "大家晚安")
    with people.database.write() as session:
        on = cast.Stage(session, people.estate_id, people.now)
        for row in session.query(InboxMessage).order_by(InboxMessage.id):
            told = (("elevator", "normal"),) if "铁" in row.text else ()
            lessons.record(session, on.by("xu"), row, told, "correction")
    return people


def test_lessons_are_listed_as_train_reads_them(
    taught: Cast, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["lessons", "list", "--estate", "枫林里"]) == 0

    out = capsys.readouterr().out
    lines = [json.loads(line) for line in out.splitlines()]
    assert [line["text"] for line in lines] == [*CAGE, "大家晚安"]
    assert lines[0]["issues"] == [{"category": "elevator", "urgency": "normal"}]
    assert lines[-1]["intents"] == ["chat"]
    exported = tmp_path / "lessons.jsonl"
    exported.write_text(out, "utf-8")
    assert len(read_messages([exported])) == 5


def test_learning_now_says_how_well_it_went_and_can_be_taken_back(
    taught: Cast, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["lessons", "learn"]) == 0
    said = capsys.readouterr().out
    assert said.startswith("5 lessons, mistakes ")
    assert said.endswith("in use from now on\n")
    assert [layer.is_active for layer in taught.all(Layer)] == [True]

    assert main(["lessons", "rollback"]) == 0
    assert capsys.readouterr().out == "back to the shipped weights\n"
    assert [layer.is_active for layer in taught.all(Layer)] == [False]


def test_what_cannot_be_done_ends_with_2_and_says_why(people: Cast, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["lessons", "learn"]) == 2
    assert "no lessons yet" in capsys.readouterr().err
    assert main(["lessons", "rollback"]) == 2
    assert "nothing to go back from" in capsys.readouterr().err
    assert main(["lessons", "list", "--estate", "没有这个"]) == 2
    assert "枫林里" in capsys.readouterr().err
