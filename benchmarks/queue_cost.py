"""What does the queue itself cost a job?

    python benchmarks/queue_cost.py [--quick] [--jobs 200]

Jobs whose film takes no time at all are asked for, one after the other, and waited for: all that is left is admission,
rows, claims, commits, events and the turn of the queue, with every commit on the disk. To hold: under 50 ms a job.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks._results import save
from benchmarks.crashes import film
from reverie.core.report import Report
from reverie.execution.crew import Heard
from reverie.execution.local import submit
from reverie.execution.plan import Unit
from reverie.execution.works import Made
from reverie.jobs.whole import Alone, Whole
from reverie.server.studio import Studio
from reverie.sinks.hub import Hub


class Nothing(Alone):
    """Makes a film by doing nothing."""

    def do(self, unit: Unit, heard: Heard) -> Made:
        """Return at once."""
        heard.tick("painting", 1.0)
        return Made(Path("film.mp4"), Report(unit.spec))


class Idle(Whole):
    """A workshop where nothing is to be done."""

    def crew(self, job_id: str) -> Alone:  # noqa: ARG002
        """Return who does nothing."""
        return Nothing(submit)


def measured(folder: Path, jobs: int) -> dict[str, float]:
    """Return milliseconds a job, from its request until it has ended, and of them those of the processor."""
    studio = Studio(folder, submit, Hub, workshop=lambda root: Idle(submit, root))
    took, worked = [], time.process_time()
    try:
        for number in range(jobs):
            began = time.perf_counter()
            job = studio.create(film(seed=number))
            while not studio.rows.found(job.id).state.final:
                time.sleep(0.002)
            took.append(1000 * (time.perf_counter() - began))
    finally:
        studio.close()
    worked = 1000 * (time.process_time() - worked) / jobs
    took.sort()
    return {
        "jobs": jobs,
        "ms_p50": round(median(took), 1),
        "ms_p95": round(took[int(0.95 * jobs)], 1),
        "processor_ms": round(worked, 1),
    }


def main() -> int:
    """Measure and save."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="40 jobs")
    parser.add_argument("--jobs", type=int, default=200)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as place:
        row = measured(Path(place), 40 if options.quick else options.jobs)
    print(row, file=sys.stderr)
    save("queue_cost", [row], quick=options.quick)
    return int(row["ms_p50"] >= 50)


if __name__ == "__main__":
    sys.exit(main())
