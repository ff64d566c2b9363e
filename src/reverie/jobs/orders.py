"""What the command line asks of the server that has a data folder: written by the one, carried out by the other."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import delete, insert, select

from reverie.jobs.database import faults
from reverie.jobs.store import Store
from reverie.jobs.tables import ORDERS


@dataclass(frozen=True, slots=True)
class Order:
    """A verb (cancel, retry, remove) and the job it is for."""

    verb: str
    job: str


class Orders:
    """The orders of one data folder."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def give(self, order: Order) -> None:
        """Write an order down."""
        with faults(self._store.path), self._store.durable.begin() as connection:
            connection.execute(insert(ORDERS).values(job=order.job, verb=order.verb))

    def take(self) -> list[Order]:
        """Return what was ordered since the last time, oldest first."""
        with faults(self._store.path), self._store.engine.connect() as connection:
            rows = connection.execute(select(ORDERS.c.id, ORDERS.c.verb, ORDERS.c.job).order_by(ORDERS.c.id)).all()
        if rows:
            with faults(self._store.path), self._store.engine.begin() as connection:
                connection.execute(delete(ORDERS).where(ORDERS.c.id <= rows[-1][0]))
        return [Order(str(verb), str(job)) for _, verb, job in rows]

    def waiting(self) -> int:
        """Return how many orders nobody has taken yet."""
        with faults(self._store.path), self._store.engine.connect() as connection:
            return len(connection.execute(select(ORDERS.c.id)).all())
