"""A live restyle from the command line: what is typed is opened here, and shown in the studio's page until the end."""

from __future__ import annotations

import os
import signal
import sys
from argparse import Namespace
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Event, Thread
from typing import TYPE_CHECKING, Any

from reverie.cli.names import permitted
from reverie.cli.parser import Parser
from reverie.core.report import Stage
from reverie.core.spec import RenderSpec

if TYPE_CHECKING:
    from reverie.jobs.live import LiveRun
    from reverie.media.streams import Place, Stream
    from reverie.server.studio import Studio

WISHES = ("painted", "model", "steps", "guidance_scale", "strength", "negative_prompt", "seed")
MACHINE = ("device", "dtype", "runtime")
LOOK_SECONDS = 0.05
DELIVERED = 640 * 360
"""Pixels that are shown where nobody asks for others: of the input's shape, and no more than it has."""


def repaint(given: Namespace) -> int:
    """Repaint a camera, an address or a film live, as `reverie restyle` was asked to; returns the exit code."""
    from reverie.cli.serve import add_server, serve
    from reverie.media.streams import Stream, place_of

    place = place_of(given.input)
    if given.output is not None:
        permitted(given.output, "output", given.overwrite)
    # Opened before anything else: what is not there is then known before the studio is.
    first = Stream(place)
    show = Show(given, place, first)
    try:
        return serve(add_server(Parser("restyle", "")).read(_server(given)), show.performed)
    finally:
        first.close()


def _server(given: Namespace) -> list[str]:
    said = ["--no-browser"] if given.no_browser else []
    for name, value in (("--port", given.port), ("--data", given.data)):
        said += [] if value is None else [name, str(value)]
    return said


class Show:
    """One live restyle in a studio: a session, and the camera that feeds it."""

    def __init__(self, given: Namespace, place: Place, first: Stream) -> None:
        self._given, self._place, self._first = given, place, first
        self.spec = self._written()

    @contextmanager
    def performed(self, studio: Studio) -> Iterator[None]:
        """Have it go on while the block lasts; the server is told to end when the session does."""
        from reverie.media.streams import Stream
        from reverie.sources.camera import Camera, Habits

        given, place = self._given, self._place
        job = studio.create(self.spec)
        run, over = studio.run(job.id), Event()
        self._record(run)
        seat = run.intake.take("camera", over.set)
        camera = Camera(
            lambda: Stream(place),
            seat.feed,
            lambda sentence: _say(sentence if sentence.startswith(place.shown) else f"{place.shown}: {sentence}"),
            (self.spec.width, self.spec.height),
            Habits(own=place.own, loop=given.loop),
            run.cancel,
        )
        if place.own:
            Thread(target=_when_ready, args=(run, over, lambda: camera.start(self._first)), daemon=True).start()
        else:
            # What is live goes on whether anybody looks or not: it is read from now on, so that nothing grows old.
            camera.start(self._first)
        Thread(target=_ended_with, args=(run, over, given.seconds), daemon=True).start()
        try:
            yield
        finally:
            over.set()
            camera.close()
            seat.leave()
            _tell(run)

    def _written(self) -> RenderSpec:
        from reverie.authoring.restyle import restyle_spec
        from reverie.authoring.shape import like

        given = self._given
        wishes: dict[str, Any] = {name: getattr(given, name) for name in (*WISHES, *MACHINE)}
        size = given.size or like((self._first.width, self._first.height), DELIVERED)
        wishes |= {"keep_input": given.keep_input or None}
        wishes |= {"size": size, "fps": given.fps, "memory": given.memory == "on", "fallback": given.fallback or None}
        return restyle_spec(given.prompt, **wishes)

    def _record(self, run: LiveRun) -> None:
        """Have all that is shown written to where it was ordered."""
        if self._given.output is None:
            return
        from reverie.core import registry
        from reverie.core.spec import ComponentSpec

        path = Path(self._given.output)
        options = {"path": str(path), "overwrite": bool(self._given.overwrite)}
        # The rate is known when the session is: it is asked for here, and waits for that.
        Thread(
            target=lambda: run.handle.attach(
                registry.create("sinks", ComponentSpec(name="file", options=options)).start(_endless(run.spec))
            ),
            daemon=True,
        ).start()


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
