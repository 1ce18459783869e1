"""What Alembic runs: on the connection that it is given, in that one's transaction."""

from __future__ import annotations

from typing import Literal

from alembic import context

import models.schema  # noqa: F401 - registers every table on Base
from models.database import Base, UtcDateTime


def render_item(kind: str, item: object, _autogenerate: object) -> str | Literal[False]:
    """Our own column type stands in migrations as what it is in the database."""
    return "sa.DateTime(timezone=True)" if kind == "type" and isinstance(item, UtcDateTime) else False


if context.is_offline_mode():  # written down as SQL instead of done
    target = {"dialect_name": context.config.attributes["dialect"]}
else:
    target = {"connection": context.config.attributes["connection"]}
context.configure(
    **target,
    target_metadata=Base.metadata,
    render_item=render_item,
    render_as_batch=True,  # SQLite alters a table by making it anew
)
with context.begin_transaction():
    context.run_migrations()
