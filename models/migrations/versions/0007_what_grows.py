"""indexes for tables that grow with every message"""

from __future__ import annotations

from collections.abc import Iterable

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"

NEW = (
    ("audit", ("estate_id", "subject_id", "id")),
    ("audit", ("estate_id", "inbox_id")),
    ("bookings", ("estate_id", "starts_at")),
    ("due", ("estate_id", "subject_id")),
    ("outbox", ("estate_id", "state", "id")),
    ("outbox", ("estate_id", "kind", "id")),
    ("tickets", ("estate_id", "reporter_id", "status")),
    ("tickets", ("estate_id", "reporter_id", "changed_at")),
)
# For which longer ones serve.
OLD = (("audit", ("estate_id", "subject_id")), ("tickets", ("estate_id", "reporter_id")))
FAILED, UNDONE = sa.text("error IS NOT NULL"), sa.text("done_at IS NULL")
UNSENT = sa.text("state IN ('waiting', 'claimed')")


def upgrade() -> None:
    _make(NEW)
    op.create_index("ix_due_failed", "due", ["estate_id", "at"], sqlite_where=FAILED, postgresql_where=FAILED)
    op.create_index("ix_due_next", "due", ["at", "id"], sqlite_where=UNDONE, postgresql_where=UNDONE)
    op.create_index("ix_due_ahead", "due", ["estate_id", "at"], sqlite_where=UNDONE, postgresql_where=UNDONE)
    op.drop_index("ix_due_at", "due")
    op.drop_index("ix_outbox_due", "outbox")
    op.create_index("ix_outbox_due", "outbox", ["due_at", "id"], sqlite_where=UNSENT, postgresql_where=UNSENT)
    _drop(OLD)


def downgrade() -> None:
    _make(OLD)
    op.drop_index("ix_outbox_due", "outbox")
    op.create_index("ix_outbox_due", "outbox", ["state", "due_at"])
    op.create_index("ix_due_at", "due", ["done_at", "at"])
    op.drop_index("ix_due_ahead", "due")
    op.drop_index("ix_due_next", "due")
    op.drop_index("ix_due_failed", "due")
    _drop(NEW)


def _make(indexes: Iterable[tuple[str, tuple[str, ...]]]) -> None:
    for table, columns in indexes:
        op.create_index(op.f(f"ix_{table}_{'_'.join(columns)}"), table, list(columns))


def _drop(indexes: Iterable[tuple[str, tuple[str, ...]]]) -> None:
    for table, columns in indexes:
        op.drop_index(op.f(f"ix_{table}_{'_'.join(columns)}"), table)
