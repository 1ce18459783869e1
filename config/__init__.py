"""Settings, lexicon, categories, the demo estate. Imports nothing of ours."""

from __future__ import annotations

from pathlib import Path

HERE = Path(__file__).parent


def lexicon_words(name: str) -> tuple[str, ...]:
    """The words of a list in config/lexicon: one a line, `#` begins a comment."""
    lines = (HERE / "lexicon" / name).read_text("utf-8").splitlines()
    return tuple(word for line in lines if (word := line.partition("#")[0].strip()))
