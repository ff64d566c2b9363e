"""A studio from Python, over HTTP: ask, follow, cancel, fetch. Needs httpx: `pip install reverie[client]`.

```python
async with Client("http://127.0.0.1:8000") as studio:
    running = await studio.submit(await studio.film(["a reef at dusk", "a city by night"], preset="draft"))
    await running.result(on_progress=lambda job: print(f"{job.phase} {job.progress:.0%}"))
    await running.download("film.mp4")
```
"""

from __future__ import annotations

import asyncio
import base64
import hashlib
import inspect
import os
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import httpx
from pydantic import BaseModel, ConfigDict

from reverie.core.errors import Cancelled, InputError, MachineError, ReverieError
from reverie.core.spec import RenderSpec

ADDRESS = "http://127.0.0.1:8000"
TRIES = 5
"""How often a question is asked where the line or the server fails."""

FIRST_WAIT, LONGEST_WAIT = 0.25, 4.0
SOONEST, LATEST = 0.1, 1.0
"""Seconds between two looks at a job: often at first, then less."""

FILMS = ("film", "render", "recording")
PIECE = 2**18


class JobFile(BaseModel):
    """A file that a job made."""

    model_config = ConfigDict(frozen=True)

    name: str
    bytes: int
    kind: str


class Job(BaseModel):
    """A job as it was when it was looked at; `progress` is 0..1, `time_left` seconds, None where nobody knows."""

    model_config = ConfigDict(frozen=True)

    id: str
    title: str
    state: str
    phase: str = ""
    progress: float = 0.0
    time_left: float | None = None
    error: str | None = None
    files: tuple[JobFile, ...] = ()
    fallbacks: tuple[str, ...] = ()
    spec: RenderSpec

    @property
    def final(self) -> bool:
        """True where nothing more will happen."""
        return self.state in {"succeeded", "failed", "cancelled"}


class Upload(BaseModel):
    """A file that the studio has whole; `given` is how a storyboard or a source's option names it."""

    model_config = ConfigDict(frozen=True)

    id: str
    name: str
    bytes: int
    kind: str | None = None
    width: int | None = None
    height: int | None = None
    duration: float | None = None
    frames: int | None = None

    @property
    def given(self) -> dict[str, str]:
        """The file as a spec and a storyboard name it."""
        return {"input": self.id}


class Refused(ReverieError):
    """The studio said no; `status` is HTTP's, `field` what it is about."""

    def __init__(self, status: int, message: str, field: str | None = None) -> None:
        self.status, self.field = status, field
        super().__init__(message)


class Failed(ReverieError):
    """A job came to no good end; `job` says more."""

    def __init__(self, job: Job) -> None:
        self.job = job
        super().__init__(job.error or f"'{job.title}' failed.")


Told = Callable[[Job], Awaitable[None] | None]


class Client:
    """A studio at an address; `token` is what it printed when it started, needed beyond its own machine."""

    def __init__(
        self, address: str = ADDRESS, token: str | None = None, *, timeout: float = 60.0, tries: int = TRIES
    ) -> None:
        headers = {} if token is None else {"authorization": f"Bearer {token}"}
        # A studio is where it was said to be: no proxy, and nobody who sends us on elsewhere, gets the token.
        self._http = httpx.AsyncClient(base_url=address, headers=headers, timeout=timeout, trust_env=False)
        self._tries = tries

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    async def close(self) -> None:
        """Let go of the line."""
        await self._http.aclose()

    # What is asked for

    async def dream(self, prompt: str, **wishes: Any) -> RenderSpec:
        """Return the spec of a dream; what else may be asked is what `reverie.dream` takes."""
        return RenderSpec.model_validate(await self._asked("POST", "/api/specs", json={"prompt": prompt, **wishes}))

    async def film(self, storyboard: str | Sequence[str] | Mapping[str, Any], **wishes: Any) -> RenderSpec:
        """Return the spec of a film of prompts, one a scene, or of a storyboard; files are named by `Upload.given`."""
        if isinstance(storyboard, Mapping):
            said = dict(storyboard)
        else:
            said = {"scenes": [storyboard] if isinstance(storyboard, str) else list(storyboard)}
        return RenderSpec.model_validate(
            await self._asked("POST", "/api/specs", json={"kind": "film", **said, **wishes})
        )

    async def submit(
        self, spec: RenderSpec, title: str | None = None, *, priority: int = 0, key: str | None = None
    ) -> Running:
        """Have a spec made; sent again with the same `key`, whatever broke in between, it is the same job."""
        asked: dict[str, Any] = {"priority": priority} if title is None else {"priority": priority, "title": title}
        headers = {"idempotency-key": key or uuid.uuid4().hex, "content-type": "application/json"}
        body = spec.model_dump_json().encode()
        found = await self._asked("POST", "/api/jobs", params=asked, headers=headers, content=body)
        return Running(self, str(found["id"]))

    async def jobs(self, limit: int = 50) -> list[Job]:
        """Return the newest jobs."""
        found = await self._asked("GET", "/api/jobs", params={"limit": limit})
        return [Job.model_validate(item) for item in found["items"]]

    def job(self, job_id: str) -> Running:
        """Return a job that was asked for before, to follow it."""
        return Running(self, job_id)

    # Files

    async def upload(self, path: str | os.PathLike[str], on_progress: Callable[[float], None] | None = None) -> Upload:
        """Bring a file, part by part, each with its hash; `on_progress` is told which share is there."""
        file = Path(path)
        size = file.stat().st_size
        begun = await self._asked("POST", "/api/uploads", json={"name": file.name, "bytes": size})
        where, part = f"/api/uploads/{begun['id']}", int(begun["part_bytes"])
        with file.open("rb") as whole:
            for number in range(-(-size // part)):
                data = await asyncio.to_thread(whole.read, part)
                digest = base64.b64encode(hashlib.sha256(data).digest()).decode()
                headers = {"content-type": "application/octet-stream", "content-digest": f"sha-256=:{digest}:"}
                await self._asked("PUT", f"{where}/parts/{number}", content=data, headers=headers)
                if on_progress is not None:
                    on_progress(min(1.0, (number + 1) * part / size))
        return Upload.model_validate(await self._asked("POST", f"{where}/complete"))

    async def remove_upload(self, upload_id: str) -> None:
        """Take a file away that no job needs any more."""
        await self._asked("DELETE", f"/api/uploads/{upload_id}")

    # The line

    async def _asked(self, method: str, path: str, **sent: Any) -> Any:
        """Ask, again where the line breaks or the server has a fault, and return what is answered."""
        for number in range(1, self._tries + 1):
            try:
                answer = await self._http.request(method, path, **sent)
            except httpx.TransportError as error:
                if number == self._tries:
                    raise MachineError(f"The studio at {self._http.base_url} can't be reached: {error}.") from None
            else:
                if answer.status_code < 500 or answer.status_code in {501, 503, 507} or number == self._tries:
                    return understood(answer)
            await asyncio.sleep(min(LONGEST_WAIT, FIRST_WAIT * 2 ** (number - 1)))
        raise MachineError("The studio was not asked at all: allow at least one try.")

    async def fetch(self, path: str, target: Path, on_progress: Callable[[float], None] | None) -> None:
        """Fetch a file whole or not at all; a line that breaks is taken up where it broke."""
        part = target.with_name(f"{target.name}.part")
        part.unlink(missing_ok=True)
        try:
            for number in range(1, self._tries + 1):
                try:
                    await self._piece(path, part, on_progress)
                    break
                except httpx.TransportError as error:
                    if number == self._tries:
                        raise MachineError(f"{target.name} can't be fetched: {error}.") from None
                    await asyncio.sleep(min(LONGEST_WAIT, FIRST_WAIT * 2 ** (number - 1)))
            os.replace(part, target)
        finally:
            part.unlink(missing_ok=True)

    async def _piece(self, path: str, part: Path, on_progress: Callable[[float], None] | None) -> None:
        begin = part.stat().st_size if part.exists() else 0
        headers = {"range": f"bytes={begin}-"} if begin else {}
        async with self._http.stream("GET", path, headers=headers) as answer:
            if answer.status_code not in {200, 206}:
                await answer.aread()
                understood(answer)
            begin = begin if answer.status_code == 206 else 0
            whole = begin + int(answer.headers.get("content-length", 0))
            with part.open("ab" if begin else "wb") as file:
                async for data in answer.aiter_bytes(PIECE):
                    await asyncio.to_thread(file.write, data)
                    begin += len(data)
                    if on_progress is not None and whole:
                        on_progress(min(1.0, begin / whole))


class Running:
    """A job under way, or one that has ended."""

    def __init__(self, client: Client, job_id: str) -> None:
        self._client, self.id = client, job_id

    async def job(self) -> Job:
        """Return the job as it is now."""
        return Job.model_validate(await self._client._asked("GET", f"/api/jobs/{self.id}"))

    async def follow(self) -> AsyncIterator[Job]:
        """Give the job whenever something about it has changed, its end last."""
        seen: tuple[Any, ...] = ()
        pause = SOONEST
        while True:
            job = await self.job()
            now = (job.state, job.phase, job.progress)
            if now != seen:
                seen, pause = now, SOONEST
                yield job
            if job.final:
                return
            await asyncio.sleep(pause)
            pause = min(LATEST, pause * 1.5)

    async def result(self, on_progress: Told | None = None, *, cancel_with_task: bool = False) -> Job:
        """Wait for the end and return the job; Failed and Cancelled say that it was no good one.

        `on_progress` is told of every change, and may be asynchronous. With `cancel_with_task` the job is cancelled
        where the task that waits here is.
        """
        try:
            async for job in self.follow():
                if on_progress is not None and inspect.isawaitable(told := on_progress(job)):
                    await told
        except asyncio.CancelledError:
            if cancel_with_task:
                await asyncio.shield(self.cancel())
            raise
        if job.state == "cancelled":
            raise Cancelled(f"'{job.title}' was cancelled.")
        if job.state == "failed":
            raise Failed(job)
        return job

    async def cancel(self) -> Job:
        """Have it stop after the step under way."""
        return Job.model_validate(await self._client._asked("POST", f"/api/jobs/{self.id}/cancel"))

    async def remove(self) -> None:
        """Remove it with its files; for ten seconds the studio can bring it back."""
        await self._client._asked("DELETE", f"/api/jobs/{self.id}")

    async def download(
        self,
        path: str | os.PathLike[str],
        name: str | None = None,
        on_progress: Callable[[float], None] | None = None,
    ) -> Path:
        """Fetch the film, or another of the job's files by its name, to a path, whole or not at all."""
        if name is None:
            job = await self.job()
            names = [file.name for kind in FILMS for file in job.files if file.kind == kind]
            if not names:
                raise InputError("name", self.id, f"has no film: it is {job.state}.")
            name = names[0]
        target = Path(path)
        await self._client.fetch(f"/api/jobs/{self.id}/files/{name}", target, on_progress)
        return target


def understood(answer: httpx.Response) -> Any:
    """Return what is answered; Refused where it is a no."""
    if answer.is_success:
        return answer.json() if answer.content else None
    try:
        said = answer.json()
        message, field = str(said["message"]), said.get("field")
    except (ValueError, KeyError, TypeError, AttributeError):
        message, field = f"The studio answered {answer.status_code} {answer.reason_phrase}.", None
    raise Refused(answer.status_code, message, field)
