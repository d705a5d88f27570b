"""Alembic's environment: runs on the connection that ``care.storage.migrate`` hands over."""

from __future__ import annotations

from alembic import context

from care.storage.tables import Base

context.configure(connection=context.config.attributes["connection"], target_metadata=Base.metadata)
context.run_migrations()
