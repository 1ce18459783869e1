"""The desk's door: its blueprint, who may come in, and what every page's frame shows."""

from __future__ import annotations

from datetime import datetime
from typing import Any, cast

from flask import Blueprint, abort, g, redirect, render_template, request, session, url_for

from bot.web import desk_paging, desk_words, site, viewing
from bot.web.viewing import Viewer
from models import service

blueprint = Blueprint("desk", __name__, url_prefix="/desk")

LONGEST_WANTED = 300  # it is kept in the cookie until the sign-in

# endpoint, what it is called, icon, and whether it stands in the phone's bar.
NAVIGATION = (
    ("desk.today", "今日", "today", True),
    ("desk.board", "工单", "ticket", True),
    ("desk.polls", "投票", "poll", True),
    ("desk.bookings", "预约", "calendar", True),
    ("desk.meetings", "会议", "meeting", False),
    ("desk.volunteers", "志愿", "hand", False),
    ("desk.digests", "简报", "digest", False),
    ("desk.month_of_rates", "三率", "chart", False),
    ("desk.letters", "收发", "letter", False),
    ("desk.settings", "设置", "gear", False),
)
# What a viewer must be allowed to find an entry there.
FOR_WHOM = {"desk.letters": "sees_letters", "desk.settings": "may_set"}


@blueprint.before_request
def let_in() -> Any:
    """Nobody without a session, no page for who has no worker's role."""
    g.now = site().clock()
    with site().database.read() as db:
        found = viewing.viewer(db, g.now)
    if found is None:
        if request.method == "GET" and len(request.full_path) < LONGEST_WANTED:
            session["wanted"] = request.full_path.rstrip("?")
        return redirect(url_for("sign_in.ask"), 303)
    if not found.roles:
        return render_template("desk/no_role.html", name=found.member.name), 403
    g.viewer = found
    return None


def viewer() -> Viewer:
    """Who looks at this page."""
    return cast(Viewer, g.viewer)


def now() -> datetime:
    """The time at which this request came in."""
    return cast(datetime, g.now)


def require_letters() -> None:
    """403 for roles that have no business with other people's letters."""
    if not viewer().sees_letters:
        abort(403)


@blueprint.context_processor
def _frame() -> dict[str, Any]:
    """What every page's frame shows."""
    if "viewer" not in g:
        return {}
    entries = [e for e in NAVIGATION if e[0] not in FOR_WHOM or getattr(viewer(), FOR_WHOM[e[0]])]
    words = {
        "tone": lambda code: desk_words.TONE.get(code, ""),
        "status_words": desk_words.status,
        "urgency_words": lambda code: desk_words.URGENCY[code],
        "role_words": lambda code: desk_words.ROLES.get(code, code),
        "due_by": service.due_by,
        "is_overdue": lambda ticket: service.is_overdue(ticket, now()),
        "category_words": desk_words.category,
        "here": desk_paging.here,
    }
    return words | {"viewer": viewer(), "navigation": entries, "role_names": desk_words.roles(viewer().roles)}


@blueprint.app_template_filter("spoken")
def _spoken(at: datetime) -> Any:
    return desk_words.spoken(at, now(), viewer().estate.zone)


@blueprint.app_template_filter("waited")
def _waited(since: datetime) -> str:
    return desk_words.length(now() - since)


@blueprint.app_template_filter("left")
def _left(until: datetime) -> str:
    return desk_words.length(until - now())


@blueprint.get("/more")
def more() -> Any:
    """On the phone: what does not fit into the bar."""
    return render_template("desk/more.html")
