"""Everything that runs here: live sessions, films in the queue, their records, and how all of it ends."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from threading import RLock
from typing import Any

from reverie.core.errors import InputError, ReverieError
from reverie.core.report import Stage
from reverie.core.spec import RenderSpec
from reverie.execution.crew import Workshop
from reverie.execution.documents import report_json, write_whole
from reverie.jobs.files import Home
from reverie.jobs.inputs import Inputs
from reverie.jobs.job import Job, JobFile, JobState, LiveView, new_id, now, title_of
from reverie.jobs.ledger import VITALS, Ledger
from reverie.jobs.line import Room
from reverie.jobs.live import ENDING_SECONDS, Ending, House, LiveRun, Submit
from reverie.jobs.lock import FolderLock
from reverie.jobs.queue import Renders
from reverie.jobs.remembered import as_film, lasted, with_wishes
from reverie.jobs.store import Asked, Store, Wanted
from reverie.jobs.supplied import Supplied, with_inputs
from reverie.jobs.uploads import Uploads
from reverie.jobs.whole import Whole
from reverie.server.admission import admitted
from reverie.server.faults import Conflict, NotFound
from reverie.server.films import FIRST, TOO_OFTEN, Films
from reverie.server.forms import Form, Forms
from reverie.server.heart import Bin, Heart
from reverie.server.repeats import Repeats
from reverie.server.rows import NO_JOB, Rows
from reverie.server.upkeep import Keep, Upkeep

INTERRUPTED = "The server ended while this was live: what was recorded is kept, and it can be rendered again."
STOPPED = "The server was stopped."
MOST_EVENTS = 1_000_000
MOST_COPY = 180

__all__ = ["FIRST", "INTERRUPTED", "STOPPED", "Studio"]


class Studio:
    """One data folder and what runs on it; every method may wait, so the event loop calls none but `run`.

    Films are made in `workshop(home)`, in this process where none is given, as many at once as `room` allows; `keep`
    says what of the old is thrown away.
    """

    def __init__(
        self,
        data: Path,
        submit: Submit,
        new_hub: Any,
        *,
        workshop: Callable[[Path], Workshop] | None = None,
        room: Room = Room(),  # noqa: B008
        keep: Keep = Keep(),  # noqa: B008
    ) -> None:
        self.home = Home(data)
        self._folder_lock = FolderLock(self.home.root)
        try:
            self.home.sweep()
            self.store = Store(self.home.database)
        except BaseException:
            self._folder_lock.release()
            raise
        self.began = now()
        self._lock = RLock()
        self._runs: dict[str, LiveRun] = {}
        self.ending = False
        self._on_ending: set[Callable[[], object]] = set()
        self.ledger = Ledger(self.store)
        self.inputs = Inputs(self.home, Uploads(self.home.root))
        self.submit = with_inputs(submit, self.inputs)
        self._house = House(self.home, self.ledger, self.submit, new_hub)
        self.rows = Rows(self.store, self.ledger)
        self._repeats = Repeats(self.store)
        made_in = Supplied(Whole(submit, self.home.root) if workshop is None else workshop(self.home.root), self.inputs)
        self.films = Films(
            self.home, self.store, self.ledger, self.rows, made_in, busy=self.has_live, finish=self._finish, room=room
        )
        self._forms = Forms(self.home, made_in)
        self._bin = Bin(self.store, self.home)
        made_in.sweep()
        self._recover()
        self._upkeep = Upkeep(self, keep)
        self._heart = Heart(self.runs, self.settle, self._bin, self._upkeep.look)

    # What there is

    @property
    def renders(self) -> Renders:
        """The queue of films."""
        return self.films.renders

    def get(self, job_id: str) -> Job:
        """Return a job as it is now, its units too; NotFound where there is none."""
        job = self._found(job_id)
        return self.shown(job.model_copy(update={"units": self.films.views(job)}))

    def page(self, wanted: Wanted) -> list[Job]:
        """Return a page of jobs, newest first, by what they are now."""
        return [self.shown(job) for job in self.rows.page(wanted)]

    def shown(self, job: Job) -> Job:
        """Return a job with its files and, where it is live, what is known of it just now."""
        run = self._runs.get(job.id)
        view = None if run is None else run.view()
        if view is None and job.live:
            stage = {JobState.FAILED: Stage.FAILED, JobState.RUNNING: Stage.INITIALISING}.get(job.state, Stage.STOPPED)
            view = LiveView(state=stage, prompt=job.title)
        return job.model_copy(update={"files": self.home.listed(job.id), "live_state": view})

    def run(self, job_id: str) -> LiveRun:
        """Return a live session under way; Conflict where it has ended or never was live, NotFound where none is."""
        run = self._runs.get(job_id)
        if run is None:
            job = self._found(job_id)
            ended = "has ended: start another" if job.state.final else "is not there yet: try again in a moment"
            what = ended if job.live else "is no live session"
            raise Conflict(f"'{job.title}' {what}.")
        return run

    def runs(self) -> list[LiveRun]:
        """Return the live sessions under way, oldest first."""
        with self._lock:
            return list(self._runs.values())

    def current(self) -> LiveRun:
        """Return the newest live session; Conflict where there is none."""
        runs = self.runs()
        if not runs:
            raise Conflict("Nothing is live: start a session with POST /api/jobs.")
        return runs[-1]

    def has_live(self) -> bool:
        """True while a live session has the device."""
        return bool(self._runs)

    def performance(self, job_id: str) -> RenderSpec:
        """Return the spec that replays a job, as far as it has come."""
        job = self._found(job_id)
        run = self._runs.get(job_id)
        if run is not None:
            return run.performance()
        if not job.live:
            return job.spec
        return self.ledger.kept(job_id) or self.store.performance(job_id) or self._remembered(job)

    def _remembered(self, job: Job) -> RenderSpec:
        """Put together again what a session that a crash ended had shown, from the wishes that were told."""
        told = [event for event in self.ledger.read(job.id, 0, MOST_EVENTS) if event.kind != VITALS]
        wishes = [event.data for event in told if event.kind == "keyframe"]
        return as_film(with_wishes(job.spec, wishes), lasted(event.data for event in told))

    def report(self, job_id: str) -> str:
        """Return how a job went as JSON, so far where it is live; Conflict where there is nothing to tell yet."""
        job, run = self._found(job_id), self._runs.get(job_id)
        if run is not None:
            return report_json(run.handle.report())
        try:
            return self.home.find(job.id, "report.json").read_text("utf-8")
        except (OSError, InputError):
            raise Conflict(f"'{job.title}' has no report: it has one when it has painted something.") from None

    def file(self, job_id: str, name: str) -> Path:
        """Return the path of a job's file; NotFound where there is none."""
        try:
            return self.home.find(self._found(job_id).id, name)
        except InputError as error:
            raise NotFound(error.field, error.value, error.fix) from None

    def form(self, job_id: str, form: Form) -> JobFile:
        """Return a job's film in another form, made where it is not there yet; Conflict where there is no film."""
        return self._forms.made(self._found(job_id), form, lambda: self.ending)

    # What is asked

    def create(
        self,
        spec: RenderSpec,
        title: str | None = None,
        job_id: str | None = None,
        first: RenderSpec | None = None,
        *,
        asked: Asked = Asked(),  # noqa: B008
        priority: int = 0,
    ) -> Job:
        """Begin a live session, or queue a film; InputError, Conflict (it is full) and MachineError say why not.

        `first` is the spec of the film that this one starts from, and that is rendered before it. `asked` is whose
        request it is: one that was granted before is not granted twice.
        """
        if self.ending:
            raise Conflict("The server is ending: ask again when it is back.")
        with self._repeats.granting(asked) as before:
            if before is not None:
                return self.get(before)
            admitted(spec, self.inputs)
            job = Job(
                id=job_id or new_id(),
                title=title or title_of(spec),
                live=spec.live,
                created_at=now(),
                spec=spec,
                priority=priority,
                client=asked.client,
            )
            if spec.live:
                return self._perform(job, asked)
            self.films.queue(job, first, asked)
            return self.get(job.id)

    def retry(self, job_id: str) -> Job:
        """Begin a film again that failed or was cancelled; Conflict where it did neither."""
        self.films.retry(self._found(job_id))
        return self.get(job_id)

    def duplicate(self, job_id: str) -> Job:
        """Queue a film like another one; of a live session, the film that replays it."""
        job = self._found(job_id)
        first = None if job.live else self.store.performance(job_id)
        title = f"{job.title[:MOST_COPY]}, again"
        return self.create(self.performance(job_id), title, first=first, priority=job.priority)

    def cancel(self, job_id: str) -> Job:
        """Ask a job to stop; one that has ended stays as it is."""
        job = self._found(job_id)
        run = self._runs.get(job_id)
        if run is not None:
            run.cancel()
            run.finished.wait(ENDING_SECONDS)
        elif not job.state.final:
            self.films.cancel(job_id)
        return self.get(job_id)

    def change(self, job_id: str, **changes: Any) -> Job:
        """Give a job another title, or mark it as a favourite or no longer one."""
        self.rows.update(self._found(job_id), **changes)
        return self.get(job_id)

    def delete(self, job_id: str) -> None:
        """Have a job removed, stopped first where it runs; for ten seconds it can be restored."""
        job = self._found(job_id)
        if not job.state.final:
            self.cancel(job_id)
        self.rows.update(self._found(job_id), deleted_at=now())
        self._bin.add(job_id)

    def restore(self, job_id: str) -> Job:
        """Bring a deleted job back; NotFound where its ten seconds have passed."""
        found = self.rows.known(job_id)
        if found is None:
            raise NotFound("id", job_id, NO_JOB)
        if found.deleted_at is not None and not self._bin.take(job_id):
            raise NotFound("id", job_id, "is gone for good: a job can be restored for ten seconds.")
        self.rows.update(found, deleted_at=None)
        return self.get(job_id)

    def on_ending(self, told: Callable[[], object]) -> Callable[[], None]:
        """Have a function called when the server is about to end; returns what forgets it."""
        with self._lock:
            self._on_ending.add(told)
        return lambda: self._on_ending.discard(told)

    def end(self) -> None:
        """Say that the end is near, so that answers without an end come to theirs; waits for nothing."""
        self.ending = self.films.ending = True
        for told in list(self._on_ending):
            with suppress(RuntimeError):
                told()

    def close(self) -> None:
        """End everything: films whole, rows marked, the folder free for the next server."""
        self.end()
        runs = self.runs()
        for run in runs:
            run.cancel()
        self.renders.close(ENDING_SECONDS)
        for run in runs:
            run.finished.wait(ENDING_SECONDS)
        self._heart.stop()
        self.ledger.close()
        self.store.close()
        self._folder_lock.release()

    # How it goes

    def _perform(self, job: Job, asked: Asked) -> Job:
        running = job.model_copy(update={"state": JobState.RUNNING, "started_at": now()})
        self.store.add(running, asked)
        self.ledger.begin(job.id)
        self.rows.begin(running)
        try:
            run = LiveRun(job, self._house, self._ended)
        except BaseException:
            self.rows.end(job.id)
            self.ledger.end(job.id)
            self.store.remove(job.id)
            raise
        with self._lock:
            if not run.over:
                self._runs[job.id] = run
        self.renders.wake()
        return self.get(job.id)

    def _ended(self, run: LiveRun, ending: Ending) -> None:
        with self._lock:
            run.over = True
            self._runs.pop(run.job_id, None)
        if ending.report is not None:
            self.ledger.keep(run.job_id, run.performance())
        self._finish(run.job_id, ending)
        self.renders.wake()

    def _finish(self, job_id: str, ending: Ending) -> None:
        error = ending.error
        if ending.report is not None:
            try:
                write_whole(self.home.folder(job_id) / "report.json", report_json(ending.report), "report")
            except ReverieError as fault:
                error = error or str(fault)
        state = JobState.CANCELLED if ending.cancelled else JobState.SUCCEEDED
        state = JobState.FAILED if error else state
        phase = STOPPED if self.ending and ending.cancelled else ""
        job = self.rows.end(job_id) or self.store.get(job_id)
        if job is None:
            return
        done = 1.0 if state is JobState.SUCCEEDED else job.progress
        left = {"time_left": None, "units": (), "finished_at": now()}
        job = self.rows.update(job, state=state, phase=phase, progress=done, error=error, **left)
        self.ledger.append(job_id, "state", self._told(job))
        self.ledger.end(job_id)

    def settle(self, run: LiveRun) -> None:
        """Write down at which rate a session is painted, once it is known: without it a crash would lose its frames."""
        if run.settled or run.handle.state().frame == 0:
            return
        run.settled, played = True, run.spec
        job = self.rows.active(run.job_id)
        if job is not None and (played.fps, played.paint_fps) != (job.spec.fps, job.spec.paint_fps):
            rates = {"fps": played.fps, "paint_fps": played.paint_fps}
            self.rows.update(job, spec=job.spec.model_copy(update=rates))

    def _recover(self) -> None:
        """Say of what a server that died left unfinished that it is so, and take up the queue."""
        for job in self.store.unfinished():
            if not job.live and self.films.resume(job):
                continue
            self.ledger.begin(job.id)
            words = INTERRUPTED if job.live else TOO_OFTEN.format(job.attempt)
            self.rows.update(job, state=JobState.FAILED, error=words, finished_at=now())
            self.ledger.append(job.id, "state", self._told(job.model_copy(update={"error": words})))
            self.ledger.end(job.id)
        for job_id in self.store.deleted():
            self._bin.add(job_id)
        self._bin.empty(timedelta())

    # Rows

    def _found(self, job_id: str) -> Job:
        return self.rows.found(job_id)

    def _told(self, job: Job) -> Mapping[str, Any]:
        run = self._runs.get(job.id)
        view = None if run is None else run.view().model_dump(mode="json")
        return {"state": str(job.state), "phase": job.phase, "live_state": view, "error": job.error}
