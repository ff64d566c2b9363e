"""A stranger's file is read in a process of its own, with little memory and time: whatever breaks there, we go on.

`python -m reverie.execution.probe FILE MEMORY SECONDS` is that process: it limits itself before it imports a reader,
and answers with one line of JSON.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import reverie
from reverie.core.errors import InputError, MachineError
from reverie.media.facts import Facts

MODULE = "reverie.execution.probe"
LONGEST_ANSWER = 4 * 2**20
MOST_FILES = 64
"""Files that the process may have open."""

PASSED_ON = ("PATH", "SYSTEMROOT", "LANG", "LD_LIBRARY_PATH", "TMPDIR", "TEMP")
"""The variables that the process is given: keys and tokens are not among them."""

GIVE = "give another, or have a program that can read it save it again"


@dataclass(frozen=True, slots=True)
class Limits:
    """What reading one file may take: bytes of memory, seconds of work, seconds by the clock."""

    memory: int = 3 * 2**30
    work: int = 40
    wait: float = 120.0


def probe(
    path: Path, field: str = "file", limits: Limits | None = None, reader: Sequence[str] = ("-m", MODULE)
) -> Facts:
    """Read a file within limits and return what it is.

    `reader` is what the interpreter is given to run. Raises InputError where the file is nothing that can be worked
    with, breaks its reader or takes more than the limits, MachineError where no process can be begun.
    """
    limits = limits or Limits()
    command = [sys.executable, *reader, str(path), str(limits.memory), str(limits.work)]
    try:
        done = subprocess.run(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=limits.wait,
            check=False,
            env=_surroundings(),
            cwd=path.parent,
            start_new_session=True,
        )
    except subprocess.TimeoutExpired:
        raise InputError(field, path.name, f"takes over {limits.wait:g} s to read: {GIVE}.") from None
    except OSError as error:
        raise MachineError(f"{field}: no reader can be started ({error.strerror}): try again.") from None
    return _understood(done.returncode, done.stdout[:LONGEST_ANSWER], field, path.name)


def _surroundings() -> dict[str, str]:
    known = {name: os.environ[name] for name in PASSED_ON if name in os.environ}
    package = str(Path(reverie.__file__).parents[1])
    return {**known, "PYTHONPATH": package, "PYTHONDONTWRITEBYTECODE": "1", "OMP_NUM_THREADS": "1"}


def _understood(code: int, said: bytes, field: str, name: str) -> Facts:
    if code == -getattr(signal, "SIGXCPU", 0) or code == -getattr(signal, "SIGKILL", 0):
        raise InputError(field, name, f"takes too long or too much memory to read: {GIVE}.")
    try:
        answer = json.loads(said)
        if "refused" in answer:
            raise InputError(field, name, str(answer["refused"]))
        return Facts.model_validate_json(said)
    except (ValueError, TypeError):
        raise InputError(field, name, f"breaks the program that reads it: {GIVE}.") from None


def _limited(memory: int, work: int) -> None:
    """Take from this process what it could do harm with; where the system has no such limits, the clock is left."""
    if sys.platform == "win32":
        return
    import resource

    limits = {
        resource.RLIMIT_AS: memory,
        resource.RLIMIT_CPU: work,
        resource.RLIMIT_FSIZE: 0,
        resource.RLIMIT_NOFILE: MOST_FILES,
        resource.RLIMIT_CORE: 0,
    }
    for what, most in limits.items():
        hard = resource.getrlimit(what)[1]
        least = most if hard == resource.RLIM_INFINITY else min(most, hard)
        try:
            resource.setrlimit(what, (least, least))
        except (OSError, ValueError):  # macOS has no limit of memory that can be set
            continue


def _answer(path: str) -> str:
    from reverie.media.examine import examine

    try:
        return examine(path).model_dump_json()
    except InputError as error:
        return json.dumps({"refused": error.fix})
    except MemoryError:
        return json.dumps({"refused": f"takes too much memory to read: {GIVE}."})


def main(arguments: Sequence[str]) -> int:
    """Read one file and say what it is on the standard output."""
    path, memory, work = arguments
    _limited(int(memory), int(work))
    print(_answer(path), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
