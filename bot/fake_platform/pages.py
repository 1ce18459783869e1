"""The platform's addresses, and a page to write on as a follower, to set what is wrong, and to see what happened."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import fields
from datetime import datetime
from typing import Any

from flask import Flask, Response, abort, jsonify, redirect, render_template, request
from werkzeug.serving import make_server

from bot.fake_platform.followers import Account
from bot.fake_platform.platform import Faults, Platform

LOOPBACK = "127.0.0.1"
API = "/cgi-bin/"
PAUSE_SECONDS = 5.0  # between two tries of a delivery
LONGEST_TEXT = 600
BOUNDS = {"takes_seconds": (Faults.takes_seconds, 60.0), "token_lives": (Faults.token_lives, 86400.0)}
KINDS = {
    "delivered": "送到程序",
    "acknowledged": "程序收下",
    "unanswered": "没有回应",
    "sent": "程序发出",
    "refused": "平台退回",
}


def create_app(platform: Platform, account: Account | None = None) -> Flask:
    """The sending addresses; with an account the page too."""
    logging.getLogger("werkzeug").setLevel(logging.ERROR)  # the history tells it better
    app = Flask(__name__)

    @app.post(f"{API}<path:path>")
    def take(path: str) -> Response:
        status, body, headers = platform.take(path, dict(request.args), request.get_json(force=True, silent=True) or {})
        return Response(body, status, {name.replace("_", "-"): value for name, value in headers.items()})

    if account is not None:
        _add_page(app, platform, account)
    return app


def _add_page(app: Flask, platform: Platform, account: Account) -> None:
    held: list[str] = []  # of disorder: what waits for the next message to go first

    @app.before_request
    def only_here() -> None:
        """Not for a page elsewhere that got a name of this machine's."""
        if request.host.partition(":")[0] not in (LOOPBACK, "localhost"):
            abort(403)

    @app.get("/")
    def page() -> str:
        events = [(datetime.fromtimestamp(event.at), KINDS[event.kind], event) for event in reversed(platform.history)]
        return render_template("platform.html", events=events, faults=platform.faults, site=account.site, held=held)

    @app.get("/history.json")
    def history() -> Response:
        return jsonify(platform.history_as_dicts())

    @app.post("/say")
    def say() -> Any:
        follower = request.form.get("follower", "").strip()[:64] or "openid-1"
        text = request.form.get("text", "").strip()[:LONGEST_TEXT]
        if text and not platform.faults.is_out:
            _deliver(account, _in_order(platform.faults, held, f"{follower}\n{text}"))
        return redirect("/", 303)

    @app.post("/faults")
    def set_faults() -> Any:
        platform.faults = _faults(request.form)
        return redirect("/", 303)


def _in_order(faults: Faults, held: list[str], said: str) -> list[str]:
    """What is delivered now. In disorder a message waits for the next one, and comes after it."""
    if faults.disorder and not held:
        held.append(said)
        return []
    late = held[:]
    held.clear()
    return [said, *late]


def _deliver(account: Account, lines: list[str]) -> None:
    for line in lines:
        follower, _, text = line.partition("\n")
        said = account.takes_down(follower, text)
        threading.Thread(target=account.insist, args=(said, PAUSE_SECONDS), daemon=True).start()


def _faults(form: Any) -> Faults:
    """Out of the form."""
    flags = {f.name: f.name in form for f in fields(Faults) if f.type == "bool"}
    slow, lives = (_within(form.get(name, ""), *bounds) for name, bounds in BOUNDS.items())
    return Faults(**flags, takes_seconds=slow, token_lives=lives)


def _within(said: str, usual: float, most: float) -> float:
    """A number from the form; what is none, or too large, is the usual one."""
    try:
        value = float(said)
    except ValueError:
        return usual
    return value if 0 <= value <= most else usual


@contextmanager
def listening() -> Iterator[Platform]:
    """The sending addresses on a free port, for the time of the block."""
    platform = Platform("")
    server = make_server(LOOPBACK, 0, create_app(platform), threaded=True)
    platform.url = f"http://{LOOPBACK}:{server.server_port}{API}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield platform
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
