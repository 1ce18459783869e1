"""A small estate with a named cast, and a browser for each of them.

Chen lives in building 3, Sun leads building 5, Qian leads building 3, Xu is the grid worker of all, Li lives in 5.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from bot.photos import draw_anew
from bot.web.app import create_app
from config.settings import Settings
from models import booking, digest, meeting, outbox, photo, poll, setup, sign_in, volunteer
from models import ticket as tickets
from models.booking import Span
from models.cause import Cause
from models.database import Database
from models.estate import Group
from models.inbox import InboxMessage
from models.keys import new_id
from models.meeting import Plan
from models.member import Member
from models.outbox import OutboxMessage
from models.photo import Photo, Picture
from models.poll import Question
from models.setup import BuildingPlan, EstatePlan, GroupPlan, MemberPlan, RolePlan, RoomPlan
from models.ticket import Report, Ticket
from models.volunteer import Task

PLAN = EstatePlan(
    name="桃花里",
    buildings=(BuildingPlan("3", ("1", "2"), 7), BuildingPlan("5", ("1",), 7)),
    members=(
        MemberPlan("chen", "陈姨", "3-1-301"),
        MemberPlan("wu", "老吴", "3-2-402"),
        MemberPlan("li", "小李", "5-1-101"),
        MemberPlan("qian", "钱叔", "3-1-101", (RolePlan("building_leader", "3"),)),
        MemberPlan("sun", "孙姐", "5-1-502", (RolePlan("building_leader", "5"),)),
        MemberPlan("xu", "网格员小许", None, (RolePlan("grid_worker"),)),
        MemberPlan("wang", "物业王工", None, (RolePlan("property"),)),
    ),
    groups=(GroupPlan("3栋邻里群", ("3",)), GroupPlan("5栋邻里群", ("5",))),
    rooms=(RoomPlan("活动室", "08:00", "20:00"),),
)
IN_3 = Report("lighting", "normal", {"building": "3", "unit": "1"}, ("building", "unit"), "", "灯 坏")
JPEG = draw_anew(Path(__file__).with_name("lamp.png").read_bytes()).jpeg
SAID = "3栋1单元四楼的灯坏了好几天，晚上看不见 <b>黑</b>"


def build(database: Database, now: datetime) -> None:
    """The estate with a ticket, a poll, a booking, a meeting, a digest and a dead letter, all about building 3."""
    with database.write() as session:
        estate = setup.install(session, PLAN, now)
        tell(session, "chen", SAID, now - timedelta(hours=2), IN_3)
        _volunteers(session, now)
        chen, group = person(session, "chen"), session.scalars(select(Group).filter_by(name="3栋邻里群")).one()
        cause = Cause(estate.id, now, chen.id, group.id)
        opened = poll.create(session, cause, Question("楼道<i>粉刷</i>选哪天", ("周六", "周日")))
        poll.vote(session, cause, opened, chen, (0,))
        room = booking.rooms(session, estate.id)[0]
        at = now.replace(hour=15)
        booking.book(session, cause, chen, Span(room, at, at + timedelta(hours=2)))
        meeting.create(session, cause, Plan("商量晾衣架", now + timedelta(days=2), "活动室"))
        digest.send(session, Cause(estate.id, now), estate, "first")
        letter = session.scalars(select(OutboxMessage).where(OutboxMessage.group_id == group.id)).first()
        assert letter
        letter.state, letter.error = "dead", "group is gone"


def tell(session: Session, key: str, text: str, at: datetime, about: Report) -> Ticket:
    """Somebody tells a problem in his building's group. How it is read is not the desk's business: it is given."""
    reporter = person(session, key)
    group = session.scalars(select(Group).filter_by(name=f"{about.place['building']}栋邻里群")).one()
    cause = Cause(reporter.estate_id, at, reporter.id, group.id, new_id(at))
    row = {"channel": "web", "account": "web", "external_id": text, "kind": "text", "intents": ["issue"]}
    reading = {"keywords": about.title.split()}
    picture = photo.keep(session, cause, Picture(JPEG, 1, 1)) if text == SAID else None
    photo_id = picture.id if picture else None
    said = {"group_id": group.id, "member_id": reporter.id, "at": at, "text": text, "reading": reading}
    said["photo_id"] = photo_id
    session.add(InboxMessage(estate_id=cause.estate_id, id=cause.inbox_id, **row, **said))
    session.flush()
    told = replace(about, text=text)
    opened = tickets.report(session, cause, reporter, told)
    outbox.reply(session, cause, outbox.say("ticket.reported", opened.id, tickets=[opened.facts], worker="网格员小许"))
    return opened


def person(session: Session, key: str) -> Member:
    return session.scalars(select(Member).filter_by(key=key)).one()


def _volunteers(session: Session, now: datetime) -> None:
    """One task that is over, with Chen and Wu, and one ahead to which Wu comes."""
    group = session.scalars(select(Group).filter_by(name="3栋邻里群")).one()
    qian = person(session, "qian")
    for days, who in ((-2, ("chen", "wu")), (3, ("wu",))):
        at = now + timedelta(days=days)
        cause = Cause(group.estate_id, at - timedelta(days=1), qian.id, group.id)
        plan = volunteer.Plan("扫晾衣架下的落叶", 3, at, at + timedelta(hours=2))
        task = volunteer.call(session, cause, plan)
        for key in who:
            volunteer.sign_up(session, cause, task, person(session, key), True)
        if days < 0:
            volunteer.end(session, Cause(group.estate_id, at + timedelta(hours=2)), task)


def application(database: Database, clock: Callable[[], datetime]) -> Flask:
    settings = Settings(database_url="", secret_key="not a secret, a test")
    app = create_app(database, settings, clock=clock)
    app.config["TESTING"] = True
    return app


def link(database: Database, key: str, now: datetime) -> str:
    """The address of a fresh one-time link for somebody."""
    with database.write() as session:
        member = person(session, key)
        return "/sign-in/" + sign_in.issue(session, Cause(member.estate_id, now), member.id)


def signed_in(app: Flask, database: Database, key: str | None, now: datetime) -> FlaskClient:
    """Somebody's browser after he pressed the button behind his link; None is nobody's."""
    browser = app.test_client()
    if key is not None:
        address = link(database, key, now)
        browser.post(address, data={"csrf": csrf(browser, address)})
    return browser


def csrf(browser: FlaskClient, address: str = "/sign-in") -> str:
    found = re.search(r'name="csrf" content="([^"]+)"', browser.get(address).text)
    assert found
    return found[1]


def press(browser: FlaskClient, address: str, **fields: str) -> TestResponse:
    """Sends a form with the browser's own CSRF token."""
    return browser.post(address, data={"csrf": csrf(browser), **fields})


def ticket(database: Database, number: int = 1) -> Ticket:
    with database.read() as session:
        return session.scalars(select(Ticket).filter_by(number=number)).one()


def letters(database: Database, template: str) -> list[OutboxMessage]:
    """What was written to the outbox by a template."""
    with database.read() as session:
        return list(session.scalars(select(OutboxMessage).filter_by(template=template)))


def message(database: Database, text: str) -> int:
    with database.read() as session:
        return session.scalars(select(InboxMessage.id).filter_by(text=text)).one()


def dead_letter(database: Database) -> int:
    with database.read() as session:
        return session.scalars(select(OutboxMessage.id).filter_by(state="dead")).one()


def helper(database: Database) -> tuple[int, int]:
    """The task that is over, and Chen, who came to it."""
    with database.read() as session:
        task = session.scalars(select(Task).where(Task.ended_at.is_not(None))).one()
        return task.id, person(session, "chen").id


def photo_id(database: Database) -> int:
    """The photo that Chen sent with his report."""
    with database.read() as session:
        return session.scalars(select(Photo.id).filter_by(jpeg=JPEG)).one()
