"""What the System page shows: the device, its memory and time, the disk, the sessions, and how past jobs went."""

from __future__ import annotations

import os
import platform
import threading
from collections.abc import Sequence
from datetime import datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from statistics import quantiles
from time import monotonic
from typing import Literal

import psutil  # type: ignore[import-untyped]
from pydantic import BaseModel

import reverie
from reverie.authoring import card_of
from reverie.core import catalogue, pulled
from reverie.core.errors import ReverieError
from reverie.execution.machine import examine, usable_cores
from reverie.jobs.job import Job, JobState, now
from reverie.jobs.live import LiveRun
from reverie.jobs.store import Outcome
from reverie.server.busy import Busy
from reverie.server.gpus import Gpu, Nvml
from reverie.server.studio import Studio

DOCTOR_SECONDS = 300.0
RECENT = 20
PACKAGES = ("torch", "diffusers", "openvino", "av", "opencv-python-headless", "fastapi", "aiortc", "numpy")


class Device(BaseModel):
    """What paints: `runtime` is what runs networks there, `threads` how many it may use."""

    name: str
    kind: Literal["cpu", "cuda", "mps"]
    runtime: str
    threads: int


class Processor(BaseModel):
    """Percentages are of the whole machine, 0 to 100; `process_percent` is this server's share."""

    name: str
    cores: int
    percent: float
    process_percent: float


class Memory(BaseModel):
    """All in bytes."""

    total: int
    used: int
    process: int


class Disk(BaseModel):
    """The data folder's disk, in bytes; `kept` is what jobs take of it."""

    path: str
    total: int
    free: int
    kept: int


class Model(BaseModel):
    """A model: `bytes` are its weights', null where it has none here."""

    name: str
    title: str
    loaded: bool
    bytes: int | None
    license: str


class Rated(BaseModel):
    """Three rates in frames a second that must not be mixed up."""

    model: float
    new: float
    displayed: float


class LiveSession(BaseModel):
    """A live session under way."""

    id: str
    title: str
    state: str
    frame: int
    viewers: int
    fps: Rated
    started_at: datetime


class Took(BaseModel):
    """Seconds that finished jobs took."""

    p50: float
    p95: float


class Finished(BaseModel):
    """A job that has ended."""

    id: str
    title: str
    live: bool
    state: JobState
    seconds: float
    finished_at: datetime


class Past(BaseModel):
    """How jobs went; a live session that was stopped went well."""

    total: int
    succeeded: int
    failed: int
    cancelled: int
    success_rate: float | None
    seconds: Took | None
    recent: list[Finished]


class Row(BaseModel):
    """A fact of `reverie doctor`."""

    name: str
    value: str
    ok: bool
    fix: str


class System(BaseModel):
    """All of it."""

    device: Device
    cpu: Processor
    memory: Memory
    gpus: list[Gpu]
    disk: Disk
    models: list[Model]
    sessions: list[LiveSession]
    jobs: Past
    versions: dict[str, str]
    doctor: list[Row]
    uptime_s: float


class Machine:
    """Looks at this machine when asked; what takes long is looked at once in a while."""

    def __init__(self, studio: Studio) -> None:
        self._studio = studio
        self._nvml = Nvml()
        self._process = psutil.Process()
        self._doctor: tuple[float, list[Row]] | None = None
        self._lock = threading.Lock()
        self._cpu = _cpu_name()
        self._busy = Busy()
        self._process.cpu_percent()

    def look(self) -> System:
        """Measure everything; may take seconds the first time."""
        gpus = self._nvml.gpus()
        runs = self._studio.runs()
        return System(
            device=self._device(gpus),
            cpu=self._processor(),
            memory=self._memory(),
            gpus=gpus,
            disk=self._disk(),
            models=[model for name in catalogue.names() for model in [_model(name, runs)] if model],
            sessions=[_session(self._studio, run) for run in runs],
            jobs=past(self._studio.store.outcomes(), self._studio.store.finished(1000)),
            versions=_versions(),
            doctor=self._rows(),
            uptime_s=round((now() - self._studio.began).total_seconds(), 1),
        )

    def _device(self, gpus: Sequence[Gpu]) -> Device:
        asked = os.environ.get("OMP_NUM_THREADS", "").partition(",")[0]
        threads = int(asked) if asked.isdecimal() and asked.isascii() else usable_cores()
        if gpus:
            return Device(name=gpus[0].name, kind="cuda", runtime="torch", threads=threads)
        if platform.system() == "Darwin" and platform.machine() == "arm64":
            return Device(name=self._cpu, kind="mps", runtime="torch", threads=threads)
        runtime = "openvino" if _version("openvino") else "torch"
        return Device(name=self._cpu, kind="cpu", runtime=runtime, threads=threads)

    def _processor(self) -> Processor:
        cores = usable_cores()
        share = self._process.cpu_percent() / (os.cpu_count() or 1)
        return Processor(
            name=self._cpu, cores=cores, percent=self._busy.percent(), process_percent=round(min(share, 100.0), 1)
        )

    def _memory(self) -> Memory:
        all_of_it = psutil.virtual_memory()
        used = all_of_it.total - all_of_it.available
        return Memory(total=all_of_it.total, used=used, process=self._process.memory_info().rss)

    def _disk(self) -> Disk:
        home = self._studio.home
        usage = psutil.disk_usage(str(home.root))
        return Disk(path=str(home.root), total=usage.total, free=usage.free, kept=_size(home.root))

    def _rows(self) -> list[Row]:
        with self._lock:
            if self._doctor is None or monotonic() - self._doctor[0] > DOCTOR_SECONDS:
                rows = [
                    Row(name=row.name, value=row.value, ok=row.ok, fix="" if row.ok else row.fix) for row in examine()
                ]
                self._doctor = (monotonic(), rows)
            return self._doctor[1]


def past(outcomes: Sequence[Outcome], finished: Sequence[Job]) -> Past:
    """Sum up how jobs went; `finished` are the newest of them, newest first."""
    count = {state: sum(outcome.count for outcome in outcomes if outcome.state is state) for state in JobState}
    well = sum(outcome.count for outcome in outcomes if went_well(outcome))
    judged = well + count[JobState.FAILED]
    took = [_seconds(job) for job in finished if job.state is JobState.SUCCEEDED]
    shares = quantiles(took, n=20, method="inclusive") if len(took) > 1 else took * 19
    return Past(
        total=sum(count.values()),
        succeeded=count[JobState.SUCCEEDED],
        failed=count[JobState.FAILED],
        cancelled=count[JobState.CANCELLED],
        success_rate=well / judged if judged else None,
        seconds=Took(p50=round(shares[9], 2), p95=round(shares[18], 2)) if took else None,
        recent=[_finished(job) for job in finished[:RECENT]],
    )


def went_well(outcome: Outcome) -> bool:
    """True where jobs of this outcome did what was asked: a live session that was stopped did."""
    return outcome.state is JobState.SUCCEEDED or (outcome.live and outcome.state is JobState.CANCELLED)


def _finished(job: Job) -> Finished:
    ended = job.finished_at or job.created_at
    return Finished(
        id=job.id, title=job.title, live=job.live, state=job.state, seconds=round(_seconds(job), 2), finished_at=ended
    )


def _seconds(job: Job) -> float:
    if job.started_at is None or job.finished_at is None:
        return 0.0
    return (job.finished_at - job.started_at).total_seconds()


def _session(studio: Studio, run: LiveRun) -> LiveSession:
    view, state, job = run.view(), run.handle.state(), studio.get(run.job_id)
    rates = Rated(model=state.fps.model, new=state.fps.new, displayed=state.fps.displayed)
    return LiveSession(
        id=job.id,
        title=job.title,
        state=view.state,
        frame=view.frame,
        viewers=view.viewers,
        fps=rates,
        started_at=job.started_at or job.created_at,
    )


def _model(name: str, runs: Sequence[LiveRun]) -> Model | None:
    try:
        component = catalogue.find(name)
        card = card_of(component)
    except ReverieError:
        return None
    played = [scene.backend for run in runs for scene in run.spec.scenes]
    own = {**component.options}
    loaded = any(part.name == component.name and own.items() <= part.options.items() for part in played)
    return Model(name=name, title=card.title, loaded=loaded, bytes=_weights(name), license=card.license)


def _weights(name: str) -> int | None:
    from reverie.models.shipped import WEIGHTS

    folder = pulled.folder_of(name) if pulled.is_name(name) else WEIGHTS / name
    return _size(folder) if folder.is_dir() else None


def _size(folder: Path) -> int:
    total = 0
    for root, _, names in os.walk(folder):
        for name in names:
            try:
                total += os.lstat(os.path.join(root, name)).st_size
            except OSError:
                continue
    return total


def _versions() -> dict[str, str]:
    found = {name: _version(name) for name in PACKAGES}
    return {
        "reverie": reverie.__version__,
        "python": platform.python_version(),
        **{name: text for name, text in found.items() if text},
    }


def _version(package: str) -> str | None:
    try:
        return version(package)
    except PackageNotFoundError:
        return None


def _cpu_name() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text("utf-8").splitlines()
    except OSError:
        lines = []
    named = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(named, platform.processor() or platform.machine())
