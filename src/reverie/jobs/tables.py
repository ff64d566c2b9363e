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
    Column("priority", Integer, nullable=False),
    Column("client", String, nullable=False),
    Column("request_key", String),
    Column("request_hash", String, nullable=False),
    Column("attempt", Integer, nullable=False),
    Column("favourite", Boolean, nullable=False),
    Column("rungs", Text, nullable=False),
)
"""`performance` is the spec that replays a live session, `reserved` the id up to which events may have been given.

`request_key` and `request_hash` tell a request that is sent again from a new one; `rungs` is how a film was eased.
"""

UNITS = Table(
    "units",
    METADATA,
    Column("job", String, primary_key=True),
    Column("key", String, primary_key=True),
    Column("number", Integer, nullable=False),
    Column("kind", String, nullable=False),
    Column("fingerprint", String, nullable=False),
    Column("weight", Float, nullable=False),
    Column("state", String, nullable=False),
    Column("attempt", Integer, nullable=False),
    Column("fence", Integer, nullable=False),
    Column("lease", String),
    Column("seconds", Float, nullable=False),
)
"""A unit of a film's work; `fence` grows with every claim, and only who has the newest may commit; `lease` is when the
claim is over unless its holder gives another sign of life, `seconds` how long the work took."""

ORDERS = Table(
    "orders",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("job", String, nullable=False),
    Column("verb", String, nullable=False),
)
"""What the command line asks of the server that has the data folder."""

EVENTS = Table(
    "events",
    METADATA,
    Column("job", String, primary_key=True),
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("kind", String, nullable=False),
    Column("at", String, nullable=False),
    Column("data", Text, nullable=False),
)
