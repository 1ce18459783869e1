"""service times

Tickets from before have no clock: they are neither warned of nor handed over.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

_MOMENTS = ("clock_began_at", "dispatch_by", "answer_by", "waits_since", "warned_of", "handed_on_at", "cleared_at")


def upgrade() -> None:
    with op.batch_alter_table("tickets", schema=None) as batch_op:
        for name in _MOMENTS:
            batch_op.add_column(sa.Column(name, sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("level", sa.String(), nullable=True))
        batch_op.add_column(sa.Column("pages", sa.BigInteger(), nullable=True))
        batch_op.create_index(op.f("ix_tickets_estate_id_reporter_id"), ["estate_id", "reporter_id"])


def downgrade() -> None:
    with op.batch_alter_table("tickets", schema=None) as batch_op:
        batch_op.drop_index(op.f("ix_tickets_estate_id_reporter_id"))
        for name in ("pages", "level", *reversed(_MOMENTS)):
            batch_op.drop_column(name)
