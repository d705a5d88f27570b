"""What is remembered of a crisis."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_NAME = "episodes"


def upgrade() -> None:
    op.create_table(
        _NAME,
        sa.Column("person_key", sa.String(), nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("person_key", "id", name=f"pk_{_NAME}"),
        sa.ForeignKeyConstraint(
            ["person_key"], ["people.key"], name=f"fk_{_NAME}_person_key", ondelete="CASCADE"
        ),
    )
    op.create_index(f"ix_{_NAME}_person_key_at", _NAME, ["person_key", "at"])


def downgrade() -> None:
    op.drop_table(_NAME)
