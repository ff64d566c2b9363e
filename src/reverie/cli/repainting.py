"""A live restyle from the command line: what is typed is opened here, and shown in the studio's page until the end."""

from __future__ import annotations

import os
import signal
import sys
from argparse import Namespace
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from functools import partial
from pathlib import Path
from threading import Event, Thread
from typing import TYPE_CHECKING, Any

from reverie.cli.names import permitted
from reverie.cli.parser import Parser
from reverie.core.frame import Frame
from reverie.core.protocols import Sink
from reverie.core.report import Stage
from reverie.core.spec import ComponentSpec, RenderSpec

if TYPE_CHECKING:
    from reverie.jobs.live import LiveRun
    from reverie.media.streams import Place, Stream
    from reverie.server.studio import Studio

WISHES = ("painted", "model", "steps", "guidance_scale", "strength", "negative_prompt", "seed", "budget")
MACHINE = ("device", "dtype", "runtime")
LOOK_SECONDS = 0.05
DELIVERED = 640 * 360
"""Pixels that are shown where nobody asks for others: of the input's shape, and no more than it has."""

WHIP, USUAL_SIZE = "whip", "640x360"
"""The input that another program publishes, whose shape nobody knows beforehand."""


def repaint(given: Namespace) -> int:
    """Repaint a camera, an address or a film live, as `reverie restyle` was asked to; returns the exit code."""
    from reverie.authoring.shape import like
    from reverie.cli.serve import add_server, serve
    from reverie.media.streams import Stream, place_of

    if given.output is not None:
        permitted(given.output, "output", given.overwrite)
    server = add_server(Parser("restyle", "")).read(_server(given))
    if given.input == WHIP:
        _say("Publish by WHIP to the address of the studio with whip behind it: http://…/whip")
        return serve(server, Show(given, given.size or USUAL_SIZE).performed)
    place = place_of(given.input)
    # Opened before anything else: what is not there is then known before the studio is.
    first = Stream(place)
    try:
        size = given.size or like((first.width, first.height), DELIVERED)
        return serve(server, Show(given, size, partial(_feeding, place, first, given.loop)).performed)
    finally:
        first.close()


@contextmanager
def _feeding(place: Place, first: Stream, loop: bool, run: LiveRun, over: Event) -> Iterator[None]:
    """Have a session fed from a place while the block lasts."""
    from reverie.media.streams import Stream
    from reverie.sources.camera import Camera, Habits

    seat = run.intake.take("camera", over.set)
    camera = Camera(
        lambda: Stream(place),
        seat.feed,
        lambda sentence: _say(sentence if sentence.startswith(place.shown) else f"{place.shown}: {sentence}"),
        (run.job_spec.width, run.job_spec.height),
        Habits(own=place.own, loop=loop),
        run.cancel,
    )
    if place.own:
        Thread(target=_when_ready, args=(run, over, lambda: camera.start(first)), daemon=True).start()
    else:
        # What is live goes on whether anybody looks or not: it is read from now on, so that nothing grows old.
        camera.start(first)
    try:
        yield
    finally:
        over.set()
        camera.close()
        seat.leave()


@contextmanager
def _published(run: LiveRun, over: Event) -> Iterator[None]:  # noqa: ARG001
    """Leave a session to whoever publishes into it."""
    yield
    over.set()


def _server(given: Namespace) -> list[str]:
    said = ["--no-browser"] if given.no_browser else []
    for name, value in (("--port", given.port), ("--data", given.data)):
        said += [] if value is None else [name, str(value)]
    return said


Feeding = Callable[["LiveRun", Event], AbstractContextManager[None]]


class Show:
    """One live restyle in a studio: a session of a size, and what feeds it."""

    def __init__(self, given: Namespace, size: str | tuple[int, int], feeding: Feeding = _published) -> None:
        from reverie.authoring.restyle import restyle_spec

        self._given, self._feeding = given, feeding
        wishes: dict[str, Any] = {name: getattr(given, name) for name in (*WISHES, *MACHINE, "fps")}
        wishes |= {"size": size, "memory": given.memory == "on"}
        wishes |= {"fallback": given.fallback or None, "keep_input": given.keep_input or None}
        self.spec = restyle_spec(given.prompt, **wishes)

    @contextmanager
    def performed(self, studio: Studio) -> Iterator[None]:
        """Have it go on while the block lasts; the server is told to end when the session does."""
        job = studio.create(self.spec)
        run, over = studio.run(job.id), Event()
        self._record(run)
        Thread(target=_ended_with, args=(run, over, self._given.seconds), daemon=True).start()
        with self._feeding(run, over):
            yield
        _tell(run)

    def _record(self, run: LiveRun) -> None:
        """Have all that is shown written to where it was ordered."""
        if self._given.output is not None:
            run.handle.attach(Written(run, Path(self._given.output), overwrite=bool(self._given.overwrite)))


class Written:
    """A film of all that is shown, opened with the first frame: the rate is known when the session is."""

    newest_only = False

    def __init__(self, run: LiveRun, path: Path, *, overwrite: bool) -> None:
        self._run, self._options = run, {"path": str(path), "overwrite": overwrite}
        self._film: Sink | None = None

    def write(self, frame: Frame) -> None:
        """Write a frame."""
        if self._film is None:
            from reverie.core import registry

            file = ComponentSpec(name="file", options=self._options)
            self._film = registry.create("sinks", file).start(_endless(self._run.spec))
        assert self._film is not None
        self._film.write(frame)

    def close(self) -> None:
        """Make the film whole, if there is one."""
        if self._film is not None:
            self._film.close()

    def abandon(self) -> None:
        """Make it whole all the same: what was seen is worth keeping."""
        with suppress(Exception):
            self.close()


def _endless(spec: RenderSpec) -> RenderSpec:
    scenes = tuple(scene.model_copy(update={"duration": None}) for scene in spec.scenes)
    return spec.model_copy(update={"scenes": scenes})


def _when_ready(run: LiveRun, over: Event, begin: Callable[[], None]) -> None:
    """Begin a film when its session can take pictures, so that none of it is missed."""
    while run.handle.state().state in {Stage.INITIALISING, Stage.LOADING}:
        if over.wait(LOOK_SECONDS) or run.finished.is_set():
            return
    begin()


def _ended_with(run: LiveRun, over: Event, seconds: float | None) -> None:
    """Have the server end when the session has, or when it was shown for long enough."""
    if seconds is not None and not over.wait(seconds):
        run.cancel()
    run.finished.wait()
    if not over.is_set():
        os.kill(os.getpid(), signal.SIGINT)


def _tell(run: LiveRun) -> None:
    """Say how it went."""
    given = run.view().input
    if given is None or not given.pictures:
        return
    painted = run.handle.report().frames.get("painted", 0)
    ages = given.ages.get("shown", {})
    old = f", {ages['p50']:.0f} ms old when shown (95 %: {ages['p95']:.0f})" if ages else ""
    _say(f"{given.pictures} pictures came, {painted} were painted{old}.")


def _say(sentence: str) -> None:
    print(f"  {sentence}", file=sys.stderr, flush=True)
