"""A hundred jobs of all kinds, cancelled, tried again and interrupted at random: none lost, none made twice."""

from __future__ import annotations

import random
from collections import Counter
from pathlib import Path

from reverie.core.spec import RenderSpec
from reverie.jobs.job import JobState
from reverie.jobs.store import Asked, Wanted
from reverie.server.studio import Studio
from tests.jobs.performers import FakeHub, film, submit
from tests.server.waiting import until

JOBS, CLIENTS = 100, 5
FINAL = {str(state) for state in JobState if state.final}
PROMPTS = ("a reef", "a city", "break", "a forest")


def opened(folder: Path) -> Studio:
    return Studio(folder, submit, FakeHub)


def asked(dice: random.Random, number: int) -> tuple[RenderSpec, Asked, int]:
    prompt = dice.choice(PROMPTS)
    spec = film(dice.choice((0.1, 0.3, 0.5)), prompt)
    return spec, Asked(f"client-{number % CLIENTS}", f"key-{number}", str(number)), dice.randint(-2, 2)


def test_a_hundred_jobs_are_neither_lost_nor_doubled(tmp_path: Path) -> None:
    dice, studio, ids = random.Random(11), opened(tmp_path), list[str]()
    cancelled: set[str] = set()
    for number in range(JOBS):
        spec, request, priority = asked(dice, number)
        job = studio.create(spec, asked=request, priority=priority)
        assert studio.create(spec, asked=request, priority=priority).id == job.id, "the same request is the same job"
        ids.append(job.id)
        if dice.random() < 0.2:
            victim = dice.choice(ids)
            if not studio.get(victim).state.final:
                cancelled.add(victim)
            studio.cancel(victim)
        if dice.random() < 0.06:
            studio.close()
            studio = opened(tmp_path)
    until(lambda: not studio.rows.unfinished(), 120)
    jobs = studio.page(Wanted(limit=200))
    assert sorted(job.id for job in jobs) == sorted(ids)
    for job in jobs:
        broken = "break" in (job.spec.scenes[0].keyframes[0].prompt or "")
        made = {JobState.SUCCEEDED: not broken, JobState.FAILED: broken, JobState.CANCELLED: job.id in cancelled}
        assert made[job.state], (job.state, job.error)
        files = Counter(file.kind for file in job.files)
        assert files["film"] == (job.state is JobState.SUCCEEDED) or job.state is JobState.CANCELLED
        ends = [event for event in studio.ledger.read(job.id, 0, 10_000) if event.data.get("state") in FINAL]
        assert len(ends) == 1, "it ended once"
    again = next(job for job in jobs if job.state is JobState.CANCELLED)
    studio.retry(again.id)
    until(lambda: studio.get(again.id).state.final)
    studio.close()


FINAL = {str(state) for state in JobState if state.final}
