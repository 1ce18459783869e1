"""The program in processes of its own, for the benches: started, spoken to, and ended."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import requests

from bot.bench import office
from bot.bench.office import SETTINGS, Followers

CHECKOUT = Path(__file__).parents[2]
PATIENCE_SECONDS = 60.0
LOOK_EVERY_SECONDS = 0.01


@contextmanager
def program(*command: str, port: int, environment: Mapping[str, str]) -> Iterator[subprocess.Popen[bytes]]:
    """`python -m COMMAND…` until the block ends; ready when its /healthz answers."""
    with launched(*command, environment=environment) as process:
        wait_for(f"http://127.0.0.1:{port}/healthz", process)
        yield process


@contextmanager
def launched(*command: str, environment: Mapping[str, str]) -> Iterator[subprocess.Popen[bytes]]:
    process = subprocess.Popen(
        [sys.executable, "-m", *command],
        cwd=CHECKOUT,
        env={**os.environ, **environment},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        yield process
    finally:
        process.kill()
        process.wait()


def wait_for(address: str, process: subprocess.Popen[bytes]) -> None:
    """Until it answers at all. Raises RuntimeError where the process ends or keeps silent."""
    end = time.monotonic() + PATIENCE_SECONDS
    while process.poll() is None and time.monotonic() < end:
        try:
            requests.get(address, timeout=5)
        except requests.ConnectionError:
            time.sleep(LOOK_EVERY_SECONDS)
        else:
            return
    raise RuntimeError(f"{address} does not answer")


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
    with launched("bot", "serve", environment=environment_of(url, folder, port)) as process:
        while not _is_acknowledged(followers, port):
            if process.poll() is not None:
                raise RuntimeError("serve does not start")
        return time.perf_counter() - begun


def _is_acknowledged(followers: Followers, port: int) -> bool:
    delivery = followers.report()
    try:
        return requests.post(f"http://127.0.0.1:{port}{delivery.address}", data=delivery.body, timeout=5).ok
    except requests.ConnectionError:
        time.sleep(LOOK_EVERY_SECONDS)
        return False


def resident_mib(folder: Path) -> float:
    """What the demo holds in memory once its pages were looked at, in MiB."""
    port = free_port()
    with program("bot", "demo", "--port", str(port), port=port, environment={"JIANJIAN_STATE": str(folder)}) as process:
        for page in ("/chat/", "/desk/", "/chat/", "/desk/"):
            requests.get(f"http://127.0.0.1:{port}{page}", timeout=10)
        lines = Path(f"/proc/{process.pid}/status").read_text("ascii").splitlines()
        return next(int(line.split()[1]) / 1024 for line in lines if line.startswith("VmRSS"))
