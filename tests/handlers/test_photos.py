"""Photos: they belong to what their sender just told, show what a worker settled, and go when they are taken back."""

from __future__ import annotations

from datetime import timedelta

from models import photo
from models import ticket as tickets
from models.cause import Cause
from models.outbox import OutboxMessage
from models.photo import Photo, Picture, Proof
from tests.cast import GROUP_12, Cast

RUBBISH = "12栋1单元门口垃圾堆成山了没人清"
NOISE = "12栋楼上装修吵死了，中午都不停"


def sends(people: Cast, who: str, picture: bytes = b"one", group: str | None = GROUP_12) -> str:
    with people.database.write() as session:
        kept = photo.keep(session, Cause(people.estate_id, people.now), Picture(picture, 1, 1))
    return people.says(who, "[图片]", group, kind="image", photo_id=kept.id)


def shown(people: Cast, number: int = 1) -> tuple[int, int]:
    """(photos that neighbours sent, photos that show that it is done)"""
    with people.database.read() as session:
        found = tickets.by_number(session, people.estate_id, number)
        assert found
        return len(photo.of_voices(session, found)), len(photo.proofs(session, found))


def test_a_photo_after_the_words_stands_behind_the_ticket(people: Cast) -> None:
    people.says("hu", RUBBISH)
    sends(people, "hu")

    assert shown(people) == (1, 0)


def test_photos_before_the_words_do_too(people: Cast) -> None:
    sends(people, "hu")
    sends(people, "hu", b"two")
    people.says("hu", RUBBISH)

    assert shown(people) == (2, 0)


def test_the_same_photo_is_kept_once_and_each_estate_has_its_own(people: Cast) -> None:
    people.says("hu", RUBBISH)
    sends(people, "hu")
    sends(people, "hu")

    assert len(people.all(Photo)) == 1
    assert shown(people) == (1, 0)


def test_a_photo_taken_back_is_erased_unless_another_message_brought_it(people: Cast) -> None:
    people.says("hu", RUBBISH)
    first, second = sends(people, "hu"), sends(people, "hu")

    people.recalls("hu", first)
    assert len(people.all(Photo)) == 1
    people.recalls("hu", second)
    assert people.all(Photo) == []
    assert shown(people) == (0, 0)


def test_what_was_kept_and_never_sent_is_erased_after_a_day(people: Cast) -> None:
    people.says("hu", RUBBISH)
    sends(people, "hu")
    sends(people, "xu", b"proof, later")
    with people.database.write() as session:
        photo.keep(session, Cause(people.estate_id, people.now), Picture(b"never sent", 1, 1))

    for hours, left in ((23, 3), (25, 2)):
        with people.database.write() as session:
            photo.sweep(session, Cause(people.estate_id, people.now + timedelta(hours=hours)))
        assert len(people.all(Photo)) == left
    assert shown(people) == (1, 0)


def test_a_workers_photo_after_his_order_shows_that_it_is_done(people: Cast) -> None:
    people.says("hu", RUBBISH)
    people.says("xu", "1 办结 清走了")
    people.passes(minutes=20)
    proof = sends(people, "xu", b"clean")

    assert shown(people) == (0, 1)
    assert people.behind() == 0  # the worker's household does not stand behind it
    people.recalls("xu", proof)
    assert (people.all(Proof), people.all(Photo)) == ([], [])


def test_a_workers_photo_before_his_order_does_too_and_he_is_not_asked(people: Cast) -> None:
    people.says("hu", RUBBISH)
    sends(people, "xu", b"clean", None)
    people.says("xu", "1 办结 清走了", None)

    assert shown(people) == (0, 1)
    assert people.heard("ticket.photo_wanted") == []


def test_where_a_photo_can_show_it_the_worker_is_asked_for_one_alone(people: Cast) -> None:
    people.says("hu", RUBBISH)
    people.says("peng", NOISE)
    people.says("xu", "1 办结 清走了")
    people.says("xu", "2 办结 劝停了")

    (asked,) = people.heard("ticket.photo_wanted", who="xu")
    assert "#1" in asked
    assert all(row.group_id is None for row in people.all(OutboxMessage, template="ticket.photo_wanted"))


def test_a_photo_half_an_hour_later_shows_nothing(people: Cast) -> None:
    people.says("hu", RUBBISH)
    people.says("xu", "1 办结 清走了")
    people.passes(minutes=31)
    sends(people, "xu", b"lunch")

    assert shown(people) == (0, 0)


def test_a_neighbours_photo_proves_nothing(people: Cast) -> None:
    people.says("hu", RUBBISH)
    people.says("xu", "1 办结 清走了")
    sends(people, "liar", b"dirty")

    assert shown(people) == (0, 0)
