"""How facts sound: places, times, tickets, tallies."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import Any

from config import categories

PLACE_ZH = {"area": "{}", "building": "{}栋", "unit": "{}单元", "floor": "{}楼", "room": "{}室", "spot": "{}"}
PLACE_EN = {
    "area": "{} ",
    "building": "building {} ",
    "unit": "unit {} ",
    "floor": "floor {} ",
    "room": "room {} ",
    "spot": "{} ",
}
# What to do at once, before anybody comes. By category; where none is named, the police know whom to send.
ADVICE = {
    "elevator": ("被困请按警铃、打 119，别扒门、别往外爬。", "Press the alarm, call 119, do not force the door."),
    "fire_safety": ("马上打 119，捂住口鼻走楼梯，别坐电梯。", "Call 119, cover your mouth, take the stairs."),
    "gas": (
        "别开关电器、别点火，开窗，到屋外打燃气抢修或 119。",
        "No switches, no flame, open windows, call from outside: 119.",
    ),
    "power": (
        "离远 8 米以上，别碰水和铁器，打 95598 或 119。",
        "Stay 8 m away, touch no water or metal, call 95598 or 119.",
    ),
    "water": ("先断电再关阀，别踩水，危险打 119。", "Switch the power off first, keep out of the water, call 119."),
    "care": ("请马上打 120，旁边的邻居帮忙看一下。", "Call 120 now; neighbours nearby, please look in."),
    "building": ("请离远一点，别从下面走，危险打 119。", "Keep away, do not walk below, call 119."),
    "falling_objects": (
        "请离远一点，有人受伤打 120，报警 110。",
        "Keep away; call 120 if somebody is hurt, 110 for the police.",
    ),
}
PRIVATE_NUMBER = re.compile(r"(?<!\d)(?:1[3-9]\d{9}|\d{17}[\dXx])(?!\d)")
ADVICE_ELSE = ("有危险请先打 110 或 119。", "In danger call 110 or 119 first.")
WEEKDAYS_ZH = "一二三四五六日"
STATUS = {
    "open": ("待接单", "open"),
    "accepted": ("已接单", "accepted"),
    "assigned": ("处理中", "in work"),
    "resolved": ("已办结，等评价", "resolved, waiting for a verdict"),
    "closed": ("已结单", "closed"),
    "rejected": ("不受理", "rejected"),
    "withdrawn": ("已撤回", "withdrawn"),
    "merged": ("已并入别的单", "merged"),
}
HANDED_OVER_FOR = {
    "overdue": ("到时间还没办好", "its time has passed"),
    "reopened": ("修了两次还没修好", "it was mended twice in vain"),
}
WHY_OPEN = {
    "asked": ("等报事人回话", "waiting for the reporter"),
    "overdue": ("超时了，在催", "overdue, being pressed"),
    "open": ("还没人接", "nobody has it yet"),
    "accepted": ("有人在办", "in work"),
    "assigned": ("已派人办", "given on"),
}
ASKS = {"where": ("请问是哪一栋、哪个单元？", "Which building and unit is it?")}
OPEN_AT_MOST = 8
TIMES = {"overdue": (" · 超时", ", overdue"), "today": (" · 今天到期", ", due today"), None: ("", "")}
URGENCY = {"emergency": ("紧急", "emergency"), "urgent": ("加急", "urgent"), "normal": ("", "")}
NAMES_AT_MOST = 6


LINES_AT_MOST = 150  # of a digest: a robot says at most twenty pieces a minute, of some thirty lines
IN_WORK = ("open", "accepted", "assigned")


@dataclass(frozen=True)
class Voice:
    """A language, and the here and now in which it speaks."""

    language: str
    zone: tzinfo
    now: datetime

    def say_all(self, facts: Mapping[str, Any]) -> dict[str, str]:
        """Every fact as a phrase; a fact that is not given is the empty string."""
        said: dict[str, str] = defaultdict(str)
        said |= {name: self._say(name, value) for name, value in facts.items() if value is not None}
        said["advice"] = self.either(*ADVICE.get(facts.get("category", ""), ADVICE_ELSE))
        if facts.get("ends_at") and facts.get("starts_at"):
            said["span"] = self.span(facts["starts_at"], facts["ends_at"])
        return said

    def _say(self, name: str, value: Any) -> str:
        phrase = PHRASES.get(name)
        return phrase(self, value) if phrase else str(value)

    def either(self, chinese: str, english: str) -> str:
        return chinese if self.language == "zh" else english

    def place(self, place: Mapping[str, str]) -> str:
        """The derived floor of a room goes without saying."""
        forms = PLACE_ZH if self.language == "zh" else PLACE_EN
        parts = {name: value for name, value in place.items() if not (name == "floor" and "room" in place)}
        return "".join(forms[name].format(self._floor(name, value)) for name, value in parts.items())

    def _floor(self, name: str, value: str) -> str:
        is_below = name == "floor" and self.language == "zh" and value.startswith("-")
        return f"负{value[1:]}" if is_below else value

    def category(self, code: str) -> str:
        return self.either(categories.name(code), code.replace("_", " "))

    def status(self, code: str) -> str:
        return self.either(*STATUS[code])

    def urgency(self, code: str) -> str:
        return self.either(*URGENCY[code])

    def time(self, said: str) -> str:
        """今天 15:00, 明天 9:00, 周五 19:30 within a week, else 3月12日 15:00."""
        at = datetime.fromisoformat(said).astimezone(self.zone)
        return f"{self.day(at)} {at:%H:%M}"

    def day(self, at: datetime) -> str:
        days = (at.date() - self.now.astimezone(self.zone).date()).days
        if days in (0, 1, 2):
            return self.either(("今天", "明天", "后天")[days], ("today", "tomorrow", f"{at:%A}")[days])
        if 0 < days < 7:
            return self.either(f"周{WEEKDAYS_ZH[at.weekday()]}（{at.month}月{at.day}日）", f"{at:%A} {at:%d %b}")
        return self.either(f"{at.month}月{at.day}日", f"{at:%d %b}")

    def span(self, start: str, end: str) -> str:
        until = datetime.fromisoformat(end).astimezone(self.zone)
        return f"{self.time(start)}–{until:%H:%M}"

    def matter(self, ticket: Mapping[str, Any]) -> str:
        """#12 3栋1单元 照明（路灯 不亮）"""
        title = ticket.get("title", "")
        name = self.category(ticket["category"])
        shown = f"（{title}）" if self.language == "zh" else f" ({title})"
        return f"{self.place(ticket['place'])}{name}{shown if title and title != name else ''}"

    def matters(self, tickets: Sequence[Mapping[str, Any]]) -> str:
        joint = self.either("；", "; ")
        return joint.join(f"#{ticket['number']} {self.matter(ticket)}" for ticket in tickets)

    def open_matters(self, tickets: Sequence[Mapping[str, Any]]) -> str:
        """Each with why it is still open; of many the first."""
        shown = [f"#{t['number']} {self.matter(t)}（{self._why(t)}）" for t in tickets[:OPEN_AT_MOST]]
        more = "…" if len(tickets) > OPEN_AT_MOST else ""
        return self.either("；", "; ").join(shown) + more

    def _why(self, ticket: Mapping[str, Any]) -> str:
        if ticket["why"] == "assigned" and ticket.get("assignee"):
            return self.either(f"{ticket['assignee']}在办", f"with {ticket['assignee']}")
        return self.either(*WHY_OPEN[ticket["why"]])

    def statuses(self, tickets: Sequence[Mapping[str, Any]]) -> str:
        return "\n".join(self._standing(ticket) for ticket in tickets)

    def _standing(self, ticket: Mapping[str, Any]) -> str:
        who = (
            self.either(f"，交给{ticket['assignee']}", f", with {ticket['assignee']}") if ticket.get("assignee") else ""
        )
        return f"#{ticket['number']} {self.matter(ticket)}{self.either('：', ': ')}{self.status(ticket['status'])}{who}"

    def options(self, options: Sequence[str]) -> str:
        return "  ".join(f"{chr(65 + n)} {option}" for n, option in enumerate(options))

    def tally(self, tally: Mapping[str, int]) -> str:
        return self.either("，", ", ").join(f"{option} {self.households(n)}" for option, n in tally.items())

    def households(self, count: int) -> str:
        return self.either(f"{count} 户", f"{count} household{'' if count == 1 else 's'}")

    def names(self, names: Sequence[str]) -> str:
        shown = self.either("、", ", ").join(names[:NAMES_AT_MOST])
        more = len(names) - NAMES_AT_MOST
        return shown + (self.either(f" 等 {len(names)} 户", f" and {more} more") if more > 0 else "")

    def choices(self, choices: Sequence[str]) -> str:
        return self.either("、", ", ").join(choices)

    def rooms(self, rooms: Sequence[Mapping[str, str]]) -> str:
        return self.either("；", "; ").join(f"{r['room']} {r['opens']}–{r['closes']}" for r in rooms)

    def taken(self, spans: Sequence[Sequence[str]]) -> str:
        if not spans:
            return self.either("都空着", "all free")
        times = self.either("、", ", ").join(self._hours(start, end) for start, end in spans)
        return self.either(f"{times} 已约，其余空着", f"{times} taken, the rest is free")

    def _hours(self, start: str, end: str) -> str:
        return "–".join(f"{datetime.fromisoformat(t).astimezone(self.zone):%H:%M}" for t in (start, end))

    def going(self, is_going: bool) -> str:
        return self.either("参加", "coming") if is_going else self.either("不参加", "not coming")

    def asks(self, what: str) -> str:
        return self.either(*ASKS[what])

    def handed_over_for(self, reason: str) -> str:
        return self.either(*HANDED_OVER_FOR[reason])

    def masked(self, said: str) -> str:
        """What a worker wrote goes to a whole group: phone and identity numbers lose their middle."""
        return PRIVATE_NUMBER.sub(lambda found: f"{found[0][:3]}****{found[0][-4:]}", said)

    def counts(self, counts: Mapping[str, int]) -> str:
        names = {
            "overdue": ("超时", "overdue"),
            "today": ("今天到期", "due today"),
            "asked": ("等回话", "waiting for an answer"),
            "urgent": ("紧急加急", "urgent"),
            "new": ("新报", "new"),
            "live": ("在办", "in work"),
            "verdict": ("等评价", "waiting for a verdict"),
            "closed": ("已结", "closed"),
        }
        return " · ".join(f"{self.either(*names[key])} {n}" for key, n in counts.items() if n)

    def digest_lines(self, tickets: Sequence[Mapping[str, Any]]) -> str:
        """By building; the number first, since it is what a reply needs. Of very many, those in work come first, and the
        last line says how many more there are."""
        lines, building = [], None
        in_work_first = sorted(range(len(tickets)), key=lambda n: tickets[n]["status"] not in IN_WORK)
        for ticket in (tickets[n] for n in sorted(in_work_first[:LINES_AT_MOST])):
            if (here := ticket["place"].get("building", "")) != building:
                building = here
                lines.append(self.either(f"【{here}栋】" if here else "【小区】", f"[{here or 'estate'}]"))
            mark = self.urgency(ticket["urgency"])
            head = f"{ticket['number']} {mark + ' ' if mark else ''}{self.matter(ticket)}"
            lines.append(f"{head} {self.status(ticket['status'])}{self.either(*TIMES[ticket.get('times')])}")
        if more := len(tickets) - LINES_AT_MOST if len(tickets) > LINES_AT_MOST else 0:
            lines.append(self.either(f"还有 {more} 件没列出来，到工作台看全部。", f"{more} more: see the desk."))
        return "\n".join(lines)


PHRASES: dict[str, Callable[[Voice, Any], str]] = {
    "place": Voice.place,
    "category": Voice.category,
    "status": Voice.status,
    "urgency": Voice.urgency,
    "starts_at": Voice.time,
    "ends_at": Voice.time,
    "closes_at": Voice.time,
    "offer_ends_at": Voice.time,
    "answer_by": Voice.time,
    "due_by": Voice.time,
    "again_at": Voice.time,
    "reported_at": Voice.time,
    "held_from": Voice.time,
    "held_to": Voice.time,
    "tickets": Voice.matters,
    "standing": Voice.statuses,
    "waiting_tickets": Voice.digest_lines,
    "open_tickets": Voice.open_matters,
    "options": Voice.options,
    "tally": Voice.tally,
    "households": Voice.households,
    "missing": Voice.households,
    "names": Voice.names,
    "choices": Voice.choices,
    "rooms": Voice.rooms,
    "taken": Voice.taken,
    "is_going": Voice.going,
    "counts": Voice.counts,
    "asks": Voice.asks,
    "question": Voice.masked,
    "handed_over_for": Voice.handed_over_for,
    "result": Voice.masked,
    "reason": Voice.masked,
}
