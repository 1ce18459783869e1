"""No test leaves this machine: connections and look-ups beyond loopback fail at once."""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Callable
from typing import Any

import pytest


class OutgoingNetwork(Exception):
    """A test tried to leave the machine."""


def is_loopback(host: object) -> bool:
    if host in (None, "", "localhost", b"localhost"):
        return True
    name = host.decode() if isinstance(host, bytes) else str(host)
    try:
        return ipaddress.ip_address(name.partition("%")[0]).is_loopback
    except ValueError:
        return False


def _refuse(host: object) -> None:
    if not is_loopback(host):
        raise OutgoingNetwork(f"a test tried to reach {host}; use a fake platform on loopback")


def _guarded(original: Callable[..., Any], position: int) -> Callable[..., Any]:
    """`original`, a method of a socket whose argument at `position` is the peer's address."""

    def guard(self: socket.socket, *arguments: Any) -> Any:
        if self.family in (socket.AF_INET, socket.AF_INET6):
            _refuse(arguments[position][0])
        return original(self, *arguments)

    return guard


def block_outgoing(patch: pytest.MonkeyPatch) -> None:
    """Every socket made by Python from now on reaches loopback only."""
    for method, position in (("connect", 0), ("connect_ex", 0), ("sendto", -1)):
        patch.setattr(socket.socket, method, _guarded(getattr(socket.socket, method), position))
    look_up = socket.getaddrinfo

    def guarded_look_up(host: Any, *arguments: Any, **options: Any) -> Any:
        _refuse(host)
        return look_up(host, *arguments, **options)

    patch.setattr(socket, "getaddrinfo", guarded_look_up)
