"""photos, the messages that brought them, and those that show that a ticket is done"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    op.create_table(
        "photos",
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("jpeg", sa.LargeBinary(), nullable=False),
        sa.Column("width", sa.BigInteger(), nullable=False),
        sa.Column("height", sa.BigInteger(), nullable=False),
        sa.Column("kept_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("estate_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.ForeignKeyConstraint(["estate_id"], ["estates.id"], name=op.f("fk_photos_estate_id")),
        sa.PrimaryKeyConstraint("estate_id", "id", name=op.f("pk_photos")),
        sa.UniqueConstraint("estate_id", "sha256", name=op.f("uq_photos_estate_id_sha256")),
    )
    op.create_table(
        "ticket_proofs",
        sa.Column("ticket_id", sa.BigInteger(), nullable=False),
        sa.Column("photo_id", sa.BigInteger(), nullable=False),
        sa.Column("inbox_id", sa.BigInteger(), nullable=True),
        sa.Column("member_id", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("estate_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        _in_estate("ticket_id", "tickets"),
        _in_estate("photo_id", "photos"),
        _in_estate("member_id", "members"),
        sa.ForeignKeyConstraint(["estate_id"], ["estates.id"], name=op.f("fk_ticket_proofs_estate_id")),
        sa.PrimaryKeyConstraint("estate_id", "id", name=op.f("pk_ticket_proofs")),
        sa.UniqueConstraint(
            "estate_id", "ticket_id", "photo_id", name=op.f("uq_ticket_proofs_estate_id_ticket_id_photo_id")
        ),
    )
    op.create_index(op.f("ix_ticket_proofs_estate_id_inbox_id"), "ticket_proofs", ["estate_id", "inbox_id"])
    with op.batch_alter_table("inbox", schema=None) as batch_op:
        batch_op.add_column(sa.Column("photo_id", sa.BigInteger(), nullable=True))
        batch_op.create_index(op.f("ix_inbox_estate_id_photo_id"), ["estate_id", "photo_id"])


def _in_estate(column: str, table: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_ticket_proofs_estate_id_{column}")
    return sa.ForeignKeyConstraint(["estate_id", column], [f"{table}.estate_id", f"{table}.id"], name=name)


def downgrade() -> None:
    with op.batch_alter_table("inbox", schema=None) as batch_op:
        batch_op.drop_index(op.f("ix_inbox_estate_id_photo_id"))
        batch_op.drop_column("photo_id")
    op.drop_table("ticket_proofs")
    op.drop_table("photos")
