"""Wishes about rooms: book, wait, take or leave an offer, cancel, ask what is free."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta

from handlers.heard import Heard
from handlers.understanding.meaning import BookingWish, TimeSpan
from models import booking, inbox, waiting
from models.booking import Booking, Room, Span
from models.database import hold
from models.outbox import Words, say
from models.refused import Refused
from models.waiting import Waiting

TALKED_OF = timedelta(hours=2)  # a wish without a room means the one that its sender just named


def create(heard: Heard) -> None:
    """intent `booking.create`: books, or queues where it is taken and the wish says so; takes an offer that stands."""
    for wish in _wishes(heard, "create", "accept"):
        entry = _offer(heard, wish)
        if entry:
            _take_offer(heard, entry)
        elif wish.verb == "create":
            _book(heard, wish)
        elif held := _given_already(heard, wish):
            heard.reply(say("booking.yours", held.id, **booking.span_of(heard.session, held).facts))
        elif _names_free_slot(heard, wish):
            _book(heard, wish)


def _names_free_slot(heard: Heard, wish: BookingWish) -> bool:
    """那9点到10点给我: nothing was offered, but after talk of a room the hour is asked for, and nobody holds it."""
    span = _span(heard, wish) if wish.times and _talked_of(heard, "room") else None
    return span is not None and not booking.overlapping(heard.session, span)


def _book(heard: Heard, wish: BookingWish) -> None:
    span = _span(heard, wish)
    if span is None:
        raise Refused("booking.which_time" if _room(heard, wish) else "booking.which_room", **_rooms(heard))
    hold(heard.session, span.room)  # from here on nobody takes or gives back this room beside us
    mine = [b for b in booking.overlapping(heard.session, span) if b.member_id == heard.member.id]
    if mine:  # said twice, or after the waiting list already gave it
        heard.reply(say("booking.yours", mine[0].id, **booking.span_of(heard.session, mine[0]).facts))
        return
    if wish.would_wait and booking.overlapping(heard.session, span):
        _wait(heard, _own_span(heard, span))
        return
    held = booking.book(heard.session, heard.cause, heard.member, span)
    heard.reply(say("booking.confirmed", held.id, **span.facts, name=heard.member.name))


def _own_span(heard: Heard, span: Span) -> Span:
    """For 人家占了两点那场吧，那我排着: the time named is the holder's, the wish is what was asked for before."""
    holders = booking.overlapping(heard.session, span)
    is_holders = any((b.starts_at, b.ends_at) == (span.starts_at, span.ends_at) for b in holders)
    asked = _times_talked_of(heard) if is_holders else ()
    if not asked or not isinstance(asked[0].start, datetime):
        return span
    start, end = asked[0].start, asked[0].end
    ends_at = end if isinstance(end, datetime) else start + timedelta(minutes=span.room.slot_minutes)
    return Span(span.room, start, ends_at)


def _wait(heard: Heard, span: Span) -> None:
    entry = waiting.wait(heard.session, heard.cause, heard.member, span)
    place = 1 + [other.id for other in waiting.queue(heard.session, span)].index(entry.id)
    heard.reply(say("booking.waiting", entry.id, **span.facts, name=heard.member.name, position=place))


def _offer(heard: Heard, wish: BookingWish) -> Waiting | None:
    """The offer that stands for the sender, and fits the times he names."""
    entries = waiting.of_member(heard.session, heard.estate.id, heard.member.id, "offered")
    fitting = [entry for entry in entries if _fits(wish, entry.starts_at, heard)]
    return next(iter(fitting or [entry for entry in entries if _is_at_hour(wish, entry.starts_at, heard)]), None)


def _given_already(heard: Heard, wish: BookingWish) -> Booking | None:
    """What the waiting list gave the sender of itself, and he now says yes to."""
    own = booking.ahead_of(heard.session, heard.estate.id, heard.member.id, heard.cause.now)
    return next((b for b in own if wish.times and _is_at_hour(wish, b.starts_at, heard)), None)


def _is_at_hour(wish: BookingWish, starts_at: datetime, heard: Heard) -> bool:
    """2点到3点我要: whoever answers names the hour alone, on the clock's face, whatever the day."""
    said = wish.times[0].start if wish.times else None
    local = starts_at.astimezone(heard.estate.zone)
    return isinstance(said, datetime) and (said.hour % 12, said.minute) == (local.hour % 12, local.minute)


def _take_offer(heard: Heard, entry: Waiting) -> None:
    waiting.accept(heard.session, heard.cause, entry)
    facts = booking.span_of(heard.session, entry).facts | {"name": heard.member.name}
    heard.reply(Words("booking.confirmed", facts, entry.id))


def cancel(heard: Heard) -> None:
    """intent `booking.cancel`: gives back a booking, an offer, or a place in the queue; whoever waits is next."""
    for wish in _wishes(heard, "cancel", "decline"):
        if not (_leave_queue(heard, wish) or _cancel_booking(heard, wish)) and heard.is_addressed:
            heard.reply(say("booking.none"))


def move(heard: Heard) -> None:
    """Both intents in one message: what is given back and what is asked for instead, all or nothing."""
    cancel(heard)
    create(heard)


def _leave_queue(heard: Heard, wish: BookingWish) -> bool:
    statuses = ("offered",) if wish.verb == "cancel" else ("offered", "waiting")
    entries = [e for s in statuses for e in waiting.of_member(heard.session, heard.estate.id, heard.member.id, s)]
    fitting = [entry for entry in entries if _fits(wish, entry.starts_at, heard)]
    if not fitting:
        return False
    heard.reply(Words("booking.left_queue", booking.span_of(heard.session, fitting[0]).facts, fitting[0].id))
    waiting.leave(heard.session, heard.cause, fitting[0])
    return True


def _cancel_booking(heard: Heard, wish: BookingWish) -> bool:
    held = _own_booking(heard, wish)
    if held is None:
        return False
    span = booking.span_of(heard.session, held)
    booking.cancel(heard.session, heard.cause, held)
    heard.reply(say("booking.cancelled", held.id, **span.facts))
    waiting.release(heard.session, heard.cause, span)
    return True


def _own_booking(heard: Heard, wish: BookingWish) -> Booking | None:
    """The sender's booking that the words mean: by time and room where they are said, else the only or next one."""
    own = booking.ahead_of(heard.session, heard.estate.id, heard.member.id, heard.cause.now)
    fitting = [b for b in own if _fits(wish, b.starts_at, heard) and _is_room(heard, wish, b)]
    if not wish.times:  # 周六那个改到10点: the day was heard as that of the new time, and is the old one's too
        zone, days = heard.estate.zone, _days_asked_for(heard)
        fitting.sort(key=lambda held: held.starts_at.astimezone(zone).date() not in days)
    return fitting[0] if fitting else None


def _days_asked_for(heard: Heard) -> set[date]:
    starts = [said.start for wish in heard.meaning.bookings if wish.verb == "create" for said in wish.times]
    return {start.date() if isinstance(start, datetime) else start for start in starts if isinstance(start, date)}


def _is_room(heard: Heard, wish: BookingWish, held: Booking) -> bool:
    return wish.room is None or booking.span_of(heard.session, held).room.name in (wish.room, _named(heard, wish))


def _named(heard: Heard, wish: BookingWish) -> str | None:
    room = _room(heard, wish)
    return room.name if room else None


def _fits(wish: BookingWish, starts_at: datetime, heard: Heard) -> bool:
    """The wish names no time, or one on that day, or at that hour."""
    if not wish.times:
        return True
    said, local = wish.times[0].start, starts_at.astimezone(heard.estate.zone)
    if isinstance(said, datetime):
        return said == starts_at or (said.date() == local.date() and said <= starts_at < _end_of(wish.times[0]))
    return said == local.date()


def _end_of(span: TimeSpan) -> datetime:
    if isinstance(span.end, datetime):
        return span.end
    return span.start if isinstance(span.start, datetime) else datetime.max


def query(heard: Heard) -> None:
    """intent `booking.query`: what is taken on that day, the rest being free."""
    for wish in _wishes(heard, "query"):
        room = _room(heard, wish)
        if room is None:
            heard.reply(say("booking.rooms", **_rooms(heard)))
            return
        day = _day(heard, wish)
        opens = datetime.combine(day, time.fromisoformat(room.opens), heard.estate.zone)
        closes = datetime.combine(day, time.fromisoformat(room.closes), heard.estate.zone)
        taken = booking.overlapping(heard.session, Span(room, opens, closes))
        times = [[held.starts_at.isoformat(), held.ends_at.isoformat()] for held in taken]
        heard.reply(say("booking.day", **Span(room, opens, closes).facts, taken=times))


def _day(heard: Heard, wish: BookingWish) -> date:
    if not wish.times:
        return heard.cause.now.astimezone(heard.estate.zone).date()
    start = wish.times[0].start
    return start.date() if isinstance(start, datetime) else start


def _wishes(heard: Heard, *verbs: str) -> list[BookingWish]:
    return [wish for wish in heard.meaning.bookings if wish.verb in verbs]


def _span(heard: Heard, wish: BookingWish) -> Span | None:
    """Room and time of a wish. Without an end it is one slot; without a room or an hour there is no span."""
    room = _room(heard, wish)
    times = [t for t in wish.times if isinstance(t.start, datetime)] or _times_talked_of(heard)
    if room is None or not times:
        return None
    # 9点要锁门呀，那晚上7点到8点: of several times the one with an end is the wish.
    wanted = next((t for t in times if t.end), times[0])
    start, end = wanted.start, wanted.end
    assert isinstance(start, datetime)
    ends_at = end if isinstance(end, datetime) else start + timedelta(minutes=room.slot_minutes)
    return Span(room, start, ends_at)


def _room(heard: Heard, wish: BookingWish) -> Room | None:
    """The room that is named, or was just talked of, or the only one there is."""
    rooms = booking.rooms(heard.session, heard.estate.id)
    name = wish.room or _given_up_now(heard) or _talked_of(heard, "room")
    named = [room for room in rooms if name and (name in room.name or room.name in name)]
    if named:
        return named[0]
    return rooms[0] if len(rooms) == 1 and not wish.room else None


def _given_up_now(heard: Heard) -> str | None:
    """The room of the booking that this very message gives up: 周六那个改到10点到12点."""
    if not any(wish.verb == "cancel" for wish in heard.meaning.bookings):
        return None
    given_up = booking.cancelled_at(heard.session, heard.estate.id, heard.member.id, heard.cause.now)
    return booking.span_of(heard.session, given_up).room.name if given_up else None


def _talked_of(heard: Heard, key: str) -> str | None:
    """What the sender named in an earlier message about rooms."""
    earlier = _earlier(heard)
    return next((str(said[key]) for said in earlier if said.get(key)), None)


def _times_talked_of(heard: Heard) -> Sequence[TimeSpan]:
    """The time that the sender asked about a moment ago: 那就约这个时间"""
    for said in _earlier(heard):
        for span in said.get("times") or ():
            if "T" in span["start"]:
                start = datetime.fromisoformat(span["start"])
                return [TimeSpan(start, datetime.fromisoformat(span["end"]) if "end" in span else None)]
    return []


def _earlier(heard: Heard) -> list[dict[str, list[dict[str, str]]]]:
    since = heard.cause.now - TALKED_OF
    said = inbox.recent_by(heard.session, heard.estate.id, heard.member.id, since)
    booked = [row for row in said if any(intent.startswith("booking.") for intent in row.intents)]
    return [row.reading for row in booked if row.id != heard.row.id]


def _rooms(heard: Heard) -> dict[str, list[dict[str, str]]]:
    known = booking.rooms(heard.session, heard.estate.id)
    return {"rooms": [{"room": room.name, "opens": room.opens, "closes": room.closes} for room in known]}
