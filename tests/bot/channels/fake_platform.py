"""The platforms' side of the wire, on loopback: it records what comes and answers as it was told to."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit

Answer = tuple[int, bytes, dict[str, str]]  # status, body, headers


def answer(body: object, status: int = 200, **headers: str) -> Answer:
    """JSON, or the bytes as they are."""
    return status, body if isinstance(body, bytes) else json.dumps(body).encode(), headers


@dataclass
class Request:
    path: str
    query: dict[str, str]
    body: dict[str, Any]
    at: float = field(default_factory=time.monotonic)


@dataclass
class Platform:
    """Answers of a path are used up one after the other; the last one stays. What has none gets errcode 0."""

    url: str
    requests: list[Request] = field(default_factory=list)
    answers: dict[str, list[Answer]] = field(default_factory=dict)
    takes_seconds: float = 0.0  # before it answers

    def sent_to(self, path: str) -> list[Request]:
        return [request for request in self.requests if request.path == path]

    def next_answer(self, path: str) -> Answer:
        planned = self.answers.get(path, [])
        if not planned:
            return answer({"errcode": 0, "errmsg": "ok"})
        return planned.pop(0) if len(planned) > 1 else planned[0]


@contextmanager
def listening() -> Iterator[Platform]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
    server.platform = Platform(f"http://127.0.0.1:{server.server_port}/cgi-bin/")  # type: ignore[attr-defined]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield server.platform  # type: ignore[attr-defined]
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


class _Handler(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        platform: Platform = self.server.platform  # type: ignore[attr-defined]
        address = urlsplit(self.path)
        body = self.rfile.read(int(self.headers["Content-Length"]))
        path = address.path.removeprefix("/cgi-bin/")
        platform.requests.append(Request(path, dict(parse_qsl(address.query)), json.loads(body)))
        time.sleep(platform.takes_seconds)
        self._answer(*platform.next_answer(path))

    def _answer(self, status: int, body: bytes, headers: dict[str, str]) -> None:
        self.send_response(status)
        for name, value in {"Content-Length": str(len(body)), **headers}.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *arguments: object) -> None:
        """Quiet: the tests read `requests`."""
