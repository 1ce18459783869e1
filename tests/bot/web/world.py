"""A small estate with its people, the pages over it, and visitors with browsers of their own."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.web import EXTENSION
from bot.web.app import create_app
from config.settings import Settings
from models import outbox, setup, sign_in
from models.cause import Cause
from models.database import Database, connect
from models.estate import Group
from models.inbox import InboxMessage
from models.member import Member
from models.outbox import OutboxMessage, Words
from models.setup import BuildingPlan, EstatePlan, GroupPlan, MemberPlan, RolePlan, RoomPlan
from tests.clock import NOW

PLAN = EstatePlan(
    name="柳堤苑",
    buildings=(BuildingPlan("5", ("1", "2"), 6), BuildingPlan("8", ("1",), 11)),
    members=(
        MemberPlan("alice", "5-1-301 老艾", "5-1-301"),
        MemberPlan("bob", "鲍姐", "5-2-402"),
        MemberPlan("charlie", "查工", "8-1-901"),
        MemberPlan("grid", "小葛", None, (RolePlan("grid_worker"),)),
        MemberPlan("remote", "远方", "5-1-101", accounts=(("official_account", "openid-1"),)),
    ),
    groups=(GroupPlan("5栋的邻居", ("5",)), GroupPlan("8栋的邻居", ("8",))),
    rooms=(RoomPlan("棋牌室"),),
)


@dataclass
class Clock:
    now: datetime = NOW

    def __call__(self) -> datetime:
        return self.now

    def pass_by(self, **span: float) -> None:
        self.now += timedelta(**span)


@dataclass
class Visitor:
    """A browser with its session and its token."""

    client: FlaskClient
    name: str
    made: int = field(default=0)

    def get(self, path: str, **query: Any) -> Any:
        return self.client.get(f"/chat/{path}", query_string=query, headers={"Accept": "application/json"})

    def post(self, path: str, csrf: str | None = None, **body: Any) -> Any:
        with self.client.session_transaction() as browser:
            token = browser.get("csrf", "") if csrf is None else csrf
        return self.client.post(f"/chat/{path}", json=body, headers={"X-CSRF": token})

    def say(self, talk: str, text: str, **more: Any) -> Any:
        self.made += 1
        return self.post(f"{talk}/messages", **({"id": f"{self.name}-00000{self.made}", "text": text} | more))

    def talks(self) -> dict[str, str]:
        return {talk["name"]: talk["key"] for talk in self.get("conversations").json["conversations"]}

    def lines(self, talk: str) -> list[dict[str, Any]]:
        return list(self.get(f"{talk}/feed").json["items"])


Arrive = Callable[[str], Visitor]


@dataclass
class World:
    database: Database
    app: Flask
    clock: Clock

    def member(self, db: Session, key: str) -> Member:
        return db.scalars(select(Member).filter_by(key=key)).one()

    def cause(self, db: Session, key: str, group: str | None = "5栋的邻居") -> Cause:
        """Somebody's last message, or none, as the reason for a deed."""
        who = self.member(db, key)
        said = db.scalars(select(InboxMessage).filter_by(member_id=who.id).order_by(InboxMessage.id.desc())).first()
        place = db.scalars(select(Group).filter_by(name=group)).one().id if group else None
        return Cause(who.estate_id, self.clock.now, who.id, place, said.id if said else None)

    def tell(self, key: str, words: Words, group: str | None = "5栋的邻居") -> None:
        with self.database.write() as db:
            outbox.reply(db, self.cause(db, key, group), words)
        self.deliver()

    def deliver(self) -> None:
        with self.database.write() as db:
            for row in db.scalars(select(OutboxMessage).filter_by(state="waiting")):
                row.state, row.sent_at = "sent", self.clock.now


def make_world(url: str, is_demo: bool) -> World:
    database, clock = connect(url), Clock()
    with database.write() as db:
        setup.install(db, PLAN, NOW)
    settings = Settings(database_url=url, secret_key="only for tests", is_demo=is_demo)
    app = create_app(database, settings, clock=clock)
    app.config.update(TESTING=True, FEED_SECONDS=0)
    return World(database, app, clock)


def sign_in_of(world: World, member: Member) -> int:
    """The id of a sign-in that was used just now."""
    with world.database.write() as db:
        token = sign_in.issue(db, Cause(member.estate_id, world.clock.now), member.id)
        used = sign_in.redeem(db, token, world.clock.now)
        assert used is not None
        return used.id


def visit(world: World, key: str) -> Visitor:
    client = world.app.test_client()
    with world.database.read() as db, client.session_transaction() as browser:
        member = world.member(db, key)
        browser["estate"], browser["member"], browser["csrf"] = member.estate_id, member.id, "token"
        if not world.app.extensions[EXTENSION].settings.is_demo:
            browser["sign_in"] = sign_in_of(world, member)
    return Visitor(client, key)
