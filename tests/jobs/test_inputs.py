"""Files by id: found for those who paint, never for those who ask; of the right kind; kept while they are needed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from reverie.core.errors import InputError
from reverie.core.spec import ComponentSpec, RenderSpec, Sound
from reverie.jobs.files import Home
from reverie.jobs.inputs import Inputs, InUse
from reverie.jobs.job import Job, JobState, now
from reverie.jobs.uploads import Unfinished, Uploads
from reverie.media.facts import Facts, Kind
from tests.jobs.performers import live_spec

KINDS: dict[str, Kind] = {"p": "image", "v": "video", "s": "audio"}
JOB = "0123456789abcdef"


def found(path: Path, field: str) -> Facts:
    kind = KINDS[path.read_text()]
    return Facts(kind=kind, container="x", codec="x", has_sound=kind == "audio")


@pytest.fixture
def inputs(tmp_path: Path) -> Inputs:
    return Inputs(Home(tmp_path), Uploads(tmp_path, read=found))


def brought(inputs: Inputs, what: str) -> str:
    path = inputs.uploads.incoming()
    path.write_text(what)
    return inputs.uploads.taken(what, path).id


def of(name: str, **options: Any) -> RenderSpec:
    spec = live_spec()
    source = ComponentSpec(name=name, options=options)
    return spec.model_copy(update={"scenes": (spec.scenes[0].model_copy(update={"source": source}),)})


def test_ids_become_paths_and_the_spec_stays_as_it_was(inputs: Inputs) -> None:
    clip, song = brought(inputs, "v"), brought(inputs, "s")
    spec = of("video", path={"input": clip}, speed=0.5).model_copy(update={"sound": Sound(input=song, offset=2)})
    resolved = inputs.resolved(spec)
    assert resolved.scenes[0].source.options == {"path": str(inputs.uploads.path(clip)), "speed": 0.5}
    assert resolved.sound == Sound(input=str(inputs.uploads.path(song)), offset=2)
    assert spec.scenes[0].source.options["path"] == {"input": clip}
    assert inputs.resolved(resolved) == resolved


def test_a_spec_without_files_is_as_it_was(inputs: Inputs) -> None:
    assert inputs.resolved(live_spec()) == live_spec()


def test_what_a_job_made_can_be_used_too(inputs: Inputs, tmp_path: Path) -> None:
    folder = tmp_path / "jobs" / JOB
    folder.mkdir(parents=True)
    (folder / "render-001.mp4").write_bytes(b"film")
    resolved = inputs.resolved(of("video", path={"input": f"{JOB}/render-001.mp4"}))
    assert resolved.scenes[0].source.options["path"] == str(folder / "render-001.mp4")


@pytest.mark.parametrize(
    "given",
    [
        "",
        "x",
        JOB,
        f"{JOB}/x.mp4",
        f"{JOB}/../../reverie.db",
        "../x",
        "/etc/passwd",
        "http://127.0.0.1/a.mp4",
        f"{JOB}/",
        7,
        None,
    ],
)
def test_what_is_no_input_is_refused_by_its_field(inputs: Inputs, given: object) -> None:
    with pytest.raises(InputError) as caught:
        inputs.resolved(of("video", path={"input": given}))
    assert caught.value.field == "scenes.0.source.options.path"


def test_a_sound_is_one(inputs: Inputs) -> None:
    for given in ("nothing", "/etc/passwd", brought(inputs, "p")):
        with pytest.raises(InputError, match=r"^sound\.input: "):
            inputs.resolved(live_spec().model_copy(update={"sound": Sound(input=given)}))


@pytest.mark.parametrize(("name", "option", "what"), [("video", "path", "p"), ("feedback", "image", "v")])
def test_a_source_takes_its_own_kind(inputs: Inputs, name: str, option: str, what: str) -> None:
    with pytest.raises(InputError, match=r"is a (picture|film): give a (picture|film)\."):
        inputs.resolved(of(name, **{option: {"input": brought(inputs, what)}}))


def test_what_is_not_whole_yet_cannot_be_used(inputs: Inputs) -> None:
    upload = inputs.uploads.begin("a", 10)
    with pytest.raises(InputError, match="not here whole yet"):
        inputs.path(upload.id, "image")
    with pytest.raises(Unfinished):
        inputs.uploads.path(upload.id)


def test_a_file_that_a_job_needs_stays(inputs: Inputs) -> None:
    clip, song = brought(inputs, "v"), brought(inputs, "s")
    plain = of("video", path={"input": clip}).model_copy(update={"sound": Sound(input=song)})
    for spec in (plain, inputs.resolved(plain)):
        job = Job(id=JOB, title="A film", live=False, created_at=now(), spec=spec)
        for needed in (clip, song):
            with pytest.raises(InUse, match="'A film' still needs this file"):
                inputs.remove(needed, [job])
        assert inputs.users(brought(inputs, "v"), [job]) == []
    done = job.model_copy(update={"state": JobState.SUCCEEDED})
    inputs.remove(clip, [done])
    with pytest.raises(InputError, match="is no upload here"):
        inputs.resolved(plain)
