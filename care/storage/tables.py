"""The tables; what a person said or scored stands in sealed columns only."""

from __future__ import annotations

from datetime import UTC, date, datetime

from sqlalchemy import DateTime, Dialect, ForeignKey, Index, LargeBinary, MetaData, Table, TypeDecorator
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

SEALED_FOR = "sealed_for"


class UtcDateTime(TypeDecorator[datetime]):
    """An aware moment in UTC, on SQLite too, which knows no zones; refuses a naive one with ValueError."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("A stored moment needs a time zone.")
        in_utc = value.astimezone(UTC)
        return in_utc.replace(tzinfo=None) if dialect.name == "sqlite" else in_utc

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if dialect.name == "sqlite" else value.astimezone(UTC)


class Base(DeclarativeBase):
    metadata = MetaData(
        naming_convention={
            "pk": "pk_%(table_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s",
            "uq": "uq_%(table_name)s_%(column_0_name)s",
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        }
    )
    type_annotation_map = {datetime: UtcDateTime}  # noqa: RUF012 -- SQLAlchemy's own name and shape


def sealed(row_id: str) -> Mapped[bytes]:
    """A column that only the person's key opens, bound to the value of the row's column ``row_id``."""
    return mapped_column(LargeBinary, info={SEALED_FOR: row_id})


def _person(*, primary_key: bool = False, index: bool = False) -> Mapped[str]:
    owner = ForeignKey("people.key", ondelete="CASCADE")
    return mapped_column(owner, primary_key=primary_key, index=index)


class PersonRow(Base):
    """``next_nudge_at`` stands clear, so that the scheduler finds who is due without opening anybody."""

    __tablename__ = "people"

    key: Mapped[str] = mapped_column(primary_key=True)
    wrapped_key: Mapped[bytes] = mapped_column(LargeBinary)
    profile: Mapped[bytes] = sealed("key")
    next_nudge_at: Mapped[datetime | None] = mapped_column(index=True)


class AddressRow(Base):
    __tablename__ = "addresses"

    person_key: Mapped[str] = _person(primary_key=True)
    address: Mapped[bytes] = sealed("person_key")


class EntryRow(Base):
    """Something that happened to a person at a moment; an id is unique among that person's alone."""

    __abstract__ = True

    person_key: Mapped[str] = _person(primary_key=True)
    id: Mapped[str] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    body: Mapped[bytes] = sealed("id")


class MoodEntryRow(EntryRow):
    __tablename__ = "mood_entries"
    __table_args__ = (Index(None, "person_key", "at"),)


class PracticeSessionRow(EntryRow):
    __tablename__ = "practice_sessions"
    __table_args__ = (Index(None, "person_key", "at"),)


class JournalEntryRow(EntryRow):
    __tablename__ = "journal_entries"
    __table_args__ = (Index(None, "person_key", "at"),)


class HelpShownRow(EntryRow):
    __tablename__ = "help_shown"
    __table_args__ = (Index(None, "person_key", "at"),)


class SafetyPlanRow(Base):
    __tablename__ = "safety_plans"

    person_key: Mapped[str] = _person(primary_key=True)
    updated_at: Mapped[datetime]
    body: Mapped[bytes] = sealed("person_key")


class FollowUpRow(Base):
    """``due_at`` stands clear, so that the scheduler finds who is due; empty once they are stopped."""

    __tablename__ = "follow_ups"

    person_key: Mapped[str] = _person(primary_key=True)
    due_at: Mapped[datetime | None] = mapped_column(index=True)
    body: Mapped[bytes] = sealed("person_key")


class EpisodeRow(EntryRow):
    __tablename__ = "episodes"
    __table_args__ = (Index(None, "person_key", "at"),)


class ReceiptRow(Base):
    """Says that an event of a channel was taken; tells neither whose nor which."""

    __tablename__ = "receipts"

    channel: Mapped[str] = mapped_column(primary_key=True)
    event_key: Mapped[str] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(index=True)


class CrisisCountRow(Base):
    """How often help was shown on a day for a label; tells nothing of anybody."""

    __tablename__ = "crisis_counts"

    day: Mapped[date] = mapped_column(primary_key=True)
    label: Mapped[str] = mapped_column(primary_key=True)
    count: Mapped[int]


class AlertRow(Base):
    """A notice to the people on call; ``person_hash`` is a keyed hash that only the master key can make."""

    __tablename__ = "alerts"
    __table_args__ = (Index(None, "done", "due_at"),)

    code: Mapped[str] = mapped_column(primary_key=True)
    person_hash: Mapped[str] = mapped_column(index=True)
    level: Mapped[str]
    at: Mapped[datetime]
    due_at: Mapped[datetime]
    step: Mapped[int]
    attempts: Mapped[int]
    give_up_at: Mapped[datetime | None]
    acknowledged_at: Mapped[datetime | None]
    acknowledged_by: Mapped[str | None]
    done: Mapped[bool]


class OutboxRow(Base):
    """A message to send when due; ``dedupe_key`` is a keyed hash that refuses it a second time."""

    __tablename__ = "outbox"
    __table_args__ = (Index(None, "sent_at", "due_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    person_key: Mapped[str] = _person(index=True)
    dedupe_key: Mapped[str] = mapped_column(unique=True)
    due_at: Mapped[datetime]
    body: Mapped[bytes] = sealed("dedupe_key")
    sent_at: Mapped[datetime | None]
    attempts: Mapped[int]


def tables_about_people() -> dict[Table, str]:
    """Every table with rows of a person, and the column that says whose; the one of people comes last."""
    owners = {
        table: name
        for table in reversed(Base.metadata.sorted_tables)
        for name in ("person_key", "key")
        if name in table.columns
    }
    return dict(sorted(owners.items(), key=lambda item: item[1] == "key"))
