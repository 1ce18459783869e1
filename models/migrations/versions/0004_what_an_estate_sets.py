"""what an estate sets: quiet hours, numbers to call, who is asked to do what"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    with op.batch_alter_table("estates", schema=None) as batch_op:
        batch_op.add_column(sa.Column("quiet_from", sa.String(), server_default="22:00", nullable=False))
        batch_op.add_column(sa.Column("quiet_until", sa.String(), server_default="07:00", nullable=False))
        batch_op.add_column(sa.Column("phones", sa.JSON(), server_default="{}", nullable=False))
        batch_op.add_column(sa.Column("parties", sa.JSON(), server_default="{}", nullable=False))


def downgrade() -> None:
    with op.batch_alter_table("estates", schema=None) as batch_op:
        for name in ("parties", "phones", "quiet_until", "quiet_from"):
            batch_op.drop_column(name)
