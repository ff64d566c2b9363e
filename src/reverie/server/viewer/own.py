"""A server of one's own for a trial: another process, a folder that is thrown away, a port that is free."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Thread
from typing import IO

from reverie.core.errors import MachineError
from reverie.server.viewer.address import Address

_SAID = re.compile(r"https?://[^\s?]+?(?=/?(\?|\s|$))")
ENDING_SECONDS = 30.0


@contextmanager
def own_server(*more: str) -> Iterator[Address]:
    """Start `reverie serve` with further arguments, give its address, and end it when the block does."""
    import reverie

    root = str(Path(reverie.__file__).resolve().parents[1])
    found = os.pathsep.join([root, *filter(None, [os.environ.get("PYTHONPATH")])])
    with tempfile.TemporaryDirectory(prefix="reverie-trial-", ignore_cleanup_errors=True) as folder:
        command = [sys.executable, "-m", "reverie", "serve", "--port", "0", "--no-browser", "--data", folder, *more]
        process = subprocess.Popen(
            command,
            stderr=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            text=True,
            env={**os.environ, "PYTHONPATH": found},
        )
        with process:
            try:
                yield _address(process)
            finally:
                _ended(process)


def _ended(process: subprocess.Popen[str]) -> None:
    process.terminate()
    try:
        process.wait(ENDING_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _address(process: subprocess.Popen[str]) -> Address:
    said: list[str] = []
    stream = process.stderr
    if stream is None:
        raise MachineError("The server can't be heard.")
    for line in stream:
        said.append(line.strip())
        found = _SAID.search(line)
        if found:
            # What it says later must go somewhere, or it would wait for a reader for ever.
            Thread(target=_drained, args=(stream,), daemon=True).start()
            return Address.read(found[0])
    raise MachineError(f"The server did not start: {' '.join(said[-3:]) or 'it said nothing'}")


def _drained(stream: IO[str]) -> None:
    for _ in stream:
        pass
