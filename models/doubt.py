"""Readings that were not sure: messages of the last days that a worker had better look at."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, String, and_, cast, or_, select

from models.inbox import InboxMessage
from models.keys import first_id
from models.lesson import Lesson
from models.ticket import Voice

LOOKED_BACK = timedelta(days=3)
DOUBT = -2.0  # how near below the bar a message that was read as talk is doubtful
SURE = 0.75  # the confidence below which a report is
SPOKEN = ("text", "voice")


def doubtful(now: datetime) -> ColumnElement[bool]:
    """Messages since `LOOKED_BACK` of which it is doubtful whether they tell a problem, and nobody said so yet. To be
    narrowed to an estate; ids rise with time, so that its index finds the last days."""
    since = and_(InboxMessage.id >= first_id(now - LOOKED_BACK), InboxMessage.at >= now - LOOKED_BACK)
    is_there = and_(InboxMessage.recalled_at.is_(None), InboxMessage.kind.in_(SPOKEN))
    return and_(since, is_there, or_(_nearly_a_report(), _hardly_a_report()), ~_has_lesson())


def _nearly_a_report() -> ColumnElement[bool]:
    margin, bar = (InboxMessage.reading[name].as_float() for name in ("issue_margin", "issue_bar"))
    told = select(Voice.id).where(Voice.estate_id == InboxMessage.estate_id, Voice.inbox_id == InboxMessage.id)
    return and_(cast(InboxMessage.intents, String) == '["chat"]', margin - bar >= DOUBT, ~told.exists())


def _hardly_a_report() -> ColumnElement[bool]:
    is_report = cast(InboxMessage.intents, String).contains('"issue"')
    return and_(is_report, InboxMessage.reading["confidence"].as_float() < SURE)


def _has_lesson() -> ColumnElement[bool]:
    of_it = (Lesson.estate_id == InboxMessage.estate_id, Lesson.inbox_id == InboxMessage.id)
    return select(Lesson.id).where(*of_it, Lesson.superseded_at.is_(None)).exists()
