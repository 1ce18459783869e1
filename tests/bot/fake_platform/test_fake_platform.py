"""The fake platform keeps the real one's rules and has its faults, and the page sets them."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from bot.channels.official_account import create_blueprint
from bot.commands.fake_platform import SETTINGS, seconds
from bot.fake_platform import followers, pages
from bot.fake_platform.followers import Account
from bot.fake_platform.platform import ROBOT, ROBOT_MESSAGES_A_MINUTE, SEND, TOKEN, Faults, Platform
from handlers.message import Message
from tests.faults.program import wait_until

SAID = {"touser": "openid-1", "msgtype": "text", "text": {"content": "您报的已办结"}}


def code(answer: tuple[int, bytes, dict[str, str]]) -> str:
    return answer[1].decode()


def token_of(platform: Platform) -> dict[str, str]:
    said = code(platform.take(TOKEN, {}, {}))
    return {"access_token": said.split('"')[3]}


@pytest.fixture
def strict() -> Platform:
    return Platform("", faults=Faults(is_strict=True))


def test_a_token_of_its_own_is_wanted_and_it_expires(strict: Platform) -> None:
    strict.heard_from("openid-1")
    strict.faults.token_lives = 0.0
    expired = token_of(strict)

    assert "40001" in code(strict.take(SEND, {"access_token": "made up"}, SAID))
    assert "42001" in code(strict.take(SEND, expired, SAID))
    strict.faults.token_lives = 60.0
    assert '"errcode": 0' in code(strict.take(SEND, token_of(strict), SAID))


def test_a_follower_is_sent_five_messages_and_no_more_until_he_writes_again(strict: Platform) -> None:
    strict.heard_from("openid-1")
    token = token_of(strict)

    said = [code(strict.take(SEND, token, SAID)) for _ in range(6)]

    assert ["45047" in one for one in said] == [False] * 5 + [True]
    strict.heard_from("openid-1")
    assert '"errcode": 0' in code(strict.take(SEND, token, SAID))


def test_a_robot_speaks_twenty_times_a_minute(strict: Platform) -> None:
    said = [code(strict.take(ROBOT, {}, SAID)) for _ in range(ROBOT_MESSAGES_A_MINUTE + 1)]

    assert ["45009" in one for one in said] == [False] * ROBOT_MESSAGES_A_MINUTE + [True]


def test_while_it_is_out_it_answers_with_no_json(strict: Platform) -> None:
    strict.faults.is_out = True

    status, body, _ = strict.take(SEND, {}, SAID)

    assert (status, body[:6]) == (502, b"<html>")
    assert strict.history[-1].kind == "refused"


def test_its_history_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    platform = Platform("")
    for n in range(5100):
        platform.remember("sent", "openid-1", str(n))

    assert len(platform.history) == 5000
    assert platform.history[-1].text == "5099"


# Followers and the page.


class Program:
    """The callback of the real program, with a receiver that can fail."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        from flask import Flask

        self.taken: list[str] = []
        self.fails = 0
        app = Flask("program")
        app.register_blueprint(create_blueprint(SETTINGS, self.receive))
        self.client = app.test_client()
        monkeypatch.setattr(followers.requests, "post", self.post)

    def receive(self, message: Message) -> str | None:
        if self.fails:
            self.fails -= 1
            raise RuntimeError("the database is away")
        self.taken.append(message.text)
        return f"收到：{message.text}"

    def post(self, address: str, data: bytes, timeout: float) -> object:
        answer = self.client.post(address.partition("8000")[2], data=data, content_type="text/xml")
        answer.content = answer.data  # type: ignore[attr-defined]
        return answer


@pytest.fixture
def program(monkeypatch: pytest.MonkeyPatch) -> Program:
    return Program(monkeypatch)


@pytest.fixture
def account() -> Account:
    return Account("http://127.0.0.1:8000", Platform(""), SETTINGS)


def test_it_delivers_again_until_it_is_acknowledged(program: Program, account: Account) -> None:
    program.fails = 2
    said = account.takes_down("openid-1", "灯不亮了")

    account.insist(said, pause=0.0)

    assert (said.tries, said.answers) == (3, ["收到：灯不亮了"])
    assert [event.kind for event in account.platform.history] == ["delivered", "unanswered"] * 2 + [
        "delivered",
        "acknowledged",
    ]


def test_it_gives_up_after_three_tries(program: Program, account: Account) -> None:
    program.fails = 9
    said = account.takes_down("openid-1", "灯不亮了")

    account.insist(said, pause=0.0)

    assert (said.tries, said.is_acknowledged) == (3, False)


@pytest.fixture
def page(account: Account, monkeypatch: pytest.MonkeyPatch) -> FlaskClient:
    monkeypatch.setattr(pages, "PAUSE_SECONDS", 0.0)
    return pages.create_app(account.platform, account).test_client()


def says(page: FlaskClient, text: str) -> None:
    page.post("/say", data={"follower": "openid-7", "text": text})


def test_the_page_writes_as_a_follower_and_shows_what_came_back(program: Program, page: FlaskClient) -> None:
    says(page, "灯不亮了")
    wait_until(lambda: program.taken == ["灯不亮了"], "it was delivered")
    wait_until(lambda: "收到：灯不亮了" in page.get("/").text, "the page shows the answer")

    assert [event["who"] for event in page.get("/history.json").json or ()] == ["openid-7"] * 2


@pytest.mark.parametrize(
    ("fault", "taken"),
    [
        ({"repeats": "on"}, ["一", "一", "二", "二"]),
        ({"disorder": "on"}, ["一", "二"]),
        ({"is_out": "on"}, []),
        ({}, ["一", "二"]),
    ],
)
def test_the_page_sets_what_is_wrong(
    program: Program, page: FlaskClient, fault: dict[str, str], taken: list[str]
) -> None:
    page.post("/faults", data=fault)
    says(page, "一")
    says(page, "二")

    wait_until(lambda: len(program.taken) == len(taken), "all was delivered")
    time.sleep(0.05)  # and nothing more
    assert sorted(program.taken) == taken


def test_of_two_in_disorder_the_second_goes_first() -> None:
    held: list[str] = []
    faults = Faults(disorder=True)

    assert pages._in_order(faults, held, "一") == []
    assert pages._in_order(faults, held, "二") == ["二", "一"]


def test_hostile_words_are_shown_as_words(program: Program, page: FlaskClient) -> None:
    says(page, "<script>alert(1)</script>")
    wait_until(lambda: "alert(1)" in page.get("/").text, "it is shown")

    assert "<script>alert" not in page.get("/").text


@pytest.mark.parametrize("form", [{"takes_seconds": "soon"}, {"takes_seconds": "-1", "token_lives": "nan"}])
def test_what_is_no_number_changes_nothing(page: FlaskClient, account: Account, form: dict[str, str]) -> None:
    page.post("/faults", data=form)

    assert account.platform.faults.takes_seconds == 0.0
    assert 0 <= account.platform.faults.token_lives <= 86400


def test_a_page_elsewhere_may_not_use_it(page: FlaskClient) -> None:
    assert page.get("/", headers={"Host": "evil.example"}).status_code == 403


@pytest.mark.parametrize("said", ["x", "-1", "61", "nan"])
def test_seconds_are_checked_as_they_are_typed(said: str) -> None:
    check: Callable[[str], float] = seconds

    with pytest.raises(Exception, match="wants seconds"):
        check(said)
