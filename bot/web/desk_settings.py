"""What an office sets for its estate: quiet hours, numbers to call in danger, who is asked to do what."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for

from bot.web import desk_paging, desk_words, site
from bot.web.desk_door import blueprint, now, viewer
from bot.wording.phrases import ADVICE
from config import categories
from models import estate as estates
from models.cause import Cause
from models.estate import Estate, is_phone

HOUR = re.compile(r"([01]\d|2[0-3]):[0-5]\d")
LONGEST = 20
DANGERS = tuple(ADVICE)  # the categories in which people are told whom to call


@dataclass(frozen=True)
class Form:
    """What stands in the form, by the fields' names; `errors` says of a field why it cannot be kept."""

    values: Mapping[str, str]
    errors: Mapping[str, str]


@blueprint.get("/settings")
def settings() -> Any:
    _require()
    return _page(Form(_values(viewer().estate), {}))


@blueprint.post("/settings")
def set_settings() -> Any:
    """Keeps all of the form or, where one field is wrong, nothing."""
    _require()
    values = {name: desk_paging.written(value)[: LONGEST + 1] for name, value in request.form.items()}
    errors = {name: error for name in _names() if (error := _error(name, values.get(name, "")))}
    if errors:
        return _page(Form(values, errors)), 422
    with site().database.write() as db:
        kept = db.get_one(Estate, viewer().estate.id)
        estates.change(db, Cause(kept.id, now(), viewer().member.id), kept, **_columns(values))
    flash("存好了，现在起就按这个来。")
    return redirect(url_for("desk.settings"), 303)


def _require() -> None:
    if not viewer().may_set:
        abort(403)


def _page(form: Form) -> str:
    usual = {code: desk_words.ROLES[categories.party(code)] for code, _ in desk_words.CATEGORIES}
    return render_template(
        "desk/settings.html",
        form=form,
        dangers=[(code, name) for code, name in desk_words.CATEGORIES if code in DANGERS],
        categories=desk_words.CATEGORIES,
        roles=desk_words.ROLES,
        usual=usual,
    )


def _values(kept: Estate) -> dict[str, str]:
    hours = {"quiet_from": kept.quiet_from, "quiet_until": kept.quiet_until}
    phones = {f"phone-{code}": kept.phones.get(code, "") for code in DANGERS}
    return hours | phones | {f"party-{code}": kept.parties.get(code, "") for code, _ in desk_words.CATEGORIES}


def _columns(values: Mapping[str, str]) -> dict[str, Any]:
    parties = {code: values[f"party-{code}"] for code, _ in desk_words.CATEGORIES if values.get(f"party-{code}")}
    return {
        "quiet_from": values["quiet_from"],
        "quiet_until": values["quiet_until"],
        "phones": {code: values[f"phone-{code}"] for code in DANGERS if values.get(f"phone-{code}")},
        "parties": parties,
    }


def _names() -> list[str]:
    return ["quiet_from", "quiet_until", *(f"phone-{code}" for code in DANGERS), *_party_names()]


def _party_names() -> list[str]:
    return [f"party-{code}" for code, _ in desk_words.CATEGORIES]


def _error(name: str, value: str) -> str:
    """Why a value cannot be kept; empty where it can."""
    if name.startswith("quiet"):
        return "" if HOUR.fullmatch(value) else "写成 22:00 这样。"
    if name.startswith("phone"):
        return "" if not value or is_phone(value) else "只写数字，比如 0731-5550 0119。"
    return "" if not value or value in desk_words.ROLES else "没有这个角色。"
