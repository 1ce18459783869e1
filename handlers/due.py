"""What falls due by the clock, and the operation that does it. One table, as for messages."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial

from sqlalchemy.orm import Session

from handlers import lessons, volunteers
from models import booking, digest, due, meeting, monthly, outbox, paging, poll, service, verdict, volunteer, waiting
from models import ticket as tickets
from models.cause import Cause
from models.due import Due
from models.estate import Estate
from models.member import Member
from models.outbox import Words, say

LEASE = timedelta(minutes=10)  # whoever thinks about an occurrence longer than this is taken for dead

Conclusion = Callable[[Session, Cause], None]
Thinking = Callable[[], Conclusion]  # what takes seconds, and no transaction


def do(session: Session, now: datetime, occurrence: Due) -> Thinking | None:
    """Does one occurrence that is due, in the caller's transaction. What takes longer than a transaction may is given
    back: the caller commits, thinks, and concludes in a second transaction; until then the occurrence is his."""
    thinking = DUE[occurrence.kind](session, Cause(occurrence.estate_id, now), occurrence)
    if thinking is None:
        occurrence.done_at = now
    else:
        occurrence.at = now + LEASE
    return thinking


def conclude(session: Session, now: datetime, occurrence: Due, conclusion: Conclusion) -> None:
    """The second half of an occurrence that had to be thought about."""
    conclusion(session, Cause(occurrence.estate_id, now))
    occurrence.done_at = now


def give_up(session: Session, now: datetime, occurrence: Due) -> None:
    """An occurrence failed too often: it is left with its error. What comes again and again still comes again."""
    occurrence.done_at = now
    if again := AGAIN.get(occurrence.kind):
        again(session, Cause(occurrence.estate_id, now), session.get_one(Estate, occurrence.estate_id))


def _remind_poll(session: Session, cause: Cause, occurrence: Due) -> None:
    """Before the close: the group is told who is still missing, in one post."""
    found = poll.get(session, cause.estate_id, occurrence.subject_id)
    missing = poll.missing(session, found)
    if found.status != "open" or not missing or found.closes_at <= cause.now:
        return
    facts = found.facts | {
        "households": len(poll.standing(session, found)),
        "missing": len(missing),
        "names": [people[0].name for people in missing.values()],
    }
    once = f"poll.remind:{found.id}:{occurrence.occurrence}"
    outbox.announce(session, cause, found.group_id, Words("poll.remind", facts, found.id, "reminder", once))


def _close_poll(session: Session, cause: Cause, occurrence: Due) -> None:
    found = poll.get(session, cause.estate_id, occurrence.subject_id)
    if found.status != "open":
        return
    poll.close(session, cause, found)
    tally = poll.tally(session, found)
    facts = found.facts | {"tally": tally, "households": len(poll.standing(session, found))}
    outbox.announce(session, cause, found.group_id, say("poll.closed", found.id, **facts))


def _remind_booking(session: Session, cause: Cause, occurrence: Due) -> None:
    held = booking.get(session, cause.estate_id, occurrence.subject_id)
    if held.status != "confirmed" or held.starts_at <= cause.now:
        return
    once = f"booking.remind:{held.id}"
    words = Words("booking.remind", booking.span_of(session, held).facts, held.id, "reminder", once)
    outbox.tell(session, cause, held.member_id, words)


def _end_booking(session: Session, cause: Cause, occurrence: Due) -> None:
    booking.finish(session, cause, booking.get(session, cause.estate_id, occurrence.subject_id))


def _remind_meeting(session: Session, cause: Cause, occurrence: Due) -> None:
    """The day before and an hour before: the group where it was called, else those who said that they come."""
    called = meeting.get(session, cause.estate_id, occurrence.subject_id)
    if called.status != "planned" or not called.starts_at - _next_shorter(called, occurrence) > cause.now:
        return
    going = meeting.answers(session, called)[True]
    facts = called.facts | {"going": len(going)}
    once = f"meeting.remind:{called.id}:{occurrence.occurrence}"
    words = Words("meeting.remind", facts, called.id, "reminder", once)
    if called.group_id is not None:
        outbox.announce(session, cause, called.group_id, words)
        return
    for member_id in going:
        to_one = Words("meeting.remind", facts, called.id, "reminder", f"{once}:{member_id}")
        outbox.tell(session, cause, member_id, to_one)


def _next_shorter(called: meeting.Meeting, occurrence: Due) -> timedelta:
    """A reminder is worth sending until the next one is due: after an outage one comes, and none after the start."""
    before = called.starts_at - occurrence.at
    return max((b for b in meeting.REMIND_BEFORE if b < before), default=timedelta())


def _pass_offer(session: Session, cause: Cause, occurrence: Due) -> None:
    """Nobody answered the offer: it goes to the next in line."""
    entry = waiting.get(session, cause.estate_id, occurrence.subject_id)
    if entry.status != "offered":
        return
    facts = booking.span_of(session, entry).facts
    facts["name"] = session.get_one(Member, (entry.estate_id, entry.member_id)).name
    waiting.tell(session, cause, entry, "booking.passed", facts)
    waiting.leave(session, cause, entry, "passed")


def _end_waiting(session: Session, cause: Cause, occurrence: Due) -> None:
    """The slot has begun, and was not free in time."""
    entry = waiting.get(session, cause.estate_id, occurrence.subject_id)
    if entry.status == "waiting":
        waiting.leave(session, cause, entry, "passed")


def _watch_ticket(session: Session, cause: Cause, occurrence: Due) -> None:
    service.watch(session, cause, tickets.get(session, cause.estate_id, occurrence.subject_id))


def _page(session: Session, cause: Cause, occurrence: Due) -> None:
    paging.page(session, cause, tickets.get(session, cause.estate_id, occurrence.subject_id))


def _remind_verdict(session: Session, cause: Cause, occurrence: Due) -> None:
    verdict.remind(session, cause, tickets.get(session, cause.estate_id, occurrence.subject_id), occurrence)


def _lapse_verdict(session: Session, cause: Cause, occurrence: Due) -> None:
    verdict.lapse(session, cause, tickets.get(session, cause.estate_id, occurrence.subject_id), occurrence)


def _remind_volunteers(session: Session, cause: Cause, occurrence: Due) -> None:
    """Only those who come, each alone."""
    task = volunteer.get(session, cause.estate_id, occurrence.subject_id)
    if task.starts_at is None or task.starts_at <= cause.now:
        return
    for member_id in volunteer.on_duty(session, task):
        once = f"{volunteer.REMIND}:{task.id}:{member_id}"
        outbox.tell(session, cause, member_id, Words("volunteer.remind", task.facts, task.id, "reminder", once))


def _end_task(session: Session, cause: Cause, occurrence: Due) -> None:
    volunteers.finish(session, cause, volunteer.get(session, cause.estate_id, occurrence.subject_id))


def _digest(session: Session, cause: Cause, occurrence: Due) -> None:
    digest.send(session, cause, session.get_one(Estate, cause.estate_id), occurrence.occurrence)


def _monthly(session: Session, cause: Cause, _occurrence: Due) -> None:
    estate = session.get_one(Estate, cause.estate_id)
    monthly.send(session, cause, estate)
    _next_month(session, cause, estate)


def _next_month(session: Session, cause: Cause, estate: Estate) -> None:
    due.schedule(session, cause, monthly.KIND, estate.id, monthly.next_first(cause.now, estate.zone))


def _learn(session: Session, cause: Cause, _occurrence: Due) -> Thinking:
    material = lessons.collect(session, cause.estate_id)
    return partial(_think, material)


def _think(material: lessons.Material) -> Conclusion:
    return partial(lessons.conclude, verdict=lessons.think(material))


DUE: dict[str, Callable[[Session, Cause, Due], Thinking | None]] = {
    "poll.remind": _remind_poll,
    "poll.close": _close_poll,
    "booking.remind": _remind_booking,
    "booking.end": _end_booking,
    "meeting.remind": _remind_meeting,
    "waiting.pass": _pass_offer,
    "waiting.end": _end_waiting,
    service.WATCH: _watch_ticket,
    paging.CALL: _page,
    verdict.REMIND: _remind_verdict,
    verdict.LAPSE: _lapse_verdict,
    volunteer.REMIND: _remind_volunteers,
    volunteer.END: _end_task,
    "digest": _digest,
    monthly.KIND: _monthly,
    "learn": _learn,
}
# What comes again and again, and what puts the next one on the list.
AGAIN: dict[str, Callable[[Session, Cause, Estate], None]] = {
    "digest": digest.schedule_next,
    monthly.KIND: _next_month,
}
