"""The tables as they are now; how they came to be is in `migrations`."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Float, Integer, MetaData, String, Table, Text

METADATA = MetaData()

JOBS = Table(
    "jobs",
    METADATA,
    Column("id", String, primary_key=True),
    Column("title", String, nullable=False),
    Column("live", Boolean, nullable=False),
    Column("state", String, nullable=False),
    Column("phase", String, nullable=False),
    Column("progress", Float, nullable=False),
    Column("error", Text),
    Column("created_at", String, nullable=False),
    Column("started_at", String),
    Column("finished_at", String),
    Column("deleted_at", String),
    Column("spec", Text, nullable=False),
    Column("performance", Text),
    Column("reserved", Integer, nullable=False),
)
"""`performance` is the spec that replays a live session, `reserved` the id up to which events may have been given."""

EVENTS = Table(
    "events",
    METADATA,
    Column("job", String, primary_key=True),
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("kind", String, nullable=False),
    Column("at", String, nullable=False),
    Column("data", Text, nullable=False),
)
