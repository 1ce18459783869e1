"""The demo as somebody meets it: started by its command, opened by the printed link, tried out in the browser."""

from __future__ import annotations

import re
import socket
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import requests
from sqlalchemy import update

from models.database import connect
from models.due import Due
from tests.faults.program import Program

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Locator, Page

LI, PENG, XU = "12-3-502 老李", "彭工 3-1801", "网格员小许"
GROUP, ALONE = "12栋邻里群", "小件"
POLL = "投票：楼道灯换声控的还是常亮的\nA 声控\nB 常亮"
LONG = "https://example.org/" + "一句没有空格的长话AndNoSpaceInTheLatinPartEither" * 8


@dataclass(frozen=True)
class Demo:
    site: str
    link: str
    file: Path

    def digest_is_due(self) -> None:
        """The hour of the next digest has come; the running demo does the rest, at its next tick."""
        database = connect(f"sqlite:///{self.file}")
        with database.write() as session:
            waiting = (Due.kind == "digest", Due.done_at.is_(None))
            session.execute(update(Due).where(*waiting).values(at=datetime.now(UTC)))
        database.engine.dispose()


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    """`python -m bot demo`, ready."""
    folder = tmp_path_factory.mktemp("demo")
    port, file = _free_port(), folder / "demo.db"
    site = f"http://127.0.0.1:{port}"
    environment = {"JIANJIAN_STATE": str(folder), "JIANJIAN_BASE_URL": site}
    program = Program("demo", environment, folder / "demo.log", ("--port", str(port), "--database", str(file)))
    try:
        program.start()
        (link,) = re.findall(r"http://\S+/sign-in/\S+", program.log.read_text("utf-8"))
        yield Demo(site, link, file)
    finally:
        program.kill()


@pytest.fixture(scope="module")
def visitor(demo: Demo, browser: Browser) -> Iterator[BrowserContext]:
    """A browser that opened the printed link."""
    context = browser.new_context(locale="zh-CN", timezone_id="Asia/Shanghai")
    page = context.new_page()
    page.goto(demo.link)
    page.get_by_role("button", name="登录").click()
    page.get_by_role("heading", name="今天").wait_for()
    yield context
    context.close()


@dataclass(frozen=True)
class Chat:
    """The chat's page, used as a person would: by what is written on it."""

    page: Page

    def be(self, name: str) -> None:
        people = self.page.get_by_role("complementary", name="换一个人试试")
        if not people.is_visible():
            self.page.get_by_role("button", name="我是").click()
        with self.page.expect_navigation():
            people.get_by_role("button", name=name).click()
        self.page.get_by_text(f"我是 {name}").filter(visible=True).wait_for()

    def open(self, name: str) -> None:
        talks = self.page.get_by_role("navigation", name="会话")
        talks.get_by_role("button", name=re.compile(f"^{name}")).click()
        self.page.get_by_role("heading", name=name, level=1).wait_for()

    def say(self, name: str, text: str) -> None:
        """Becomes somebody, opens the group and says it there."""
        self.be(name)
        self.open(GROUP)
        self.write(text)

    def write(self, text: str) -> None:
        self.page.get_by_label("写消息").fill(text)
        self.page.get_by_label("写消息").press("Enter")
        self.lines("我").filter(has_text=text.splitlines()[0]).last.wait_for()
        self.page.get_by_text("正在发送").wait_for(state="hidden")

    def lines(self, name: str) -> Locator:
        """What somebody said here, and the bot as 小件."""
        return self.page.get_by_role("listitem", name=re.compile(f"^{name} "))

    def bot_says(self, *parts: str) -> None:
        """The newest word of the bot comes to hold these parts."""
        from playwright.sync_api import expect

        for part in parts:
            expect(self.lines("小件").last).to_contain_text(part)

    def card(self, head: str) -> Locator:
        return self.page.get_by_role("region", name=re.compile(f"^{head}，"))


@pytest.fixture
def chat(demo: Demo, visitor: BrowserContext) -> Iterator[Chat]:
    page = visitor.new_page()
    page.goto(f"{demo.site}/chat/")
    yield Chat(page)
    page.close()


def test_the_demo_is_healthy_and_leads_to_its_chat(demo: Demo) -> None:
    health = requests.get(f"{demo.site}/healthz", timeout=10)

    assert (health.status_code, health.json()) == (200, {"ok": True})
    assert requests.get(demo.site, timeout=10, allow_redirects=False).headers["Location"] == "/chat/"


def test_the_printed_link_signs_in_once(demo: Demo, visitor: BrowserContext, page: Page) -> None:
    page.goto(demo.link)

    assert page.get_by_role("heading", name="这个链接不能用了").is_visible()


def test_the_main_job_from_a_sentence_to_the_digest(demo: Demo, chat: Chat) -> None:
    from playwright.sync_api import expect

    # Two households, one ticket.
    chat.say(LI, "12栋3单元电梯又停了")
    chat.bot_says("已登记 #1", "12栋3单元电梯")
    chat.say(PENG, "我家也是")
    expect(chat.card("工单 #1")).to_contain_text("附议 1 户")
    expect(chat.card(r"工单 #\d+")).to_have_count(1)

    # Settled, and not to the reporter's liking.
    chat.say(XU, "1 办结 已换门机")
    chat.bot_says("#1", "已办结：已换门机", LI)
    expect(chat.card("工单 #1").last).to_contain_text("等评价")
    chat.say(LI, "没修好")
    chat.bot_says("#1", "退回重办")
    expect(chat.card("工单 #1").last).to_contain_text("待接单")

    # A poll with two households.
    chat.say(LI, POLL)
    poll = chat.card("投票 2")
    expect(poll).to_contain_text("楼道灯换声控的还是常亮的")
    chat.write("A")
    chat.say(PENG, "B")
    expect(poll).to_contain_text("已投 2/")
    expect(poll.get_by_role("listitem").filter(has_text="声控")).to_contain_text("1 户")
    expect(poll.get_by_role("listitem").filter(has_text="常亮")).to_contain_text("1 户")

    # One room, two wishes.
    chat.say(LI, "明天下午3点到5点活动室")
    chat.bot_says("约好了：活动室 明天 15:00–17:00", LI)
    chat.say("乐乐妈", "明天下午3点到5点活动室")
    chat.bot_says("活动室 明天 15:00–17:00 有人约了")

    # The worker's digest: in his talk with the bot, and at the desk.
    demo.digest_is_due()
    chat.be(XU)
    chat.open(ALONE)
    chat.bot_says("今日简报", "【12栋】", "1 加急 12栋3单元电梯")
    chat.page.goto(f"{demo.site}/desk/digests")
    expect(chat.page.get_by_role("article").first).to_contain_text("12栋3单元电梯")


def test_at_360_pixels_nothing_of_the_chat_scrolls_sideways(chat: Chat) -> None:
    chat.page.set_viewport_size({"width": 360, "height": 740})

    chat.say(PENG, LONG)
    widths = {GROUP: _width(chat.page)}
    chat.open(ALONE)
    widths[ALONE] = _width(chat.page)
    chat.page.get_by_role("button", name="我是").click()
    widths["people"] = _width(chat.page)

    assert set(widths.values()) == {360}, widths


def _width(page: Page) -> int:
    """The widest thing on the page, the talk's own scrolling part included."""
    return int(
        page.evaluate("""() => Math.max(document.documentElement.scrollWidth,
        ...[...document.querySelectorAll('#scroll')].map((part) => part.scrollWidth))""")
    )


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])
