"""Figures of understanding: on labelled messages, on texts that are all issues or all chat, and of its cost.

The definitions are those of the evaluation that judges the program.
"""

from __future__ import annotations

import json
import statistics
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

from handlers.understanding import Context, understand
from handlers.understanding.words import plain_lcut

HOUSE = ("building", "unit", "floor", "room")
NOW = datetime(2026, 3, 11, 19, 42, tzinfo=timezone(timedelta(hours=8)))

Message = dict[str, Any]


def read(path: Path) -> list[Message]:
    """The labelled messages of a JSON Lines file, or of all such files in a folder."""
    files = sorted(path.glob("*.jsonl")) if path.is_dir() else [path]
    return [json.loads(line) for file in files for line in file.read_text("utf-8").splitlines() if line.strip()]


def answer(message: Message) -> Message:
    """What the program says about a message, in the form of the command `understand`."""
    return understand(message["text"], Context(), datetime.fromisoformat(message["at"])).as_dict()


def score(path: Path, answer: Callable[[Message], Message] = answer) -> dict[str, float]:
    """All figures on a labelled file; a figure without cases is left out."""
    gold = read(path)
    return score_answers(gold, [answer(message) for message in gold])


def score_answers(gold: Sequence[Message], got: Sequence[Message]) -> dict[str, float]:
    """All figures, given the answers in the order of the messages."""
    pairs = list(zip(gold, got, strict=True))
    return (
        {"n": len(pairs)}
        | _intent_figures(pairs)
        | _issue_figures(pairs)
        | _danger_figures(pairs)
        | _time_figures(pairs)
        | {"calibration": calibration(pairs)}
    )


def f1(hits: int, wrong: int, missed: int) -> tuple[float, float, float]:
    """Precision, recall and their harmonic mean."""
    precision = hits / (hits + wrong) if hits + wrong else 0.0
    recall = hits / (hits + missed) if hits + missed else 0.0
    return precision, recall, 2 * precision * recall / (precision + recall) if precision + recall else 0.0


def _intent_figures(pairs: list[tuple[Message, Message]]) -> dict[str, float]:
    counted: dict[str, Counter[str]] = defaultdict(Counter)
    for gold, got in pairs:
        meant, heard = set(gold["intents"]), set(got["intents"])
        for intent in meant | heard:
            counted[intent]["hit" if intent in meant & heard else "wrong" if intent in heard else "missed"] += 1
    each = {name: f1(c["hit"], c["wrong"], c["missed"]) for name, c in counted.items()}
    told = {name: each[name][2] for name, c in counted.items() if c["hit"] + c["missed"]}
    precision, recall, both = each.get("issue", (0.0, 0.0, 0.0))
    chat = [got for gold, got in pairs if gold["intents"] == ["chat"]]
    false = 100 * sum("issue" in got["intents"] for got in chat) / max(1, len(chat))
    figures = {
        "issue_precision": precision,
        "issue_recall": recall,
        "issue_f1": both,
        "false_tickets_per_100_chat": false,
    }
    return (
        figures | {"intent_macro_f1": statistics.fmean(told.values())} | {f"f1 {k}": v for k, v in sorted(told.items())}
    )


def match_issues(gold: Sequence[Message], got: Sequence[Message]) -> list[tuple[Message, Message | None]]:
    """Every labelled issue with the answered one of its category, else with any that is left."""
    left = list(got)
    matched: list[tuple[Message, Message | None]] = []
    for issue in gold:
        same = next((other for other in left if other["category"] == issue["category"]), left[0] if left else None)
        if same is not None:
            left.remove(same)
        matched.append((issue, same))
    return matched


def _issue_figures(pairs: list[tuple[Message, Message]]) -> dict[str, float]:
    told = [(gold, got) for gold, got in pairs if "issue" in gold["intents"]]
    matched = [pair for gold, got in told for pair in match_issues(gold["issues"], got["issues"])]
    several = [(gold, got) for gold, got in told if len(gold["issues"]) > 1]
    places: Counter[str] = Counter()
    for issue, other in matched:
        places.update(_place_marks(issue.get("place") or {}, (other or {}).get("place") or {}))
    n = max(1, len(matched))
    return {
        "category_accuracy": sum(bool(o) and i["category"] == o["category"] for i, o in matched if o) / n,
        "urgency_accuracy": sum(i["urgency"] == o["urgency"] for i, o in matched if o) / n,
        "two_issue_messages_split": _share(len(gold["issues"]) == len(got["issues"]) for gold, got in several),
        "one_issue_messages_whole": _share(len(got["issues"]) < 2 for gold, got in told if len(gold["issues"]) == 1),
        "place_f1": f1(places["hit"], places["wrong"], places["missed"])[2],
    }


def _place_marks(meant: Message, heard: Message) -> Iterable[str]:
    for field in HOUSE:
        wanted, said = meant.get(field), heard.get(field)
        if wanted == said:
            yield from ["hit"] if wanted else []
            continue
        yield from (["wrong"] if said else []) + (["missed"] if wanted else [])


def _share(marks: Iterable[bool]) -> float:
    listed = list(marks)
    return sum(listed) / len(listed) if listed else 1.0


def _danger_figures(pairs: list[tuple[Message, Message]]) -> dict[str, float]:
    marks = Counter((_is_emergency(gold), _is_emergency(got)) for gold, got in pairs)
    precision, recall, _ = f1(marks[True, True], marks[False, True], marks[True, False])
    return {"emergency_precision": precision, "emergency_recall": recall}


def _is_emergency(message: Message) -> bool:
    return any(issue["urgency"] == "emergency" for issue in message.get("issues", []))


def _time_figures(pairs: list[tuple[Message, Message]]) -> dict[str, float]:
    starts, ends = [], []
    claimed = [bool(got.get("times")) for gold, got in pairs if not gold.get("times")]
    for gold, got in pairs:
        for k, meant in enumerate(gold.get("times") or []):
            heard = (got.get("times") or [])[k] if k < len(got.get("times") or []) else {}
            starts.append(_same_time(meant["start"], heard.get("start")))
            ends += [starts[-1] and _same_time(meant["end"], heard.get("end"))] if meant.get("end") else []
    return {"time_start": _share(starts), "time_end": _share(ends), "time_claimed_without": _share(claimed)}


def _same_time(meant: str, heard: str | None) -> bool:
    return bool(heard) and datetime.fromisoformat(meant) == datetime.fromisoformat(str(heard))


def calibration(pairs: list[tuple[Message, Message]], bins: int = 10) -> float:
    """How far the confidence lies from the share of right intents, on average over ten steps of it."""
    steps: dict[int, list[tuple[float, bool]]] = defaultdict(list)
    for gold, got in pairs:
        sure = float(got["confidence"])
        steps[min(bins - 1, int(sure * bins))].append((sure, set(gold["intents"]) == set(got["intents"])))
    off = (abs(sum(sure - right for sure, right in step)) for step in steps.values())
    return sum(off) / max(1, len(pairs))


def rate(texts: Sequence[str]) -> float:
    """The share of texts that are taken for an issue."""
    return sum("issue" in understand(text, Context(), NOW).intents for text in texts) / max(1, len(texts))


def cost(texts: Sequence[str], rounds: int = 3) -> dict[str, float]:
    """Microseconds a message, beside `jieba.lcut` of the same texts, measured in turns; the best round of each."""
    context = Context()
    calls: dict[str, Callable[[str], object]] = {
        "understand": lambda text: understand(text, context, NOW),
        "jieba.lcut": plain_lcut(),
    }
    figures = fastest(calls, texts, rounds)
    return figures | {"ratio": figures["understand"] / figures["jieba.lcut"]}


def fastest(calls: dict[str, Callable[[str], object]], texts: Sequence[str], rounds: int) -> dict[str, float]:
    """Microseconds a text of each call, measured in turns; the best of the rounds."""
    taken: dict[str, list[float]] = {name: [] for name in calls}
    for _ in range(rounds):
        for name, call in calls.items():
            taken[name].append(_microseconds(call, texts))
    return {name: min(times) for name, times in taken.items()}


def _microseconds(call: Callable[[str], object], texts: Sequence[str]) -> float:
    begun = time.perf_counter()
    for text in texts:
        call(text)
    return (time.perf_counter() - begun) / max(1, len(texts)) * 1e6
