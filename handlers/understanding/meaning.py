"""What a message means: the frozen result of understanding, and what it may know beforehand.

These are plain values. `Context` is all that understanding may know besides the text and the time; whoever calls
it fills in what he knows and leaves the rest at its default.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime

from handlers.understanding.layer import Layer

# The codes of labels.md, in the order in which a reading names them; `chat` stands where there is none.
INTENTS = (
    "issue", "support", "ticket.query", "ticket.update", "ticket.feedback", "ticket.amend", "poll.create", "poll.vote",
    "poll.query", "booking.create", "booking.cancel", "booking.query", "meeting.create", "meeting.rsvp", "volunteer", "question",
)  # fmt: skip
PLACE_FIELDS = ("area", "building", "unit", "floor", "room", "spot")


@dataclass(frozen=True)
class Place:
    """Where: plain digits or the letter as said ("12", "A3", "-1"); None for what was not said."""

    area: str | None = None
    building: str | None = None
    unit: str | None = None
    floor: str | None = None
    room: str | None = None
    spot: str | None = None
    inferred: frozenset[str] = frozenset()  # names of the fields that were derived, not said

    def __bool__(self) -> bool:
        return any(getattr(self, name) for name in PLACE_FIELDS)

    def as_dict(self) -> dict[str, str]:
        return {name: getattr(self, name) for name in PLACE_FIELDS if getattr(self, name)}


@dataclass(frozen=True)
class TimeSpan:
    """A time that a message names, resolved. A `date` means a day without a clock time."""

    start: datetime | date
    end: datetime | date | None = None
    begins: int = 0  # where it stands in the normalised text: [begins, stops)
    stops: int = 0
    weekly: bool = False  # 每周三晚上七点: the first occurrence, and then every week

    def as_dict(self) -> dict[str, str]:
        said = {"start": self.start.isoformat()}
        return said | ({"end": self.end.isoformat()} if self.end else {})


@dataclass(frozen=True)
class Issue:
    """One problem that somebody could act on. Codes are those of labels.md."""

    category: str
    urgency: str  # emergency, urgent, normal
    place: Place = Place()
    text: str = ""  # the part of the message that tells it


@dataclass(frozen=True)
class Behalf:
    """A worker tells what somebody else told him. `name` is empty where he names nobody."""

    name: str = ""
    is_filed: bool = True  # he says that he files it: 代报; else he only tells what he was told


@dataclass(frozen=True)
class PollDraft:
    question: str
    options: tuple[str, ...]
    kind: str = "single"  # single, multiple, yes_no
    closes_at: datetime | None = None


@dataclass(frozen=True)
class Vote:
    """A choice in an open poll, by the options' positions from 0. `follows`: 同意楼上, the vote before it."""

    poll: int | None
    choices: tuple[int, ...] = ()
    follows: bool = False


@dataclass(frozen=True)
class Order:
    """A worker's order: verb is accept, assign, transfer, resolve, reject, merge, unmerge, ask (the reporter, what
    `note` says) or all_clear (a danger is over); or it corrects how the bot read: not_a_problem, recategorise,
    missed (corrections.py)."""

    verb: str
    number: int | None = None
    target: str | None = None  # whom it is given to (物业, 师傅老张), or the number it is merged into, or the category
    note: str = ""  # result or reason
    others: tuple[Order, ...] = ()  # further orders of the same message


@dataclass(frozen=True)
class Feedback:
    is_satisfied: bool
    number: int | None = None
    note: str = ""


@dataclass(frozen=True)
class Amendment:
    """The reporter takes the report back, or corrects it by naming what is right."""

    is_withdrawal: bool
    place: Place = Place()
    number: int | None = None


@dataclass(frozen=True)
class BookingWish:
    """A wish about a room. `room` is a name out of `Context.rooms`, or as said, or None where none was said."""

    verb: str  # create, cancel, query, accept, decline (the last two answer an offer)
    room: str | None = None
    times: tuple[TimeSpan, ...] = ()
    would_wait: bool = False  # 有人约了的话帮我排队


@dataclass(frozen=True)
class MeetingDraft:
    topic: str
    starts_at: datetime | None
    place: str | None = None
    is_change: bool = False  # 改到周六: the last meeting moves
    is_cancelled: bool = False  # 会不开了


@dataclass(frozen=True)
class Offer:
    """What is said about volunteering: a call for hands, an offer, or taking it back."""

    verb: str  # call, join, leave
    task: str = ""
    needed: int | None = None


@dataclass(frozen=True)
class OpenPoll:
    """An open poll as understanding may know it."""

    number: int
    question: str
    options: tuple[str, ...]
    kind: str = "single"


@dataclass(frozen=True)
class Context:
    """What is known besides the words. Every default means "not known"."""

    buildings: tuple[str, ...] = ()  # that the group serves
    rooms: tuple[str, ...] = ()  # names of the estate's rooms
    polls: tuple[OpenPoll, ...] = ()  # open in this group, newest first
    sender_roles: frozenset[str] = frozenset()
    sender_household: str | None = None  # its label, "12-3-502"; known only while a poll is open
    is_private: bool = False
    mentions_bot: bool = False
    quoted_text: str | None = None  # what the quoted message said
    has_offer: bool = False  # a slot is kept for the sender until he answers
    awaits_verdict: bool = False  # a ticket that the sender stands behind was settled, and he has not yet judged it
    calls_for: str | None = None  # who comes is being gathered, for a "meeting" or for a "task" of volunteers
    tasks: tuple[str, ...] = ()  # what hands are wanted for here, in the words of the calls
    recent_issue: str | None = None  # category of the report that the group just talked of
    fresh_issues: frozenset[str] = frozenset()  # categories of what was told here today and is not yet settled
    emergency: str | None = None  # where the sender works one calls (`calls`), or goes on (`on`)
    layer: Layer | None = None  # what the estate's own corrections add to the weights
    is_pipeline: bool = False  # the lists above are complete: an empty `polls` means that none is open


@dataclass(frozen=True)
class Meaning:
    intents: tuple[str, ...] = ("chat",)
    confidence: float = 1.0
    keywords: tuple[str, ...] = ()
    issues: tuple[Issue, ...] = ()
    place: Place = Place()
    times: tuple[TimeSpan, ...] = ()
    poll: PollDraft | None = None
    vote: Vote | None = None
    order: Order | None = None
    feedback: Feedback | None = None
    amendment: Amendment | None = None
    bookings: tuple[BookingWish, ...] = ()
    meeting: MeetingDraft | None = None
    is_going: bool | None = None  # meeting.rsvp
    offer: Offer | None = None  # volunteer
    behalf: Behalf | None = None  # for whom a worker tells it
    agrees: str | None = None  # `same` or `also`: the sender has what was just told (supports.py)
    number: int | None = None  # a ticket's or poll's number that a query names
    issue_margin: float = 0.0  # how surely it tells a problem,
    issue_bar: float = 0.0  # and how surely it must here
    reasons: tuple[str, ...] = field(default=(), compare=False)  # what led to it, for --explain

    def as_dict(self) -> dict[str, object]:
        """The contract of formats.md, `understand`."""
        return {
            "intents": list(self.intents),
            "confidence": round(self.confidence, 3),
            "keywords": list(self.keywords),
            "issues": [{"category": i.category, "urgency": i.urgency, "place": i.place.as_dict()} for i in self.issues],
            "place": self.place.as_dict(),
            "times": [t.as_dict() for t in self.times],
        }
