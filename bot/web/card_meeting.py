"""The card of a meeting: the day, what about, where, who comes."""

from __future__ import annotations

from bot.web.card import Action, Card, Sight, day_block, opening_line
from models import meeting
from models.meeting import Meeting


def build(sight: Sight, key: str, meeting_id: int) -> Card | None:
    called = sight.db.get(Meeting, (sight.viewer.estate.id, meeting_id))
    if called is None:
        return None
    answers = meeting.answers(sight.db, called)
    is_over = called.status != "planned" or called.starts_at <= sight.now
    at = sight.local(called.starts_at)
    lines = (f"{at:%H:%M}" + (f" · {called.place}" if called.place else ""), f"{len(answers[True])} 人参加")
    state = "已取消" if called.status == "cancelled" else "已开始" if is_over else "待开"
    actions = () if is_over else _rsvps(sight, called, answers)
    tone = "info" if state == "待开" else ""
    return Card(key, "meeting", "会议", state, tone, called.topic, lines, day=day_block(sight, at), actions=actions)


def _quote(sight: Sight, called: Meeting) -> str | None:
    """Where several meetings lie ahead, the message that called this one."""
    ahead = meeting.ahead_in(sight.db, called.estate_id, called.group_id, sight.now)
    return opening_line(sight, called) if len(ahead) > 1 else None


def _rsvps(sight: Sight, called: Meeting, answers: dict[bool, list[int]]) -> tuple[Action, ...]:
    me, quote = sight.viewer.member.id, _quote(sight, called)
    is_going, is_away = me in answers[True], me in answers[False]
    return (
        Action("参加", "我参加", quote, is_primary=not is_going and not is_away, is_chosen=is_going),
        Action("去不了", "我去不了", quote, is_chosen=is_away),
    )
