"""How long until the first frame, and how much memory?

    python benchmarks/first_frame.py [--quick] [--model NAME|FOLDER] [--runtime auto|openvino|torch]

Each row is a process of its own that dreams at 256x256 as `reverie dream` does. Cold: nothing is compiled, and the
files it reads are taken out of the system's memory first, where the system lets us. Warm: the same again right after.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks._results import ROOT, save
from benchmarks.dream_loop import PROMPT, chosen_model

CHILD = """
import sys, time
from reverie.authoring import dream_spec
from reverie.execution.local import started
model, runtime, frames, begun = sys.argv[1], sys.argv[2], int(sys.argv[3]), float(sys.argv[4])
wishes = dict(model=model, over="nothing", steps=1, fps=12, paint_fps=12, runtime=runtime, seed=7)
spec = dream_spec({prompt!r}, seconds=frames / 12, **wishes)
with started(spec) as session:
    for count, frame in enumerate(session):
        if count == 0:
            first = time.time() - begun
    environment = session.report().environment
import json
print(json.dumps({{"first": first, "runtime": environment.get("runtime"), "status": open("/proc/self/status").read()
    if sys.platform == "linux" else ""}}))
"""


def forget(folder: Path) -> bool:
    """Take a folder's files out of the system's memory; False where the system has no way to."""
    if not hasattr(os, "posix_fadvise"):
        return False
    for path in folder.rglob("*"):
        if path.is_file():
            file = os.open(path, os.O_RDONLY)
            try:
                os.fsync(file)
                os.posix_fadvise(file, 0, 0, os.POSIX_FADV_DONTNEED)
            finally:
                os.close(file)
    return True


def dreamt(model: str, runtime: str, frames: int, surroundings: Mapping[str, str]) -> dict[str, Any]:
    """Dream in a process of its own; return seconds to the first frame and the most memory it had, in MiB."""
    code = CHILD.format(prompt=PROMPT)
    command = [sys.executable, "-c", code, model, runtime, str(frames), str(time.time())]
    done = subprocess.run(command, capture_output=True, text=True, check=True, env=dict(surroundings))
    told = json.loads(done.stdout.splitlines()[-1])
    peak = [int(line.split()[1]) / 1024 for line in told["status"].splitlines() if line.startswith("VmHWM")]
    return {"seconds": told["first"], "peak_mib": peak[0] if peak else 0.0, "runtime": told["runtime"]}


def main() -> int:
    """Measure cold and warm starts."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="fewer frames and starts")
    parser.add_argument("--model", default="reverie-tiny")
    parser.add_argument("--runtime", default="auto", choices=["auto", "openvino", "torch"])
    options = parser.parse_args()
    frames, again = (24, 1) if options.quick else (240, 3)
    libraries = Path(sys.prefix)
    with tempfile.TemporaryDirectory() as place:
        model, random = chosen_model(options.model, Path(place))
        surroundings = {**os.environ, "XDG_CACHE_HOME": f"{place}/cache", "PYTHONPATH": str(ROOT / "src")}
        forgotten = forget(libraries)
        rows = [{"process": "cold", **dreamt(model, options.runtime, frames, surroundings)}]
        starts = [dreamt(model, options.runtime, frames, surroundings) for _ in range(again)]
        rows.append({"process": "warm", **min(starts, key=lambda start: float(start["seconds"]))})
    for row in rows:
        print(row, file=sys.stderr)
    facts = {"model": "random weights" if random else options.model, "files_forgotten": forgotten}
    save("first_frame", rows, quick=options.quick, **facts)
    return 0


if __name__ == "__main__":
    sys.exit(main())
