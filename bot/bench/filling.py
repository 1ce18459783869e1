"""Years of an office, put straight into the tables: estates with their people, and what many messages left behind."""

from __future__ import annotations

import itertools
import random
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import insert, select, update

from models.audit import AuditEntry
from models.booking import Booking, Room
from models.database import Base, Database
from models.due import Due
from models.estate import Group
from models.inbox import InboxMessage
from models.keys import Counter, first_id
from models.member import Member
from models.outbox import OutboxMessage
from models.setup import BuildingPlan, EstatePlan, GroupPlan, MemberPlan, RolePlan, RoomPlan, install
from models.ticket import Ticket, Voice

AT_ONCE = 5000  # rows in one statement
CHANNEL = "official_account"
TOLD = (
    ("lighting", "楼道的灯不亮了"),
    ("elevator", "电梯又停了"),
    ("water", "水管漏水"),
    ("sanitation", "垃圾没人清"),
    ("drainage", "下水道堵了"),
    ("security", "门禁刷不开"),
    ("parking", "通道被车堵了"),
    ("noise", "半夜还在装修"),
)
UNITS, FLOORS, HOMES = ("1", "2"), 11, 8  # HOMES: households with members, of each building


@dataclass(frozen=True)
class Size:
    """How much an estate is given. `live`: the share of its tickets that stand open."""

    buildings: int
    workers: int
    tickets: int
    messages: int
    live: float = 0.02


@dataclass
class Filled:
    """An estate with the keys that its rows refer to."""

    estate_id: int
    group_ids: list[int]
    member_ids: list[int]
    worker_ids: list[int]
    room_id: int
    staff_id: int  # who sees all of it at the desk


def found(database: Database, name: str, size: Size, now: datetime) -> Filled:
    """An estate with its people; each worker has his own buildings."""
    buildings = [str(n) for n in range(1, size.buildings + 1)]
    people = [
        MemberPlan(f"m{b}-{n}", f"住户{b}-{n}", f"{b}-1-{n}01", accounts=((CHANNEL, f"{name}-{b}-{n}"),))
        for b in buildings
        for n in range(1, HOMES + 1)
    ]
    workers = [
        MemberPlan(
            f"w{n}",
            f"网格员{n}",
            roles=tuple(RolePlan("grid_worker", b) for b in buildings[n :: size.workers]),
            accounts=((CHANNEL, f"{name}-w{n}"),),
        )
        for n in range(size.workers)
    ]
    plan = EstatePlan(
        name=name,
        sets={"quiet_from": "00:00", "quiet_until": "00:00"},
        buildings=tuple(BuildingPlan(b, UNITS, FLOORS) for b in buildings),
        groups=tuple(GroupPlan(f"{b}栋群", (b,), CHANNEL, f"{name}-{b}") for b in buildings),
        rooms=(RoomPlan("活动室"),),
        members=(*people, *workers, MemberPlan("staff", "社区小赵", roles=(RolePlan("community_staff"),))),
    )
    with database.write() as session:
        estate_id = install(session, plan, now).id
        mine = {"estate_id": estate_id}
        members = session.execute(select(Member.key, Member.id).filter_by(**mine).order_by(Member.id)).all()
        return Filled(
            estate_id,
            list(session.scalars(select(Group.id).filter_by(**mine).order_by(Group.id))),
            [key_id for key, key_id in members if key.startswith("m")],
            [key_id for key, key_id in members if key.startswith("w")],
            session.scalars(select(Room.id).filter_by(**mine)).one(),
            next(key_id for key, key_id in members if key == "staff"),
        )


class Years:
    """The rows of an estate's past, from `begins` to now, in the order of their time."""

    def __init__(self, estate: Filled, size: Size, begins: datetime, now: datetime, seed: int) -> None:
        self._estate, self._size, self._chance = estate, size, random.Random(seed)
        self._begins, self._step = begins, (now - begins) / max(size.messages, 1)
        self._tickets_every = max(1, size.messages // max(size.tickets, 1))

    def put_into(self, database: Database, said: str) -> None:
        """Writes them, with a line of progress on a terminal."""
        done = 0
        for batch in _batches(self._messages(), AT_ONCE):
            with database.write() as session:
                for table in (InboxMessage, Ticket, Voice, AuditEntry, Due, OutboxMessage):
                    rows = [row for kind, row in batch if kind is table]
                    if rows:
                        session.execute(insert(table), rows)
            done += sum(kind is InboxMessage for kind, _ in batch)
            if sys.stderr.isatty():
                print(f"\r{said}: {done:,} of {self._size.messages:,} messages", end="", file=sys.stderr, flush=True)
        with database.write() as session:
            key = {"estate_id": self._estate.estate_id, "kind": "ticket"}
            session.execute(update(Counter).filter_by(**key).values(last=self._size.tickets))

    def _messages(self) -> Iterator[tuple[type[Base], dict[str, Any]]]:
        number = 0
        for n in range(self._size.messages):
            at = self._begins + n * self._step
            key = first_id(at) + n % 1024 * 8
            building = self._chance.randrange(len(self._estate.group_ids))
            member = self._estate.member_ids[building * HOMES + self._chance.randrange(HOMES)]
            mine = {"estate_id": self._estate.estate_id, "id": key}
            tells = n % self._tickets_every == 0 and number < self._size.tickets
            kind = n % len(TOLD)
            yield (
                InboxMessage,
                mine
                | {
                    "channel": CHANNEL,
                    "account": "gh",
                    "external_id": str(n),
                    "group_id": self._estate.group_ids[building],
                    "member_id": member,
                    "at": at,
                    "kind": "text",
                    "text": f"{building + 1}栋{TOLD[kind][1]}" if tells else "今天天气真好",
                    "quote": None,
                    "intents": ["issue"] if tells else ["chat"],
                    "reading": {"issue_margin": 4.0 if tells else -5.0, "issue_bar": 3.2},
                    "recalled_at": None,
                    "photo_id": None,
                },
            )
            if tells:
                number += 1
                yield from self._ticket(number, mine, at, building, member, kind)

    def _ticket(
        self, number: int, mine: dict[str, Any], at: datetime, building: int, member: int, kind: int
    ) -> Iterator[tuple[type[Base], dict[str, Any]]]:
        """A ticket with its voice, its history, its watch and what was said about it."""
        is_live = self._chance.random() < self._size.live
        done_at = None if is_live else at + timedelta(hours=30)
        worker = self._estate.worker_ids[building % len(self._estate.worker_ids)]
        facts = {
            "number": number,
            "category": TOLD[kind][0],
            "status": "open",
            "place": {"building": str(building + 1)},
        }
        facts |= {"urgency": "normal", "title": TOLD[kind][1][:3]}
        yield (
            Ticket,
            mine
            | {
                "number": number,
                "category": TOLD[kind][0],
                "urgency": "normal",
                "status": "open" if is_live else "closed",
                "title": TOLD[kind][1][:3],
                "text": f"{building + 1}栋{TOLD[kind][1]}",
                "building": str(building + 1),
                "said_place": ["building"],
                "group_id": self._estate.group_ids[building],
                "reporter_id": member,
                "reported_at": at,
                "worker_id": None if is_live else worker,
                "result": None if is_live else "修好了",
                "resolved_at": done_at,
                "is_satisfied": None if is_live else True,
                "times_reopened": 0,
                "changed_at": done_at or at,
                "clock_began_at": at,
                "dispatch_by": at + timedelta(days=1),
                "answer_by": at + timedelta(days=7),
            },
        )
        voice = {"ticket_id": mine["id"], "member_id": member, "household": f"m{member}", "inbox_id": mine["id"]}
        yield Voice, mine | voice | {"kind": "report", "at": at}
        deeds = ("report",) if is_live else ("report", "accept", "resolve", "confirm")
        for n, deed in enumerate(deeds, 1):
            entry = {
                "at": at,
                "member_id": member,
                "inbox_id": mine["id"] if n == 1 else None,
                "subject_id": mine["id"],
            }
            yield (
                AuditEntry,
                mine | entry | {"id": mine["id"] + n, "action": f"ticket.{deed}", "facts": {"status": "open"}},
            )
        watch = {
            "kind": "ticket.watch",
            "subject_id": mine["id"],
            "occurrence": at.isoformat(),
            "facts": {},
            "attempts": 0,
        }
        later = datetime.now(UTC) + timedelta(days=400)
        yield Due, mine | watch | {"at": later if is_live else at, "done_at": done_at, "error": None}
        for n, template in enumerate(("ticket.reported", "ticket.resolved")[: len(deeds)], 1):
            row = {"kind": "reply", "about": "ticket", "subject_id": mine["id"], "template": template, "attempts": 1}
            row |= {"facts": facts | {"tickets": [facts]}, "inbox_id": mine["id"], "created_at": at, "state": "sent"}
            row |= {"group_id": self._estate.group_ids[building], "member_id": None, "due_at": at, "sent_at": at}
            yield OutboxMessage, mine | row | {"id": mine["id"] + n, "claimed_by": None, "error": None, "once": None}


def reminders(database: Database, estate: Filled, count: int, at: datetime) -> None:
    """Bookings whose reminder falls due at one time."""
    mine = {"estate_id": estate.estate_id}
    keys = [first_id(at - timedelta(days=1)) + n for n in range(count)]
    people = itertools.cycle(estate.member_ids)
    held = {"room_id": estate.room_id, "starts_at": at + timedelta(hours=1), "ends_at": at + timedelta(hours=2)}
    held |= {"status": "confirmed", "inbox_id": None, "changed_at": at}
    due = {"kind": "booking.remind", "at": at, "occurrence": at.isoformat(), "facts": {}, "attempts": 0, "error": None}
    with database.write() as session:
        session.execute(
            insert(Booking), [mine | held | {"id": k, "number": k, "member_id": next(people)} for k in keys]
        )
        session.execute(insert(Due), [mine | due | {"id": k, "subject_id": k, "done_at": None} for k in keys])


def _batches(rows: Iterator[Any], size: int) -> Iterator[list[Any]]:
    while batch := list(itertools.islice(rows, size)):
        yield batch
