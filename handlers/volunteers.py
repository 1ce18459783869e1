"""Tasks for volunteers: who calls, who comes, who steps back."""

from __future__ import annotations

from handlers.heard import Heard
from handlers.understanding.meaning import Offer
from models import volunteer
from models.outbox import say
from models.volunteer import Task


def offer(heard: Heard) -> None:
    """intent `volunteer`: an offer joins the task spoken of here; one that answers no call opens a task itself."""
    said = heard.meaning.offer
    if said is None or heard.meaning.is_going is False and said.verb == "join":
        return  # 那天值班，去不了 offers nothing
    if said.verb == "call":
        _call(heard, said)
        return
    task = _meant(heard, said)
    if task is None and said.verb == "join" and said.task:
        task = volunteer.call(heard.session, heard.cause, said.task, None)
    if task:
        volunteer.sign_up(heard.session, heard.cause, task, heard.member, said.verb == "join")


def _call(heard: Heard, said: Offer) -> None:
    task = volunteer.call(heard.session, heard.cause, said.task or heard.message.text[:40], said.needed)
    heard.reply(say("volunteer.called", task.id, **task.facts))


def _meant(heard: Heard, said: Offer) -> Task | None:
    """The task that the words share most with; one that was spoken of last where they name none."""
    known = volunteer.open_in(heard.session, heard.estate.id, heard.cause.group_id, heard.cause.now)
    alike = [task for task in known if _share(task.text, said.task)]
    return alike[0] if alike else next(iter(known), None)


def _share(one: str, other: str) -> bool:
    """They have two characters running in common."""
    return any(other[i : i + 2] in one for i in range(len(other) - 1))
