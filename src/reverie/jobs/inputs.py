"""Files that a spec names by id: `{"input": "…"}` in a source's options, and a film's sound, become paths here only.

An id is an upload's, or `JOB/FILE` for a file that a job made. What is stored and shown keeps the id.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from reverie.core.errors import InputError, ReverieError
from reverie.core.spec import ComponentSpec, RenderSpec
from reverie.jobs.files import Home
from reverie.jobs.job import Job
from reverie.jobs.uploads import Upload, Uploads

KEY = "input"
KINDS: Mapping[str, tuple[str, ...]] = {
    "feedback": ("image",),
    "image": ("image",),
    "video": ("video",),
    "tail": ("video",),
    "kept": ("video",),
}
"""What an upload must be for a source, by the source's name; for others, anything."""

CALLED = {"image": "picture", "video": "film", "audio": "sound"}


class InUse(ReverieError):
    """A file can't be taken away as things stand."""


class Inputs:
    """The files that specs may name: those that were brought, and those that jobs made."""

    def __init__(self, home: Home, uploads: Uploads) -> None:
        self._home, self.uploads = home, uploads

    def path(self, given: str, field: str, kinds: Iterable[str] = ()) -> Path:
        """Return where an input is; InputError, naming `field`, where there is none or it is of another kind."""
        job, _, name = given.partition("/")
        try:
            if name:
                return self._home.find(job, name)
            upload, path = self.uploads.get(given), self.uploads.path(given)
        except InputError as error:
            fix = "is no file of that job." if name else error.fix
            raise InputError(field, given, fix) from None
        _suits(upload, field, tuple(kinds))
        return path

    def resolved(self, spec: RenderSpec) -> RenderSpec:
        """Return a spec with paths in place of ids; InputError, with the field's path, for the first there is not."""
        scenes = tuple(
            scene.model_copy(update={"source": self._component(scene.source, f"scenes.{number}.source")})
            if _named(scene.source)
            else scene
            for number, scene in enumerate(spec.scenes)
        )
        changed: dict[str, Any] = {"scenes": scenes}
        heard = None if spec.sound is None else spec.sound.input
        if spec.sound is not None and heard is not None and not self._ours(heard):
            path = self.path(heard, "sound.input", ("sound",))
            changed["sound"] = spec.sound.model_copy(update={KEY: str(path)})
        return spec.model_copy(update=changed)

    def _component(self, component: ComponentSpec, field: str) -> ComponentSpec:
        options = dict(component.options)
        for name, value in options.items():
            if _is_input(value):
                place = f"{field}.options.{name}"
                options[name] = str(self.path(_input(value, place), place, KINDS.get(component.name, ())))
        return ComponentSpec(name=component.name, options=options)

    def _ours(self, path: str) -> bool:
        return Path(path).is_absolute() and self.holds(Path(path))

    def holds(self, path: Path) -> bool:
        """True where a path is a file of a job or an upload, links followed."""
        return self._home.holds(path) or self.uploads.holds(path) is not None

    def remove(self, upload_id: str, jobs: Iterable[Job]) -> None:
        """Take an upload away; InUse where one of the jobs that are not done needs it."""
        self.uploads.get(upload_id)
        if users := self.users(upload_id, jobs):
            title = users[0].title
            raise InUse(f"'{title}' still needs this file: cancel that job first, or wait until it is done.")
        self.uploads.remove(upload_id)

    def users(self, upload_id: str, jobs: Iterable[Job]) -> list[Job]:
        """Return the jobs that are not done and need an upload."""
        return [job for job in jobs if not job.state.final and upload_id in self.needed(job.spec)]

    def needed(self, spec: RenderSpec) -> Iterator[str]:
        """Give the ids of the files that a spec names, those of jobs too."""
        for scene in spec.scenes:
            for value in scene.source.options.values():
                if _is_input(value):
                    yield str(value[KEY])
                elif isinstance(value, str) and (found := self.uploads.holds(Path(value))):
                    yield found
        if spec.sound is not None and spec.sound.input is not None:
            yield self.uploads.holds(Path(spec.sound.input)) or spec.sound.input


def _suits(upload: Upload, field: str, kinds: tuple[str, ...]) -> None:
    if "sound" in kinds and not upload.has_sound:
        raise InputError(field, upload.id, f"('{upload.name}') has no sound: give a film or a sound that has.")
    if kinds and "sound" not in kinds and upload.kind not in kinds:
        what, wanted = CALLED[upload.kind or "audio"], " or a ".join(CALLED[kind] for kind in kinds)
        raise InputError(field, upload.id, f"('{upload.name}') is a {what}: give a {wanted}.")


def _named(component: ComponentSpec) -> bool:
    return any(_is_input(value) for value in component.options.values())


def _is_input(value: object) -> bool:
    return isinstance(value, dict) and set(value) == {KEY}


def _input(value: Mapping[str, Any], field: str) -> str:
    given = value[KEY]
    if not isinstance(given, str):
        raise InputError(field, given, "is no upload's id: use the one that POST /api/uploads answered.")
    return given
