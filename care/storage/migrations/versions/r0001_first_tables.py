"""The first tables."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

_MOMENT = sa.DateTime(timezone=True)
_ENTRIES = ("mood_entries", "practice_sessions", "help_shown")


def upgrade() -> None:
    _people()
    for name in _ENTRIES:
        _entries(name)
    _receipts()
    _outbox()


def downgrade() -> None:
    for name in ("outbox", "receipts", *reversed(_ENTRIES), "addresses", "people"):
        op.drop_table(name)


def _person_key(table: str) -> sa.ForeignKeyConstraint:
    name = f"fk_{table}_person_key"
    return sa.ForeignKeyConstraint(["person_key"], ["people.key"], name=name, ondelete="CASCADE")


def _people() -> None:
    op.create_table(
        "people",
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("wrapped_key", sa.LargeBinary(), nullable=False),
        sa.Column("profile", sa.LargeBinary(), nullable=False),
        sa.Column("next_nudge_at", _MOMENT, nullable=True),
        sa.PrimaryKeyConstraint("key", name="pk_people"),
    )
    op.create_index("ix_people_next_nudge_at", "people", ["next_nudge_at"])
    op.create_table(
        "addresses",
        sa.Column("person_key", sa.String(), nullable=False),
        sa.Column("address", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("person_key", name="pk_addresses"),
        _person_key("addresses"),
    )


def _entries(name: str) -> None:
    op.create_table(
        name,
        sa.Column("person_key", sa.String(), nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("at", _MOMENT, nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("person_key", "id", name=f"pk_{name}"),
        _person_key(name),
    )
    op.create_index(f"ix_{name}_person_key_at", name, ["person_key", "at"])


def _receipts() -> None:
    op.create_table(
        "receipts",
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("event_key", sa.String(), nullable=False),
        sa.Column("at", _MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("channel", "event_key", name="pk_receipts"),
    )
    op.create_index("ix_receipts_at", "receipts", ["at"])


def _outbox() -> None:
    op.create_table(
        "outbox",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_key", sa.String(), nullable=False),
        sa.Column("dedupe_key", sa.String(), nullable=False),
        sa.Column("due_at", _MOMENT, nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("sent_at", _MOMENT, nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_outbox"),
        sa.UniqueConstraint("dedupe_key", name="uq_outbox_dedupe_key"),
        _person_key("outbox"),
    )
    op.create_index("ix_outbox_person_key", "outbox", ["person_key"])
    op.create_index("ix_outbox_sent_at_due_at", "outbox", ["sent_at", "due_at"])
