"""Units of films, whose requests they were, and orders from the command line."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

NEW = ("priority", "client", "request_key", "request_hash", "attempt", "favourite", "rungs")


def upgrade() -> None:
    """Add what a durable queue needs; jobs that are there keep all they have."""
    for column in (
        sa.Column("priority", sa.Integer, nullable=False, server_default="0"),
        sa.Column("client", sa.String, nullable=False, server_default=""),
        sa.Column("request_key", sa.String),
        sa.Column("request_hash", sa.String, nullable=False, server_default=""),
        sa.Column("attempt", sa.Integer, nullable=False, server_default="0"),
        sa.Column("favourite", sa.Boolean, nullable=False, server_default="0"),
        sa.Column("rungs", sa.Text, nullable=False, server_default="[]"),
    ):
        op.add_column("jobs", column)
    op.create_index("jobs_by_request", "jobs", ["client", "request_key"], unique=True)
    op.create_index("jobs_by_state", "jobs", ["state"])
    op.create_table(
        "units",
        sa.Column("job", sa.String, primary_key=True),
        sa.Column("key", sa.String, primary_key=True),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("kind", sa.String, nullable=False),
        sa.Column("fingerprint", sa.String, nullable=False),
        sa.Column("weight", sa.Float, nullable=False),
        sa.Column("state", sa.String, nullable=False),
        sa.Column("attempt", sa.Integer, nullable=False),
        sa.Column("fence", sa.Integer, nullable=False),
        sa.Column("lease", sa.String),
        sa.Column("seconds", sa.Float, nullable=False),
    )
    op.create_table(
        "orders",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("job", sa.String, nullable=False),
        sa.Column("verb", sa.String, nullable=False),
    )


def downgrade() -> None:
    """Take all of it away."""
    op.drop_table("orders")
    op.drop_table("units")
    op.drop_index("jobs_by_state", "jobs")
    op.drop_index("jobs_by_request", "jobs")
    for name in NEW:
        op.drop_column("jobs", name)
