"""When a group is spoken to. Groups switch off a bot that talks too much or at night.

At night only what is about an emergency is said, and what answers somebody who spoke to the bot by name; the rest is
told when the quiet hours end. By day a second confirmation within a minute waits for others to come, and a group that
heard `AT_ONCE` posts within an hour hears of tickets and volunteers only after a pause; who votes, books or calls a
meeting wants his answer there and then. Nothing is dropped: what waits is one post then.
Reminders keep to their times, which people set themselves.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, time, timedelta
from typing import NamedTuple

from models.cause import Cause
from models.estate import Estate

AT_ONCE = 6  # posts within SPAN that go out as they come
SPAN = timedelta(hours=1)
PAUSE = timedelta(minutes=10)
SHORT_WHILE = timedelta(minutes=1)
CONFIRMATIONS = frozenset({"ticket.reported", "ticket.reported_and_told"})
CAN_WAIT = ("ticket.", "volunteer.")
GRACE = timedelta(minutes=5)  # what ends at ten is still told at ten
WAITING_KINDS = frozenset({"reply", "notice"})


class Post(NamedTuple):
    """What a group heard, or will hear, and when."""

    at: datetime
    templates: frozenset[str]


def may_wait(cause: Cause, kind: str, urgency: str | None) -> bool:
    return kind in WAITING_KINDS and urgency != "emergency" and not cause.is_addressed


def speak_at(estate: Estate, now: datetime, template: str, posts: Sequence[Post]) -> datetime:
    """When a group hears what may wait: now or later. `posts` are those of the last SPAN, in the order of time."""
    if (morning := _end_of_night(estate, now)) is not None:
        return morning
    confirmed = [post.at for post in posts if post.templates & CONFIRMATIONS]
    if template in CONFIRMATIONS and confirmed and confirmed[-1] + SHORT_WHILE > now:
        return confirmed[-1] + SHORT_WHILE
    if len(posts) >= AT_ONCE and template.startswith(CAN_WAIT):
        return max(now, posts[-1].at + PAUSE)
    return now


def _end_of_night(estate: Estate, now: datetime) -> datetime | None:
    """When the quiet hours end in which a time lies; None by day."""
    begins, ends = time.fromisoformat(estate.quiet_from), time.fromisoformat(estate.quiet_until)
    if begins == ends:
        return None
    local = now.astimezone(estate.zone)
    for day in (local.date() - timedelta(days=1), local.date()):
        night = datetime.combine(day, begins, estate.zone)
        morning = datetime.combine(day + timedelta(days=begins > ends), ends, estate.zone)
        if night + GRACE <= local < morning:
            return morning
    return None
