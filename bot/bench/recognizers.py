"""How well times are resolved on the phrases of Recognizers-Text: the share whose start is right.

FILE holds JSON Lines {"spec", "input", "ref", "results"}. Left out, because our labels say otherwise: durations and
repetitions alone, what lies in the past, days that do not exist, years of emperors and decades. Counted alike: a part
of the day (明天上午) is that day for us and a stretch from 8:00 for them, and a clock time without a day is compared by
the clock alone.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from handlers.understanding.meaning import TimeSpan
from handlers.understanding.normal import normalise
from handlers.understanding.times import find_times

ZONE = ZoneInfo("Asia/Shanghai")
KINDS = ("Date", "DatePeriod", "DateTime", "DateTimePeriod", "Holiday", "Time", "TimePeriod")
SPECS = {f"{name}Parser" for name in KINDS}
STARTS = ("date", "dateTime", "startDate", "startDateTime", "time", "startTime")


def measure(path: str | Path) -> dict[str, float]:
    """How many phrases there are, the share with a right start, and times claimed in texts that have none."""
    rows = list(_rows(path))
    right = sum(is_right for *_, is_right in rows)
    return {"n": len(rows), "start_right": right / max(1, len(rows)), "claimed_in_none": _claimed_in_none(path)}


def differing(path: str | Path) -> list[str]:
    """The phrases whose start is not theirs, with theirs and ours."""
    return [f"{phrase}: {gold} / {ours}" for phrase, gold, ours, is_right in _rows(path) if not is_right]


def _rows(path: str | Path) -> Iterator[tuple[str, str, str, bool]]:
    """Phrase, gold start, ours, and whether they are the same."""
    for row in _lines(path):
        if row["spec"] not in SPECS or not row["ref"]:
            continue
        now = datetime.fromisoformat(row["ref"]).replace(tzinfo=ZONE)
        ours = find_times(normalise(row["input"]), now)
        golds = [gold for gold in map(_start, row["results"]) if gold and _is_ahead(gold, now)]
        for at, gold in enumerate(golds):
            found = ours[at] if at < len(ours) else None
            yield row["input"], gold, str(found and found.start), _same(gold, found)


def _lines(path: str | Path) -> list[dict[str, Any]]:
    with open(path, encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def _start(result: dict[str, Any]) -> str | None:
    value = result.get("Value") or {}
    found = value.get("FutureResolution") or {}
    return next((str(found[key]) for key in STARTS if found.get(key)), None)


def _is_ahead(gold: str, now: datetime) -> bool:
    return ":" in gold[:3] or gold[:10] >= now.date().isoformat()


def _same(gold: str, found: TimeSpan | None) -> bool:
    if found is None:
        return False
    start = found.start
    if ":" in gold[:3]:  # a clock time without a day
        return not isinstance(start, datetime) or start.strftime("%H:%M:%S") == gold
    if len(gold) > 10 and isinstance(start, datetime):
        return start.strftime("%Y-%m-%d %H:%M:%S") == gold
    return _day(start).isoformat() == gold[:10]


def _day(start: date) -> date:
    return start.date() if isinstance(start, datetime) else start


def _claimed_in_none(path: str | Path) -> int:
    noon = datetime(2026, 3, 11, 12, tzinfo=ZONE)
    return sum(bool(find_times(normalise(row["input"]), noon)) for row in _lines(path) if not row["results"])
