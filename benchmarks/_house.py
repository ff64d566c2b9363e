"""A studio without its doors, in a process that may be killed: python -m benchmarks._house DATA [SPEC …].

Each SPEC is a file with a film that is asked for where the data folder has no jobs yet. It ends when all films have.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Sequence
from pathlib import Path

from reverie.execution.documents import read_spec
from reverie.execution.local import submit
from reverie.execution.process import Processes
from reverie.jobs.store import Wanted
from reverie.server.studio import Studio
from reverie.sinks.hub import Hub

LOOK = 0.02


def live(data: Path, asked: Sequence[Path]) -> None:
    """Be open until there is nothing to do."""
    studio = Studio(data, submit, Hub, workshop=lambda root: Processes(root / "work"))
    if not studio.page(Wanted()):
        for path in asked:
            studio.create(read_spec(path))
    while not all(job.state.final for job in studio.page(Wanted(limit=200))):
        time.sleep(LOOK)
    studio.close()


if __name__ == "__main__":
    live(Path(sys.argv[1]), [Path(path) for path in sys.argv[2:]])
