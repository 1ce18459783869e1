"""The cast in an estate of its own. Whatever the bot says in a test must have all the facts that its sentence wants."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from bot.wording import LANGUAGES, TEMPLATES, render
from models import outbox
from models.database import Database
from models.outbox import OutboxMessage, Said
from tests import cast
from tests.cast import Cast
from tests.clock import NOW, SHANGHAI

on_both = pytest.mark.parametrize("database_kind", ["sqlite", "postgresql"])


@pytest.fixture
def database_kind() -> str:
    """SQL is tested on both databases with the models; here what matters is who does what. `on_both` asks for both."""
    return "sqlite"


@pytest.fixture
def people(database: Database) -> Iterator[Cast]:
    people = cast.assemble(database)
    yield people
    for row in people.all(OutboxMessage):
        for said in outbox.said_in(row):
            _check_words(said)


def _check_words(said: Said) -> None:
    for n, language in enumerate(LANGUAGES):
        wanted = set(re.findall(r"{(\w+)}", re.sub(r"\[[^\]]*\]", "", TEMPLATES[said.template][n])))
        if "span" in wanted:
            wanted = wanted - {"span"} | {"starts_at", "ends_at"}
        missing = {name for name in wanted - {"advice"} if said.facts.get(name) is None}
        assert not missing, f"{said.template} is said without {missing}"
        assert render(said.template, said.facts, SHANGHAI, NOW, language).strip()
