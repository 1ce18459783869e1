"""One ticket: what people said, what is known, what may be done, and what was done."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot import wording
from bot.photos import BadPhoto, draw_anew
from bot.web import desk_paging, desk_rows, desk_words, site, viewing
from bot.web.chat import as_jpeg
from bot.web.desk_door import blueprint, now, viewer
from config.categories import wants_photo
from handlers import work
from handlers.understanding import words_for
from handlers.understanding.meaning import Order
from models import audit, photo
from models import ticket as tickets
from models.cause import Cause
from models.estate import Group, Household
from models.inbox import InboxMessage
from models.member import Member
from models.photo import Picture
from models.refused import Refused
from models.ticket import PLACE, Ticket, Voice

LONGEST_NOTE = 500
TELLING = 1.0  # the weight from which a word is marked
NUMBER = re.compile(r"#*\d{1,12}")


@dataclass(frozen=True)
class Action:
    """A form on the ticket's page. `field` is what must be written, and where it goes in an Order."""

    verb: str
    label: str
    field: str | None = None
    question: str = ""
    example: str = ""
    missing: str = ""
    suggestions: tuple[str, ...] = ()
    choices: tuple[tuple[str, str], ...] = ()  # (code, name), where one is chosen instead of written


ACTIONS: dict[str, Action] = {
    action.verb: action
    for action in (
        Action("accept", "接单"),
        Action("assign", "派给…", "target", "派给谁", "物业、电梯公司", "写上派给谁。", ("物业", "社区", "志愿者")),
        Action("transfer", "转给…", "target", "转给谁", "社区、街道、电梯公司", "写上转给谁。", ("社区", "街道")),
        Action("resolve", "办结", "note", "办了什么", "已换新灯，楼道亮了", "写一句办了什么，邻居会看到。"),
        Action("ask", "问报事人…", "note", "想问什么", "是楼道里的灯，还是门外那盏？", "写上想问报事人的话。"),
        Action("all_clear", "险情解除"),
        Action("reject", "不受理", "note", "为什么不受理", "属于市政道路，已告知去向", "写上原因，邻居会看到。"),
        Action("merge", "并入…", "target", "并入哪一单（编号）", "12", "写上要并入的编号，比如 12。"),
        Action("unmerge", "拆开"),
        Action("recategorise", "改类别", "target", "是哪一类", missing="选一个类别。", choices=desk_words.CATEGORIES),
        Action("not_a_problem", "不是问题"),
    )
}


@dataclass(frozen=True)
class Said:
    """Somebody's words behind the ticket. `pieces` are (text, is it a keyword that led to the reading)."""

    voice: Voice
    name: str
    household: str
    message: InboxMessage | None
    pieces: tuple[tuple[str, bool], ...] = ()

    @property
    def initial(self) -> str:
        """What stands on the avatar: the first Chinese character of the name, else its first."""
        return next((letter for letter in self.name if "\u4e00" <= letter <= "\u9fff"), self.name[:1])


@blueprint.get("/tickets/<int(max=999999999999):number>")
def ticket(number: int) -> Any:
    with site().database.read() as db:
        return _page(db, _seen(db, number))


@blueprint.post("/tickets/<int(max=999999999999):number>/<verb>")
def act(number: int, verb: str) -> Any:
    """Carries an order out by the same rules as one said in chat. What a rule refuses is told at the form."""
    action = ACTIONS.get(verb) or abort(404)
    written = desk_paging.written(request.form.get("words", ""))[:LONGEST_NOTE]
    try:
        picture = _picture()
        with site().database.write() as db:
            found = _seen(db, number)
            _carry_out(db, found, action, written)
            if picture and verb == "resolve":
                cause = _cause()
                photo.prove(db, cause, found, photo.keep(db, cause, picture).id, None)
    except BadPhoto as bad:
        return _again(number, {"verb": verb, "words": written, "error": str(bad)})
    except Refused as no:
        error = action.missing if no.code == "desk.missing" else _explain(no)
        return _again(number, {"verb": verb, "words": written, "error": error})
    heard_by = "小件下回会认得" if verb == "recategorise" else "相关的人会收到消息"
    flash(f"#{number} {desk_words.DONE[verb]}，{heard_by}。")
    return redirect(_back(number), 303)


@blueprint.get("/tickets/<int(max=999999999999):number>/photos/<int(max=9223372036854775807):photo_id>")
def ticket_photo(number: int, photo_id: int) -> Any:
    """A photo that stands behind a ticket, or shows that it is done."""
    with site().database.read() as db:
        found = _seen(db, number)
        if photo_id not in {*photo.of_voices(db, found), *photo.proofs(db, found)}:
            abort(404)
        return as_jpeg(photo.get(db, found.estate_id, photo_id))


def _carry_out(db: Session, found: Ticket, action: Action, written: str) -> None:
    is_chosen = not action.choices or written in dict(action.choices)
    if action.field and not written or action.verb == "merge" and not NUMBER.fullmatch(written) or not is_chosen:
        raise Refused("desk.missing")
    said: dict[str, Any] = {action.field: written.lstrip("#")} if action.field else {}
    given = Order(action.verb, found.number, **said)
    cause = _cause()
    member = db.get_one(Member, (viewer().estate.id, viewer().member.id))
    work.carry_out(db, cause, member, found, given)


def _cause() -> Cause:
    return Cause(viewer().estate.id, now(), viewer().member.id)


def _picture() -> Picture | None:
    """The photo that came with the form. Raises BadPhoto."""
    sent = request.files.get("photo")
    content = sent.read() if sent and sent.filename else b""
    return draw_anew(content) if content else None


def _explain(no: Refused) -> str:
    return wording.render(no.code, no.params, viewer().estate.zone, now())


def _again(number: int, failed: dict[str, str]) -> Any:
    """The ticket's page with the form open, what was written still in it, and why it did not work."""
    with site().database.read() as db:
        return _page(db, _seen(db, number), failed), 422


def _back(number: int) -> str:
    """From a list back to that list, else to the ticket."""
    return url_for("desk.today") if request.form.get("from") == "today" else url_for("desk.ticket", number=number)


def _seen(db: Session, number: int) -> Ticket:
    """The ticket, if the viewer may see it. One that he may not see does not exist for him."""
    mine = select(Ticket).where(viewing.tickets(viewer()), Ticket.number == number)
    return db.scalars(mine).first() or abort(404)


def _page(db: Session, found: Ticket, failed: dict[str, str] | None = None) -> str:
    parts = (Ticket.estate_id == found.estate_id, Ticket.status == "merged", Ticket.merged_into == found.id)
    may = desk_rows.verbs(db, viewer().member, found)
    return render_template(
        "desk/ticket.html",
        ticket=found,
        row=desk_rows.rows(db, viewer().member, [found])[0],
        said=_said(db, found),
        place_parts=[(desk_words.part_of_place(n, v), n in found.said_place) for n, v in found.place.items()],
        group=db.get(Group, (found.estate_id, found.group_id)) if found.group_id else None,
        into=tickets.get(db, found.estate_id, found.merged_into) if found.merged_into else None,
        merged=sorted(db.scalars(select(Ticket).where(*parts)), key=lambda ticket: ticket.number),
        history=_history(db, found),
        photos=photo.of_voices(db, found),
        proofs=photo.proofs(db, found),
        wants_photo=wants_photo(found.category),
        actions=_offered(may, found),
        failed=failed or {},
    )


def _offered(may: Sequence[str], found: Ticket) -> list[Action]:
    """The forms that make sense now, the next step first. Who may assign needs no second button to transfer."""
    is_mine = found.status == "accepted" and found.worker_id == viewer().member.id
    idle = {"transfer" if "assign" in may else "", "accept" if is_mine else ""}
    idle.add("" if found.urgency == "emergency" else "all_clear")
    kept = [verb for verb in ACTIONS if verb in may and verb not in idle]
    next_step = "accept" if found.status == "open" else "resolve"
    return [ACTIONS[verb] for verb in sorted(kept, key=lambda verb: verb != next_step)]


def _said(db: Session, found: Ticket) -> list[Said]:
    told = tickets.voices(db, found)
    people = _people(db, found.estate_id, {voice.member_id for voice in told})
    ids = {voice.inbox_id for voice in told if voice.inbox_id}
    mine = select(InboxMessage).where(InboxMessage.estate_id == found.estate_id, InboxMessage.id.in_(ids))
    messages = {message.id: message for message in db.scalars(mine)}
    return [_one(found, voice, people[voice.member_id], messages.get(voice.inbox_id or 0)) for voice in told]


def _one(found: Ticket, voice: Voice, person: tuple[str, str], message: InboxMessage | None) -> Said:
    words = message.text if message and not message.recalled_at else ""
    return Said(voice, *person, message, highlight(words, _telling(words, found.category)))


def _telling(text: str, category: str) -> list[str]:
    """The words that led to the reading: those that weigh for a problem, or for this kind of one."""
    weighed = (*words_for(text, "issue"), *words_for(text, f"category:{category}"))
    return [word for word, weight in weighed if weight >= TELLING]


def highlight(text: str, keywords: Sequence[str]) -> tuple[tuple[str, bool], ...]:
    """Cuts a text at its keywords: (piece, is a keyword)."""
    wanted = sorted((word for word in keywords if word), key=len, reverse=True)
    if not wanted:
        return ((text, False),) if text else ()
    pieces = re.split(f"({'|'.join(map(re.escape, wanted))})", text)
    return tuple((piece, bool(n % 2)) for n, piece in enumerate(pieces) if piece)


def _people(db: Session, estate_id: int, ids: set[int]) -> dict[int, tuple[str, str]]:
    """(name, household) by member id."""
    home = (Household.estate_id == Member.estate_id) & (Household.id == Member.household_id)
    query = select(Member.id, Member.name, Household.label).outerjoin(Household, home)
    mine = query.where(Member.estate_id == estate_id, Member.id.in_(ids))
    return {member_id: (name, label or "") for member_id, name, label in db.execute(mine)}


def _history(db: Session, found: Ticket) -> list[dict[str, Any]]:
    entries = audit.history(db, found.estate_id, found.id)
    names = desk_rows.names(db, found.estate_id, {entry.member_id for entry in entries if entry.member_id})
    return [_line(entry, names) for entry in entries]


def _line(entry: audit.AuditEntry, names: dict[int, str]) -> dict[str, Any]:
    words, tone = desk_words.happened(entry.action, {k: v for k, v in entry.facts.items() if k in (*PLACE, *SHOWN)})
    return {"at": entry.at, "who": names.get(entry.member_id or 0, "小件"), "words": words, "tone": tone}


SHOWN = ("urgency", "assignee", "result", "number", "category", "call", "level", "reason")
