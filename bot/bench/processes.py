"""The program in processes of its own, for the benches: started, spoken to, and ended."""

from __future__ import annotations

import html
import os
import re
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import requests

from bot.bench import office
from bot.bench.office import SETTINGS, Followers

CHECKOUT = Path(__file__).parents[2]
PATIENCE_SECONDS = 60.0
LOOK_EVERY_SECONDS = 0.01
FEWEST_PAGES, PAGES_AT_MOST = 15, 60  # of the desk


@dataclass
class Running:
    """A process, and what it prints."""

    process: subprocess.Popen[bytes]
    printed: Path

    @property
    def said(self) -> str:
        return self.printed.read_text("utf-8", "replace")

    def require(self) -> None:
        """Raises RuntimeError, with its last words, where it has ended."""
        if self.process.poll() is not None:
            raise RuntimeError(f"the program ended with {self.process.returncode}: {self.said[-2000:]}")


@contextmanager
def program(*command: str, port: int, environment: Mapping[str, str]) -> Iterator[Running]:
    """`python -m COMMAND…` until the block ends; ready when its /healthz answers."""
    with launched(*command, environment=environment) as running:
        wait_for(f"http://127.0.0.1:{port}/healthz", running)
        yield running


@contextmanager
def launched(*command: str, environment: Mapping[str, str]) -> Iterator[Running]:
    with tempfile.NamedTemporaryFile(prefix="jianjian-bench-", suffix=".log") as printed:
        process = subprocess.Popen(
            [sys.executable, "-m", *command],
            cwd=CHECKOUT,
            env={**os.environ, **environment},
            stdin=subprocess.DEVNULL,
            stdout=printed,
            stderr=subprocess.STDOUT,
        )
        try:
            yield Running(process, Path(printed.name))
        finally:
            process.kill()
            process.wait()


def wait_for(address: str, running: Running) -> None:
    """Until it answers at all. Raises RuntimeError where the process ends or keeps silent."""
    for _ in _looking(running, address):
        try:
            requests.get(address, timeout=5)
        except requests.ConnectionError:
            continue
        return


def _looking(running: Running, wanted: str) -> Iterator[None]:
    """Again and again, for as long as the process lives and there is hope."""
    end = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < end:
        running.require()
        yield
        time.sleep(LOOK_EVERY_SECONDS)
    raise RuntimeError(f"{wanted} does not answer; the program said: {running.said[-2000:]}")


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def environment_of(url: str, folder: Path, port: int) -> dict[str, str]:
    return {
        "JIANJIAN_DATABASE_URL": url,
        "JIANJIAN_STATE": str(folder),
        "JIANJIAN_PORT": str(port),
        "JIANJIAN_BASE_URL": f"http://127.0.0.1:{port}",
        "JIANJIAN_OFFICIAL_ACCOUNT_APP_ID": SETTINGS.app_id,
        "JIANJIAN_OFFICIAL_ACCOUNT_SECRET": SETTINGS.secret,
        "JIANJIAN_OFFICIAL_ACCOUNT_TOKEN": SETTINGS.token,
        "JIANJIAN_OFFICIAL_ACCOUNT_AES_KEY": SETTINGS.aes_key,
    }


def seconds_to_first_answer(folder: Path) -> float:
    """From the start of `serve` to the first message that it acknowledges."""
    folder.mkdir()
    url, port = f"sqlite:///{folder / 'office.db'}", free_port()
    office.found(url).engine.dispose()
    followers = Followers()
    begun = time.perf_counter()
    with launched("bot", "serve", environment=environment_of(url, folder, port)) as running:
        for _ in _looking(running, "the callback"):
            if _is_answered(followers, port):
                break
        return time.perf_counter() - begun


def _is_answered(followers: Followers, port: int) -> bool:
    """Not only acknowledged: the ticket's number comes back."""
    delivery = followers.report()
    try:
        answer = requests.post(f"http://127.0.0.1:{port}{delivery.address}", data=delivery.body, timeout=5)
    except requests.ConnectionError:
        return False
    return answer.ok and bool(answer.content)


def resident_mib(folder: Path) -> float:
    """What the demo holds in memory once it was used: somebody signed in by the link that it prints, opened each page
    that the desk leads to, and filed a report. In MiB."""
    port = free_port()
    state = {"JIANJIAN_STATE": str(folder)}
    with program("bot", "demo", "--port", str(port), port=port, environment=state) as running:
        visitor = _Visitor(f"http://127.0.0.1:{port}")
        visitor.sign_in(_printed_link(running))
        visitor.walk("/desk/", PAGES_AT_MOST)
        visitor.file("3栋", "电梯又停了，按了没反应")
        visitor.open("/chat/")
        lines = Path(f"/proc/{running.process.pid}/status").read_text("ascii").splitlines()
        return next(int(line.split()[1]) / 1024 for line in lines if line.startswith("VmRSS"))


def _printed_link(running: Running) -> str:
    for _ in _looking(running, "the link to sign in by"):
        if link := re.search(r"http://\S+(/sign-in/\S+)", running.said):
            return link[1]
    raise AssertionError("looking ends with an error")


class _Visitor:
    """A browser without a window."""

    def __init__(self, site: str) -> None:
        self._site, self._browser = site, requests.Session()

    def open(self, address: str) -> str:
        return self._body(self._browser.get(self._site + address, timeout=30))

    def sign_in(self, link: str) -> None:
        self._post(link, self.open(link), {})

    def walk(self, begin: str, at_most: int) -> None:
        """Opens a page and what it leads to beneath it, and so on."""
        known = [begin]
        for address in known:  # grows while it is walked
            links = re.findall(rf'href="({re.escape(begin)}[^"#]*)"', self.open(address))
            known += [html.unescape(link) for link in dict.fromkeys(links) if html.unescape(link) not in known]
            del known[at_most:]
        if len(known) < FEWEST_PAGES:
            raise RuntimeError(f"the desk leads to {len(known)} pages only")

    def file(self, where: str, what: str) -> None:
        form = self.open("/desk/file")
        once = re.findall(r'name="once" value="([^"]+)"', form)
        self._post("/desk/file", form, {"where": where, "who": "", "what": what, "once": once[0]})

    def _post(self, address: str, page: str, fields: dict[str, str]) -> None:
        csrf = re.findall(r'name="csrf" value="([^"]+)"', page)
        self._body(self._browser.post(self._site + address, data=fields | {"csrf": csrf[0]}, timeout=30))

    def _body(self, answer: requests.Response) -> str:
        if not answer.ok:
            raise RuntimeError(f"{answer.url} was answered {answer.status_code}")
        return answer.text
