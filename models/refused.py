"""A rule that says no."""

from __future__ import annotations


class Refused(Exception):
    """A rule refused a deed. `code` names a template of bot/wording; the person who asked is told by it."""

    def __init__(self, code: str, **params: object) -> None:
        super().__init__(code)
        self.code = code
        self.params = params
