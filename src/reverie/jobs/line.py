"""Who is next: the most urgent first, among them whose client has least at work, and so everyone in turn."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from reverie.jobs.filming import Film


@dataclass(frozen=True, slots=True)
class Room:
    """How much can be made at once: `most` films, whose models need `gib` of the device's memory together.

    A film that needs more than all of it is made alone: it may still fit, and the ladder has it made smaller where not.
    """

    most: int = 1
    gib: float | None = None

    def has(self, film: Film, made: Iterable[Film]) -> bool:
        """True where a film can be made beside those that are being made."""
        others = list(made)
        if not others:
            return True
        fits = self.gib is None or sum(other.gib for other in others) + film.gib <= self.gib
        return len(others) < self.most and fits


class Line:
    """The films that wait. Among equally urgent ones clients take turns; one client's films keep their order."""

    def __init__(self) -> None:
        self._waiting: list[Film] = []
        self._served: dict[str, int] = {}
        self._turns = 0

    def __len__(self) -> int:
        return len(self._waiting)

    def add(self, film: Film) -> None:
        """Put a film in the line."""
        self._waiting.append(film)

    def take(self, job_id: str) -> Film | None:
        """Take a film out, None where it is not there."""
        found = next((film for film in self._waiting if film.job.id == job_id), None)
        if found is not None:
            self._waiting.remove(found)
        return found

    def next(self, made: Sequence[Film], room: Room) -> Film | None:
        """Take the film whose turn it is, None where nothing waits, or what is next has no room yet."""
        working = Counter(film.job.client for film in made)

        def turn(film: Film) -> tuple[int, int, int]:
            client = film.job.client
            return -film.job.priority, working[client], self._served.get(client, 0)

        film = min(self._waiting, key=turn, default=None)  # of equal ones the first, which came first
        if film is None or not room.has(film, made):
            return None
        self._waiting.remove(film)
        self._turns += 1
        self._served[film.job.client] = self._turns
        return film
