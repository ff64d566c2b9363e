"""`reverie jobs`: what was asked of the studio and what became of it, and a word to it."""

from __future__ import annotations

import os
from argparse import Namespace
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from reverie.cli.parser import Parser, UsageError, whole
from reverie.settings import data_folder, load_settings

if TYPE_CHECKING:
    from reverie.jobs.job import Job

SUMMARY = """List the jobs of a data folder, show one, cancel it, try it again, or remove it with its files.

A job is named by its id or the end of it. Where the studio is open it does what is asked; where it is not, the data
folder is changed at once, and films that wait are made when it is opened."""
EXAMPLES = ("reverie jobs", "reverie jobs list --state failed", "reverie jobs show 7k2m", "reverie jobs retry 7k2m")
STATES = ("queued", "running", "succeeded", "failed", "cancelled")
LISTED = 50


def run(arguments: Sequence[str]) -> int:
    """Do what is asked of the jobs of a data folder."""
    given = _parser().read(arguments)
    if (given.verb == "list") is not (given.job is None):
        fix = "takes no job" if given.verb == "list" else "needs a job's id: `reverie jobs` lists them"
        raise UsageError(f"reverie jobs {given.verb}: {fix}.")
    settings = load_settings(os.environ, Path.cwd())
    data = given.data or data_folder(settings, os.environ)
    from reverie.jobs.desk import desk

    with desk(data) as jobs:
        if given.verb == "list":
            _listed(given, jobs.page(given.state, given.limit))
        elif given.verb == "show":
            _shown(given, jobs.find(given.job))
        else:
            print(jobs.act(given.verb, jobs.find(given.job)))
    return 0


def _listed(given: Namespace, jobs: Sequence[Job]) -> None:
    if given.json:
        print("[" + ",\n ".join(job.model_dump_json(exclude={"spec"}) for job in jobs) + "]")
    else:
        print("\n".join(map(_line, jobs)) or "There are no such jobs.")


def _line(job: Job) -> str:
    how = f"{job.state} {round(100 * job.progress)} %" if job.state == "running" and not job.live else str(job.state)
    eased = " (eased)" if job.fallbacks else ""
    return f"{job.id}  {how:<14} {_moment(job.created_at)}  {job.title[:60]}{eased}"


def _shown(given: Namespace, job: Job) -> None:
    print(job.model_dump_json(indent=2) if given.json else "\n".join(_described(job)))


def _described(job: Job) -> Iterator[str]:
    yield job.title
    yield f"  id          {job.id}"
    yield f"  state       {job.state}" + (f": {job.phase}" if job.phase else "")
    begun = "" if job.live else f", begun {job.attempt} times"
    yield f"  asked for   {_moment(job.created_at)}{begun}"
    if job.error:
        yield f"  error       {job.error}"
    yield from (f"  fallback    {words}" for words in job.fallbacks)
    yield from (f"  unit        {unit.key}, {unit.state}" for unit in job.units)
    yield from (f"  file        {file.name}, {file.bytes / 2**20:.1f} MiB" for file in job.files)


def _moment(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y-%m-%d %H:%M}"


def _parser() -> Parser:
    parser = Parser("jobs", SUMMARY, EXAMPLES)
    parser.add_argument("verb", nargs="?", default="list", choices=["list", "show", "cancel", "retry", "remove"])
    parser.add_argument("job", nargs="?", metavar="JOB", help="a job's id, or the end of it")
    parser.add_argument("--data", metavar="DIR", type=Path, help="where jobs are kept")
    parser.add_argument("--state", choices=STATES, help="list those in this state only")
    parser.add_argument("--limit", metavar="N", type=whole("--limit"), default=LISTED, help=f"how many ({LISTED})")
    parser.add_argument("--json", action="store_true", help="print JSON")
    return parser
