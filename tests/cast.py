"""Who plays in the tests of the domain: two buildings of one estate, its workers, and a neighbour with a borrowed name.

王姐      building leader of 12栋          老李, 芳姐   12-3-502, one household
小许      grid worker of the estate        彭工 12-3-1801, 程嗲嗲 12-2-602, 胡老师 12-1-1503
谭老师    building leader of 3栋           欧阳 3-1-701, 邓哥 3-2-302
网格员小许 12-2-902: a resident who calls himself so
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot import clock, intake
from bot.wording import render
from handlers.message import Message
from handlers.receive import Receipt
from models import booking, due, outbox, setup
from models import ticket as tickets
from models.booking import Room, Span
from models.cause import Cause
from models.database import Database
from models.estate import Estate, Group
from models.member import Account, Member
from models.outbox import OutboxMessage
from models.setup import BuildingPlan, EstatePlan, GroupPlan, MemberPlan, RolePlan, RoomPlan
from models.ticket import Report, Ticket
from tests.clock import NOW

GROUP_12, GROUP_3 = "12栋邻里群", "3栋业主群"
PEOPLE = (
    MemberPlan("xu", "小许", roles=(RolePlan("grid_worker"),)),
    MemberPlan("wang", "王姐", "12-1-301", (RolePlan("building_leader", "12"),)),
    MemberPlan("tan", "谭老师", "3-2-402", (RolePlan("building_leader", "3"),)),
    MemberPlan("li", "老李", "12-3-502"),
    MemberPlan("fang", "芳姐", "12-3-502"),
    MemberPlan("peng", "彭工", "12-3-1801"),
    MemberPlan("cheng", "程嗲嗲", "12-2-602"),
    MemberPlan("hu", "胡老师", "12-1-1503"),
    MemberPlan("liar", "网格员小许", "12-2-902"),
    MemberPlan("ouyang", "欧阳", "3-1-701"),
    MemberPlan("deng", "邓哥", "3-2-302"),
)
PLAN = EstatePlan(
    name="枫林里",
    subdistrict="麓溪街道",
    community="枫林社区",
    grid="第三网格",
    buildings=(BuildingPlan("12", ("1", "2", "3"), 24), BuildingPlan("3", ("1", "2"), 7)),
    members=PEOPLE,
    groups=(GroupPlan(GROUP_12, ("12",)), GroupPlan(GROUP_3, ("3",))),
    rooms=(RoomPlan("活动室"), RoomPlan("会议室", "08:00", "20:00")),
)


@dataclass
class Cast:
    """An estate with its people. Time stands until `passes` moves it; every message is a transaction of its own."""

    database: Database
    estate_id: int
    now: datetime = NOW
    _count: list[int] = field(default_factory=lambda: [0])

    def says(self, who: str, text: str, group: str | None = GROUP_12, **more: Any) -> str:
        """Somebody says something in a group (None: to the bot alone). Gives the message's id."""
        name = f"m{self._next()}"
        self.hears(self.message(name, who, text, group, **more))
        return name

    def hears(self, message: Message) -> Receipt:
        return intake.take(self.database, message, self.now, self.estate_id)

    def message(self, name: str, who: str, text: str, group: str | None = GROUP_12, **more: Any) -> Message:
        return Message("web", "jianjian", name, who, self.now, text, who, group, **more)

    def recalls(self, who: str, earlier: str, group: str | None = GROUP_12) -> str:
        return self.says(who, "", group, kind="recall", recall=earlier)

    def passes(self, **time: float) -> None:
        """Time goes on (or back), and the clock does what fell due."""
        self.now += timedelta(**time)
        clock.tick(self.database, self.now)

    def lives(self, **time: float) -> None:
        """Time goes on, and the clock does everything at its own time, as it does while the program runs."""
        end = self.now + timedelta(**time)
        while (at := self._due_at()) is not None and at <= end:
            self.now = max(self.now, at)
            clock.tick(self.database, self.now)
        self.now = end

    def _due_at(self) -> datetime | None:
        with self.database.read() as session:
            return due.next_at(session)

    def _next(self) -> int:
        self._count[0] += 1
        return self._count[0]

    def sets(self, **fields: Any) -> None:
        """The office changes what the estate's settings say."""
        with self.database.write() as session:
            for name, value in fields.items():
                setattr(session.get_one(Estate, self.estate_id), name, value)

    # What there is.

    def group_id(self, name: str) -> int:
        with self.database.read() as session:
            return group_of(session, self.estate_id, name).id

    def all(self, table: type[Any], **which: Any) -> Sequence[Any]:
        rows = select(table).filter_by(estate_id=self.estate_id, **which)
        with self.database.read() as session:
            return session.scalars(rows.order_by(table.__table__.c.id)).all()

    def tickets(self) -> Sequence[Ticket]:
        return self.all(Ticket)

    def ticket(self, number: int = 1) -> Ticket:
        (found,) = self.all(Ticket, number=number)
        return found  # type: ignore[no-any-return]

    def behind(self, number: int = 1) -> int:
        """How many households stand behind a ticket besides the reporter's."""
        with self.database.read() as session:
            ticket = tickets.by_number(session, self.estate_id, number)
            assert ticket
            return len(tickets.households_behind(session, ticket))

    def heard(self, template: str | None = None, group: str | None = None, who: str | None = None) -> list[str]:
        """What the bot said so far, to a group or to one person, as people read it, oldest first."""
        with self.database.read() as session:
            zone = session.get_one(Estate, self.estate_id).zone
            said = [(row, post) for row in self._rows(session, group, who) for post in outbox.said_in(row)]
            wanted = [(row, post) for row, post in said if template in (None, post.template)]
            return [render(post.template, post.facts, zone, row.created_at) for row, post in wanted]

    def texts(self, group: str | None = None, who: str | None = None) -> list[str]:
        """Every message to a group or to one person, as it is sent."""
        with self.database.read() as session:
            zone = session.get_one(Estate, self.estate_id).zone
            return [render(row.template, row.facts, zone, row.created_at) for row in self._rows(session, group, who)]

    def templates(self, group: str | None = None, who: str | None = None) -> list[str]:
        with self.database.read() as session:
            return [post.template for row in self._rows(session, group, who) for post in outbox.said_in(row)]

    def _rows(self, session: Session, group: str | None, who: str | None) -> list[OutboxMessage]:
        rows = session.scalars(select(OutboxMessage).filter_by(estate_id=self.estate_id).order_by(OutboxMessage.id))
        return [row for row in rows if self._is_to(session, row, group, who)]

    def _is_to(self, session: Session, row: OutboxMessage, group: str | None, who: str | None) -> bool:
        if group is not None:
            return row.group_id == group_of(session, self.estate_id, group).id
        return who is None or row.member_id == member_of(session, self.estate_id, who).id


def assemble(database: Database, plan: EstatePlan = PLAN, now: datetime = NOW) -> Cast:
    with database.write() as session:
        estate = setup.install(session, plan, now)
    return Cast(database, estate.id, now)


# For tests of the models, inside a session.


@dataclass(frozen=True)
class Stage:
    """A session of an estate, and what operations take: people, causes, rooms."""

    session: Session
    estate_id: int
    now: datetime = NOW

    def who(self, key: str) -> Member:
        return member_of(self.session, self.estate_id, key)

    def by(self, key: str | None = None, group: str | None = None, **later: float) -> Cause:
        member_id = self.who(key).id if key else None
        group_id = group_of(self.session, self.estate_id, group).id if group else None
        return Cause(self.estate_id, self.now + timedelta(**later), member_id, group_id)

    def room(self, name: str = "活动室") -> Room:
        return self.session.scalars(select(Room).filter_by(estate_id=self.estate_id, name=name)).one()

    def span(self, start: float, end: float, days: int = 1, room: str = "活动室") -> Span:
        """From one hour to another (14.5: half past two), so many days from now."""
        midnight = self.now.replace(hour=0, minute=0) + timedelta(days=days)
        return Span(self.room(room), midnight + timedelta(hours=start), midnight + timedelta(hours=end))

    def report(self, key: str = "li", group: str | None = GROUP_12, **told: Any) -> Ticket:
        cause = self.by(key, group)
        facts = {"category": "lighting", "urgency": "normal", "place": {"building": "12"}, "said_place": ("building",)}
        return tickets.report(self.session, cause, self.who(key), Report(**{**facts, "text": "灯不亮", **told}))

    def book(self, key: str, start: float, end: float, **where: Any) -> booking.Booking:
        return booking.book(self.session, self.by(key, GROUP_12), self.who(key), self.span(start, end, **where))


def stage(session: Session, plan: EstatePlan = PLAN, now: datetime = NOW) -> Stage:
    return Stage(session, setup.install(session, plan, now).id, now)


def stage_of(session: Session) -> Stage:
    """The stage that stands already."""
    return Stage(session, session.scalars(select(Estate.id)).one())


def member_of(session: Session, estate_id: int, key: str) -> Member:
    return session.scalars(select(Member).filter_by(estate_id=estate_id, key=key)).one()


def group_of(session: Session, estate_id: int, name: str) -> Group:
    return session.scalars(select(Group).filter_by(estate_id=estate_id, name=name)).one()


def account_of(session: Session, estate_id: int, key: str) -> Account:
    member = member_of(session, estate_id, key)
    return session.scalars(select(Account).filter_by(estate_id=estate_id, member_id=member.id)).one()
