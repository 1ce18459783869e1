"""The card of a booking, or of a place in the queue for one."""

from __future__ import annotations

from collections.abc import Callable

from bot.web.card import Action, Card, Sight, day_block
from models.booking import Booking, Room
from models.waiting import Waiting

STATES = {
    "confirmed": ("已约好", "good"),
    "cancelled": ("已取消", ""),
    "done": ("已用过", ""),
    "no_show": ("没有来", "warn"),
    "waiting": ("排队中", "info"),
    "offered": ("等您答复", "warn"),
    "passed": ("已让给下一位", ""),
}
Held = Booking | Waiting


def find(sight: Sight, subject_id: int) -> Held | None:
    """A booking or a place in the queue: messages name either by one id."""
    key = (sight.viewer.estate.id, subject_id)
    return sight.db.get(Booking, key) or sight.db.get(Waiting, key)


def _room(sight: Sight, held: Held) -> str:
    return sight.db.get_one(Room, (held.estate_id, held.room_id)).name


def build(sight: Sight, key: str, subject_id: int) -> Card | None:
    held = find(sight, subject_id)
    if held is None:
        return None
    state, tone = STATES[held.status]
    times = sight.voice.span(held.starts_at.isoformat(), held.ends_at.isoformat())
    is_ahead = held.starts_at > sight.now and sight.is_mine(held.member_id)
    actions = ACTIONS.get((type(held), held.status), _no_actions)(sight, held) if is_ahead else ()
    lines = (times, sight.name(held.member_id))
    day = day_block(sight, held.starts_at)
    head = "预约" if isinstance(held, Booking) else "排队"
    return Card(key, "booking", head, state, tone, _room(sight, held), lines, day=day, actions=actions)


def _no_actions(_sight: Sight, _held: Held) -> tuple[Action, ...]:
    return ()


def _cancelling(sight: Sight, held: Held) -> tuple[Action, ...]:
    at, room = sight.local(held.starts_at), _room(sight, held)
    text = f"取消{at.month}月{at.day}日{at:%H:%M}的{room}预约"
    return (Action("取消预约", text, asks=f"取消 {room} {at.month}月{at.day}日 {at:%H:%M} 的预约？"),)


def _answering(_sight: Sight, _held: Held) -> tuple[Action, ...]:
    return (
        Action("我要", "这个时段给我吧", is_primary=True),
        Action("不要了", "时段不要了，让给下一位"),
    )


ACTIONS: dict[tuple[type, str], Callable[[Sight, Held], tuple[Action, ...]]] = {
    (Booking, "confirmed"): _cancelling,
    (Waiting, "offered"): _answering,
}
