"""The desk: who sees what, who may do what, and that what people said stays plain text."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import delete, select

from models import outbox, setup
from models import ticket as tickets
from models.cause import Cause
from models.database import Database
from models.member import Role
from models.outbox import say
from models.ticket import Report, Ticket
from tests.bot.web import desk_estate
from tests.bot.web.desk_estate import IN_3, SAID, letters, press, signed_in, ticket


@pytest.fixture
def sun(app: Flask, database: Database, now: datetime) -> FlaskClient:
    """The leader of another building."""
    return signed_in(app, database, "sun", now)


# Every route of the desk, for everybody.

VALUES = {"number": "1", "verb": "accept", "answer": "issue", "mark": "absent"}
WHOLE_ESTATE = frozenset({"desk.settings", "desk.set_settings"})  # for who looks after all of it
# Of building 3.
OWN_THINGS = frozenset(
    {f"desk.{name}" for name in ("ticket", "ticket_photo", "act", "poll_page", "replay", "judge", "mark")}
)


def routes(app: Flask, database: Database) -> list[tuple[str, str, str]]:
    """(endpoint, method, address) of each desk route, out of the URL map."""
    ids = {"letter_id": str(desk_estate.dead_letter(database)), "message_id": str(desk_estate.message(database, SAID))}
    ids["photo_id"] = str(desk_estate.photo_id(database))
    values = VALUES | ids | dict(zip(("task_id", "member_id"), map(str, desk_estate.helper(database)), strict=True))
    with app.test_request_context():
        binding = app.create_url_adapter(None) or app.url_map.bind("localhost")
        return [
            (rule.endpoint, method, binding.build(rule.endpoint, {n: values[n] for n in rule.arguments}, method))
            for rule in app.url_map.iter_rules()
            if rule.endpoint.startswith("desk.")
            for method in sorted((rule.methods or set()) & {"GET", "POST", "PUT", "PATCH", "DELETE"})
        ]


def ask(browser: FlaskClient, method: str, address: str) -> tuple[int, str | None]:
    answer = browser.get(address) if method == "GET" else press(browser, address)
    return answer.status_code, answer.location


def answers(app: Flask, database: Database, key: str | None, now: datetime) -> dict[str, tuple[int, str | None]]:
    browser = signed_in(app, database, key, now)
    found = {f"{method} {at}": ask(browser, method, at) for _, method, at in routes(app, database)}
    assert len(found) >= 12
    return found


def test_nobody_is_sent_to_the_sign_in_from_every_route(app: Flask, database: Database, now: datetime) -> None:
    found = answers(app, database, None, now)

    assert {route: answer for route, answer in found.items() if answer != (303, "/sign-in")} == {}
    assert ticket(database).status == "open"


def test_a_resident_is_turned_away_kindly_at_every_route(app: Flask, database: Database, now: datetime) -> None:
    found = answers(app, database, "chen", now)

    assert {route: answer for route, answer in found.items() if answer[0] != 403} == {}
    assert "陈姨，您好" in signed_in(app, database, "chen", now).get("/desk/").text
    assert ticket(database).status == "open"


def test_another_buildings_leader_finds_nothing_of_this_one(app: Flask, database: Database, now: datetime) -> None:
    browser = signed_in(app, database, "sun", now)

    for endpoint, method, address in routes(app, database):
        status, _ = ask(browser, method, address)
        allowed = 422 if endpoint == "desk.file" else 200  # an empty form files nothing
        assert status == (404 if endpoint in OWN_THINGS else 403 if endpoint in WHOLE_ESTATE else allowed), address
        text = browser.get(address).text if method == "GET" else ""
        assert not [secret for secret in ("陈姨", "好几天", "粉刷", "晾衣架", "3栋邻里群") if secret in text], address
    assert ticket(database).status == "open"
    assert desk_estate.dead_letter(database)


def test_the_grid_worker_may_use_every_route(app: Flask, database: Database, now: datetime) -> None:
    found = answers(app, database, "xu", now)

    refused = {route for route, answer in found.items() if answer[0] not in (200, 303)}
    assert refused == {"POST /desk/settings", "POST /desk/file"}  # they want something written
    assert ticket(database).status == "accepted"


def test_every_order_without_the_csrf_token_is_refused(app: Flask, database: Database, xu: FlaskClient) -> None:
    posts = [address for _, method, address in routes(app, database) if method == "POST"]

    assert [xu.post(address).status_code for address in posts] == [400] * len(posts)
    assert ticket(database).status == "open"


def test_a_role_that_was_taken_away_closes_the_desk_at_once(app: Flask, database: Database, xu: FlaskClient) -> None:
    with database.write() as session:
        session.execute(delete(Role).where(Role.role == "grid_worker"))

    assert xu.get("/desk/tickets").status_code == 403


def test_the_property_company_reads_no_letters(app: Flask, database: Database, now: datetime) -> None:
    browser = signed_in(app, database, "wang", now)

    assert browser.get("/desk/letters").status_code == 403
    assert "收发" not in browser.get("/desk/").text


# What is seen.


def test_what_people_said_stays_plain_text_and_shows_the_words_that_led_to_the_reading(xu: FlaskClient) -> None:
    text = xu.get("/desk/tickets/1").text

    assert "<b>黑</b>" not in text
    assert "&lt;b&gt;" in text
    assert "<mark>" in text
    assert "陈姨" in text


@pytest.mark.parametrize("address", ["/desk/", "/desk/tickets", "/desk/polls", "/desk/polls/1", "/desk/letters"])
def test_no_list_runs_what_people_wrote(xu: FlaskClient, address: str) -> None:
    text = xu.get(address).text

    assert "<b>黑</b>" not in text
    assert "<i>粉刷</i>" not in text


def test_no_page_holds_a_script_or_a_style_of_its_own(app: Flask, database: Database, xu: FlaskClient) -> None:
    for _, method, address in routes(app, database):
        answer = xu.get(address) if method == "GET" else None
        text = answer.text if answer and answer.mimetype == "text/html" else ""
        assert "style=" not in text, address
        assert "<style" not in text, address
        assert " onclick" not in text, address
        assert "<script>" not in text, address


def test_the_board_filters_by_what_stands_in_the_address(xu: FlaskClient) -> None:
    assert "#1" in xu.get("/desk/tickets?category=lighting&building=3").text
    assert "没有找到这样的工单" in xu.get("/desk/tickets?category=noise").text
    assert "#1" in xu.get("/desk/tickets?q=%231").text
    assert "没有找到这样的工单" in xu.get("/desk/tickets?q=100%25").text


def test_the_order_in_the_address_turns_the_board_around(database: Database, xu: FlaskClient, now: datetime) -> None:
    with database.write() as session:
        desk_estate.tell(session, "li", "电梯门口的垃圾没人清", now, replace(IN_3, place={"building": "5"}))

    up, down = (xu.get(f"/desk/tickets?sort={sort}").text for sort in ("number", "-number"))

    assert up.index("/desk/tickets/1") < up.index("/desk/tickets/2")
    assert down.index("/desk/tickets/2") < down.index("/desk/tickets/1")


@pytest.mark.parametrize(
    "query",
    [
        "status=nonsense&urgency=%00&sort=%27--",
        "page=0",
        "page=999999999999999999999",
        "page=-1",
        "q=%00%25_%5C",
        "_scheme=javascript&_external=1&_anchor=x&endpoint=desk.board",
    ],
)
def test_junk_in_the_address_shows_a_board_all_the_same(xu: FlaskClient, query: str) -> None:
    answer = xu.get(f"/desk/tickets?{query}")

    assert answer.status_code == 200
    assert "javascript:" not in answer.text


@pytest.mark.parametrize(
    "address",
    ["/desk/tickets/99", "/desk/tickets/99999999999999999999", "/desk/polls/99", "/desk/bookings?day=yesterday"],
)
def test_what_is_not_there_is_not_found(xu: FlaskClient, address: str) -> None:
    assert xu.get(address).status_code == 404


def test_fifty_tickets_stand_on_a_page(database: Database, xu: FlaskClient, now: datetime) -> None:
    told = Report("lighting", "normal", {"building": "3"}, ("building",), "灯坏了")
    with database.write() as session:
        chen = desk_estate.person(session, "chen")
        for _ in range(50):
            tickets.report(session, Cause(chen.estate_id, now), chen, told)

    first, second = (xu.get(f"/desk/tickets?sort=number&page={n}").text for n in (1, 2))

    assert (first.count("data-href"), second.count("data-href")) == (50, 1)
    assert "共 51 条" in first


def test_a_poll_shows_how_many_households_voted(xu: FlaskClient) -> None:
    text = xu.get("/desk/polls/1").text

    assert "已投 1/3 户" in text
    assert "老吴" in text  # has not voted


def test_the_day_of_a_booking_shows_it_and_the_day_before_does_not(xu: FlaskClient) -> None:
    assert "15:00–17:00" in xu.get("/desk/bookings?day=2026-04-15").text
    assert "15:00–17:00" not in xu.get("/desk/bookings?day=2026-04-14").text


def test_a_booking_from_another_building_is_seen_without_the_name(sun: FlaskClient) -> None:
    text = sun.get("/desk/bookings?day=2026-04-15").text

    assert "15:00–17:00" in text
    assert "陈姨" not in text


def test_the_digests_stand_as_they_were_sent(xu: FlaskClient) -> None:
    text = xu.get("/desk/digests").text

    assert "今日简报" in text
    assert "【3栋】" in text


def test_a_private_letter_to_somebody_else_is_not_shown(database: Database, xu: FlaskClient, now: datetime) -> None:
    with database.write() as session:
        chen = desk_estate.person(session, "chen")
        outbox.tell(session, Cause(chen.estate_id, now), chen.id, say("question.ask_worker", worker="只给她看"))

    text = xu.get("/desk/letters").text

    assert "只给她看" not in text
    assert "内容不在这里显示" in text


# What is done.


def test_accepting_at_the_desk_tells_the_group_as_in_chat(database: Database, xu: FlaskClient) -> None:
    answer = press(xu, "/desk/tickets/1/accept")

    assert (answer.status_code, answer.location) == (303, "/desk/tickets/1")
    assert ticket(database).status == "accepted"
    told = letters(database, "ticket.accepted")
    assert [letter.facts["worker"] for letter in told] == ["网格员小许"]
    assert told[0].group_id == ticket(database).group_id


def test_from_the_report_to_the_result_the_history_tells_every_step(xu: FlaskClient) -> None:
    press(xu, "/desk/tickets/1/accept")
    press(xu, "/desk/tickets/1/assign", words="物业")
    press(xu, "/desk/tickets/1/resolve", words="换了灯管")

    text = xu.get("/desk/tickets/1").text

    steps = [text.index(step) for step in ("报来这件事", "</b> 接单", "派给 物业", "办结：换了灯管")]
    assert steps == sorted(steps)
    assert "已办结，等评价" in text


@pytest.mark.parametrize(
    ("verb", "words", "why"),
    [
        ("resolve", "", "写一句办了什么"),
        ("reject", " ", "写上原因"),
        ("assign", "", "写上派给谁"),
        ("merge", "77", "没有 #77 这一单"),
        ("merge", "1", "#1 不能并入 #1"),
        ("merge", "那一单", "写上要并入的编号"),
        ("merge", "9" * 400, "写上要并入的编号"),
        ("merge", "²", "写上要并入的编号"),
    ],
)
def test_what_a_rule_refuses_is_told_at_the_form(
    database: Database, xu: FlaskClient, verb: str, words: str, why: str
) -> None:
    answer = press(xu, f"/desk/tickets/1/{verb}", words=words)

    assert answer.status_code == 422
    assert why in answer.text
    assert ticket(database).status == "open"


def test_what_was_written_is_not_lost_when_the_ticket_has_moved_on(xu: FlaskClient) -> None:
    press(xu, "/desk/tickets/1/resolve", words="换了灯管")

    answer = press(xu, "/desk/tickets/1/reject", words="这条路归市政，写了很久的原因")

    assert answer.status_code == 422
    assert "不能这样办" in answer.text
    assert "写了很久的原因" in answer.text


def test_merging_can_be_undone(database: Database, xu: FlaskClient, now: datetime) -> None:
    with database.write() as session:
        desk_estate.tell(session, "wu", "二单元门口的灯也不亮", now, IN_3)

    press(xu, "/desk/tickets/2/merge", words="#1")
    assert ticket(database, 2).status == "merged"
    assert "并进来的" in xu.get("/desk/tickets/1").text

    press(xu, "/desk/tickets/2/unmerge")
    assert ticket(database, 2).status == "open"


def test_a_leader_may_not_merge_and_sees_no_button_for_it(app: Flask, database: Database, now: datetime) -> None:
    qian = signed_in(app, database, "qian", now)

    assert "不受理" not in qian.get("/desk/tickets/1").text
    answer = press(qian, "/desk/tickets/1/reject", words="不想办")

    assert answer.status_code == 422
    assert ticket(database).status == "open"


def test_a_leader_settles_what_lies_in_his_building(app: Flask, database: Database, now: datetime) -> None:
    press(signed_in(app, database, "qian", now), "/desk/tickets/1/resolve", words="换了灯管")

    assert ticket(database).status == "resolved"


def test_an_order_that_nobody_knows_is_not_found(xu: FlaskClient) -> None:
    assert press(xu, "/desk/tickets/1/explode").status_code == 404


def test_a_dead_letter_is_sent_again_by_one_click(database: Database, xu: FlaskClient) -> None:
    letter = desk_estate.dead_letter(database)

    answer = press(xu, f"/desk/letters/{letter}/replay")

    assert answer.status_code == 303
    assert "已放回去重新发送" in xu.get("/desk/letters").text
    assert "没发出去 0" in xu.get("/desk/letters").text


def test_a_second_click_on_replay_does_nothing(database: Database, xu: FlaskClient) -> None:
    letter = desk_estate.dead_letter(database)
    press(xu, f"/desk/letters/{letter}/replay")

    press(xu, f"/desk/letters/{letter}/replay")

    assert "已经不在" in xu.get("/desk/letters").text


def test_an_empty_estate_says_what_will_come(database: Database, now: datetime) -> None:
    with database.write() as session:
        setup.install(session, desk_estate.PLAN, now)
    app = desk_estate.application(database, lambda: now)
    browser = signed_in(app, database, "xu", now)

    for page in ("tickets", "polls", "meetings", "digests", "letters"):
        assert 'class="empty"' in browser.get(f"/desk/{page}").text, page
    assert "现在没有等着您的事" in browser.get("/desk/").text
    assert SAID not in browser.get("/desk/").text


# Times.


def test_the_ticket_says_by_when_and_lists_mark_what_is_overdue(
    database: Database, xu: FlaskClient, now: datetime
) -> None:
    pages = ("/desk/tickets/1", "/desk/", "/desk/tickets")
    assert "前接单" in xu.get(pages[0]).text
    assert [">超时<" in xu.get(page).text for page in pages] == [False] * 3

    with database.write() as session:
        session.scalars(select(Ticket).filter_by(number=1)).one().dispatch_by = now - timedelta(minutes=1)

    assert [">超时<" in xu.get(page).text for page in pages] == [True] * 3


def test_asking_at_the_desk_stops_the_clock_and_asks_in_the_group(database: Database, xu: FlaskClient) -> None:
    press(xu, "/desk/tickets/1/ask", words="是门外那盏吗？")

    assert ticket(database).waits_since is not None
    (asked,) = letters(database, "ticket.question")
    assert (asked.facts["question"], asked.group_id) == ("是门外那盏吗？", ticket(database).group_id)
    assert "起停表" in xu.get("/desk/tickets/1").text


def test_only_an_emergency_offers_its_all_clear(database: Database, xu: FlaskClient) -> None:
    assert "险情解除" not in xu.get("/desk/tickets/1").text
    with database.write() as session:
        session.scalars(select(Ticket).filter_by(number=1)).one().urgency = "emergency"

    assert "险情解除" in xu.get("/desk/tickets/1").text
    press(xu, "/desk/tickets/1/all_clear")

    assert ticket(database).status == "accepted"
    assert len(letters(database, "ticket.all_clear")) == 1


# The three rates.


def test_the_rates_of_a_month_stand_with_their_numbers_by_grid_building_and_category(xu: FlaskClient) -> None:
    press(xu, "/desk/tickets/1/resolve", words="换了灯管")

    text = xu.get("/desk/rates").text

    for shown in ("响应率", "网格", "小许", "3栋", "照明", "1 / 1 件"):
        assert shown in text
    assert "%</b>" not in text  # of one a share says nothing


def test_a_building_leader_sees_the_rates_of_his_building_alone(xu: FlaskClient, sun: FlaskClient) -> None:
    assert "3栋" in xu.get("/desk/rates").text
    assert "3栋" not in sun.get("/desk/rates").text
    assert "3栋" not in sun.get("/desk/rates.csv").text


def test_the_table_for_excel_says_the_same(xu: FlaskClient) -> None:
    answer = xu.get("/desk/rates.csv")

    assert answer.headers["Content-Disposition"].endswith(".csv")
    rows = [line.split(",") for line in answer.text.removeprefix("\ufeff").splitlines()]
    assert ["楼栋", "3栋", "1", "0", "0", "0", "0", "0", "0"] in rows


@pytest.mark.parametrize("month", ["2026-13", "now", "2026-4", "2026-04-01", "' OR 1"])
def test_a_month_that_is_none_has_no_page(xu: FlaskClient, month: str) -> None:
    assert xu.get("/desk/rates", query_string={"month": month}).status_code == 404


def test_a_month_without_reports_says_so(xu: FlaskClient) -> None:
    assert "这个月还没有报事" in xu.get("/desk/rates?month=2020-02").text
