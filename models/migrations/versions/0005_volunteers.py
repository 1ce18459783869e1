"""volunteers: a task's ticket, time and end, and who came"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"

_MOMENTS = ("starts_at", "ends_at", "ended_at")


def upgrade() -> None:
    with op.batch_alter_table("volunteer_tasks", schema=None) as batch_op:
        batch_op.add_column(sa.Column("ticket_id", sa.BigInteger(), nullable=True))
        for name in _MOMENTS:
            batch_op.add_column(sa.Column(name, sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("is_weekly", sa.Boolean(), server_default=sa.false(), nullable=False))
        batch_op.create_foreign_key(
            op.f("fk_volunteer_tasks_estate_id_ticket_id"), "tickets", ["estate_id", "ticket_id"], ["estate_id", "id"]
        )
    with op.batch_alter_table("volunteer_sign_ups", schema=None) as batch_op:
        batch_op.add_column(sa.Column("has_come", sa.Boolean(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("volunteer_sign_ups", schema=None) as batch_op:
        batch_op.drop_column("has_come")
    with op.batch_alter_table("volunteer_tasks", schema=None) as batch_op:
        batch_op.drop_constraint(op.f("fk_volunteer_tasks_estate_id_ticket_id"), type_="foreignkey")
        for name in ("is_weekly", *reversed(_MOMENTS), "ticket_id"):
            batch_op.drop_column(name)
