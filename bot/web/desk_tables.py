"""Tables that an office opens in Excel."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence

from flask import Response

# What a spreadsheet would take for a formula is written with a quote before it.
FORMULA = ("=", "+", "-", "@", "\t", "\r")


def as_csv(name: str, lines: Iterable[Sequence[object]]) -> Response:
    """The lines as a file to download. The mark at its beginning tells Excel that it is UTF-8."""
    written = io.StringIO()
    csv.writer(written).writerows([_harmless(cell) for cell in line] for line in lines)
    headers = {"Content-Disposition": f"attachment; filename={name}.csv"}
    return Response("\ufeff" + written.getvalue(), mimetype="text/csv", headers=headers)


def _harmless(cell: object) -> object:
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(FORMULA) else cell
