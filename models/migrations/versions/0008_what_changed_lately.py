"""indexes for the tickets to which anything happened lately, and for those of a message"""

from __future__ import annotations

from alembic import op

revision = "0008"
down_revision = "0007"

# Made before the transaction where the database can do so while others write; see models/migrations.
AHEAD = (
    ("ix_tickets_estate_id_changed_at", "tickets", ("estate_id", "changed_at")),
    ("ix_voices_estate_id_inbox_id_ticket_id", "voices", ("estate_id", "inbox_id", "ticket_id")),
)
# With this one SQLite rather walked through all voices of an estate, in an index that holds the ticket, too.
OLD = ("ix_voices_estate_id_inbox_id", "voices", ("estate_id", "inbox_id"))


def upgrade() -> None:
    for name, table, columns in AHEAD:
        op.create_index(op.f(name), table, list(columns), if_not_exists=True)
    op.drop_index(op.f(OLD[0]), OLD[1])


def downgrade() -> None:
    op.create_index(op.f(OLD[0]), OLD[1], list(OLD[2]))
    for name, table, _ in AHEAD:
        op.drop_index(op.f(name), table)
