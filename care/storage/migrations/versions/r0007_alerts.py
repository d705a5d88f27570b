"""Notices to the people on call."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

_NAME = "alerts"


def upgrade() -> None:
    op.create_table(
        _NAME,
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("person_hash", sa.String(), nullable=False),
        sa.Column("level", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("step", sa.Integer(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("give_up_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("acknowledged_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("acknowledged_by", sa.String(), nullable=True),
        sa.Column("done", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("code", name=f"pk_{_NAME}"),
    )
    op.create_index(f"ix_{_NAME}_person_hash", _NAME, ["person_hash"])
    op.create_index(f"ix_{_NAME}_done_due_at", _NAME, ["done", "due_at"])


def downgrade() -> None:
    op.drop_table(_NAME)
