"""Drop the table of jobs: imports go on by the records of their chunks, transcriptions by their own table."""

from __future__ import annotations

from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Drop it, with what an unfinished job left there."""
    op.drop_table("jobs")
