"""Groups are left in peace: at night, and when much is said. Nothing is lost by it, and whoever spoke is answered."""

from __future__ import annotations

import pytest

from models.outbox import JOINED, OutboxMessage
from tests.cast import GROUP_3, GROUP_12, Cast

LAMP, RUBBISH, NOISE = "12栋2单元楼道灯不亮了", "12栋1单元门口垃圾堆成山了没人清", "12栋楼上装修吵死了，中午都不停"


def posts(people: Cast, group: str = GROUP_12) -> list[OutboxMessage]:
    """What the group gets, joined or not, in the order in which it gets it."""
    group_id = people.group_id(group)
    mine = [row for row in people.all(OutboxMessage) if row.group_id == group_id]
    return sorted(mine, key=lambda row: row.due_at)


def hours_of(people: Cast, group: str = GROUP_12) -> list[str]:
    return [f"{row.due_at.astimezone(people.now.tzinfo):%H:%M}" for row in posts(people, group)]


@pytest.fixture
def night(people: Cast) -> Cast:
    people.passes(hours=13)  # 23:00
    return people


def test_at_night_the_group_hears_of_it_in_the_morning_and_whoever_told_it_at_once(night: Cast) -> None:
    night.says("cheng", LAMP)
    night.says("hu", RUBBISH)

    assert hours_of(night) == ["07:00"]
    assert "#1" in night.heard("ticket.reported", who="cheng")[0]
    assert "#2" in night.heard("ticket.reported", who="hu")[0]
    assert len(night.heard("ticket.reported", group=GROUP_12)) == 2


def test_danger_is_told_at_night_too_and_so_is_its_end(night: Cast) -> None:
    night.says("li", "救命，12栋1单元电梯困人了，门打不开")
    night.says("xu", "收到")
    night.says("xu", "1 险情解除")

    assert hours_of(night) == ["23:00"] * 3


def test_who_speaks_to_the_bot_is_answered_at_night_where_he_speaks(night: Cast) -> None:
    night.says("cheng", f"@小件 {LAMP}", mentions_bot=True)

    assert hours_of(night) == ["23:00"]


def test_the_night_ends_at_its_hour(night: Cast) -> None:
    night.passes(hours=7, minutes=59)
    night.says("cheng", LAMP)
    night.passes(minutes=2)
    night.says("hu", "12栋顶楼漏水漏到我家了")

    assert hours_of(night) == ["07:00", "07:01"]


def test_what_ends_at_ten_is_still_told_at_ten(people: Cast) -> None:
    people.passes(hours=12, minutes=1)
    people.says("cheng", LAMP)

    assert hours_of(people) == ["22:01"]


def test_an_estate_that_sets_no_quiet_hours_has_none(people: Cast) -> None:
    people.sets(quiet_from="00:00", quiet_until="00:00")
    people.passes(hours=15)
    people.says("cheng", LAMP)

    assert hours_of(people) == ["01:00"]


def test_confirmations_within_a_minute_are_one_post(people: Cast) -> None:
    people.says("cheng", LAMP)
    people.passes(seconds=20)
    people.says("hu", RUBBISH)
    people.passes(seconds=20)
    people.says("peng", NOISE)

    assert hours_of(people) == ["10:00", "10:01"]
    assert posts(people)[1].template == JOINED
    assert len(people.heard("ticket.reported", group=GROUP_12)) == 3
    assert people.heard("ticket.reported", who="hu")


def test_a_group_in_which_much_was_said_hears_the_rest_in_one_post(people: Cast) -> None:
    for minute in range(9):
        people.says("xu", f"{minute + 1} 受理", group=GROUP_12)
        people.passes(minutes=1)

    assert len(posts(people)) == 7  # six at once, and one that waits
    assert len(people.heard("ticket.unknown", group=GROUP_12)) == 9
    assert hours_of(people)[-1] == "10:15"
    assert hours_of(people, GROUP_3) == []


def test_who_books_is_answered_there_and_then_however_much_was_said(people: Cast) -> None:
    for number in range(8):
        people.says("xu", f"{number + 1} 受理", group=GROUP_12)
    people.says("li", "明天下午3点到5点活动室")

    assert people.templates(group=GROUP_12)[-1] == "booking.confirmed"
    assert posts(people)[-1].template == JOINED
    assert "booking.confirmed" not in people.templates(who="li")


def test_of_the_same_matter_the_last_word_is_told(night: Cast) -> None:
    night.says("cheng", LAMP)
    night.says("hu", "我家也是")
    night.says("peng", "我家也是，黑漆漆的")

    (supported,) = night.heard("ticket.supported", group=GROUP_12)
    assert "2 户" in supported
