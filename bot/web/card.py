"""The shape of a card, the same for every kind, and who looks at it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from bot.web.people import Conversation, Viewer
from bot.wording.phrases import WEEKDAYS_ZH, Voice
from models import audit
from models.meeting import Meeting
from models.member import Member
from models.poll import Poll


@dataclass(frozen=True)
class Action:
    """A button. `text` is the message that it sends; `is_draft` puts it into the input to be finished by hand."""

    label: str
    text: str
    quote: str | None = None  # the line that the message quotes
    is_primary: bool = False
    is_chosen: bool = False
    is_draft: bool = False
    asks: str | None = None  # asked once before


@dataclass(frozen=True)
class Bar:
    label: str
    count: str
    percent: int
    is_mine: bool
    action: Action | None


@dataclass(frozen=True)
class Day:
    month: str
    day: str
    weekday: str


@dataclass(frozen=True)
class Card:
    key: str
    kind: str
    head: str
    state: str
    tone: str
    title: str
    lines: tuple[str, ...] = ()
    bars: tuple[Bar, ...] = ()
    day: Day | None = None
    actions: tuple[Action, ...] = ()


@dataclass(frozen=True)
class Sight:
    """Who looks, at which conversation, and when."""

    db: Session
    viewer: Viewer
    talk: Conversation
    now: datetime

    @property
    def zone(self) -> ZoneInfo:
        return self.viewer.estate.zone

    @property
    def voice(self) -> Voice:
        return Voice("zh", self.zone, self.now)

    def local(self, at: datetime) -> datetime:
        return at.astimezone(self.zone)

    def is_mine(self, member_id: int | None) -> bool:
        return member_id == self.viewer.member.id

    def name(self, member_id: int) -> str:
        return self.db.get_one(Member, (self.viewer.estate.id, member_id)).name


def day_block(sight: Sight, at: datetime) -> Day:
    local = sight.local(at)
    return Day(f"{local.month}月", str(local.day), f"周{WEEKDAYS_ZH[local.weekday()]}")


def opening_line(sight: Sight, subject: Poll | Meeting) -> str | None:
    """The line that opened it: quoted, so that of several open ones the right one is meant."""
    action = "poll.create" if isinstance(subject, Poll) else "meeting.create"
    entries = audit.history(sight.db, subject.estate_id, subject.id)
    return next((f"i{entry.inbox_id}" for entry in entries if entry.action == action and entry.inbox_id), None)
