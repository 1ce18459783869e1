from __future__ import annotations

from datetime import timedelta

import pytest

from bot.channels.group_robot import Robot
from bot.channels.sending import ChannelError, Outgoing
from bot.fake_platform.platform import Platform, answer

PATH = "webhook/send"
KEY = "11111111-2222-3333-4444-555555555555"


@pytest.fixture
def robot(platform: Platform) -> Robot:
    return Robot(platform.url + PATH)


def test_a_text_goes_out_as_the_platform_wants_it(robot: Robot, platform: Platform) -> None:
    robot.send(Outgoing(KEY, "早报：3件待办", mentions=("xiaoxu", "@all")))

    (request,) = platform.sent_to(PATH)
    assert request.query == {"key": KEY}
    assert request.body == {
        "msgtype": "text",
        "text": {"content": "早报：3件待办", "mentioned_list": ["xiaoxu", "@all"]},
    }


def test_markdown_names_the_people_in_the_text(robot: Robot, platform: Platform) -> None:
    robot.send(Outgoing(KEY, "**早报** 3件待办", is_markdown=True, mentions=("xiaoxu",)))

    (request,) = platform.sent_to(PATH)
    assert request.body == {"msgtype": "markdown", "markdown": {"content": "<@xiaoxu>**早报** 3件待办"}}


@pytest.mark.parametrize(("is_markdown", "limit"), [(False, 2048), (True, 4096)])
def test_a_long_digest_is_split_by_lines_within_the_limit(
    robot: Robot, platform: Platform, is_markdown: bool, limit: int
) -> None:
    lines = [f"{number}号工单：楼道灯不亮，已派物业师傅" for number in range(1, 301)]

    robot.send(Outgoing(KEY, "\n".join(lines), is_markdown=is_markdown))

    kind = "markdown" if is_markdown else "text"
    contents = [request.body[kind]["content"] for request in platform.sent_to(PATH)]
    assert len(contents) > 1
    assert all(len(content.encode()) <= limit for content in contents)
    marks, texts = zip(*(content.split("\n", 1) for content in contents), strict=True)
    assert marks == tuple(f"({n}/{len(contents)})" for n in range(1, len(contents) + 1))
    assert "\n".join(texts).split("\n") == lines


def test_the_twenty_first_message_of_a_minute_does_not_leave(robot: Robot, platform: Platform) -> None:
    for number in range(20):
        robot.send(Outgoing(KEY, f"第{number}条"))

    with pytest.raises(ChannelError) as refused:
        robot.send(Outgoing(KEY, "第21条"))

    assert refused.value.retry_after and refused.value.retry_after <= timedelta(minutes=1)
    assert len(platform.requests) == 20


def test_a_message_in_pieces_waits_whole_rather_than_stop_half_way(robot: Robot, platform: Platform) -> None:
    for number in range(19):
        robot.send(Outgoing(KEY, f"第{number}条"))

    with pytest.raises(ChannelError):
        robot.send(Outgoing(KEY, "长" * 1000))  # two pieces

    assert len(platform.requests) == 19


@pytest.mark.parametrize(
    ("given", "is_permanent", "retry_after"),
    [
        (answer({"errcode": 45009, "errmsg": "api freq out of limit"}), False, timedelta(minutes=1)),
        (answer({"errcode": 93000, "errmsg": "invalid webhook url"}), True, None),
        (answer({"errcode": 45002, "errmsg": "content size out of limit"}), True, None),
        (answer({"errcode": -1, "errmsg": "system busy"}), False, None),
        (answer(b"<html>sign in to the hotel's network</html>"), False, None),
        (answer([1, 2]), False, None),
        (answer({}, status=502), False, None),
        (answer({}, status=429, Retry_After="90"), False, timedelta(seconds=90)),
        (answer({}, status=302, Location="http://127.0.0.1:9/"), False, None),
    ],
)
def test_errors_are_told_apart(
    robot: Robot,
    platform: Platform,
    given: tuple[int, bytes, dict[str, str]],
    is_permanent: bool,
    retry_after: timedelta | None,
) -> None:
    platform.answers[PATH] = [given]

    with pytest.raises(ChannelError) as failed:
        robot.send(Outgoing(KEY, "早报"))

    assert (failed.value.is_permanent, failed.value.retry_after) == (is_permanent, retry_after)


def test_a_platform_that_is_down_is_a_passing_error_that_does_not_tell_the_key() -> None:
    robot = Robot("http://127.0.0.1:9/send")

    with pytest.raises(ChannelError) as failed:
        robot.send(Outgoing(KEY, "早报"))

    assert not failed.value.is_permanent
    assert KEY not in str(failed.value) and failed.value.__cause__ is None


def test_after_a_failure_half_way_only_the_rest_is_sent_again(robot: Robot, platform: Platform) -> None:
    done, busy = answer({"errcode": 0, "errmsg": "ok"}), answer({"errcode": -1, "errmsg": "system busy"})
    platform.answers[PATH] = [done, busy, done]
    digest = Outgoing(KEY, "\n".join(f"{number}号工单" + "长" * 200 for number in range(6)))
    with pytest.raises(ChannelError):
        robot.send(digest)

    robot.send(digest)

    first, failed, again = (request.body["text"]["content"] for request in platform.sent_to(PATH))
    assert (first.split("\n")[1][:4], failed) == ("0号工单", again)
    robot.send(digest)  # the same words again, now that the first are out, are a new message
    assert len(platform.sent_to(PATH)) == 5
