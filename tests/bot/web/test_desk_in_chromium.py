"""The desk as people see and touch it: fits every screen, opens by click and by Enter, keeps what was written."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select
from werkzeug.serving import make_server

from models.database import Database
from models.estate import Group
from models.inbox import InboxMessage
from models.keys import new_id
from models.ticket import Report
from tests.bot.web import desk_estate
from tests.bot.web.desk_estate import ticket

if TYPE_CHECKING:
    from playwright.sync_api import Page

PAGES = (
    "",
    "tickets",
    "tickets/1",
    "polls",
    "polls/1",
    "bookings",
    "meetings",
    "digests",
    "rates",
    "letters",
    "settings",
    "more",
)
Order = Callable[..., None]
LONG = "这户邻居给自己起了一个特别特别特别特别特别特别长的名字AndNoSpaceInTheLatinPartOfItEither"


@pytest.fixture(params=["sqlite"])
def database_kind(request: pytest.FixtureRequest) -> str:
    """The pages do not know which database is behind them: one is enough here."""
    return str(request.param)


@pytest.fixture
def address(database: Database, now: datetime) -> Iterator[str]:
    """Where the desk of the small estate is served."""
    desk_estate.build(database, now)
    with database.write() as session:
        desk_estate.person(session, "chen").name = LONG
    app = desk_estate.application(database, lambda: now)
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def desk(page: Page, address: str, database: Database, now: datetime) -> Page:
    """The grid worker's browser, signed in by his link."""
    page.goto(address + desk_estate.link(database, "xu", now))
    page.get_by_role("button", name="登录").click()
    page.wait_for_url(f"{address}/desk/")
    return page


@pytest.mark.parametrize("width", [360, 768, 1024, 1440])
def test_no_page_scrolls_sideways_or_breaks_a_rule_of_the_browser(desk: Page, address: str, width: int) -> None:
    complaints: list[str] = []
    desk.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    desk.on("pageerror", lambda error: complaints.append(str(error)))
    desk.set_viewport_size({"width": width, "height": 800})

    for name in PAGES:
        desk.goto(f"{address}/desk/{name}")
        assert desk.evaluate("document.documentElement.scrollWidth") <= width, name

    assert complaints == []


def test_a_row_of_the_board_opens_on_click(desk: Page, address: str) -> None:
    desk.goto(f"{address}/desk/tickets")

    desk.locator("tr[data-href] td.matter").click()

    desk.wait_for_url("**/desk/tickets/1")


def test_a_row_of_the_board_opens_on_enter(desk: Page, address: str) -> None:
    desk.goto(f"{address}/desk/tickets")

    desk.locator("tr[data-href] a").focus()
    desk.keyboard.press("Enter")

    desk.wait_for_url("**/desk/tickets/1")


def test_a_choice_in_the_filter_stands_in_the_address(desk: Page, address: str) -> None:
    desk.goto(f"{address}/desk/tickets")

    desk.get_by_label("类别").select_option("noise")

    desk.wait_for_url("**category=noise**")
    assert desk.get_by_text("没有找到这样的工单").is_visible()
    assert desk.get_by_label("类别").input_value() == "noise"


def test_settling_a_ticket_asks_once_and_keeps_the_form_open_on_an_error(
    desk: Page, address: str, database: Database
) -> None:
    desk.goto(f"{address}/desk/tickets/1")
    desk.locator("summary", has_text="办结").click()
    desk.get_by_role("button", name="确认办结").click()
    desk.get_by_role("alert").wait_for()
    assert "写一句办了什么" in desk.get_by_role("alert").inner_text()

    desk.get_by_label("办了什么").fill("换了灯管，亮了")
    desk.get_by_role("button", name="确认办结").click()

    desk.get_by_role("status").wait_for()
    assert ticket(database).result == "换了灯管，亮了"


def test_accepting_takes_two_taps_from_today(desk: Page, database: Database) -> None:
    desk.set_viewport_size({"width": 360, "height": 740})

    desk.locator("summary", has_text="接单").first.click()
    desk.get_by_role("button", name="确认接单").click()

    desk.get_by_role("status").wait_for()
    assert ticket(database).status == "accepted"


def test_without_scripts_the_desk_works_too(desk: Page, address: str, database: Database) -> None:
    assert desk.context.browser
    plain = desk.context.browser.new_context(java_script_enabled=False, storage_state=desk.context.storage_state())
    page = plain.new_page()
    page.goto(f"{address}/desk/tickets/1")

    page.locator("summary", has_text="接单").click()
    page.get_by_role("button", name="确认接单").click()

    page.get_by_role("status").wait_for()
    plain.close()
    assert ticket(database).status == "accepted"


def test_what_somebody_said_at_the_door_is_filed_by_hand(desk: Page, address: str) -> None:
    desk.goto(f"{address}/desk/tickets")
    desk.get_by_role("link", name="登记一件事").click()
    desk.get_by_label("谁说的").fill("刘奶奶")
    desk.get_by_label("住哪里").fill("3-2-402")
    desk.get_by_label("什么事").fill("二单元门口的下水道堵了，污水冒出来了")
    desk.get_by_role("button", name="登记").click()

    desk.get_by_role("status").get_by_text("登记好了，#2").wait_for()
    desk.locator("dd", has_text="刘奶奶").wait_for()


def test_an_office_sets_its_quiet_hours_and_repair_numbers(desk: Page, address: str) -> None:
    desk.goto(f"{address}/desk/settings")
    desk.get_by_label("从").fill("21:30")
    desk.get_by_label("燃气").first.fill("打给老王")
    desk.get_by_role("button", name="存下来").click()
    desk.get_by_text("有 1 处要改").wait_for()
    assert desk.get_by_label("从").input_value() == "21:30"

    desk.get_by_label("燃气").first.fill("0731-5550 0777")
    desk.get_by_role("button", name="存下来").click()
    desk.get_by_role("status").get_by_text("存好了").wait_for()
    assert desk.get_by_label("燃气").first.input_value() == "0731-5550 0777"


# The dashboard's twins of what is said in chat (docs/behaviours.md).

DOOR = Report("security", "normal", {"building": "3", "unit": "2"}, ("building", "unit"), "", "大门 关不上")
TRAPPED = Report("elevator", "emergency", {"building": "3", "unit": "1"}, ("building", "unit"), "", "电梯 困人")


@pytest.fixture
def order(desk: Page, address: str) -> Order:
    """Opens a ticket, writes what an order needs, and confirms."""

    def give(number: int, verb: str, words: str = "", choice: str = "") -> None:
        desk.goto(f"{address}/desk/tickets/{number}")
        form = desk.locator(f"#{verb}")
        form.locator("summary").click()
        if words:
            form.locator("[name=words]").fill(words)
        if choice:
            form.locator("select").select_option(label=choice)
        form.get_by_role("button", name="确认").click()
        desk.get_by_role("status").first.wait_for()

    return give


def told(database: Database, text: str, about: Report, now: datetime) -> None:
    with database.write() as session:
        desk_estate.tell(session, "wu", text, now - timedelta(minutes=5), about)


def test_two_tickets_are_made_one_and_taken_apart_again(
    desk: Page, order: Order, database: Database, now: datetime
) -> None:
    told(database, "二单元大门关不上", DOOR, now)

    order(2, "merge", "1")
    desk.get_by_text("这件事并到 #1 一起办了").wait_for()
    order(2, "unmerge")

    assert ticket(database, 2).status == "open"


def test_work_is_given_on_refused_with_a_reason_and_settled(order: Order, database: Database, now: datetime) -> None:
    told(database, "二单元大门关不上", DOOR, now)

    order(1, "assign", "物业")
    order(1, "resolve", "换了灯")
    order(2, "reject", "属于市政道路")

    assert (ticket(database, 1).assignee, ticket(database, 1).result) == ("物业", "换了灯")
    assert (ticket(database, 2).status, ticket(database, 2).result) == ("rejected", "属于市政道路")


def test_asking_the_reporter_stops_the_clock(desk: Page, order: Order) -> None:
    order(1, "ask", "是楼道里的灯吗")

    desk.locator("dd", has_text="等报事人回话").wait_for()


def test_a_danger_that_is_over_is_told(order: Order, desk: Page, database: Database, now: datetime) -> None:
    told(database, "电梯困人了", TRAPPED, now)

    order(2, "all_clear")

    assert ticket(database, 2).cleared_at == now
    desk.locator(".history", has_text="险情").wait_for()


def test_a_wrong_category_and_a_false_alarm_are_corrected(order: Order, database: Database, now: datetime) -> None:
    told(database, "二单元大门关不上", DOOR, now)

    order(1, "recategorise", choice="供电")
    order(2, "not_a_problem")

    assert ticket(database, 1).category == "power"
    assert ticket(database, 2).status == "rejected"


def test_a_ticket_is_opened_to_volunteers_and_who_did_not_come_is_marked(
    desk: Page, order: Order, address: str, database: Database
) -> None:
    order(1, "assign", "志愿者 2人")
    desk.goto(f"{address}/desk/volunteers")
    desk.get_by_role("link", name="#1").wait_for()
    desk.locator(".came li", has_text=LONG).get_by_role("button", name="没来").click()
    desk.locator(".came li", has_text="（没来）").wait_for()

    assert ticket(database, 1).assignee == "志愿者"


def test_rates_and_digests_stand_with_their_numbers(desk: Page, address: str) -> None:
    desk.goto(f"{address}/desk/rates")
    desk.get_by_role("row", name="3栋").get_by_text("1 件").first.wait_for()
    desk.goto(f"{address}/desk/digests")
    desk.get_by_text("今日简报").first.wait_for()


def test_what_was_doubtful_is_answered_by_a_click(desk: Page, address: str, database: Database, now: datetime) -> None:
    with database.write() as session:
        who = desk_estate.person(session, "chen")
        group = session.scalars(select(Group).filter_by(name="3栋邻里群")).one()
        row = {"channel": "web", "account": "web", "external_id": "d1", "kind": "text", "intents": ["chat"]}
        reading = {"issue_margin": 1.5, "issue_bar": 2.5, "confidence": 0.6}
        said = {"group_id": group.id, "member_id": who.id, "at": now, "text": "门口那盏又不亮了", "reading": reading}
        session.add(InboxMessage(estate_id=who.estate_id, id=new_id(now), **row, **said))

    desk.goto(f"{address}/desk/")
    desk.get_by_role("link", name="拿不准").click()
    desk.get_by_role("button", name="是报事").click()

    desk.get_by_text("记下了：是报事").wait_for()
    assert ticket(database, 2).text == "门口那盏又不亮了"
