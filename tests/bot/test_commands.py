"""The commands: exit code 0, or 2 with one line that names what is wrong, and nothing half done."""

from __future__ import annotations

import io
import json
import sys
from pathlib import Path

import pytest
from sqlalchemy import select

from bot.__main__ import COMMANDS, main
from bot.estate_files import read_toml
from models.database import Base, connect
from models.member import Role
from tests.bot.test_estate_files import GOOD


@pytest.fixture
def url(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """The settings of a deployment with an empty database of its own."""
    url = f"sqlite:///{tmp_path / 'jianjian.db'}"
    monkeypatch.setenv("JIANJIAN_DATABASE_URL", url)
    monkeypatch.setenv("JIANJIAN_STATE", str(tmp_path / "state"))
    return url


@pytest.fixture
def estate(tmp_path: Path) -> Path:
    path = tmp_path / "estate.toml"
    path.write_text(GOOD, "utf-8")
    return path


def rows(url: str) -> dict[str, list[str]]:
    database = connect(url)
    with database.read() as session:
        found = {t.name: sorted(map(repr, session.execute(select(t)).all())) for t in Base.metadata.sorted_tables}
    database.engine.dispose()
    return found


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_its_help(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ending:
        main([command, "--help"])

    assert ending.value.code == 0
    assert command in capsys.readouterr().out


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["no-such"],
        ["replay"],
        ["import-estate"],
        ["user"],
        ["user", "grant", "li"],
        ["user", "grant", "li", "king"],
        ["demo", "--port", "0"],
        ["demo", "--port", "-1"],
        ["demo", "--port", "65536"],
        ["demo", "--port", "http"],
    ],
)
def test_wrong_usage_ends_with_2(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ending:
        main(arguments)

    assert ending.value.code == 2


def test_importing_twice_changes_nothing(url: str, estate: Path) -> None:
    main(["migrate"])
    assert main(["import-estate", str(estate)]) == 0
    before = rows(url)

    assert main(["import-estate", str(estate)]) == 0

    assert rows(url) == before
    assert before["members"]


def test_a_bad_estate_ends_with_2_and_one_line_and_writes_nothing(
    url: str, estate: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    main(["migrate"])
    before = rows(url)
    estate.write_text(GOOD + '[[members]]\nid = "x"\nname = "X"\nhousehold = "99-1-1"\n', "utf-8")
    capsys.readouterr()

    code = main(["import-estate", str(estate)])

    said = capsys.readouterr().err
    assert code == 2
    assert said == f"import-estate: {estate}: members 2: household: there is no building '99'\n"
    assert rows(url) == before


def test_without_a_schema_every_command_says_what_to_do(
    url: str, estate: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for arguments in (["import-estate", str(estate)], ["user", "list"], ["work"], ["serve"]):
        assert main(arguments) == 2
        said = capsys.readouterr().err
        assert "migrate" in said
        assert said.count("\n") == 1


def test_a_database_that_cannot_be_opened_is_named_by_its_setting(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("JIANJIAN_STATE", str(tmp_path))
    for url in ("sqlite:////nowhere/at/all.db", "postgresql://nobody:secret@127.0.0.1:1/none", "nonsense"):
        monkeypatch.setenv("JIANJIAN_DATABASE_URL", url)

        assert main(["migrate"]) == 2

        said = capsys.readouterr().err
        assert "JIANJIAN_DATABASE_URL" in said
        assert said.count("\n") == 1
        assert "secret" not in said


def test_a_role_is_given_to_a_member_at_a_building_and_taken_away(
    url: str, estate: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    main(["migrate"]), main(["import-estate", str(estate)])

    assert main(["user", "grant", "wang", "property", "--building", "12"]) == 0
    assert len(rows(url)[Role.__tablename__]) == 2
    assert main(["user", "revoke", "wang", "property"]) == 2  # held at 12, not for the whole estate
    assert main(["user", "revoke", "wang", "property", "--building", "12"]) == 0
    assert len(rows(url)[Role.__tablename__]) == 1


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        (["grant", "nobody", "property"], "nobody with the id 'nobody'"),
        (["grant", "wang", "property", "--building", "99"], "there is no building '99'"),
        (["link", "nobody"], "nobody with the id"),
        (["link", "wang", "--estate", "别的"], "--estate: name one of: 枫林里"),
    ],
)
def test_a_user_command_that_cannot_be_done_ends_with_2_and_changes_nothing(
    url: str, estate: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], named: str
) -> None:
    main(["migrate"]), main(["import-estate", str(estate)])
    before = rows(url)
    capsys.readouterr()

    code = main(["user", *arguments])

    said = capsys.readouterr().err
    assert code == 2
    assert named in said
    assert rows(url) == before


def test_a_sign_in_link_is_printed_once_and_not_stored(
    url: str, estate: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    main(["migrate"]), main(["import-estate", str(estate)])
    capsys.readouterr()

    main(["user", "link", "wang"])

    token = capsys.readouterr().out.strip().rpartition("/")[2]
    assert len(token) > 40
    assert all(token not in row for table in rows(url).values() for row in table)


def test_the_whole_of_a_good_file_is_in_the_database(url: str, estate: Path) -> None:
    main(["migrate"]), main(["import-estate", str(estate)])

    plan, found = read_toml(estate), rows(url)

    assert [len(found[name]) for name in ("buildings", "members", "groups", "rooms", "units", "roles")] == [
        len(plan.buildings), len(plan.members), len(plan.groups), len(plan.rooms), 2, 1
    ]  # fmt: skip


# understand


def understand(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], *lines: bytes
) -> list[dict[str, object]]:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"\n".join(lines)), "utf-8"))
    assert main(["understand"]) == 0
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def test_understanding_answers_every_line_in_order(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    texts = ("12栋2单元3楼路灯不亮了", "大家早上好")
    asked = [json.dumps({"id": t, "at": "2026-04-15T10:00:00+08:00", "text": t}).encode() for t in texts]

    told = understand(monkeypatch, capsys, *asked)

    assert [row["id"] for row in told] == list(texts)
    assert set(told[0]) >= {"id", "intents", "confidence", "keywords", "issues", "place", "times"}
    assert told[0]["place"] == {"building": "12", "unit": "2", "floor": "3"}


BAD_LINES = [
    b"{",
    b"[]",
    b"5",
    b"null",
    b'"text"',
    b'{"id": "x"}',
    b'{"id": "x", "at": "2026-04-15T10:00:00+08:00"}',
    b'{"id": "x", "text": "\xe7\x81\xaf"}',
    b'{"id": "x", "at": "soon", "text": "x"}',
    b'{"id": "x", "at": "2026-04-15T10:00:00", "text": "x"}',
    b'{"id": "x", "at": 5, "text": "x"}',
    b'{"id": "x", "at": "2026-04-15T10:00:00+08:00", "text": 5}',
    b'{"id": "x", "at": "2026-04-15T10:00:00+08:00", "text": null}',
    b'{"id": "x\\ud83d", "at": "\\ud83d", "text": ""}',
    b"[" * 100_000,
]


@pytest.mark.parametrize("bad", BAD_LINES, ids=lambda line: line[:40].decode("utf-8", "replace"))
def test_a_bad_line_is_answered_by_its_error_and_the_next_is_read(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], bad: bytes
) -> None:
    good = b'{"id": "good", "at": "2026-04-15T10:00:00+08:00", "text": "x"}'

    first, second = understand(monkeypatch, capsys, bad, good)

    assert set(first) == {"id", "error"}
    assert first["error"]
    assert second["id"] == "good"


@pytest.mark.parametrize(
    "odd",
    [
        b'{"id": "x", "at": "2026-04-15T10:00:00+08:00", "text": "\\ud83d\xe7\x81\xaf"}',
        b'{"id": "\\ud83d", "at": "2026-04-15T10:00:00+08:00", "text": "x"}',
        b'{"id": "x", "at": "2026-04-15T10:00:00+08:00", "text": "\xff\xfe"}',
        b'{"id": ["x"], "at": "9999-12-31T23:59:59+08:00", "text": "\xe6\x98\x8e\xe5\xa4\xa93\xe7\x82\xb9"}',
        b'{"id": "x", "at": "0001-01-01T00:00:00+08:00", "text": "\xe6\x98\xa8\xe5\xa4\xa9"}',
    ],
)
def test_no_odd_line_stops_the_stream(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], odd: bytes
) -> None:
    assert len(understand(monkeypatch, capsys, odd, odd)) == 2


def test_nothing_said_nothing_answered(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    assert understand(monkeypatch, capsys, b"", b"  ") == []
