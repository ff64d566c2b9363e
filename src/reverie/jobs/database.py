"""The database file: opened, brought up to date, set aside where it is broken; its complaints as sentences."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.util import CommandError
from sqlalchemy import Engine, create_engine, event
from sqlalchemy.exc import DatabaseError, OperationalError, SQLAlchemyError

from reverie.core.errors import MachineError
from reverie.jobs.job import now

BUSY_SECONDS = 4.0
"""How long a write waits for another program that has the database locked."""

SAFE = "synchronous=FULL"
"""What has a commit wait until the disk has it: the last setting wins."""

SETTINGS = ("journal_mode=WAL", "synchronous=NORMAL", "foreign_keys=ON")

CAUSES = (
    ("locked", "another program has it locked: close that program and try again"),
    ("readonly", "it may not be written to: make the data folder yours, or choose another with --data"),
    ("unable to open", "it can't be opened: make the data folder yours, or choose another with --data"),
    ("full", "the disk is full: make room"),
    ("QueuePool limit", "too many ask for it at once: try again"),
    ("disk I/O", "the disk reports an error: choose another folder with --data"),
)


class StoreFault(MachineError):
    """The database can't be read or written just now."""


def opened(path: Path, patience: float = BUSY_SECONDS) -> tuple[Engine, str]:
    """Return the database at a path, made or brought up to date, and a sentence about what was set aside, or "".

    `patience` is how many seconds are waited where it is locked, and for a connection where all are taken. Raises
    StoreFault where it can't be written to, and where a newer Reverie made it.
    """
    try:
        return _ready(path, patience), ""
    except StoreFault:
        raise
    except DatabaseError:
        aside = path.with_name(f"{path.name}.broken-{now():%Y%m%d-%H%M%S}")
        with faults(path):
            path.rename(aside)
            for rest in ("-wal", "-shm"):
                path.with_name(path.name + rest).unlink(missing_ok=True)
        return _ready(
            path, patience
        ), f"The database could not be read and was set aside as {aside.name}; a new one was begun."


def durable(path: Path, patience: float = BUSY_SECONDS) -> Engine:
    """Return another way into the database at a path, whose commits are on the disk when they return."""
    engine = create_engine(f"sqlite:///{path}", pool_size=1, max_overflow=8, pool_timeout=patience)
    event.listen(engine, "connect", lambda connection, _: _prepared(connection, patience, (*SETTINGS, SAFE)))
    event.listen(engine, "begin", _begun)
    return engine


def _ready(path: Path, patience: float) -> Engine:
    engine = create_engine(f"sqlite:///{path}", pool_size=4, max_overflow=12, pool_timeout=patience)
    event.listen(engine, "connect", lambda connection, _: _prepared(connection, patience, SETTINGS))
    event.listen(engine, "begin", _begun)
    try:
        with faults(path, (OperationalError, OSError)), engine.begin() as connection:
            if connection.exec_driver_sql("PRAGMA quick_check(1)").scalar() != "ok":
                raise DatabaseError("quick_check", None, Exception("the file is damaged"))
            _upgrade(connection)
    except BaseException:
        engine.dispose()
        raise
    return engine


def _prepared(connection: Any, patience: float, settings: Sequence[str]) -> None:
    connection.isolation_level = None  # transactions are begun here, so that tables are made in one too
    cursor = connection.cursor()
    for setting in (f"busy_timeout={int(1000 * patience)}", *settings):
        cursor.execute(f"PRAGMA {setting}")
    cursor.close()


def _begun(connection: Any) -> None:
    connection.exec_driver_sql("BEGIN")


def _upgrade(connection: Any) -> None:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    try:
        command.upgrade(config, "head")
    except CommandError as error:
        raise StoreFault(f"A newer Reverie made this data folder ({error}): use that one, or --data DIR.") from None


@contextmanager
def faults(path: Path, kinds: tuple[type[Exception], ...] = (SQLAlchemyError, OSError)) -> Iterator[None]:
    """Turn what the database or the disk says, errors of these kinds, into one sentence: StoreFault."""
    try:
        yield
    except kinds as error:
        said = str(getattr(error, "orig", error))
        why = next((why for sign, why in CAUSES if sign in said), f"{said}: try again")
        raise StoreFault(f"The database {path.name} can't be used: {why}.") from error
