"""Filing for whoever came to the office or phoned: a form that writes the message a worker would have sent."""

from __future__ import annotations

import re
import secrets
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot import intake
from bot.web import desk_paging, site, viewing
from bot.web.desk_door import blueprint, now, viewer
from handlers.message import Message
from models import ticket as tickets
from models.member import Account
from models.ticket import Ticket

LONGEST = {"who": 20, "where": 40, "what": 500}
ONCE = re.compile(r"[0-9a-f]{16}")
NO_ACCOUNT = "您还没有绑定聊天账号，请管理员先绑定。"
NOT_UNDERSTOOD = "没听懂是什么事，换句话说说看，比如：楼道灯不亮。"


@blueprint.get("/file")
def filing() -> str:
    return _page({}, "")


@blueprint.post("/file")
def file() -> Any:
    """Sends what is written as the worker's own message to the bot. The form's key makes a second click a repeat."""
    said = {name: desk_paging.written(request.form.get(name, ""))[:length] for name, length in LONGEST.items()}
    once = request.form.get("once", "")
    if not said["what"] or not ONCE.fullmatch(once):
        return _page(said, "写上是什么事。"), 422
    with site().database.read() as db:
        account = _account(db)
    if account is None:
        return _page(said, NO_ACCOUNT), 422
    number = _told(_message(account, said, once))
    if number is None:
        return _page(said, NOT_UNDERSTOOD), 422
    flash(f"登记好了，#{number}。有进展会告诉{said['who'] or '报事的人'}，联系不上的由您转告。")
    return redirect(_where_it_stands(number), 303)


def _where_it_stands(number: int) -> str:
    """The ticket's page; the board where it lies outside of what the viewer looks after."""
    with site().database.read() as db:
        seen = db.scalars(select(Ticket.id).where(viewing.tickets(viewer()), Ticket.number == number)).first()
    return url_for("desk.ticket", number=number) if seen else url_for("desk.board")


def _page(said: dict[str, str], error: str) -> str:
    return render_template("desk/filing.html", said=said, error=error, longest=LONGEST, once=secrets.token_hex(8))


def _account(db: Session) -> Account | None:
    """By which the viewer speaks: his account of the web chat, else any."""
    mine = select(Account).filter_by(estate_id=viewer().estate.id, member_id=viewer().member.id)
    return db.scalars(mine.order_by(Account.channel != "web", Account.id)).first()


def _message(account: Account, said: dict[str, str], once: str) -> Message:
    text = f"代{said['where']}{said['who']}报：{said['what']}"
    name = viewer().member.name
    return Message(account.channel, "desk", f"desk:{account.id}:{once}", account.address, now(), text, name)


def _told(message: Message) -> int | None:
    """The ticket on which the message stands once it is taken in."""
    receipt = intake.take(site().database, message, now(), viewer().estate.id)
    with site().database.read() as db:
        found = tickets.of_message(db, receipt.estate_id, receipt.inbox_id)
    return found[0].number if found else None
