"""What should have happened, worked out from the rules of docs/service-times.md and nothing of the program but its
history: when people told, took up, asked and settled. It shares no code with models/service.py or models/digest.py.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import chinese_calendar
from sqlalchemy import select
from sqlalchemy.orm import Session

from models.audit import AuditEntry
from models.estate import Building
from models.member import Role
from models.outbox import OutboxMessage
from models.ticket import Ticket

ZONE = ZoneInfo("Asia/Shanghai")
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
MOMENT = timedelta(seconds=2)  # the program looks a second later where something else happens at that very moment
WORKS = ("building", "illegal_building", "activity_space", "greening", "property_service")
LEVELS = ("grid_worker", "community_staff")  # that the street's estates have, above the first of all
MOVES = {
    "ticket.report": "open",
    "ticket.accept": "taken",
    "ticket.assign": "taken",
    "ticket.transfer": "taken",
    "ticket.resolve": "done",
    "ticket.reject": "ended",
    "ticket.withdraw": "ended",
    "ticket.merge": "ended",
    "ticket.unmerge": "open",
    "ticket.confirm": "closed",
    "ticket.lapse": "closed",
    "ticket.reopen": "open",
}
BELLS = (time(8, 30), time(17, 30))


@dataclass
class Verdict:
    """What the oracle found: how much it checked, what it did not expect, and how often tickets went which way."""

    checked: int = 0
    overdue: int = 0
    escalated: int = 0
    paged: int = 0
    faults: list[str] = field(default_factory=list)


def judge(session: Session, estate_id: int, begins: datetime) -> Verdict:
    """Judges an estate's history from its beginning to its last entry."""
    verdict = Verdict()
    histories = _histories(session, estate_id)
    ends = max((entry.at for entries in histories.values() for entry in entries), default=begins)
    known = {ticket.id: ticket for ticket in session.scalars(select(Ticket).filter_by(estate_id=estate_id))}
    numbers = sorted(ticket.number for ticket in known.values())
    if numbers != list(range(1, len(numbers) + 1)):
        verdict.faults.append(f"the numbers have gaps: {len(numbers)} tickets up to {numbers[-1]}")
    for ticket_id, entries in histories.items():
        _judge_ticket(verdict, known[ticket_id], entries, ends)
    _judge_digests(session, verdict, known, histories, (begins, ends))
    return verdict


def _histories(session: Session, estate_id: int) -> dict[int, list[AuditEntry]]:
    mine = (AuditEntry.estate_id == estate_id, AuditEntry.action.like("ticket.%"))
    histories: dict[int, list[AuditEntry]] = {}
    for entry in session.scalars(select(AuditEntry).where(*mine).order_by(AuditEntry.id)):
        histories.setdefault(entry.subject_id, []).append(entry)
    return histories


# Hand-overs.


def _judge_ticket(verdict: Verdict, ticket: Ticket, entries: list[AuditEntry], ends: datetime) -> None:
    expected = list(_Course(entries, ends).hand_overs())
    happened = [entry.at for entry in entries if entry.action in ("ticket.hand_over", "ticket.tell_again")]
    verdict.checked += max(len(expected), len(happened))
    verdict.escalated += any(entry.action == "ticket.hand_over" for entry in entries)
    verdict.overdue += bool(expected)
    calls = [entry for entry in entries if entry.action == "ticket.page"]
    verdict.paged += bool(calls)
    late = [at for at in expected if at < ends - MOMENT]
    if len(late) != len([at for at in happened if at < ends - MOMENT]) or any(
        abs(one - other) > MOMENT for one, other in zip(late, happened, strict=False)
    ):
        verdict.faults.append(f"#{ticket.number}: handed over {_said(happened)}, expected {_said(expected)}")
    _judge_calls(verdict, ticket, entries, calls)


def _judge_calls(verdict: Verdict, ticket: Ticket, entries: list[AuditEntry], calls: list[AuditEntry]) -> None:
    """Every three minutes until somebody takes it up, ten times at most."""
    begun = entries[0]
    if begun.facts.get("urgency") != "emergency" or any(e.action == "ticket.reopen" for e in entries):
        return
    ended = next((e.at for e in entries if MOVES.get(e.action) not in (None, "open")), None)
    expected = [begun.at + n * timedelta(minutes=3) for n in range(10)]
    expected = [at for at in expected if ended is None or at < ended]
    verdict.checked += len(expected)
    if [e.at for e in calls] != expected:
        verdict.faults.append(f"#{ticket.number}: called {_said([e.at for e in calls])}, expected {_said(expected)}")


@dataclass
class _Course:
    """A ticket's way through time, as the rules have it."""

    entries: list[AuditEntry]
    ends: datetime
    status: str = "ended"
    urgency: str = "normal"
    category: str = "other"
    began: datetime = datetime.min
    level: int = 0
    handed_at: datetime | None = None
    asked_at: datetime | None = None
    is_clear: bool = False
    reopened: int = 0

    def hand_overs(self) -> Iterator[datetime]:
        """The times at which it should have gone to the next level, or the last been told again."""
        for n, entry in enumerate(self.entries):
            yield from self._take(entry)
            until = self.entries[n + 1].at if n + 1 < len(self.entries) else self.ends
            yield from self._pass(entry.at, until)

    def _take(self, entry: AuditEntry) -> Iterator[datetime]:
        self.status = MOVES.get(entry.action, self.status)
        self.urgency = entry.facts.get("urgency", self.urgency)
        self.category = entry.facts.get("category", self.category)
        if entry.action in ("ticket.report", "ticket.reopen", "ticket.all_clear"):
            self.began, self.level, self.handed_at, self.asked_at = entry.at, 0, None, None
        self.is_clear = self.is_clear or entry.action == "ticket.all_clear"
        if entry.action == "ticket.wait":
            self.asked_at = entry.at
        if entry.action == "ticket.go_on" and self.asked_at:
            self.began, self.asked_at = self.began + (entry.at - self.asked_at), None
        if entry.action == "ticket.reopen":
            self.reopened += 1
            if self.reopened > 1:
                yield self._hand_over(entry.at)

    def _pass(self, since: datetime, until: datetime) -> Iterator[datetime]:
        """What falls due between two entries; what an entry made overdue (it is worse than it was thought), at once."""
        while self.status in ("open", "taken") and self.asked_at is None:
            at = max(self._due(), since)
            if at >= until:
                return
            yield self._hand_over(at)

    def _hand_over(self, at: datetime) -> datetime:
        self.level, self.handed_at = min(self.level + 1, len(LEVELS) - 1), at
        return at

    def _due(self) -> datetime:
        pressing = self.urgency
        if pressing == "emergency" and self.is_clear:
            pressing = "urgent"
        at = self.began + self._allowed(pressing)
        if self.handed_at is not None:
            is_last = self.level == len(LEVELS) - 1
            pause = None if is_last else {"emergency": HOUR, "urgent": 24 * HOUR}.get(pressing)
            at = max(at, self.handed_at + pause if pause else working_days_after(self.handed_at, 1))
        return office_time(at) if pressing == "normal" else at

    def _allowed(self, pressing: str) -> timedelta:
        is_first = self.status == "open"
        if pressing == "emergency":
            return HOUR if is_first else 2 * HOUR
        if pressing == "urgent" or self.category in ("water", "power", "gas"):
            return 2 * HOUR if is_first else 24 * HOUR
        days = 1 if is_first else 15 if self.category in WORKS else 7
        return working_days_after(self.began, days) - self.began


def is_working_day(day: date) -> bool:
    return bool(chinese_calendar.is_workday(day))


def working_days_after(at: datetime, count: int) -> datetime:
    """The same time of day so many working days on; from a day off, from the opening of the next working day."""
    local = at.astimezone(ZONE)
    day, clock = local.date(), local.time()
    if not is_working_day(day):
        day, clock = next(d for n in range(1, 30) if is_working_day(d := local.date() + n * DAY)), time(8, 30)
    for _ in range(count):
        day = next(d for n in range(1, 30) if is_working_day(d := day + n * DAY))
    return datetime.combine(day, clock, ZONE)


def office_time(at: datetime) -> datetime:
    """The time itself between 8:30 and 17:30 of a working day, else the next 8:30 of one."""
    local = at.astimezone(ZONE)
    if is_working_day(local.date()) and time(8, 30) <= local.time() < time(17, 30):
        return at
    mornings = (datetime.combine(local.date() + n * DAY, time(8, 30), ZONE) for n in range(30))
    return next(at for at in mornings if at > local and is_working_day(at.date()))


# Digests.


def _judge_digests(
    session: Session,
    verdict: Verdict,
    known: dict[int, Ticket],
    histories: dict[int, list[AuditEntry]],
    span: tuple[datetime, datetime],
) -> None:
    """Every bell, every grid worker: what is open in his buildings, and what was settled within a day, each once."""
    estate_id = next(iter(known.values())).estate_id if known else 0
    for worker, buildings in _rounds(session, estate_id).items():
        mine = select(OutboxMessage).filter_by(estate_id=estate_id, member_id=worker, kind="digest")
        sent = {row.created_at: row for row in session.scalars(mine)}
        for at in _bells(*span):
            open_then = [t for t in known.values() if _stands_in_digest(histories[t.id], at)]
            expected = sorted(t.number for t in open_then if _is_in(buildings, histories[t.id], at))
            row = sent.pop(at, None)
            told = sorted(one["number"] for one in row.facts["waiting_tickets"]) if row else []
            verdict.checked += len(expected)
            if told != expected:
                verdict.faults.append(f"digest of {at}: {sorted(set(told) ^ set(expected)) or 'told twice'}")
        verdict.faults += [f"a digest at {at} that nothing asks for" for at in sent]


def _rounds(session: Session, estate_id: int) -> dict[int, set[str]]:
    """The buildings of each grid worker, by member id."""
    at = (Building.estate_id == Role.estate_id) & (Building.id == Role.building_id)
    query = select(Role.member_id, Building.name).join(Building, at)
    rounds: dict[int, set[str]] = {}
    for member_id, building in session.execute(query.where(Role.estate_id == estate_id, Role.role == "grid_worker")):
        rounds.setdefault(member_id, set()).add(building)
    return rounds


def _bells(begins: datetime, ends: datetime) -> Iterator[datetime]:
    day = begins.astimezone(ZONE).date()
    while day <= ends.astimezone(ZONE).date():
        for bell in BELLS:
            if begins < (at := datetime.combine(day, bell, ZONE)) < ends:
                yield at
        day += DAY


def _stands_in_digest(entries: list[AuditEntry], at: datetime) -> bool:
    before = [entry for entry in entries if entry.at < at]
    status = next((MOVES[e.action] for e in reversed(before) if e.action in MOVES), "ended")
    if status in ("open", "taken"):
        return True
    settled = [entry.at for entry in before if entry.action == "ticket.resolve"]
    return status in ("done", "closed") and bool(settled) and settled[-1] > at - DAY


def _is_in(buildings: set[str], entries: list[AuditEntry], at: datetime) -> bool:
    """Where it lay at that time: a place may be corrected later. What lies in no building is everybody's."""
    told = [entry.facts["building"] for entry in entries if entry.at < at and entry.facts.get("building")]
    return not told or told[-1] in buildings


def _said(times: list[datetime]) -> str:
    return ", ".join(f"{at.astimezone(ZONE):%m-%d %H:%M:%S}" for at in times) or "never"
