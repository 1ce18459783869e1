"""indexes for tables that grow with every message"""

from __future__ import annotations

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
)
FAILED = sa.text("error IS NOT NULL")


def upgrade() -> None:
    for table, columns in NEW:
        op.create_index(op.f(f"ix_{table}_{'_'.join(columns)}"), table, list(columns))
    op.create_index("ix_due_failed", "due", ["estate_id", "at"], sqlite_where=FAILED, postgresql_where=FAILED)
    op.drop_index(op.f("ix_audit_estate_id_subject_id"), "audit")  # the longer one serves for it


def downgrade() -> None:
    op.create_index(op.f("ix_audit_estate_id_subject_id"), "audit", ["estate_id", "subject_id"])
    op.drop_index("ix_due_failed", "due")
    for table, columns in reversed(NEW):
        op.drop_index(op.f(f"ix_{table}_{'_'.join(columns)}"), table)
