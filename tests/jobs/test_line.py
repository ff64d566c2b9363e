"""Whose turn it is: urgency, then fairness between clients, then who came first; and whether there is room."""

from __future__ import annotations

from itertools import count

from reverie.jobs.filming import Film
from reverie.jobs.job import Job, now
from reverie.jobs.line import Line, Room
from tests.jobs.performers import film

NUMBERS = count()


def waiting(client: str = "", priority: int = 0, gib: float = 0.0) -> Film:
    job = Job(
        id=f"{next(NUMBERS):016}",
        title=client,
        live=False,
        created_at=now(),
        spec=film(),
        client=client,
        priority=priority,
    )
    return Film(job, lambda job, ending: None, gib=gib)


def order(line: Line, room: Room | None = None) -> list[str]:
    found = []
    while (film := line.next([], room or Room())) is not None:
        found.append(film.job.title)
    return found


def filled(*films: Film) -> Line:
    line = Line()
    for one in films:
        line.add(one)
    return line


def test_clients_take_turns_and_each_ones_films_keep_their_order() -> None:
    line = filled(*(waiting("many") for _ in range(4)), waiting("few"), waiting("one"))
    assert order(line) == ["many", "few", "one", "many", "many", "many"]


def test_the_urgent_go_first() -> None:
    line = filled(waiting("a"), waiting("b", priority=5), waiting("a", priority=-5), waiting("c"))
    assert order(line) == ["b", "a", "c", "a"]


def test_who_has_most_at_work_waits() -> None:
    line = filled(waiting("busy"), waiting("idle"))
    found = line.next([waiting("busy")], Room(most=4))
    assert found is not None
    assert found.job.title == "idle"


def test_films_are_made_together_as_far_as_the_devices_memory_goes() -> None:
    room = Room(most=3, gib=10.0)
    assert room.has(waiting(gib=40.0), []), "alone it may try"
    assert room.has(waiting(gib=6.0), [waiting(gib=4.0)])
    assert not room.has(waiting(gib=6.1), [waiting(gib=4.0)])
    assert not room.has(waiting(), [waiting(), waiting(), waiting()])
    line = filled(waiting("large", gib=8.0), waiting("small", gib=1.0))
    assert line.next([waiting(gib=5.0)], room) is None, "who is next is not overtaken, or it would wait for ever"


def test_a_film_can_be_taken_out() -> None:
    film = waiting()
    line = filled(film, waiting())
    assert line.take(film.job.id) is film
    assert line.take(film.job.id) is None
    assert len(line) == 1
