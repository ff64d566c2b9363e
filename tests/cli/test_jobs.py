"""`reverie jobs`: a data folder's jobs, with the studio open or not."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from reverie.cli.app import main
from reverie.jobs.job import Job, JobState, new_id, now
from reverie.jobs.store import Store
from reverie.server.studio import Studio
from tests.jobs.performers import FakeHub, film, submit
from tests.server.waiting import until


def kept(folder: Path, state: JobState, title: str = "a reef") -> str:
    store = Store(folder / "reverie.db")
    job = Job(id=new_id(), title=title, live=False, state=state, created_at=now(), spec=film(0.2))
    store.add(job)
    store.close()
    return job.id


def said(capsys: pytest.CaptureFixture[str], *words: str, data: Path, code: int = 0) -> str:
    assert main(["jobs", *words, "--data", str(data)]) == code
    told = capsys.readouterr()
    return told.out if code == 0 else told.err


def test_jobs_are_listed_and_shown(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    failed = kept(tmp_path, JobState.FAILED, "a city")
    kept(tmp_path, JobState.SUCCEEDED)
    lines = said(capsys, data=tmp_path).splitlines()
    assert [("a reef" in lines[0]), ("a city" in lines[1])] == [True, True], "newest first"
    assert said(capsys, "list", "--state", "failed", data=tmp_path).startswith(failed)
    assert json.loads(said(capsys, "list", "--json", data=tmp_path))[1]["id"] == failed
    assert failed in said(capsys, "show", failed[-6:], data=tmp_path)
    assert json.loads(said(capsys, "show", failed, "--json", data=tmp_path))["state"] == "failed"


def test_without_a_studio_the_folder_itself_is_changed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    failed, queued = kept(tmp_path, JobState.FAILED), kept(tmp_path, JobState.QUEUED)
    (tmp_path / "jobs" / failed).mkdir(parents=True)
    assert "when the studio is opened" in said(capsys, "retry", failed, data=tmp_path)
    assert "stops" in said(capsys, "cancel", queued, data=tmp_path)
    assert "queued" in said(capsys, "show", failed, data=tmp_path)
    assert "cancelled" in said(capsys, "show", queued, data=tmp_path)
    assert "removed" in said(capsys, "remove", failed, data=tmp_path)
    assert not (tmp_path / "jobs" / failed).exists()
    assert "is no job here" in said(capsys, "show", failed, data=tmp_path, code=2)


def test_an_open_studio_does_what_is_asked(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    studio = Studio(tmp_path, submit, FakeHub)
    try:
        job = studio.create(film(60))
        until(lambda: studio.get(job.id).state is JobState.RUNNING)
        said(capsys, "cancel", job.id, data=tmp_path)
        until(lambda: studio.get(job.id).state is JobState.CANCELLED)
        said(capsys, "remove", job.id, data=tmp_path)
        until(lambda: studio.rows.known(job.id) is None or studio.rows.known(job.id).deleted_at)  # type: ignore[union-attr]
    finally:
        studio.close()


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("show",), "needs a job's id"),
        (("list", "x"), "takes no job"),
        (("show", "nobody"), "is no job here"),
        (("explode", "x"), "explode"),
    ],
)
def test_what_can_not_be_done_is_a_sentence(
    words: tuple[str, ...], sentence: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    kept(tmp_path, JobState.SUCCEEDED)
    assert sentence in said(capsys, *words, data=tmp_path, code=2)


def test_jobs_that_ended_well_are_not_tried_again(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    job = kept(tmp_path, JobState.SUCCEEDED)
    assert "only a film that failed" in said(capsys, "retry", job, data=tmp_path, code=2)
    assert "nothing to cancel" in said(capsys, "cancel", job, data=tmp_path, code=2)
    assert main(["jobs", "--data", str(tmp_path / "nowhere")]) == 2
    assert not (tmp_path / "nowhere").exists()
