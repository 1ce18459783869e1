"""A line of a conversation as the browser gets it: plain values, every text unescaped (the page sets it as text)."""

from __future__ import annotations

import logging
import re
from datetime import timedelta
from typing import Any

from sqlalchemy.orm import Session

from bot.channels.web import ACCOUNT, BOT_NAME, CHANNEL
from bot.web import cards, people
from bot.web.card import Sight
from bot.web.feed import LAST_POSITION, Line
from bot.wording import render
from models import inbox
from models.inbox import InboxMessage
from models.member import Member, roles_of
from models.outbox import OutboxMessage

log = logging.getLogger(__name__)
HUES = 12  # colours of faces in chat.css
RECALL_WITHIN = timedelta(minutes=2)
LINE_KEY = re.compile(r"[io][0-9]{1,19}")
ROOM_NUMBER = re.compile(r"[\d\-—#栋单元室楼号]+")
NICKNAME = re.compile(r"^[老小阿](?=.)")
QUOTED_CHARACTERS = PREVIEW_CHARACTERS = 60
RECALLED = "撤回了一条消息"
BROKEN = "（这条消息显示不出来）"
BOT_FACE = {"id": people.BOT, "name": BOT_NAME, "initial": "件", "hue": "bot", "role": "机器人"}


def plain(sight: Sight, line: Line) -> dict[str, Any]:
    """A line with all that the page shows of it."""
    row = line.row
    at = (row.at if isinstance(row, InboxMessage) else row.sent_at or row.created_at).astimezone(sight.zone)
    common = {"id": line.key, "position": f"{line.position:019d}", "at": at.isoformat()}
    return common | (_said(sight, row) if isinstance(row, InboxMessage) else _told(sight, row))


def _said(sight: Sight, row: InboxMessage) -> dict[str, Any]:
    is_own, is_recalled = sight.is_mine(row.member_id), row.recalled_at is not None
    return {
        "who": face(sight.db, row.estate_id, row.member_id),
        "is_own": is_own,
        "kind": row.kind,
        "has_photo": row.photo_id is not None and not is_recalled,
        "text": "" if is_recalled else row.text,
        "is_recalled": is_recalled,
        "quote": None if is_recalled else _quote(sight, row),
        # By this the page knows again what it sent itself; of others' messages it has no business to know it.
        "client": row.external_id.rpartition(":")[2] if is_own else None,
        "recall_until": (row.at + RECALL_WITHIN).isoformat() if is_own and not is_recalled else None,
        "cards": [],
    }


def _told(sight: Sight, row: OutboxMessage) -> dict[str, Any]:
    carried = cards.keys_of(sight.db, row)
    return {
        "who": BOT_FACE,
        "is_own": False,
        "kind": row.kind,
        "has_photo": False,
        "text": "" if carried and cards.says_all(row) else text_of(sight, row),
        "is_recalled": False,
        "quote": None,
        "client": None,
        "recall_until": None,
        "cards": carried,
    }


def text_of(sight: Sight, row: OutboxMessage) -> str:
    """The words of one of the bot's messages, as they were when it was sent."""
    try:
        return render(row.template, row.facts, sight.zone, row.sent_at or row.created_at)
    except Exception:  # at the edge: one broken message must not take the whole conversation away
        log.exception("message %s cannot be shown", row.id)
        return BROKEN


def preview(sight: Sight, line: Line) -> str:
    """What the list of conversations shows of the last line."""
    row = line.row
    if isinstance(row, OutboxMessage):
        return _shortened(f"{BOT_NAME}：{text_of(sight, row)}")
    said = RECALLED if row.recalled_at else row.text
    is_plain = row.group_id is None or sight.is_mine(row.member_id)
    return _shortened(said if is_plain else f"{sight.name(row.member_id)}：{said}")


def _shortened(text: str) -> str:
    first = " ".join(text.split())
    return first if len(first) <= PREVIEW_CHARACTERS else f"{first[:PREVIEW_CHARACTERS]}…"


def face(db: Session, estate_id: int, member_id: int) -> dict[str, Any]:
    """How somebody is shown. The role comes from the register: a name that says 网格员 gives none."""
    member = db.get_one(Member, (estate_id, member_id))
    roles = roles_of(db, estate_id, member_id) - {"resident"}
    hue = (member.household_id or member.id) % HUES
    role = people.role_name(roles) if roles else ""
    return {"id": str(member.id), "name": member.name, "initial": initial(member.name), "hue": str(hue), "role": role}


def initial(name: str) -> str:
    """The character that tells people apart: 李 of 12-3-502 老李, 许 of 网格员 小许."""
    words = [word for word in name.split() if not ROOM_NUMBER.fullmatch(word)] or name.split() or ["?"]
    return NICKNAME.sub("", words[-1])[0]


def _quote(sight: Sight, row: InboxMessage) -> dict[str, str] | None:
    """The strip above a message that quotes another one of the same conversation."""
    if row.quote is None:
        return None
    if row.quote.startswith("o") and LINE_KEY.fullmatch(row.quote):
        return _quote_of_bot(sight, row, min(int(row.quote[1:]), LAST_POSITION))
    quoted = inbox.find(sight.db, row.estate_id, CHANNEL, ACCOUNT, row.quote)
    if quoted is None or quoted.group_id != row.group_id:
        return None
    text = "原消息已撤回" if quoted.recalled_at else _shortened(quoted.text)
    return {"name": sight.name(quoted.member_id), "text": text}


def _quote_of_bot(sight: Sight, row: InboxMessage, outbox_id: int) -> dict[str, str] | None:
    quoted = sight.db.get(OutboxMessage, (row.estate_id, outbox_id))
    is_here = quoted is not None and quoted.group_id == row.group_id
    if quoted is None or not is_here or quoted.member_id not in (None, row.member_id):
        return None
    return {"name": BOT_NAME, "text": _shortened(text_of(sight, quoted))}


def quoted(sight: Sight, key: Any) -> str | None:
    """The external id for a quoted line of this conversation. A line of the bot's stands for the message that it
    answered; where it answered none, its own key is kept for showing it."""
    row = find(sight, key)
    if isinstance(row, OutboxMessage):
        answered = find(sight, f"i{row.inbox_id}")
        return answered.external_id if isinstance(answered, InboxMessage) else f"o{row.id}"
    return row.external_id if row else None


def find(sight: Sight, key: Any) -> InboxMessage | OutboxMessage | None:
    """A row by its line's key, if it stands in this conversation."""
    if not isinstance(key, str) or not LINE_KEY.fullmatch(key):
        return None
    row_key = (sight.viewer.estate.id, min(int(key[1:]), LAST_POSITION))
    row = sight.db.get(InboxMessage, row_key) if key[0] == "i" else sight.db.get(OutboxMessage, row_key)
    if row is None or row.group_id != (sight.talk.group.id if sight.talk.group else None):
        return None
    return row if row.group_id or sight.is_mine(row.member_id) else None
