"""Words by which a worker corrects how the bot read: 12 误报 · 12 改类 照明 · and, quoting what was missed, 这是报事.

They are orders like those of orders.py, and who is no worker does not give them: his words are read as any talk.
"""

from __future__ import annotations

import re

from config import categories
from handlers.understanding.meaning import Context, Order
from handlers.understanding.orders import WORKER_ROLES

CORRECTS = frozenset({"not_a_problem", "recategorise", "missed"})
LONGEST = 40  # characters; who writes more than this tells something

_TICKET = r"(?:[#＃]|工单|单号)?\s*(?P<number>\d{1,6})\s*(?:号?工?单|号)?"
_THIS = r"(?:[这此该]个?(?:[条单件]|消息)?|这|此)"
_END = r"[了的哈吧呢\s。.!！~～]*$"
_FALSE = r"(?:不是(?:问题|报事|报修|个?事儿?)|不算(?:问题|报事|报修)|不用登记|误报|误登|误判)"
_NOT_A_PROBLEM = tuple(
    re.compile(form)
    for form in (
        rf"^{_TICKET}[\s,，:：]*(?:{_THIS})?\s*(?:是|属于)?\s*{_FALSE}{_END}",
        rf"^{_FALSE}[\s,，:：]*{_TICKET}{_END}",
        rf"^(?P<quoting>{_THIS}?\s*(?:是|属于)?\s*{_FALSE}){_END}",
    )
)
_KIND = r"(?P<kind>[^\s\d,，。.!！:：]{1,12}?)"
_RECATEGORISE = tuple(
    re.compile(form)
    for form in (
        rf"^{_TICKET}[\s,，:：]*(?P<sure>改类别?|改分类|换类别?|类别改[成为到]?|类别|分类)[\s,，:：]*(?:[成为到是])?\s*{_KIND}类?{_END}",
        rf"^{_TICKET}[\s,，:：]*(?:改[成为到]|应该?是|应属于?|属于|是)\s*{_KIND}类{_END}",
        rf"^(?P<sure>{_THIS}?\s*(?:改类别?|改分类|类别改?[成为]?))[\s,，:：]*{_KIND}类?{_END}",
    )
)
_MISSED = re.compile(
    rf"^(?:{_THIS}?\s*(?:[是算]个?|要|得)?\s*(?:报事|报修|漏报|漏登|漏记)|(?:请|麻烦)?(?:登记|记)(?:一下)?{_THIS}|{_THIS}(?:要|得|请)?(?:登记|记)(?:一下)?|漏了{_THIS}?)"
    rf"(?:[\s,，:：]+{_KIND}类?)?{_END}"
)


def read_correction(text: str, context: Context) -> Order | None:
    """A worker's correction. Its `target` is a category's code, or None where he names none that there is; `note` is
    then what he named. Without a number it speaks of what is quoted."""
    if len(text) > LONGEST or not context.sender_roles & WORKER_ROLES:
        return None
    return _not_a_problem(text, context) or _recategorise(text, context) or _missed(text, context)


def _not_a_problem(text: str, context: Context) -> Order | None:
    found = _first(_NOT_A_PROBLEM, text)
    number = _number(found)
    return Order("not_a_problem", number) if found and _is_about_one(number, context) else None


def _recategorise(text: str, context: Context) -> Order | None:
    found = _first(_RECATEGORISE, text)
    if found is None:
        return None
    number, code = _number(found), category_named(found["kind"])
    is_meant = code is not None or "sure" in found.re.groupindex
    return Order("recategorise", number, code, found["kind"]) if is_meant and _is_about_one(number, context) else None


def _missed(text: str, context: Context) -> Order | None:
    found = _MISSED.search(text) if context.quoted_text is not None else None
    return Order("missed", None, category_named(found["kind"] or ""), found["kind"] or "") if found else None


def _first(forms: tuple[re.Pattern[str], ...], text: str) -> re.Match[str] | None:
    return next((found for form in forms if (found := form.search(text))), None)


def _number(found: re.Match[str] | None) -> int | None:
    named = found.groupdict().get("number") if found else None
    return int(named) if named else None


def _is_about_one(number: int | None, context: Context) -> bool:
    """误报 alone, to nobody, may be about anything."""
    return number is not None or context.quoted_text is not None


def category_named(word: str) -> str | None:
    """The code of the category that people call so: by its name, a part of its name, or a thing that it is about."""
    known = categories.categories()
    by_name = [code for code in known if word in (code, categories.name(code))]
    by_part = [code for code in known if len(word) > 1 and word in categories.name(code)]
    by_thing = [code for code in known if len(word) > 1 and word in categories.words(code)]
    return next(iter([*by_name, *by_part, *by_thing]), None)
