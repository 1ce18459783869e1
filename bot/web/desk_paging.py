"""Long lists: fifty rows a page, and addresses that keep the filter and the order."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from flask import request, url_for
from sqlalchemy import Select, func
from sqlalchemy.orm import Session

PER_PAGE = 50
LAST_PAGE = 100_000
UNPRINTABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")  # databases refuse the first of them
# What an address may carry along; everything else in it is dropped.
PARAMETERS = ("status", "urgency", "category", "building", "q", "sort", "day", "state", "page")


@dataclass(frozen=True)
class Page:
    rows: list[Any]
    number: int
    total: int

    @property
    def pages(self) -> int:
        return max(-(-self.total // PER_PAGE), 1)

    @property
    def before(self) -> str | None:
        return here(page=self.number - 1) if self.number > 1 else None

    @property
    def after(self) -> str | None:
        return here(page=self.number + 1) if self.number < self.pages else None


def written(words: str) -> str:
    """What somebody wrote into a field or an address, without characters that nobody writes."""
    return UNPRINTABLE.sub("", words).strip()


def page(db: Session, query: Select[Any]) -> Page:
    """The page of a query that the address names. A number that makes no sense is the first page."""
    number = asked_number()
    count = query.with_only_columns(func.count(), maintain_column_froms=True).order_by(None)
    total = db.scalar(count) or 0
    rows = db.scalars(query.limit(PER_PAGE).offset((number - 1) * PER_PAGE)).all()
    return Page(list(rows), number, total)


def asked_number() -> int:
    said = request.args.get("page", "")
    return min(max(int(said), 1), LAST_PAGE) if said.isascii() and said.isdigit() and len(said) < 10 else 1


def here(**changes: Any) -> str:
    """The address of this page with some of its parameters changed; None takes one away."""
    kept = {name: request.args[name] for name in PARAMETERS if request.args.get(name)} | changes
    values = {name: value for name, value in kept.items() if value is not None}
    return url_for(str(request.endpoint), **(request.view_args or {}), **values)
