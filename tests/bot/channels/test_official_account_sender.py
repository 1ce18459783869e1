from __future__ import annotations

import threading
from datetime import timedelta

import pytest

from bot.channels.official_account import Sender
from bot.channels.official_account import sender as sender_module
from bot.channels.sending import ChannelError, Outgoing
from bot.fake_platform.platform import Platform, answer
from tests.bot.channels.follower import SETTINGS

SEND, TOKEN = "message/custom/send", "stable_token"
OPENID = "openid-li"
NOT_VALID = answer({"errcode": 40001, "errmsg": "invalid credential"})
DONE = answer({"errcode": 0, "errmsg": "ok"})


def token(value: str) -> tuple[int, bytes, dict[str, str]]:
    return answer({"access_token": value, "expires_in": 7200})


@pytest.fixture
def sender(platform: Platform) -> Sender:
    platform.answers[TOKEN] = [token("first"), token("second"), token("third")]
    return Sender(SETTINGS, platform.url)


def tokens_used(platform: Platform) -> list[str]:
    return [request.query["access_token"] for request in platform.sent_to(SEND)]


def test_a_later_message_is_a_customer_service_message(sender: Sender, platform: Platform) -> None:
    sender.send(Outgoing(OPENID, "您报的路灯已修好"))

    (request,) = platform.sent_to(SEND)
    assert request.body == {"touser": OPENID, "msgtype": "text", "text": {"content": "您报的路灯已修好"}}
    assert request.query == {"access_token": "first"}


def test_one_token_serves_many_messages(sender: Sender, platform: Platform) -> None:
    for _ in range(3):
        sender.send(Outgoing(OPENID, "您好"))

    assert tokens_used(platform) == ["first"] * 3
    (request,) = platform.sent_to(TOKEN)
    assert request.body == {"grant_type": "client_credential", "appid": SETTINGS.app_id, "secret": SETTINGS.secret}


def test_token_and_message_together_take_no_longer_than_one_patience(
    sender: Sender, platform: Platform, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A process that was told to stop waits for what it began, and its own time is short."""
    monkeypatch.setattr(sender_module, "PATIENCE_SECONDS", 1.5)
    monkeypatch.setattr(sender_module, "LEAST_SECONDS", 0.1)
    platform.faults.takes_seconds = 1.0  # each alone would do

    with pytest.raises(ChannelError) as late:
        sender.send(Outgoing(OPENID, "您好"))

    assert late.value.is_silent


def test_a_token_that_ran_out_is_fetched_anew_and_the_message_goes_out_once(sender: Sender, platform: Platform) -> None:
    platform.answers[SEND] = [NOT_VALID, DONE]

    sender.send(Outgoing(OPENID, "您好"))

    assert tokens_used(platform) == ["first", "second"]


def test_a_token_that_is_never_good_is_tried_twice_and_no_more(sender: Sender, platform: Platform) -> None:
    platform.answers[SEND] = [NOT_VALID]

    with pytest.raises(ChannelError) as failed:
        sender.send(Outgoing(OPENID, "您好"))

    assert not failed.value.is_permanent
    assert tokens_used(platform) == ["first", "second"]


def test_many_threads_that_need_a_token_fetch_one(sender: Sender, platform: Platform) -> None:
    start = threading.Barrier(8)

    def send() -> None:
        start.wait()
        sender.send(Outgoing(OPENID, "您好"))

    threads = [threading.Thread(target=send) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(platform.sent_to(SEND)) == 8
    assert len(platform.sent_to(TOKEN)) == 1


@pytest.mark.parametrize(
    ("given", "is_permanent", "retry_after"),
    [
        (answer({"errcode": 45015, "errmsg": "response out of time limit"}), True, None),
        (answer({"errcode": 45047, "errmsg": "out of response count limit"}), True, None),
        (answer({"errcode": 43004, "errmsg": "require subscribe"}), True, None),
        (answer({"errcode": 45009, "errmsg": "reach max api daily quota limit"}), False, timedelta(hours=1)),
        (answer({"errcode": -1, "errmsg": "system error"}), False, None),
        (answer(b"no JSON"), False, None),
        (answer({"errcode": "none"}), False, None),
        (answer([]), False, None),
        (answer({}, status=503), False, None),
    ],
)
def test_errors_are_told_apart(
    sender: Sender,
    platform: Platform,
    given: tuple[int, bytes, dict[str, str]],
    is_permanent: bool,
    retry_after: timedelta | None,
) -> None:
    platform.answers[SEND] = [given]

    with pytest.raises(ChannelError) as failed:
        sender.send(Outgoing(OPENID, "您好"))

    assert (failed.value.is_permanent, failed.value.retry_after) == (is_permanent, retry_after)


@pytest.mark.parametrize(
    "given",
    [
        answer({"errcode": 40125, "errmsg": "invalid appsecret"}),
        answer({"access_token": "without an end"}),
        answer([]),
        answer(b""),
        answer({}, status=500),
    ],
)
def test_where_there_is_no_token_the_message_waits(
    sender: Sender, platform: Platform, given: tuple[int, bytes, dict[str, str]]
) -> None:
    platform.answers[TOKEN] = [given]

    with pytest.raises(ChannelError) as failed:
        sender.send(Outgoing(OPENID, "您好"))

    assert not failed.value.is_permanent
    assert not platform.sent_to(SEND)


def test_a_platform_that_is_down_does_not_tell_the_secret() -> None:
    sender = Sender(SETTINGS, "http://127.0.0.1:9/")

    with pytest.raises(ChannelError) as failed:
        sender.send(Outgoing(OPENID, "您好"))

    assert not failed.value.is_permanent
    assert SETTINGS.secret not in str(failed.value) and failed.value.__cause__ is None
