"""What "render again" makes of a job: another job."""

from __future__ import annotations

from typing import Any

from reverie.authoring.canvas import Canvas, choose_canvas
from reverie.authoring.verbs import Remaster, performed_again, remastered
from reverie.authoring.wishes import LOOP_CORRECTORS, SEEDED_BY, STEPS, card_of, filters_for, loops
from reverie.core import catalogue, registry
from reverie.core.errors import InputError, ReverieError
from reverie.core.spec import ComponentSpec, RenderSpec
from reverie.jobs.job import Job, new_id
from reverie.server.admission import replayable
from reverie.server.body import Again
from reverie.server.studio import FIRST, Studio

TITLES = {"replay": "replayed", "remaster": "remastered", "again": "performed again"}
CHANGES = ("width", "height", "paint_fps", "fps", "steps", "strength", "slower", "seed", "model")
TAKEN = {
    "replay": frozenset[str](),
    "remaster": frozenset({"width", "height", "paint_fps", "fps", "steps", "strength", "slower", "model"}),
    "again": frozenset({"width", "height", "paint_fps", "fps", "steps", "seed", "model"}),
}
"""What may be changed by which way of rendering again."""


def render_again(studio: Studio, job_id: str, again: Again) -> Job:
    """Queue a film that renders another job again; InputError and Conflict say why not."""
    _check(again)
    job, spec = studio.get(job_id), studio.performance(job_id)
    replayable(spec)
    title = f"{job.title[:160]}, {TITLES[again.mode]}"
    if again.mode == "replay":
        return studio.create(spec, title)
    changed = _with_model(spec, again)
    if again.mode == "again":
        return studio.create(_resized(performed_again(changed, again.seed), again), title)
    return _remastered(studio, job, changed, again, title)


def _check(again: Again) -> None:
    for name in CHANGES:
        value = getattr(again, name)
        if value is not None and name not in TAKEN[again.mode]:
            modes = " or ".join(mode for mode, taken in TAKEN.items() if name in taken)
            raise InputError(name, value, f"goes with {modes} only: leave it out, or choose that mode.")
    if (again.width is None) != (again.height is None):
        missing = "width" if again.width is None else "height"
        raise InputError(missing, None, "is missing: give width and height, or neither.")


def _with_model(spec: RenderSpec, again: Again) -> RenderSpec:
    """Have another model paint, or the same one in more steps."""
    if again.model is None and again.steps is None:
        return spec
    if again.model is not None and not catalogue.served(again.model):
        raise InputError("model", again.model, f"is no model of this server: use {' or '.join(catalogue.names())}.")
    scenes = tuple(
        scene.model_copy(update={"backend": _backend(scene.backend, again), "keyframes": scene.keyframes})
        for scene in spec.scenes
    )
    changed: dict[str, Any] = {"scenes": scenes, "fallback": spec.fallback}
    if again.model is not None:
        looping = loops(scenes[0].backend, card_of(scenes[0].backend))
        changed["correctors"] = LOOP_CORRECTORS if looping else ()
        changed["vitality"] = spec.vitality.model_copy(update={"backend": SEEDED_BY.get(again.model)})
    return spec.model_copy(update=changed)


def _backend(before: ComponentSpec, again: Again) -> ComponentSpec:
    component = before if again.model is None else catalogue.find(again.model)
    if again.steps is None:
        return component
    if STEPS not in registry.resolve("backends", component.name).Options.model_fields:
        raise InputError("steps", again.steps, f"is not a setting of {component.name}: leave it out.")
    card_of(component).ranges[STEPS].check("steps", again.steps)
    return ComponentSpec(name=component.name, options={**component.options, STEPS: again.steps})


def _resized(spec: RenderSpec, again: Again) -> RenderSpec:
    """Paint another size, or another number of pictures a second."""
    canvas = _canvas(spec, again)
    fps = spec.fps if again.fps is None else again.fps
    paint_fps = min(spec.paint_fps if again.paint_fps is None else again.paint_fps, fps)
    if again.width is None and again.fps is None and again.paint_fps is None:
        return spec
    width, height = canvas.painted
    filters = filters_for(fps, paint_fps, canvas)
    changed = {"width": width, "height": height, "fps": fps, "paint_fps": paint_fps, "filters": filters}
    return spec.model_copy(update=changed)


def _canvas(spec: RenderSpec, again: Again) -> Canvas:
    if again.width is not None and again.height is not None:
        return choose_canvas((again.width, again.height), card_of(spec.scenes[0].backend))
    sizes = [part.options for part in spec.filters if part.name == "resize"]
    painted = (spec.width, spec.height)
    return Canvas(painted, (sizes[-1]["width"], sizes[-1]["height"]) if sizes else painted)


def _remastered(studio: Studio, job: Job, spec: RenderSpec, again: Again, title: str) -> Job:
    """Remaster the film that a job rendered; a performance is rendered first, from its beginning."""
    size = None if again.width is None or again.height is None else (again.width, again.height)
    wish = {"size": size, "fps": again.fps, "strength": again.strength, "slower": again.slower}
    told: dict[str, Any] = {name: value for name, value in wish.items() if value is not None}
    films = [file for file in job.files if file.kind in {"render", "film"}]
    if films and not job.live:
        return studio.create(remastered(spec, studio.file(job.id, films[-1].name), Remaster(**told)), title)
    new = new_id()
    film = studio.home.folder(new) / FIRST
    try:
        return studio.create(remastered(spec, film, Remaster(**told)), title, new, studio.performance(job.id))
    except ReverieError:
        studio.home.remove(new)
        raise
