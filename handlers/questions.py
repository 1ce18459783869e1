"""What asks for no deed: questions, and talk."""

from __future__ import annotations

from datetime import timedelta

from handlers import reports
from handlers.heard import Heard
from models import digest, member, outbox
from models.outbox import Words, say

GOES_ON = timedelta(minutes=10)
DIGEST = ("简报", "今天几条", "有几单", "哪些单", "待办")
THANKS = ("谢", "辛苦", "棒", "真好", "感谢", "好的", "收到", "知道了", "赞")


def answer(heard: Heard) -> None:
    """intent `question`: nobody is interrupted in a group; who asks the bot is told whom to ask."""
    if _wants_digest(heard):
        _tell_digest(heard)
    elif heard.is_addressed:
        workers = member.workers_for(heard.session, heard.estate.id, "grid_worker", None)
        heard.reply(say("question.ask_worker", worker=workers[0].name if workers else ""))


def chat(heard: Heard) -> None:
    """intent `chat`: may go on about what its sender just told. Said to the bot, it gets one short question back."""
    if _wants_digest(heard):
        _tell_digest(heard)
        return
    reports.elaborate(heard)
    is_thanks = any(word in heard.message.text for word in THANKS)
    if heard.is_addressed and not is_thanks and not _goes_on(heard):
        heard.reply(say("question.which"))


def _wants_digest(heard: Heard) -> bool:
    """A grid worker asks the bot alone what there is to do."""
    is_asked = any(word in heard.message.text for word in DIGEST)
    return is_asked and heard.message.group is None and "grid_worker" in heard.roles


def _tell_digest(heard: Heard) -> None:
    facts = digest.on_request(heard.session, heard.cause, heard.member)
    heard.reply(Words("digest.worker", facts, kind="digest") if facts else say("digest.nothing"))


def _goes_on(heard: Heard) -> bool:
    """Whoever just told something may go on talking: he is understood well enough. Nor is he asked twice in a row."""
    since = heard.cause.now - GOES_ON
    return outbox.was_told(heard.session, heard.cause, "question.which", since) or (
        reports.just_told_by(heard, GOES_ON) is not None
    )
