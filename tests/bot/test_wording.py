"""Wording: every template that the code names exists, every one that exists is used, and each speaks two languages."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.wording import LANGUAGES, TEMPLATES, phrases, render
from bot.wording.phrases import ADVICE, STATUS, URGENCY
from config import HERE, categories
from models.ticket import NEXT
from tests.clock import NOW, SHANGHAI

ROOT = HERE.parent
SPEAKING = {"say", "Words", "Refused", "NotAllowed", "tell_all", "tell", "_answer"}  # calls that take a template's name
NAME = re.compile(r"(group|ticket|poll|booking|meeting|volunteer|digest|question)\.[a-z_]+")


def sources() -> Iterator[Path]:
    for folder in ("models", "handlers", "bot"):
        yield from (path for path in (ROOT / folder).rglob("*.py") if "wording" not in path.parts)


def named() -> set[str]:
    """The templates that are named in calls that speak."""
    found: set[str] = set()
    for path in sources():
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and _called(node) in SPEAKING:
                found |= {text for argument in node.args for text in _texts(argument) if NAME.fullmatch(text)}
    return found


def _called(call: ast.Call) -> str:
    return call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")


def _texts(argument: ast.expr) -> set[str]:
    """What an argument can be: a text, one of two, or an f-string with one of two inside."""
    if isinstance(argument, ast.Constant):
        return {str(argument.value)}
    if isinstance(argument, ast.IfExp):
        return _texts(argument.body) | _texts(argument.orelse)
    if isinstance(argument, ast.JoinedStr):
        forms = {""}
        for part in argument.values:
            inner = part.value if isinstance(part, ast.FormattedValue) else part
            forms = {form + text for form in forms for text in _texts(inner)}
        return forms
    return set()


def test_every_template_that_the_code_names_exists() -> None:
    assert named() - set(TEMPLATES) == set()


def test_every_template_that_exists_is_named_in_the_code() -> None:
    assert set(TEMPLATES) - named() == set()


@pytest.mark.parametrize("template", TEMPLATES)
def test_both_languages_say_the_same_facts(template: str) -> None:
    chinese, english = (set(re.findall(r"{(\w+)}", sentence)) for sentence in TEMPLATES[template])

    assert chinese == english


@pytest.mark.parametrize("template", TEMPLATES)
def test_brackets_and_braces_of_a_template_are_closed_and_a_part_left_out_has_a_fact(template: str) -> None:
    for sentence in TEMPLATES[template]:
        assert sentence.strip() == sentence
        assert sentence.count("[") == sentence.count("]")
        assert all("{" in part for part in re.findall(r"\[([^\]]*)\]", sentence))


@pytest.mark.parametrize("template", TEMPLATES)
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_template_without_any_fact_is_still_no_error(template: str, language: str) -> None:
    assert isinstance(render(template, {}, SHANGHAI, NOW, language), str)


def test_every_state_urgency_and_category_has_its_word() -> None:
    assert set(STATUS) == set(NEXT)
    assert set(URGENCY) == {"emergency", "urgent", "normal"}
    assert set(ADVICE) <= set(categories.categories())


def rendered(template: str, language: str = "zh", **facts: Any) -> str:
    return render(template, facts, SHANGHAI, NOW, language)


def test_a_part_in_brackets_goes_where_its_fact_is_empty() -> None:
    facts = {"topic": "楼道刷漆", "starts_at": NOW.isoformat()}

    assert rendered("meeting.moved", **facts) == "会议改了：楼道刷漆，今天 10:00。"
    assert rendered("meeting.moved", **facts, meeting_place="会议室") == "会议改了：楼道刷漆，今天 10:00，会议室。"
    assert rendered("meeting.moved", **facts, meeting_place="") == "会议改了：楼道刷漆，今天 10:00。"


def test_what_people_wrote_is_text_and_never_a_template() -> None:
    said = rendered("ticket.rejected", number=1, place={}, category="other", reason="{number} [x] {0.__class__}")

    assert said.endswith("：{number} [x] {0.__class__}")


@pytest.mark.parametrize(
    ("days", "chinese", "english"),
    [
        (0, "今天 10:00", "today 10:00"),
        (1, "明天 10:00", "tomorrow 10:00"),
        (2, "后天 10:00", "Friday 10:00"),
        (4, "周日（4月19日） 10:00", "Sunday 19 Apr 10:00"),
        (7, "4月22日 10:00", "22 Apr 10:00"),
        (-1, "4月14日 10:00", "14 Apr 10:00"),
    ],
)
def test_a_day_is_called_as_people_call_it(days: int, chinese: str, english: str) -> None:
    at = (NOW + timedelta(days=days)).isoformat()

    assert rendered("meeting.noted", topic="会", starts_at=at, is_going=True) == f"记下了：会 {chinese}，您参加。"
    assert rendered("meeting.noted", "en", topic="x", starts_at=at, is_going=False).endswith(
        f"x {english}, you are not coming."
    )


def test_times_are_said_in_the_estates_zone() -> None:
    at = "2026-04-15T23:30:00+00:00"  # half past seven the next morning in Shanghai

    assert "明天 07:30" in rendered("meeting.moved", topic="会", starts_at=at)


def test_no_sentence_to_residents_is_longer_than_two_lines() -> None:
    long = {"poll.opened", "poll.standing", "poll.remind", "meeting.called", "digest.worker"}

    assert all(sentence.count("\n") <= 1 for name, pair in TEMPLATES.items() if name not in long for sentence in pair)


def test_a_phone_or_identity_number_in_a_result_loses_its_middle() -> None:
    result = "已联系张工13812345678，身份证430102199001011234"
    facts = {"number": 1, "category": "water", "place": {}, "result": result, "reporter": "老李"}

    said = render("ticket.resolved", facts, SHANGHAI, NOW)

    assert "138****5678" in said
    assert "430****1234" in said
    assert "13812345678" not in said


def test_a_digest_of_very_many_names_those_in_work_and_counts_the_rest() -> None:
    line = {"category": "lighting", "urgency": "normal", "title": "灯", "place": {"building": "3"}, "times": None}
    settled = [line | {"number": n, "status": "resolved"} for n in range(1, 301)]
    in_work = [line | {"number": n, "status": "open"} for n in range(301, 311)]

    said = render("digest.worker", {"counts": {"live": 10}, "waiting_tickets": settled + in_work}, SHANGHAI, NOW)

    assert all(f"\n{n} 3栋" in said for n in range(301, 311))
    assert said.count("3栋照明") == phrases.LINES_AT_MOST
    assert f"还有 {310 - phrases.LINES_AT_MOST} 件" in said
    assert len(said.encode()) < 20 * 2048
