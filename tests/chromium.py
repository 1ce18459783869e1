"""The system's Chromium, driven by Playwright, for tests of the pages as people see them."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, sync_playwright

from tests.present import missing

NAMES = ("chromium", "chromium-browser", "google-chrome")
FONTS = {"Chinese": ":lang=zh-cn", "emoji": ":lang=und-zsye"}
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    # No page may need anything beyond this machine: offices are offline.
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost",
)


@contextmanager
def launched() -> Iterator[Browser]:
    """A headless browser for the time of the block; where there is none, the test is skipped or fails (CI)."""
    program = _program()
    _require_fonts()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=list(FLAGS))
        try:
            yield browser
        finally:
            browser.close()


def _program() -> str:
    found = next(filter(None, map(shutil.which, NAMES)), None)
    return found or missing("Chromium is not installed")


def _require_fonts() -> None:
    lister = shutil.which("fc-list") or missing("fontconfig is not installed: the fonts cannot be looked up")
    for what, pattern in FONTS.items():
        listed = subprocess.run([lister, pattern, "family"], capture_output=True, check=True, text=True)
        if not listed.stdout.strip():
            missing(f"no {what} font is installed")
