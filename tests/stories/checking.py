"""Checks what came of a dialogue against what its residents would expect (`NN-name.expected.json`).

A key that is absent is not looked at. Lists of tickets, polls, bookings, waiting and meetings are complete: whatever
is more is a fault. Entries are paired so that the fewest faults are left.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from itertools import permutations
from typing import Any

Fields = dict[str, Any]
OPEN = ("open", "accepted", "assigned")
STATUS = {
    "open": OPEN,
    "resolved": ("resolved", "closed"),
    "withdrawn": ("withdrawn", "rejected"),
    "confirmed": ("confirmed", "done", "no_show"),
}
GONE = ("withdrawn", "rejected", "merged")
STILL_WAITS = ("waiting", "offered")


def faults(expected: Fields, outcome: Fields) -> list[str]:
    """What is not as expected, in words; empty where all is."""
    return [fault for name, check in CHECKS.items() if name in expected for fault in check(expected[name], outcome)]


def _listed(kind: str, actual: list[Fields], expected: list[Fields], spare: Callable[[Fields], bool]) -> Iterator[str]:
    chosen = min(_pairings(len(expected), len(actual)), key=lambda pairs: _cost(expected, actual, pairs))
    for entry, place in zip(expected, chosen, strict=True):
        if place is None:
            yield from () if entry.get("status") in ("withdrawn", "cancelled") else (f"{kind}: missing {entry}",)
        else:
            yield from (f"{kind}: {fault}" for fault in _differences(entry, actual[place]))
    extra = [row for n, row in enumerate(actual) if n not in chosen and not spare(row)]
    yield from (f"{kind}: extra {row}" for row in extra)


def _pairings(wanted: int, there: int) -> Iterator[tuple[int | None, ...]]:
    """Every way to give each expected entry an actual one; lists are short, and greedy from eight entries on."""
    places: list[int | None] = [*range(there), *[None] * max(0, wanted - there)]
    if wanted > 7:
        yield tuple(places[:wanted])
        return
    yield from permutations(places, wanted)


def _cost(expected: list[Fields], actual: list[Fields], pairs: tuple[int | None, ...]) -> int:
    return sum(
        9 if place is None else len(list(_differences(entry, actual[place])))
        for entry, place in zip(expected, pairs, strict=True)
    )


def _differences(entry: Fields, row: Fields) -> Iterator[str]:
    for name, wanted in entry.items():
        if not FIELDS.get(name, _equal)(name, wanted, row):
            yield f"{name}: {wanted!r} was expected of {row}"


def _equal(name: str, wanted: Any, row: Fields) -> bool:
    return bool(row.get(name) == wanted)


def _same_time(name: str, wanted: Any, row: Fields) -> bool:
    return bool(row.get(name)) and datetime.fromisoformat(row[name]) == datetime.fromisoformat(wanted)


def _tally(_name: str, wanted: dict[str, int], row: Fields) -> bool:
    tally = dict(row["tally"])
    for option, households in wanted.items():
        named = option if option in tally else next((o for o in tally if option in o or o in option), None)
        if (tally.pop(named) if named else 0) != households:
            return False
    return True


def _going(_name: str, wanted: list[str], row: Fields) -> bool:
    """The one who calls may be counted too."""
    return set(wanted) <= set(row["going"]) and len(set(row["going"]) - set(wanted)) <= 1


FIELDS: dict[str, Callable[[str, Any, Fields], bool]] = {
    "status": lambda name, wanted, row: row["status"] in STATUS.get(wanted, (wanted,)),
    "building": lambda name, wanted, row: row["place"].get(name) == wanted,
    "unit": lambda name, wanted, row: row["place"].get(name) == wanted,
    "floor": lambda name, wanted, row: row["place"].get(name) == wanted,
    "question_contains": lambda name, wanted, row: wanted in row["question"],
    "place_contains": lambda name, wanted, row: wanted in row["place"],
    "start": _same_time,
    "end": _same_time,
    "tally": _tally,
    "going": _going,
}


def _reminders(expected: list[Fields], outcome: Fields) -> Iterator[str]:
    for entry in expected:
        first, last = map(datetime.fromisoformat, entry["between"])
        found = [
            said
            for said in outcome["reminders"]
            if said["about"] == entry["about"]
            and first <= datetime.fromisoformat(said["at"]) <= last
            and (said.get("to") == entry["to"] or "group" in said)
        ]
        if not found:
            yield f"reminders: none for {entry}"


def _mentions(expected: list[str], outcome: Fields) -> Iterator[str]:
    digests = "\n".join(digest["text"] for digest in outcome["digests"])
    yield from (f"digests: no {words}" for words in expected if not any(w in digests for w in words.split("|")))


def _not_ticketed(expected: list[str], outcome: Fields) -> Iterator[str]:
    counted = {m for t in outcome["tickets"] if t["status"] not in GONE for m in t["messages"]}
    yield from (f"must not be a ticket: {m}" for m in expected if m in counted)


def _volunteers(expected: list[Fields], outcome: Fields) -> Iterator[str]:
    for entry in expected:
        wanted, unwanted = set(entry["members"]), set(entry.get("not_members", ()))
        lists = [set(task["members"]) for task in outcome["volunteers"]]
        if not any(wanted <= names and not unwanted & names for names in lists):
            yield f"volunteers: {entry} in none of {lists}"


def _posts(limit: int, outcome: Fields) -> Iterator[str]:
    posts = sum("group" in said for said in outcome["replies"])
    yield from () if posts <= limit else (f"group posts: {posts}, at most {limit}",)


def _gone(row: Fields) -> bool:
    return row["status"] in GONE


def _told(expected: list[Fields], outcome: Fields) -> Iterator[str]:
    """What the bot must have said to somebody (`to`) or in a group (`group`), by a part of it."""
    yield from (f"told: missing {wanted}" for wanted in expected if not _is_said(wanted, outcome))


def _never_told(expected: list[Fields], outcome: Fields) -> Iterator[str]:
    yield from (f"never_told: {unwanted}" for unwanted in expected if _is_said(unwanted, outcome))


def _is_said(what: Fields, outcome: Fields) -> bool:
    where = "to" if "to" in what else "group"
    said = (*outcome["replies"], *outcome["digests"])
    return any(row.get(where) == what[where] and what["contains"] in row["text"] for row in said)


CHECKS: dict[str, Callable[[Any, Fields], Iterator[str]]] = {
    "tickets": lambda e, o: _listed("tickets", [t for t in o["tickets"] if t["status"] != "merged"], e, _gone),
    "polls": lambda e, o: _listed("polls", o["polls"], e, lambda row: False),
    "bookings": lambda e, o: _listed("bookings", o["bookings"], e, lambda row: False),
    "waitlist": lambda e, o: _listed(
        "waitlist", [w for w in o["waitlist"] if w["status"] in STILL_WAITS], e, lambda row: False
    ),
    "meetings": lambda e, o: _listed("meetings", o["meetings"], e, lambda row: False),
    "reminders": _reminders,
    "digest_mentions": _mentions,
    "must_not_ticket": _not_ticketed,
    "volunteers": _volunteers,
    "max_group_replies": _posts,
    "told": _told,
    "never_told": _never_told,
}
