"""Follow-ups after a crisis."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

_NAME = "follow_ups"


def upgrade() -> None:
    op.create_table(
        _NAME,
        sa.Column("person_key", sa.String(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("person_key", name=f"pk_{_NAME}"),
        sa.ForeignKeyConstraint(
            ["person_key"], ["people.key"], name=f"fk_{_NAME}_person_key", ondelete="CASCADE"
        ),
    )
    op.create_index(f"ix_{_NAME}_due_at", _NAME, ["due_at"])


def downgrade() -> None:
    op.drop_table(_NAME)
