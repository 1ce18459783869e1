"""What asks for no deed: questions, and talk."""

from __future__ import annotations

from datetime import timedelta

from handlers import reports
from handlers.heard import Heard
from models import inbox, member, outbox
from models.outbox import say

GOES_ON = timedelta(minutes=10)
THANKS = ("谢", "辛苦", "棒", "真好", "感谢", "好的", "收到", "知道了", "赞")


def answer(heard: Heard) -> None:
    """intent `question`: nobody is interrupted in a group; who asks the bot is told whom to ask."""
    if heard.is_addressed:
        workers = member.workers_for(heard.session, heard.estate.id, "grid_worker", None)
        heard.reply(say("question.ask_worker", worker=workers[0].name if workers else ""))


def chat(heard: Heard) -> None:
    """intent `chat`: may go on about what its sender just told. Said to the bot, it gets one short question back."""
    reports.elaborate(heard)
    is_thanks = any(word in heard.message.text for word in THANKS)
    if heard.is_addressed and not is_thanks and not _goes_on(heard):
        heard.reply(say("question.which"))


def _goes_on(heard: Heard) -> bool:
    """Whoever just told something may go on talking: he is understood well enough. Nor is he asked twice in a row."""
    since = heard.cause.now - GOES_ON
    earlier = inbox.recent_by(heard.session, heard.estate.id, heard.member.id, since)[1:]
    return reports.just_told_by(heard, GOES_ON) is not None or any(
        answer.template == "question.which"
        for row in earlier
        for answer in outbox.answers_to(heard.session, heard.estate.id, row.id)
    )
