"""The web chat as people use it: typing, pressing, without a network, in large letters, on a phone."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from PIL import Image
from sqlalchemy import func, select
from werkzeug.serving import make_server

from bot.web import EXTENSION
from models import outbox
from models import ticket as tickets
from models.inbox import InboxMessage
from models.outbox import Words
from models.ticket import Report
from tests.bot.web.world import World, make_world, sign_in_of

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Locator, Page

GROUP = "5栋的邻居"


@pytest.fixture(params=["sqlite"])
def database_kind(request: pytest.FixtureRequest) -> str:
    """The pages do not know which database is behind them: one is enough here."""
    return str(request.param)


@pytest.fixture(params=[False])
def world(request: pytest.FixtureRequest, database_url: str) -> Iterator[World]:
    """A world whose feeds wait for a second; with `indirect` True it is a demo."""
    made = make_world(database_url, is_demo=request.param)
    made.app.config["FEED_SECONDS"] = 1
    yield made
    made.database.engine.dispose()


@pytest.fixture
def address(world: World) -> Iterator[str]:
    server = make_server("127.0.0.1", 0, world.app, threaded=True)
    server.daemon_threads = False  # type: ignore[attr-defined]  # so that closing waits for pages that still listen
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


Open = Callable[..., "Page"]


@pytest.fixture
def open_chat(browser: Browser, world: World, address: str) -> Iterator[Open]:
    """Opens the chat in a browser of somebody's own. Whatever the browser complains about fails the test."""
    contexts, complaints = [], []

    def open_as(key: str, width: int = 1200, **more: object) -> Page:
        context = browser.new_context(locale="zh-CN", viewport={"width": width, "height": 800}, **more)
        contexts.append(context)
        context.add_cookies([{"name": "jianjian", "value": session_of(world, key), "url": address}])
        page = context.new_page()
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("console", lambda said: complaints.append(said.text) if "Content Security" in said.text else None)
        page.goto(f"{address}/chat/")
        page.wait_for_selector("#empty:not([hidden]), #lines li")
        return page

    yield open_as
    for context in contexts:
        context.close()
    assert complaints == []


def session_of(world: World, key: str) -> str:
    """The cookie of somebody who has signed in."""
    with world.database.read() as db:
        member = world.member(db, key)
        kept = {"estate": member.estate_id, "member": member.id, "csrf": "token", "_permanent": True}
    if not world.app.extensions[EXTENSION].settings.is_demo:
        kept["sign_in"] = sign_in_of(world, member)
    serializer = world.app.session_interface.get_signing_serializer(world.app)  # type: ignore[attr-defined]
    return str(serializer.dumps(kept))


def say(page: Page, text: str) -> None:
    page.fill("#words", text)
    page.press("#words", "Enter")


def bubbles(page: Page) -> list[str]:
    return page.locator(".bubble").all_inner_texts()


def wait_for_bubble(page: Page, text: str) -> None:
    page.locator(".bubble", has_text=text).first.wait_for()


def report(world: World) -> tickets.Ticket:
    """Alice's last message becomes a ticket that the bot tells of in the group."""
    with world.database.write() as db:
        cause = world.cause(db, "alice")
        told = Report("lighting", "normal", {"building": "5"}, ("building",), "灯坏了", "路灯")
        ticket = tickets.report(db, cause, world.member(db, "alice"), told)
        outbox.reply(db, cause, Words("ticket.reported", {"tickets": [ticket.facts], "worker": "小葛"}, ticket.id))
    world.deliver()
    return ticket


def test_what_one_types_stands_at_the_right_and_reaches_the_other_without_a_reload(open_chat: Open) -> None:
    alice, bob = open_chat("alice"), open_chat("bob")

    say(alice, "晚上一起散步吗")

    wait_for_bubble(bob, "晚上一起散步吗")
    assert alice.locator(".line.own .bubble").inner_text() == "晚上一起散步吗"
    assert bob.locator(".line.other .name").inner_text() == "5-1-301 老艾"


def test_shift_and_enter_make_a_new_line_and_enter_sends(open_chat: Open) -> None:
    alice = open_chat("alice")

    alice.type("#words", "第一行")
    alice.press("#words", "Shift+Enter")
    alice.type("#words", "第二行")
    alice.press("#words", "Enter")

    wait_for_bubble(alice, "第二行")
    assert bubbles(alice) == ["第一行\n第二行"]
    assert alice.input_value("#words") == ""


def test_enter_while_an_input_method_is_composing_sends_nothing(open_chat: Open) -> None:
    alice = open_chat("alice")
    alice.fill("#words", "nihao")

    composing = "new KeyboardEvent('keydown', {key: 'Enter', isComposing: true, bubbles: true, cancelable: true})"
    alice.evaluate(f"document.getElementById('words').dispatchEvent({composing})")

    assert alice.input_value("#words") == "nihao"
    assert bubbles(alice) == []


def test_markup_in_a_message_stays_text(open_chat: Open) -> None:
    alice, bob = open_chat("alice"), open_chat("bob")

    say(alice, "<img src=x onerror=alert(1)><b>粗</b>")

    wait_for_bubble(bob, "粗")
    assert bubbles(bob) == ["<img src=x onerror=alert(1)><b>粗</b>"]
    assert bob.locator("#lines img, #lines b").count() == 0


def test_a_message_whose_answer_was_lost_is_one_message_all_the_same(open_chat: Open, world: World) -> None:
    alice = open_chat("alice")
    # The message arrives, but its answer is lost: the browser cannot know.
    alice.route("**/messages", lambda route: (route.fetch(), route.abort()))
    with alice.expect_event("requestfailed"):
        say(alice, "到底发出去没有")
    alice.unroute("**/messages")

    alice.locator(".unsent").wait_for(state="detached")

    assert bubbles(alice) == ["到底发出去没有"]
    assert said_in_all(world) == 1


def test_what_could_not_be_sent_is_kept_over_a_reload_and_sent_by_a_press(open_chat: Open, world: World) -> None:
    alice = open_chat("alice")
    alice.route("**/messages", lambda route: route.abort())
    say(alice, "这句先留着")
    alice.get_by_text("未发出").wait_for()
    alice.unroute("**/messages")
    alice.reload()

    alice.get_by_role("button", name="重发").click()
    alice.locator(".unsent").wait_for(state="detached")

    assert bubbles(alice) == ["这句先留着"]
    assert said_in_all(world) == 1


def said_in_all(world: World) -> int:
    with world.database.read() as db:
        return db.scalar(select(func.count()).select_from(InboxMessage)) or 0


def open_menu_with(page: Page, entry: str) -> Locator:
    """The menu of the only bubble. It offers no recall until the server's answer has come, so it is opened again."""
    wanted = page.get_by_role("menuitem", name=entry)
    for _ in range(50):
        page.locator(".bubble").click(button="right")
        if wanted.count():
            break
        page.keyboard.press("Escape")
        page.wait_for_timeout(100)
    return wanted


def test_one_s_own_message_is_recalled_by_its_menu(open_chat: Open) -> None:
    alice, bob = open_chat("alice"), open_chat("bob")
    say(alice, "这句说错了")
    wait_for_bubble(bob, "这句说错了")

    open_menu_with(alice, "撤回").click()

    bob.get_by_text("“5-1-301 老艾”撤回了一条消息").wait_for()
    alice.get_by_text("你撤回了一条消息").wait_for()
    assert bubbles(bob) == []


def test_the_menu_of_another_s_message_works_by_keyboard_and_offers_no_recall(open_chat: Open) -> None:
    alice, bob = open_chat("alice"), open_chat("bob")
    say(alice, "谁家有梯子")
    wait_for_bubble(bob, "谁家有梯子")

    bob.locator(".more").focus()
    bob.keyboard.press("Enter")
    offered = bob.get_by_role("menuitem").all_inner_texts()
    bob.keyboard.press("Enter")
    bob.keyboard.type("我家有")
    bob.keyboard.press("Enter")

    assert "撤回" not in "".join(offered)
    alice.locator(".strip").wait_for()
    assert alice.locator(".strip").inner_text() == "5-1-301 老艾：谁家有梯子"


def test_a_card_s_button_speaks_in_one_s_name_quoting_the_report(open_chat: Open, world: World) -> None:
    alice, bob = open_chat("alice"), open_chat("bob")
    say(alice, "先说一句")
    wait_for_bubble(bob, "先说一句")
    report(world)

    bob.get_by_role("button", name="我家也是").click()

    wait_for_bubble(alice, "我家也是")
    assert alice.locator(".strip").inner_text() == "5-1-301 老艾：先说一句"


def test_a_card_changes_where_it_stands(open_chat: Open, world: World) -> None:
    alice = open_chat("alice")
    say(alice, "先说一句")
    wait_for_bubble(alice, "先说一句")
    ticket = report(world)
    alice.locator(".card", has_text="待接单").wait_for()

    with world.database.write() as db:
        found = tickets.get(db, ticket.estate_id, ticket.id)
        tickets.act(db, world.cause(db, "grid"), found, "accept")

    alice.locator(".card", has_text="已接单").wait_for()
    assert alice.locator(".card").count() == 1


def test_a_worker_s_button_only_begins_the_order_that_needs_a_result(open_chat: Open, world: World) -> None:
    alice, grid = open_chat("alice"), open_chat("grid")
    say(alice, "先说一句")
    wait_for_bubble(grid, "先说一句")
    report(world)

    grid.get_by_role("button", name="办结…").click()

    assert grid.input_value("#words") == "1 办结 "
    assert bubbles(alice)[0] == "先说一句"


def test_for_a_worker_the_numbers_in_the_bot_s_words_lead_to_the_ticket(open_chat: Open, world: World) -> None:
    alice, grid = open_chat("alice"), open_chat("grid")
    say(alice, "先说一句")
    wait_for_bubble(grid, "先说一句")
    report(world)
    wait_for_bubble(alice, "已登记 #1")

    link = grid.get_by_role("link", name="#1")

    assert str(link.get_attribute("href")).endswith("/desk/tickets/1")
    assert alice.get_by_role("link", name="#1").count() == 0


def test_a_photo_is_sent_and_seen_by_the_others_and_a_transcription_is_marked(open_chat: Open, tmp_path: Path) -> None:
    alice, grid = open_chat("alice"), open_chat("grid")
    Image.new("RGB", (3000, 2000), "red").save(tmp_path / "lamp.png")

    alice.locator("#photo-file").set_input_files(tmp_path / "lamp.png")
    grid.locator(".picture").wait_for()
    width = grid.locator(".picture").evaluate("async (img) => { await img.decode(); return img.naturalWidth; }")
    alice.get_by_role("button", name="语音文字").click()
    say(alice, "楼下的花开了")

    alice.locator(".spoken").wait_for()
    assert width == 1600
    assert alice.get_by_role("button", name="语音文字").get_attribute("aria-pressed") == "false"


def test_what_is_no_photo_is_refused_with_words(open_chat: Open, tmp_path: Path) -> None:
    alice = open_chat("alice")
    (tmp_path / "virus.png").write_bytes(b"MZ this is no picture")

    alice.locator("#photo-file").set_input_files(tmp_path / "virus.png")

    alice.get_by_text("这张照片打不开").wait_for()
    assert alice.locator(".picture").count() == 0


def test_news_in_another_conversation_is_marked_until_it_is_opened(open_chat: Open) -> None:
    grid, charlie = open_chat("grid"), open_chat("charlie")
    other = grid.locator("[data-talk]", has_text="8栋的邻居")

    say(charlie, "电表箱的门没关")

    other.locator(".unread").wait_for()
    other.click()
    wait_for_bubble(grid, "电表箱的门没关")
    assert other.locator(".unread").count() == 0


def test_a_lost_line_is_told_and_found_again(open_chat: Open) -> None:
    alice, bob = open_chat("alice"), open_chat("bob")
    alice.context.set_offline(True)
    alice.locator("#banner", has_text="正在重新连接").wait_for()
    say(bob, "你那边断网了吧")

    alice.context.set_offline(False)

    wait_for_bubble(alice, "你那边断网了吧")
    alice.locator("#banner").wait_for(state="hidden")


def test_large_letters_stay_large_and_everything_is_large_enough_to_touch(open_chat: Open) -> None:
    alice = open_chat("alice", width=360)
    say(alice, "字太小了看不清")
    wait_for_bubble(alice, "字太小了看不清")
    alice.locator("#care").click()
    alice.reload()
    wait_for_bubble(alice, "字太小了看不清")

    size = alice.evaluate("getComputedStyle(document.querySelector('.bubble')).fontSize")
    targets = "[...document.querySelectorAll('button, textarea')].filter((e) => e.offsetParent)"
    heights = alice.evaluate(f"{targets}.map((e) => e.getBoundingClientRect().height)")

    assert size == "24px"
    assert min(heights) >= 60


@pytest.mark.parametrize("width", [360, 768, 1440])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_nothing_scrolls_sideways(open_chat: Open, world: World, width: int, scheme: str) -> None:
    with world.database.write() as db:
        world.member(
            db, "alice"
        ).name = "这个名字特别特别特别特别特别特别特别特别特别长AndHasNoSpaceInItAtAllWhichIsHardToBreak"
    alice = open_chat("alice", width=width, color_scheme=scheme)
    say(alice, "w" * 300)
    wait_for_bubble(alice, "www")
    report(world)
    alice.locator(".card").wait_for()

    wide = "[document.documentElement, document.body, document.getElementById('scroll')]"

    assert alice.evaluate(f"{wide}.every((e) => e.scrollWidth <= e.clientWidth)")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_words_stand_out_from_what_is_behind_them(open_chat: Open, world: World, scheme: str) -> None:
    alice = open_chat("alice", color_scheme=scheme)
    say(alice, "先说一句")
    wait_for_bubble(alice, "先说一句")
    report(world)
    alice.locator(".card").wait_for()

    texts = (".line.own .bubble", ".line.other .bubble", ".name", ".tag.bot", ".card-title", ".card-line", ".state")
    texts += (".face", "#send", "#title", ".talk-name", ".talk-last")

    ratios = {text: contrast(alice, text) for text in texts}

    assert {text: round(ratio, 2) for text, ratio in ratios.items() if ratio < 4.5} == {}


def contrast(page: Page, selector: str) -> float:
    """The ratio of WCAG 2.2 between an element's text and the nearest background behind it."""
    colours = page.locator(selector).last.evaluate(
        """(element) => {
          let behind = element;
          while (/rgba\\(.*, 0\\)/.test(getComputedStyle(behind).backgroundColor)) behind = behind.parentElement;
          return [getComputedStyle(element).color, getComputedStyle(behind).backgroundColor];
        }"""
    )
    lighter, darker = sorted((luminance(colour) for colour in colours), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def luminance(colour: str) -> float:
    shares = (int(part) / 255 for part in re.findall(r"\d+", colour)[:3])
    linear = [share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4 for share in shares]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize("world", [True], indirect=True)
def test_in_the_demo_one_becomes_another_by_a_press(open_chat: Open) -> None:
    page = open_chat("alice", width=360)
    page.locator("#open-people").click()
    page.fill("#find-person", "鲍")

    with page.expect_navigation():
        page.locator(".person:visible").click()
    page.locator("#empty:not([hidden])").wait_for()
    say(page, "我是鲍姐")

    wait_for_bubble(page, "我是鲍姐")
    assert "鲍姐" in page.locator("#open-people").inner_text()


def test_outside_the_demo_there_is_nobody_to_become(open_chat: Open) -> None:
    page = open_chat("alice")

    assert page.locator("#people, #open-people").count() == 0
