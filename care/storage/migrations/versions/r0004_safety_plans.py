"""The safety plan."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_NAME = "safety_plans"


def upgrade() -> None:
    op.create_table(
        _NAME,
        sa.Column("person_key", sa.String(), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("person_key", name=f"pk_{_NAME}"),
        sa.ForeignKeyConstraint(
            ["person_key"], ["people.key"], name=f"fk_{_NAME}_person_key", ondelete="CASCADE"
        ),
    )


def downgrade() -> None:
    op.drop_table(_NAME)
