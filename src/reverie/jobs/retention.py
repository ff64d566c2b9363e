"""How long what people brought is kept: by when it was last used, and by how much there is in all."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from reverie.jobs.inputs import Inputs
from reverie.jobs.job import Job
from reverie.jobs.uploads import Upload

GIB = 2**30
GRACE = timedelta(hours=1)
"""What was brought or used so lately stays, however little room there is: its film may be asked for next."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What of the uploads is kept: those used in the last `days`, and `gib` in all; 0 is no limit."""

    days: float = 30.0
    gib: float = 20.0


def surplus(uploads: Sequence[Upload], jobs: Iterable[Job], inputs: Inputs, limits: Limits, now: datetime) -> list[str]:
    """Return the ids of what may go, the longest unused first.

    An upload is used when it is brought and when a job that names it is asked for. One that a job still needs is never
    among them, nor is one of a favourite.
    """
    last = {upload.id: upload.created_at for upload in uploads}
    held: set[str] = set()
    for job in jobs:
        for name in inputs.needed(job.spec):
            if name in last:
                last[name] = max(last[name], job.created_at)
                held |= {name} if job.favourite or not job.state.final else set()
    free = [upload for upload in uploads if upload.id not in held and last[upload.id] < now - GRACE]
    free.sort(key=lambda upload: last[upload.id])
    old = [upload for upload in free if limits.days and last[upload.id] < now - timedelta(days=limits.days)]
    return [upload.id for upload in (*old, *_beyond(uploads, free, old, limits))]


def _beyond(
    uploads: Sequence[Upload], free: Sequence[Upload], old: Collection[Upload], limits: Limits
) -> Iterable[Upload]:
    """Yield what has to go besides the old, so that the rest has room."""
    total = sum(upload.bytes for upload in uploads) - sum(upload.bytes for upload in old)
    for upload in free[len(old) :]:
        if not limits.gib or total <= limits.gib * GIB:
            return
        total -= upload.bytes
        yield upload
