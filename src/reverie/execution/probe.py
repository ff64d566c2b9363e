"""A stranger's file is read in a process of its own, with little memory and time: whatever breaks there, we go on.

`python -m reverie.execution.probe FILE MEMORY SECONDS` is that process: it limits itself before it imports a reader,
and answers with one line of JSON.
"""

from __future__ import annotations

import base64
import json
import os
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError

import reverie
from reverie.core.errors import InputError, MachineError

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


class Found(BaseModel):
    """What a file is: pixels, pictures, pictures a second on average, seconds; `preview` is a small JPEG in base64."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    kind: str
    container: str
    codec: str
    width: int | None = None
    height: int | None = None
    frames: int | None = None
    fps: float | None = None
    duration: float | None = None
    has_sound: bool = False
    preview: str = ""

    @property
    def picture(self) -> bytes:
        """The preview as a JPEG file, empty where there is none."""
        return base64.b64decode(self.preview)


def probe(
    path: Path, field: str = "file", limits: Limits | None = None, reader: Sequence[str] = ("-m", MODULE)
) -> Found:
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


def _understood(code: int, said: bytes, field: str, name: str) -> Found:
    if code == -getattr(signal, "SIGXCPU", 0) or code == -getattr(signal, "SIGKILL", 0):
        raise InputError(field, name, f"takes too long or too much memory to read: {GIVE}.")
    try:
        answer: Mapping[str, Any] = json.loads(said)
        if "refused" in answer:
            raise InputError(field, name, str(answer["refused"]))
        return Found.model_validate(answer)
    except (ValueError, TypeError, ValidationError):
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


def _answer(path: str) -> dict[str, Any]:
    from dataclasses import asdict

    from reverie.media.examine import examine

    try:
        facts = asdict(examine(path))
    except InputError as error:
        return {"refused": error.fix}
    except MemoryError:
        return {"refused": f"takes too much memory to read: {GIVE}."}
    return {**facts, "preview": base64.b64encode(facts["preview"]).decode()}


def main(arguments: Sequence[str]) -> int:
    """Read one file and say what it is on the standard output."""
    path, memory, work = arguments
    _limited(int(memory), int(work))
    print(json.dumps(_answer(path)), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
