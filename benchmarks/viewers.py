"""What do viewers cost, reading ones and stalled ones, and the server itself?

    python benchmarks/viewers.py [--quick] [--seconds S] [--model M] [--size WxH] [--steps N]

New frames a second of one spec: by the loop alone, in a process that has nothing else to do; served, with nobody
watching; with twenty raw sockets of another process that read and do not decode; with twenty that never read. The rate
asked for is higher than any that can be had, so that nothing waits for the clock. To hold: served, 90 % of the loop's;
twenty that read cost under 10 % of what is served, twenty that are stalled under 3 %. The rounds take turns, and the
median of each counts, since a machine is never the same for long.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks._results import ROOT, save
from reverie.authoring import dream_spec
from reverie.execution.local import started
from reverie.server.viewer.address import Address, Line
from reverie.server.viewer.own import own_server

PROMPT = "a coral reef at dusk"
CROWD = 20
WARM_UP = 4.0
FASTEST = 200.0
BARS = {"served": 0.90, "20 reading": 0.90, "20 stalled": 0.97}
"""The least share of what it is compared to: the loop alone for what is served, what is served for the rest."""


def wishes(given: argparse.Namespace) -> dict[str, Any]:
    """Return what is painted, as authoring and /api/specs take it."""
    named = {"model": given.model, "size": given.size, "steps": given.steps}
    return {"seed": 7, "fps": FASTEST, "paint_fps": FASTEST, **{k: v for k, v in named.items() if v is not None}}


def alone(given: argparse.Namespace) -> float:
    """Return new frames a second of the loop without a server, from a process of its own."""
    command = [sys.executable, __file__, "--alone", "--seconds", str(given.seconds)]
    for name in ("model", "size", "steps"):
        value = getattr(given, name)
        command += [f"--{name}", str(value)] if value is not None else []
    return float(subprocess.run(command, capture_output=True, text=True, check=True, cwd=ROOT).stdout.split()[-1])


def looped(given: argparse.Namespace) -> float:
    """Run the loop and count."""
    with started(dream_spec(PROMPT, seconds=3600, **wishes(given))) as session:
        painted = iter(session)
        frames, began = 0, time.perf_counter()
        end = began + WARM_UP + given.seconds
        while (now := time.perf_counter()) < end:
            next(painted)
            if now < began + WARM_UP:
                frames, first = 0, now
            frames += 1
        return frames / (now - first)


def rate(line: Line, job: str, seconds: float) -> float:
    """Return new frames a second of a live session by its own count."""
    before, began = line.ask("GET", f"/api/jobs/{job}")["live_state"]["frame"], time.perf_counter()
    time.sleep(seconds)
    after, ended = line.ask("GET", f"/api/jobs/{job}")["live_state"]["frame"], time.perf_counter()
    return float((after - before) / (ended - began))


@contextmanager
def crowd(address: Address, job: str, manner: str) -> Iterator[None]:
    """Have twenty viewers in another process."""
    command = [sys.executable, str(ROOT / "benchmarks" / "_crowd.py")]
    words = [f"{address.scheme}://{address.authority}", job, str(CROWD), manner]
    process = subprocess.Popen([*command, *words], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    try:
        if process.stdout is None or process.stdout.readline() != "ready\n":
            raise SystemExit("the viewers did not come in")
        yield
    finally:
        process.communicate("")


def served(given: argparse.Namespace) -> dict[str, float]:
    """Return the rates of one served session with nobody, with readers, with stalled ones."""
    with own_server() as address:
        line = Line(address)
        spec = line.ask("POST", "/api/specs", {"prompt": PROMPT, "live": True, **wishes(given)})
        job = line.ask("POST", "/api/jobs?title=Viewers", spec)["id"]
        while line.ask("GET", f"/api/jobs/{job}")["live_state"]["frame"] < 1:
            time.sleep(0.2)
        time.sleep(WARM_UP)
        found = {"served": rate(line, job, given.seconds)}
        for manner in ("read", "stall"):
            with crowd(address, job, manner):
                time.sleep(WARM_UP)
                found[f"{CROWD} {manner}ing".replace("stalling", "stalled")] = rate(line, job, given.seconds)
        return found


def rows(rounds: list[dict[str, float]]) -> list[dict[str, Any]]:
    """Return the table: medians, and each as a share of what it is compared to."""
    middle = {name: median(one[name] for one in rounds) for name in rounds[0]}
    table = []
    for name, fps in middle.items():
        against = middle["loop alone" if name == "served" else "served"]
        share = 1.0 if name == "loop alone" else fps / against
        bar = BARS.get(name)
        table.append({"who watches": name, "fps": round(fps, 2), "share": round(share, 3), "at least": bar or ""})
    return table


def main() -> int:
    """Measure; 1 where a bar is not held."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="one short round")
    parser.add_argument("--seconds", type=float, help="of each measure (30)")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--model")
    parser.add_argument("--size", default="256x256")
    parser.add_argument("--steps", type=int)
    parser.add_argument("--alone", action="store_true", help=argparse.SUPPRESS)
    given = parser.parse_args()
    given.seconds = given.seconds or (5.0 if given.quick else 30.0)
    if given.alone:
        print(looped(given))
        return 0
    rounds = [{"loop alone": alone(given), **served(given)} for _ in range(1 if given.quick else given.rounds)]
    table = rows(rounds)
    save("viewers", table, rounds=rounds, seconds=given.seconds, model=given.model or "default", size=given.size)
    return 0 if all(row["share"] >= BARS.get(str(row["who watches"]), 0) for row in table) else 1


if __name__ == "__main__":
    sys.exit(main())
