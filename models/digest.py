"""The grid worker's digest: what waits, counted and by building. Nothing to say, nothing sent."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import due, monthly, outbox, robots, service
from models import ticket as tickets
from models.cause import Cause
from models.due import Due
from models.estate import Estate, Group
from models.member import Member, Role, works_in
from models.outbox import Words
from models.ticket import Listed

TIMES = (time(8, 30), time(17, 30))
RECENT = timedelta(days=1)
URGENCY = ("emergency", "urgent", "normal")
NOON = time(12)
# Who else is told in the morning, and of what.
MORNING: dict[str, Callable[[Listed], bool]] = {
    "building_leader": lambda ticket: ticket.is_live,
    "community_staff": lambda ticket: ticket.is_live and (ticket.level or "") in ("community_staff", "street_staff"),
    "street_staff": lambda ticket: ticket.is_live and ticket.level == "street_staff",
    "property": lambda ticket: ticket.is_live and (ticket.assignee or "").startswith("物业"),
}


def next_time(now: datetime, zone: Any) -> datetime:
    """The next digest after `now`. After an outage there is one digest, not one for each that was missed."""
    local = now.astimezone(zone)
    days = (local.date() + timedelta(days=n) for n in range(2))
    times = (datetime.combine(day, at, zone) for day in days for at in TIMES)
    return next(at for at in times if at > local)


def begin(session: Session, cause: Cause, estate: Estate) -> None:
    """Puts an estate's first digest on the list. Where one is still to come, also a late one, nothing is added."""
    coming = select(Due.id).filter_by(estate_id=estate.id, kind="digest", done_at=None)
    if session.scalars(coming.limit(1)).first() is None:
        schedule_next(session, cause, estate)


def schedule_next(session: Session, cause: Cause, estate: Estate) -> None:
    due.schedule(session, cause, "digest", estate.id, next_time(cause.now, estate.zone))


def send(session: Session, cause: Cause, estate: Estate, occurrence: str) -> None:
    """Writes every worker of an estate his digest, once an occurrence, and puts the next on the list."""
    waiting = _waiting(session, cause)
    by_building, robot_groups = _by_building(waiting), robots.groups(session, estate.id)
    for worker in grid_workers(session, estate.id):
        if mine := _of(session, worker, by_building):
            facts, once = compose(mine, cause, estate), f"digest:{worker.id}:{occurrence}"
            _send_to(session, cause, worker, facts, once, robot_groups)
    if cause.now.astimezone(estate.zone).time() < NOON:
        _to_others(session, cause, estate, waiting, occurrence)
    monthly.begin(session, cause, estate)  # for estates from before there were monthly posts
    schedule_next(session, cause, estate)


def _to_others(session: Session, cause: Cause, estate: Estate, waiting: Sequence[Listed], occurrence: str) -> None:
    """In the morning: building leaders hear of their building, the offices of what was handed over to them."""
    told = {worker.id for worker in grid_workers(session, estate.id)}
    for role, concerns in MORNING.items():
        for one in holders(session, estate.id, role):
            is_his = works_in(session, estate.id, one.id, role)
            mine = [ticket for ticket in waiting if concerns(ticket) and is_his(ticket.building)]
            if mine and one.id not in told:  # whoever holds several roles gets one digest
                told.add(one.id)
                words = Words("digest.worker", compose(mine, cause, estate), kind="digest")
                outbox.tell(session, cause, one.id, replace(words, once=f"digest:{one.id}:{occurrence}"))


def on_request(session: Session, cause: Cause, worker: Member) -> dict[str, Any] | None:
    """The facts of a worker's digest as it stands now; None where there is nothing to tell."""
    mine = _of(session, worker, _by_building(_waiting(session, cause)))
    return compose(mine, cause, session.get_one(Estate, cause.estate_id)) if mine else None


def _by_building(waiting: Sequence[Listed]) -> Mapping[str | None, list[Listed]]:
    found: dict[str | None, list[Listed]] = {}
    for ticket in waiting:
        found.setdefault(ticket.building, []).append(ticket)
    return found


def _of(session: Session, worker: Member, waiting: Mapping[str | None, list[Listed]]) -> list[Listed]:
    is_his = works_in(session, worker.estate_id, worker.id, "grid_worker")
    return [ticket for building, there in waiting.items() if is_his(building) for ticket in there]


def _send_to(
    session: Session, cause: Cause, worker: Member, facts: dict[str, Any], once: str, robot_groups: Sequence[Group]
) -> None:
    """To the worker himself, and to the workers' group where a robot speaks there."""
    outbox.tell(session, cause, worker.id, Words("digest.worker", facts, kind="digest", once=once))
    for group in robot_groups:
        named = facts | {"worker": worker.name}
        to_group = Words("digest.worker", named, kind="digest", once=f"{once}:{group.id}")
        outbox.announce(session, cause, group.id, to_group)


def _waiting(session: Session, cause: Cause) -> Sequence[Listed]:
    """What a digest tells: everything live, and what was settled in the last day."""
    done = tickets.settled_lately(session, cause.estate_id, cause.now - RECENT)
    return [*tickets.live(session, cause.estate_id), *done]


def compose(waiting: Sequence[Listed], cause: Cause, estate: Estate) -> dict[str, Any]:
    """The facts of a digest: counts, and every ticket once, by building, the most urgent first."""
    tomorrow = _midnight(cause.now, estate)
    times = {ticket.id: _time(ticket, cause.now, tomorrow) for ticket in waiting}
    ordered = sorted(waiting, key=lambda t: (*_place(t), *_weight(t, times[t.id]), t.number))
    live = [t for t in waiting if t.is_live]
    return {
        "counts": {
            "overdue": sum(times[t.id] == "overdue" for t in live),
            "today": sum(times[t.id] == "today" for t in live),
            "urgent": sum(t.urgency != "normal" for t in live),
            "new": sum(t.reported_at > cause.now - RECENT and t.status == "open" for t in live),
            "live": len(live),
            "asked": sum(t.waits_since is not None for t in live),
            "verdict": sum(t.status == "resolved" for t in waiting),
            "closed": sum(t.status == "closed" for t in waiting),
        },
        "waiting_tickets": [
            t.facts | {"reported_at": t.reported_at.isoformat(), "times": times[t.id]} for t in ordered
        ],
    }


def _midnight(now: datetime, estate: Estate) -> datetime:
    """When the estate's day is over."""
    day = now.astimezone(estate.zone).date() + timedelta(days=1)
    return datetime.combine(day, time(0), estate.zone).astimezone(UTC)  # a comparison of zones is dear


def _time(ticket: Listed, now: datetime, tomorrow: datetime) -> str | None:
    """Whether a ticket's time is over, or will be today."""
    by = service.due_by(ticket)
    if by is None or by >= tomorrow:
        return None
    return "overdue" if by <= now else "today"


def _weight(ticket: Listed, times: str | None) -> tuple[int, bool]:
    """Emergencies, then what is overdue, then by urgency; what is settled stands last."""
    rank = URGENCY.index(ticket.urgency) if ticket.is_live else len(URGENCY)
    return rank, times != "overdue"


def _place(ticket: Listed) -> tuple[bool, int, str]:
    """2栋 stands before 10栋, and what belongs to no building stands last."""
    name = ticket.building or ""
    return not name, len(name), name


def grid_workers(session: Session, estate_id: int) -> Sequence[Member]:
    return holders(session, estate_id, "grid_worker")


def holders(session: Session, estate_id: int, role: str) -> Sequence[Member]:
    """Everybody who holds a role, for the estate or a building of it."""
    who = (Member.estate_id == Role.estate_id) & (Member.id == Role.member_id)
    query = select(Member).join(Role, who).where(Role.estate_id == estate_id, Role.role == role)
    return session.scalars(query.order_by(Member.id)).unique().all()
