"""How the desk says things: times, lengths, states, and each line of a ticket's history."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Any

from markupsafe import Markup

from bot.wording import phrases
from config import categories

ROLES = {
    "street_staff": "街道",
    "community_staff": "社区",
    "grid_worker": "网格员",
    "building_leader": "楼栋长",
    "property": "物业",
}
URGENCY = {"emergency": "紧急", "urgent": "加急", "normal": "一般"}
# The colour of a state; the word beside it says the same.
TONE = {
    "emergency": "urgent",
    "urgent": "warn",
    "open": "info",
    "accepted": "info",
    "assigned": "info",
    "resolved": "warn",
    "closed": "good",
    "dead": "urgent",
    "waiting": "info",
    "claimed": "info",
    "sent": "good",
}
LETTER = {"waiting": "等着发", "claimed": "正在发", "sent": "已发出", "dead": "没发出去"}
ABOUT = {
    "ticket": "工单",
    "poll": "投票",
    "booking": "预约",
    "meeting": "会议",
    "volunteer": "志愿",
    "digest": "简报",
    "question": "问答",
}
JOB = {
    "digest": "发简报",
    "poll.remind": "提醒投票",
    "poll.close": "投票截止",
    "booking.remind": "提醒预约",
    "booking.end": "预约结束",
    "meeting.remind": "提醒开会",
    "waiting.end": "候补到期",
    "waiting.pass": "候补让给下一位",
    "learn": "从更正里学习",
    "ticket.watch": "看工单时限",
    "ticket.page": "呼叫网格员",
    "verdict.remind": "提醒评价",
    "verdict.lapse": "等评价到期",
}
DONE = {
    "accept": "已接单",
    "assign": "已派出",
    "transfer": "已转出",
    "resolve": "已办结",
    "reject": "已写明不受理",
    "merge": "已并单",
    "unmerge": "已拆开",
    "recategorise": "已改类别",
    "not_a_problem": "已撤下，记作误报",
    "ask": "已去问报事人，先停表",
    "all_clear": "已报险情解除",
}
# Audit action → (what happened, colour of its dot). Braces take the entry's facts.
HISTORY: dict[str, tuple[str, str]] = {
    "ticket.report": ("报来这件事", "info"),
    "ticket.support": ("也遇到，附议", ""),
    "ticket.detail": ("补充了情况", ""),
    "ticket.photo": ("附了办结的照片", ""),
    "ticket.amend": ("更正位置：{place}", ""),
    "ticket.recategorise": ("类别改为{category}", ""),
    "ticket.urgency": ("改为{urgency}", "urgent"),
    "ticket.accept": ("接单", "info"),
    "ticket.page": ("呼叫网格员，第 {call} 次", "urgent"),
    "ticket.page_unanswered": ("呼叫了 {call} 次没人应", "urgent"),
    "ticket.all_clear": ("险情解除", "good"),
    "ticket.warn": ("提醒：快到时间了", "warn"),
    "ticket.hand_over": ("上报{level}：{reason}", "urgent"),
    "ticket.tell_again": ("再催{level}：{reason}", "urgent"),
    "ticket.wait": ("等报事人回话，先停表", ""),
    "ticket.go_on": ("报事人回话了，接着算时间", ""),
    "ticket.assign": ("派给 {assignee}", "info"),
    "ticket.transfer": ("转给 {assignee}", "info"),
    "ticket.resolve": ("办结：{result}", "good"),
    "ticket.reject": ("不受理：{result}", "warn"),
    "ticket.confirm": ("满意，结单", "good"),
    "ticket.lapse": ("七天没有回音，结单", ""),
    "ticket.reopen": ("没修好，退回重办", "urgent"),
    "ticket.withdraw": ("撤回了", ""),
    "ticket.take_back": ("撤回了一条消息", ""),
    "ticket.merge": ("并入别的单", ""),
    "ticket.maybe_same": ("也许和 #{number} 是同一件事：是的话，并入它", "warn"),
    "ticket.merged_from": ("#{number} 并了进来", ""),
    "ticket.unmerge": ("拆开，重新单独办", ""),
}
CATEGORIES = tuple((code, categories.name(code)) for code in categories.categories())
PLACES = phrases.Voice("zh", UTC, datetime.min.replace(tzinfo=UTC))  # a place sounds the same at any time
WEEKDAYS = "一二三四五六日"
NEAR = {-1: "昨天", 0: "今天", 1: "明天", 2: "后天"}


def spoken(at: datetime, now: datetime, zone: tzinfo) -> Markup:
    """今天 15:00, 周日 4月12日 15:00, 2025年4月12日 15:00; the exact time on hover and for machines."""
    local, today = at.astimezone(zone), now.astimezone(zone)
    exact = f"{local:%Y-%m-%d %H:%M:%S}"
    words = f"{day(local, today)} {local:%H:%M}"
    return Markup('<time datetime="{}" title="{}">{}</time>').format(local.isoformat(), exact, words)


def day(local: datetime, today: datetime) -> str:
    """A day as people call it."""
    days = (local.date() - today.date()).days
    if days in NEAR:
        return NEAR[days]
    if local.year != today.year:
        return f"{local.year}年{local.month}月{local.day}日"
    return f"{local.month}月{local.day}日 周{WEEKDAYS[local.weekday()]}"


def length(span: timedelta) -> str:
    """5 分钟, 3 小时, 2 天: the largest unit that holds."""
    minutes = max(int(span.total_seconds() // 60), 0)
    if minutes < 60:
        return f"{minutes} 分钟"
    return f"{minutes // 60} 小时" if minutes < 48 * 60 else f"{minutes // 1440} 天"


def place(parts: Mapping[str, str]) -> str:
    """12栋3单元502室; 没说在哪里 where nothing is known."""
    return PLACES.place(parts) or "没说在哪里"


def part_of_place(name: str, value: str) -> str:
    return PLACES.place({name: value})


def status(code: str) -> str:
    return phrases.STATUS[code][0]


def category(code: str) -> str:
    return categories.name(code)


def roles(held: Iterable[str]) -> str:
    return "、".join(name for role, name in ROLES.items() if role in held)


def happened(action: str, facts: Mapping[str, Any]) -> tuple[str, str]:
    """A history line and the colour of its dot."""
    words, tone = HISTORY.get(action, (action, ""))
    said = {name: str(value) for name, value in facts.items()}
    said |= {"category": category(said["category"])} if "category" in said else {}
    said |= {"level": ROLES.get(said.get("level", ""), ""), "reason": _reason(said.get("reason", ""))}
    said |= {"urgency": URGENCY.get(str(facts.get("urgency")), ""), "place": place(_place_of(facts))}
    filled = words.format_map(_Blank(said))
    return filled.rstrip("： "), tone


def _reason(code: str) -> str:
    return phrases.HANDED_OVER_FOR[code][0] if code in phrases.HANDED_OVER_FOR else code


def _place_of(facts: Mapping[str, Any]) -> dict[str, str]:
    return {name: str(facts[name]) for name in phrases.PLACE_ZH if facts.get(name)}


class _Blank(dict[str, str]):
    """A fact that an entry does not hold is left out."""

    def __missing__(self, key: str) -> str:
        return ""
