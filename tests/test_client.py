"""The client of a studio: it asks once whatever breaks, follows to the end, cancels, and fetches whole files."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from reverie.client import Client, Failed, Job, Refused
from reverie.core.errors import Cancelled, InputError, MachineError
from reverie.core.spec import RenderSpec
from reverie.media.picture import encode_png
from tests.server.loopback import Server


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    found = Server(tmp_path_factory.mktemp("studio"))
    yield found
    found.end()


def within(server: Server, say: Callable[[Client], Awaitable[Any]], **more: Any) -> Any:
    """Do something with a client, and let go of it."""

    async def run() -> Any:
        async with Client(server.root, **more) as studio:
            return await say(studio)

    return asyncio.run(run())


async def small(studio: Client, seconds: float = 1.0, prompt: str = "a reef") -> RenderSpec:
    return await studio.dream(prompt, seconds=seconds, size="64x48", model="placeholder")


def test_a_film_is_asked_for_followed_and_fetched(server: Server, tmp_path: Path) -> None:
    told: list[Job] = []
    shares: list[float] = []

    async def say(studio: Client) -> Job:
        running = await studio.submit(await small(studio), "My reef")
        job = await running.result(told.append)
        await running.download(tmp_path / "reef.mp4", on_progress=shares.append)
        assert [one.id for one in await studio.jobs()] == [job.id]
        assert (await studio.job(job.id).job()).title == "My reef"
        await running.remove()
        return job

    job = within(server, say)
    assert (job.state, job.progress, job.title) == ("succeeded", 1.0, "My reef")
    assert [one.progress for one in told] == sorted(one.progress for one in told)
    assert told[-1] == job
    assert (tmp_path / "reef.mp4").read_bytes()[4:8] == b"ftyp"
    assert shares[-1] == 1.0
    assert list(tmp_path.iterdir()) == [tmp_path / "reef.mp4"]


def test_progress_may_be_awaited(server: Server) -> None:
    told: list[float] = []

    async def note(job: Job) -> None:
        await asyncio.sleep(0)
        told.append(job.progress)

    async def say(studio: Client) -> None:
        await (await studio.submit(await small(studio))).result(note)

    within(server, say)
    assert told[-1] == 1.0


def test_what_is_asked_again_after_a_lost_answer_is_one_job(server: Server) -> None:
    async def say(studio: Client) -> str:
        spec = await small(studio, prompt="a reef of its own")
        server.lossy.failures = 2
        return (await studio.submit(spec)).id

    before = server.films()
    job = within(server, say)
    assert server.films() == before + 1
    assert server.studio.get(job).title == "a reef of its own"


def test_a_job_is_cancelled_with_who_waits_for_it_only_where_that_is_wished(server: Server) -> None:
    async def say(studio: Client, wished: bool) -> str:
        running = await studio.submit(await small(studio, 600))
        waiting = asyncio.create_task(running.result(cancel_with_task=wished))
        await asyncio.sleep(0.5)
        waiting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await waiting
        state = (await running.job()).state
        if not wished:
            await running.cancel()
            with pytest.raises(Cancelled, match="was cancelled"):
                await running.result()
        return state

    assert within(server, lambda studio: say(studio, False)) in {"queued", "running"}
    assert within(server, lambda studio: say(studio, True)) in {"cancelled", "running"}


def test_a_job_that_breaks_is_said_to_have(server: Server) -> None:
    async def say(studio: Client) -> None:
        await (await studio.submit(await small(studio, prompt="please break"))).result()

    with pytest.raises(Failed, match="The model broke") as caught:
        within(server, say)
    assert caught.value.job.state == "failed"


def test_a_no_is_a_sentence_with_its_field(server: Server) -> None:
    async def say(studio: Client) -> None:
        await studio.dream("a reef", size="0x0")

    with pytest.raises(Refused) as caught:
        within(server, say)
    assert (caught.value.status, caught.value.field) == (422, "width")


def test_files_are_brought_in_parts_and_used(server: Server, tmp_path: Path) -> None:
    side = 1800
    picture = encode_png(np.frombuffer(os.urandom(side * side * 3), np.uint8).reshape(side, side, 3))
    (tmp_path / "noise.png").write_bytes(picture)
    shares: list[float] = []

    async def say(studio: Client) -> RenderSpec:
        upload = await studio.upload(tmp_path / "noise.png", shares.append)
        assert (upload.kind, upload.width, upload.height, upload.name) == ("image", side, side, "noise.png")
        scene = {"prompt": "it moves", "image": upload.given, "duration": 1}
        spec = await studio.film({"scenes": [scene]}, size="64x48", model="worlds")
        await studio.remove_upload(upload.id)
        return spec

    spec = within(server, say)
    assert set(spec.scenes[0].source.options["path"]) == {"input"}
    assert len(shares) == 2
    assert shares[-1] == 1.0


def test_a_storyboard_of_prompts_is_a_film_of_scenes(server: Server) -> None:
    spec = within(server, lambda studio: studio.film(["a reef", "a city"], size="64x48", seed=3))
    assert [scene.keyframes[0].prompt for scene in spec.scenes] == ["a reef", "a city"]


def test_a_film_that_is_not_there_leaves_nothing_behind(server: Server, tmp_path: Path) -> None:
    async def say(studio: Client, name: str | None) -> None:
        running = await studio.submit(await small(studio, 600))
        try:
            await running.download(tmp_path / "reef.mp4", name)
        finally:
            await running.remove()

    with pytest.raises(InputError, match="has no film"):
        within(server, lambda studio: say(studio, None))
    with pytest.raises(Refused, match="is no file of this job"):
        within(server, lambda studio: say(studio, "render-001.mp4"))
    assert list(tmp_path.iterdir()) == []


def test_a_studio_that_is_away_is_said_to_be() -> None:
    async def run() -> None:
        async with Client("http://127.0.0.1:1", tries=1) as studio:
            await studio.jobs()

    with pytest.raises(MachineError, match="can't be reached"):
        asyncio.run(run())
