"""A TCP proxy between the program and a platform, which makes the weather: slow, silent, cut off, gone."""

from __future__ import annotations

import socket
import socketserver
import struct
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass

AT_ONCE = 65536
LOOK_SECONDS = 0.05
# Closed in this way a connection is reset: whoever reads from it learns that something broke.
RESET = struct.pack("ii", 1, 0)


@dataclass
class Weather:
    """What happens to connections from now on.

    `delay_seconds`: before each answer. `is_silent`: nothing is passed on, and nothing comes back. `is_cut`: what is
    asked reaches the platform, and the connection is reset before its answer. `is_gone`: reset at once.
    """

    delay_seconds: float = 0.0
    is_silent: bool = False
    is_cut: bool = False
    is_gone: bool = False


class Proxy(socketserver.ThreadingTCPServer):
    """`weather` may be changed at any time, and counts for connections that are open, too."""

    daemon_threads = True
    allow_reuse_address = True

    def __init__(self, platform_port: int) -> None:
        super().__init__(("127.0.0.1", 0), _Connection)
        self.platform_port = platform_port
        self.weather = Weather()
        self.is_over = threading.Event()

    @property
    def port(self) -> int:
        return int(self.server_address[1])


class _Connection(socketserver.BaseRequestHandler):
    server: Proxy

    def handle(self) -> None:
        with suppress(OSError), socket.create_connection(("127.0.0.1", self.server.platform_port)) as platform:
            back = threading.Thread(target=self._pass_back, args=(platform,), daemon=True)
            back.start()
            self._pass_on(platform)
            back.join()

    def _pass_on(self, platform: socket.socket) -> None:
        """What the program asks."""
        while asked := self.request.recv(AT_ONCE):
            if self.server.weather.is_gone:
                self._break(platform)
                return
            while self.server.weather.is_silent and not self.server.is_over.is_set():
                time.sleep(LOOK_SECONDS)
            platform.sendall(asked)
        with suppress(OSError):
            platform.shutdown(socket.SHUT_WR)

    def _pass_back(self, platform: socket.socket) -> None:
        """What the platform answers."""
        with suppress(OSError):
            while answer := platform.recv(AT_ONCE):
                weather = self.server.weather
                if weather.is_cut or weather.is_gone:
                    self._break(platform)
                    return
                self.server.is_over.wait(weather.delay_seconds)
                self.request.sendall(answer)
            self.request.shutdown(socket.SHUT_WR)

    def _break(self, platform: socket.socket) -> None:
        for end in (self.request, platform):
            with suppress(OSError):
                end.shutdown(socket.SHUT_RD)  # wakes the other thread, whose waiting would keep it open
                end.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
                end.close()


@contextmanager
def between(platform_port: int) -> Iterator[Proxy]:
    """A proxy in front of a port of this machine, for the time of the block."""
    with Proxy(platform_port) as proxy:
        thread = threading.Thread(target=proxy.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield proxy
        finally:
            proxy.is_over.set()
            proxy.shutdown()
            thread.join()
