"""understand: JSON Lines in, JSON Lines out, without a database."""

from __future__ import annotations

import argparse
import json
import sys
from datetime import datetime
from typing import Any

from handlers.understanding import Context, Meaning, load, understand, words_for


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--explain", action="store_true", help="add the words and rules that led to each reading")


def run(given: argparse.Namespace) -> None:
    load()
    for raw in sys.stdin.buffer:
        line = raw.decode("utf-8", "replace")  # a broken byte spoils its own character, not the stream
        if line.strip():
            print(json.dumps(_read(line, given.explain), ensure_ascii=False), flush=sys.stdout.isatty())


def _read(line: str, is_explained: bool) -> dict[str, Any]:
    """The answer to one line; what is wrong with it where it cannot be read."""
    said: Any = None
    try:
        said = json.loads(line)
        meaning = understand(_sendable(said["text"]), Context(), _time(said["at"]))
    except KeyError as error:
        return _fault(said, f"{error.args[0]} is missing")
    except (ValueError, TypeError, AttributeError, OverflowError, RecursionError) as error:
        return _fault(said, str(error))
    why = _why(said["text"], meaning) if is_explained else {}
    return {"id": _id(said)} | meaning.as_dict() | why


def _why(text: str, meaning: Meaning) -> dict[str, Any]:
    """The rules and margins, and for each intent and category the words that weighed for it."""
    labels = [*meaning.intents, *(f"category:{issue.category}" for issue in meaning.issues)]
    return {"reasons": list(meaning.reasons), "words": {label: dict(words_for(text, label)) for label in labels}}


def _time(said: str) -> datetime:
    at = datetime.fromisoformat(said)
    if at.tzinfo is None:
        raise ValueError("at: the zone is missing")
    return at


def _sendable(text: str) -> str:
    """Half a surrogate pair is in no encoding and cannot be printed."""
    return text.encode("utf-8", "replace").decode()


def _id(said: Any) -> Any:
    given = said.get("id") if isinstance(said, dict) else None
    return _sendable(given) if isinstance(given, str) else given


def _fault(said: Any, error: str) -> dict[str, Any]:
    return {"id": _id(said), "error": _sendable(error)}
