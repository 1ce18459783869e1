"""Signing in by a one-time link. Opening it only shows a button, so that a preview in a chat does not use it up."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, redirect, render_template, session, url_for

from bot.web import site
from models import sign_in
from models.cause import Cause

blueprint = Blueprint("sign_in", __name__)
START = "/desk/"


@blueprint.get("/sign-in")
def ask() -> Any:
    """For who comes without a link: how to get one."""
    return render_template("desk/sign_in.html", state="ask")


@blueprint.get("/sign-in/<token>")
def look(token: str) -> Any:
    with site().database.read() as db:
        is_good = sign_in.is_good(db, token, site().clock())
    if not is_good:
        return _stale()
    return render_template("desk/sign_in.html", state="good", token=token)


@blueprint.post("/sign-in/<token>")
def use(token: str) -> Any:
    with site().database.write() as db:
        row = sign_in.redeem(db, token, site().clock())
    if row is None:
        return _stale()
    wanted = str(session.get("wanted", START))
    # A fresh session: nothing that was in the browser before the sign-in lives on in it, the CSRF token neither.
    session.clear()
    session.permanent = True
    session["estate"], session["member"], session["sign_in"] = row.estate_id, row.member_id, row.id
    return redirect(wanted if wanted.startswith(START) else START, 303)


@blueprint.post("/sign-out")
def leave() -> Any:
    estate_id, sign_in_id = session.get("estate"), session.get("sign_in")
    if estate_id and sign_in_id:
        with site().database.write() as db:
            sign_in.end(db, Cause(estate_id, site().clock(), session.get("member")), sign_in_id)
    session.clear()
    return redirect(url_for("sign_in.ask"), 303)


def _stale() -> Any:
    return render_template("desk/sign_in.html", state="stale"), 410
