"""Patterns that are lists of alternatives, one idea a line."""

from __future__ import annotations

import re


def any_of(*alternatives: str) -> re.Pattern[str]:
    """One compiled pattern of all alternatives, tried in their order."""
    return re.compile("|".join(alternatives))
