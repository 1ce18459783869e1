"""Rooms in plain words: booked, taken, waited for, offered, given back."""

from __future__ import annotations

import pytest
from sqlalchemy import update

from models.booking import Booking, Room
from models.waiting import Waiting
from tests.cast import GROUP_12, Cast

BOOK = "约明天下午3点到5点活动室"
QUEUE = "明天下午3点到5点活动室帮我约一下，有人约了就排队"
CANCEL = "取消明天下午3点的活动室"


def booked(people: Cast) -> list[tuple[str, str]]:
    keys = {member.id: member.key for member in people.all(cast_member())}
    return [(keys[row.member_id], row.status) for row in people.all(Booking)]


def waited(people: Cast) -> list[tuple[str, str]]:
    keys = {member.id: member.key for member in people.all(cast_member())}
    return [(keys[row.member_id], row.status) for row in people.all(Waiting)]


def cast_member() -> type:
    from models.member import Member

    return Member


def test_a_wish_is_booked_and_the_next_is_told_that_it_is_taken(people: Cast) -> None:
    people.says("li", BOOK)
    people.says("peng", BOOK)

    assert booked(people) == [("li", "confirmed")]
    assert people.templates(group=GROUP_12) == ["booking.confirmed", "booking.taken"]


def test_the_same_wish_twice_is_one_booking(people: Cast) -> None:
    people.says("li", BOOK)
    people.says("li", BOOK)

    assert booked(people) == [("li", "confirmed")]


@pytest.mark.parametrize(
    ("moved", "template"), [("周六那个改到10点到12点", "booking.taken"), ("周六那个改到22点到23点", "booking.closed")]
)
def test_who_cannot_have_the_new_time_keeps_the_old_one(people: Cast, moved: str, template: str) -> None:
    people.says("peng", "订活动室 周六 10点到12点")
    people.says("li", "订活动室 周六 14点到16点")
    people.says("hu", "周六14点到16点活动室帮我约一下，有人约了就排队")

    people.says("li", moved)

    assert booked(people) == [("peng", "confirmed"), ("li", "confirmed")]
    assert waited(people) == [("hu", "waiting")]
    assert people.templates(group=GROUP_12)[-1] == template


def test_a_move_gives_back_the_booking_of_the_day_that_is_named(people: Cast) -> None:
    people.says("li", "订活动室 周五 10点到12点")
    people.says("li", "订活动室 周六 14点到16点")

    people.says("li", "周六那个改到10点到12点")

    held = [b.starts_at.astimezone(people.now.tzinfo) for b in people.all(Booking) if b.status == "confirmed"]
    assert sorted((at.strftime("%a"), at.hour) for at in held) == [("Fri", 10), ("Sat", 10)]


def test_a_room_that_closes_earlier_now_does_not_forbid_to_give_it_back(people: Cast) -> None:
    people.says("li", "订活动室 周六 19点到21点")
    people.says("hu", "周六19点到21点活动室帮我约一下，有人约了就排队")
    with people.database.write() as session:
        session.execute(update(Room).where(Room.name == "活动室").values(closes="20:00"))

    people.says("li", "取消周六的活动室")

    assert [status for _, status in booked(people)] == ["cancelled"]
    assert waited(people) == [("hu", "passed")]


def test_times_off_the_quarters_are_kept_apart_with_a_plain_answer(people: Cast) -> None:
    people.says("li", "约明天下午2点50到3点10分的活动室")
    people.says("peng", "约明天下午3点12分到4点的活动室")

    assert booked(people) == [("li", "confirmed")]
    assert people.templates(group=GROUP_12)[-1] == "booking.taken"


def test_who_waits_gets_it_when_it_is_given_back(people: Cast) -> None:
    people.says("li", BOOK)
    people.says("peng", QUEUE)

    people.says("li", CANCEL)

    assert booked(people) == [("li", "cancelled"), ("peng", "confirmed")]
    assert waited(people) == [("peng", "confirmed")]
    assert "booking.your_turn" in people.templates(group=GROUP_12)


def test_the_first_of_several_is_asked_and_the_next_gets_it_after_half_an_hour(people: Cast) -> None:
    people.says("li", BOOK)
    people.says("peng", QUEUE)
    people.says("cheng", QUEUE)
    people.says("li", CANCEL)
    assert waited(people) == [("peng", "offered"), ("cheng", "waiting")]

    people.passes(minutes=31)

    assert waited(people) == [("peng", "passed"), ("cheng", "confirmed")]


@pytest.mark.parametrize(
    ("answer", "left"),
    [
        ("我要", [("peng", "confirmed"), ("cheng", "waiting")]),
        ("不用了", [("peng", "cancelled"), ("cheng", "confirmed")]),
    ],
)
def test_an_offer_is_answered_by_the_words_that_it_names(
    people: Cast, answer: str, left: list[tuple[str, str]]
) -> None:
    people.says("li", BOOK)
    people.says("peng", QUEUE)
    people.says("cheng", QUEUE)
    people.says("li", CANCEL)
    (offer,) = people.heard("booking.offered")
    assert answer in offer

    people.says("hu", answer)
    people.says("peng", answer)

    assert waited(people) == left


def test_an_offer_is_taken_by_naming_its_hour_alone(people: Cast) -> None:
    people.says("li", BOOK)
    people.says("peng", QUEUE)
    people.says("cheng", QUEUE)
    people.says("li", CANCEL)

    people.says("peng", "3点到5点我也要 谢谢")

    assert waited(people) == [("peng", "confirmed"), ("cheng", "waiting")]


def test_a_yes_to_what_the_list_gave_of_itself_books_no_second_time(people: Cast) -> None:
    people.says("li", BOOK)
    people.says("peng", QUEUE)
    people.says("li", CANCEL)

    people.says("peng", "那3点到5点给我 我要")

    assert booked(people) == [("li", "cancelled"), ("peng", "confirmed")]
    assert people.templates(group=GROUP_12)[-1] == "booking.yours"


def test_who_waits_leaves_the_queue_by_saying_so_of_the_room(people: Cast) -> None:
    people.says("li", BOOK)
    people.says("peng", QUEUE)

    people.says("peng", "明天的活动室我不排了 要出门")

    assert waited(people) == [("peng", "cancelled")]


def test_who_is_told_that_it_is_taken_queues_by_the_words_that_he_is_told(people: Cast) -> None:
    people.says("li", BOOK)
    people.says("peng", BOOK)
    (told,) = people.heard("booking.taken")
    assert "“帮我排队”" in told

    people.says("peng", "帮我排队")

    assert waited(people) == [("peng", "waiting")]


def test_who_got_it_from_the_list_gives_it_back_by_the_words_that_he_is_told(people: Cast) -> None:
    people.says("li", BOOK)
    people.says("peng", QUEUE)
    people.says("li", CANCEL)
    (told,) = people.heard("booking.your_turn")
    assert "“取消预约”" in told

    people.says("peng", "取消预约")

    assert booked(people) == [("li", "cancelled"), ("peng", "cancelled")]


def test_what_one_recalls_after_giving_back_takes_nothing_from_who_waited(people: Cast) -> None:
    people.says("li", BOOK)
    people.says("peng", QUEUE)
    cancel = people.says("li", CANCEL)

    people.recalls("li", cancel)

    assert ("peng", "confirmed") in booked(people)


def test_nobody_gives_back_what_is_not_his(people: Cast) -> None:
    people.says("li", BOOK)

    people.says("peng", CANCEL)

    assert booked(people) == [("li", "confirmed")]


@pytest.mark.parametrize(
    ("text", "template"),
    [
        ("约明天晚上9点到11点活动室", "booking.closed"),
        ("约今天上午8点到9点活动室", "booking.past"),
        ("我想约明天下午的活动室", "booking.which_time"),
    ],
)
def test_what_cannot_be_booked_is_answered_with_the_reason(people: Cast, text: str, template: str) -> None:
    people.says("li", text)

    assert booked(people) == []
    assert people.templates() == [template]


def test_what_is_free_is_said_without_saying_whose_the_rest_is(people: Cast) -> None:
    people.says("li", BOOK)

    people.says("peng", "活动室明天还有空吗")

    (told,) = people.heard("booking.day")
    assert "15:00–17:00" in told
    assert "老李" not in told


def test_a_booking_is_reminded_of_an_hour_before_to_its_holder_alone(people: Cast) -> None:
    people.says("li", BOOK)

    people.passes(hours=28)

    assert people.templates(who="li") == ["booking.remind"]
    assert "booking.remind" not in people.templates(group=GROUP_12)
