"""All topics of a message, read together."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from handlers.understanding.hearing import ALL_INTENTS
from handlers.understanding.meaning import Context, OpenPoll
from handlers.understanding.places import find_places
from handlers.understanding.topics import BOOKING_INTENTS, OUTDOES, PARTS, Topics, read_topics

NOW = datetime(2026, 5, 13, 10, 0, tzinfo=timezone(timedelta(hours=8)))  # a Wednesday
HOURS = OpenPoll(3, "阅览室晚上几点关门", ("8点", "9点", "10点"))
PIPELINE = Context(rooms=("乒乓球室",), polls=(HOURS,), is_pipeline=True)


def read(text: str, context: Context | None = None) -> Topics:
    return read_topics(text, find_places(text), ALL_INTENTS, context or Context(), NOW)


@pytest.mark.parametrize(
    ("text", "intents"),
    [
        ("17 办结 已换感应灯", ("ticket.update",)),
        ("#17 撤回，自己弄好了", ("ticket.amend",)),
        ("修好了，满意", ("ticket.feedback",)),
        ("#17 进度", ("ticket.query",)),
        ("投票：门厅的地垫要什么样的 A 灰色 B 红色", ("poll.create",)),
        ("投票结果怎么样了", ("poll.query",)),
        ("我选8点", ("poll.vote",)),
        ("明天下午2点到4点想用乒乓球室", ("booking.create",)),
        ("明天的乒乓球室退了，换成周五晚上7点到8点", ("booking.cancel", "booking.create")),
        ("周五晚7点半在社区二楼开居民议事会", ("meeting.create",)),
        ("周五的会我去不了", ("meeting.rsvp",)),
        ("铲雪算我一个", ("volunteer",)),
        ("物业电话多少", ("question",)),
        ("来，要带身份证吗", ("meeting.rsvp", "question")),
        ("早上好，今天天气真好", ()),
        ("小龙虾45一斤，要的接龙，明天下午5点东门自提", ()),
    ],
)
def test_a_message_has_the_intents_of_what_was_found(text: str, intents: tuple[str, ...]) -> None:
    assert read(text).intents == intents


def test_staying_away_is_an_answer_too() -> None:
    assert read("周五的会我去不了").is_going is False


def test_hours_that_are_options_are_no_times_of_the_message() -> None:
    assert read("广播早上7点还是8点响起 每户一票").times == ()


def test_an_hour_that_is_voted_for_is_no_time_of_the_message() -> None:
    topics = read("我选8点", PIPELINE)

    assert topics.vote is not None
    assert topics.times == ()


def test_an_hour_in_talk_stays_a_time() -> None:
    assert len(read("明天8点停水").times) == 1


def test_in_the_pipeline_a_vote_wants_an_open_poll() -> None:
    assert read("B", Context(is_pipeline=True)).intents == ()


def test_every_part_that_outdoes_or_is_outdone_exists() -> None:
    parts = set(Topics.__dataclass_fields__)

    assert set(PARTS) <= parts
    assert set(OUTDOES) <= set(PARTS)
    assert {part for others in OUTDOES.values() for part in others} <= set(PARTS)


def test_every_verb_of_a_booking_has_an_intent() -> None:
    assert {wish.verb for wish in read("那3点到4点给我", PIPELINE).bookings} <= set(BOOKING_INTENTS)


PIECES = (
    "投票 还是 要不要 A B 1. 2、 / ① 甲 大家 8点 9点 明天 周五 我 我家 选 同意 不 乒乓球室 约 取消 有空吗",
    "换成 排队 给我 开会 在 议事会 改到 来 去不了 17 # 办结 派 并入 转 修好了 满意 没 撤回 改 5栋 不是 是",
    "报的 进度 志愿 扫雪 物业 电话 多少 ？ ， 。 \n 、 ( ) 截止 前 的 了",
)
WORDS = st.sampled_from([piece for line in PIECES for piece in line.split(" ")])


@settings(max_examples=300, deadline=None)
@given(st.lists(WORDS, max_size=14).map("".join), st.sampled_from([Context(), PIPELINE]))
def test_no_text_makes_reading_fail(text: str, context: Context) -> None:
    topics = read(text, context)

    assert set(topics.intents) <= {*PARTS.values(), *BOOKING_INTENTS.values()}


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=60))
def test_no_characters_make_reading_fail(text: str) -> None:
    assert isinstance(read(text, PIPELINE).intents, tuple)


def test_a_parser_is_only_asked_where_its_intent_is_likely() -> None:
    told = read_topics("我选8点", (), frozenset({"question"}), Context(), NOW)

    assert told.vote is None
    assert told.times == ()
