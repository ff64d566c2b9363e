"""Travelling through rendered worlds: one prompt's way, and the soft passing of one picture into another."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass, field, replace

import cv2
import numpy as np
import numpy.typing as npt

from reverie.core.frame import STILL, Image, Motion
from reverie.core.protocols import State
from reverie.core.state import retold, told
from reverie.media import geometry, tensor
from reverie.worlds.camera import Camera
from reverie.worlds.journey import Course, Focus, places_of_interest
from reverie.worlds.parser import Reading
from reverie.worlds.world import Family, Style, World

_PROBE, _PLACES = 64, 4
_STALE_ZOOM, _STALE_STEPS = 1.6, 12
_STAGGER = 0.8
_POOR = 0.55
_GONE = ("_faded", "_wealth", "_left")

Mask = npt.NDArray[np.float32]


@dataclass(frozen=True)
class Stage:
    """What every traveller of a run shares: the picture's size, the device, the course, and `fade` in seconds."""

    width: int
    height: int
    device: str = "cpu"
    course: Course = field(default_factory=Course)
    fade: float = 1.0

    @property
    def aspect(self) -> float:
        """Width over height."""
        return self.width / self.height

    def paint(self, world: World, camera: Camera) -> Image:
        """Render a world: `(H, W, 3)` uint8."""
        from reverie.worlds.render import render

        picture = render(world, self.width, self.height, camera, self.device)
        image: Image = tensor.quantised(picture[None])[0]
        return image

    def focus(self, world: World) -> Focus:
        """Look at small pictures of the world, near and far, for what is worth going to."""
        plain = replace(world, style=Style.PAINTING)
        grey, depth = self._probe(plain, Camera())
        if world.family in _INTEREST:
            return places_of_interest(_INTEREST[world.family](grey), depth, 1)[0]
        places = places_of_interest(_blurred(_edges(grey)), depth, _PLACES)
        near = self.course.at(Camera(zoom=self.course.deep))
        return max(places, key=lambda place: float(_edges(self._probe(plain, place.framed(near))[0]).mean()))

    def _probe(self, world: World, camera: Camera) -> tuple[Mask, Mask]:
        from reverie.worlds.render import render_with_depth

        width = max(32, round(_PROBE * min(self.aspect, 2.0)))
        picture, depth = render_with_depth(world, width, _PROBE, camera, self.device)
        return np.ascontiguousarray(picture.mean(0).cpu().numpy(), np.float32), depth.cpu().numpy()


def _wealth(image: Image) -> float:
    """Return how much there is to see: the variance of the Laplacian of the picture's grey."""
    return float(cv2.Laplacian(cv2.cvtColor(image, cv2.COLOR_RGB2GRAY), cv2.CV_32F).var())


def _blurred(plane: Mask) -> Mask:
    return np.asarray(cv2.GaussianBlur(plane, (0, 0), _PROBE / 12), np.float32)


def _edges(grey: Mask) -> Mask:
    edges: Mask = np.abs(np.asarray(cv2.Laplacian(cv2.GaussianBlur(grey, (0, 0), 1.5), cv2.CV_32F), np.float32))
    return edges


def _light(grey: Mask) -> Mask:
    return np.asarray(_blurred(grey) ** 4, np.float32)


# Where a zoom goes in worlds that have one middle; elsewhere it goes where there is most to see.
_INTEREST: dict[Family, Callable[[Mask], Mask]] = {
    Family.VORTEX: _light,
    Family.GALAXY: _light,
    Family.MANDALA: np.ones_like,
}


@dataclass
class Still:
    """A picture that is not painted again but moved as the camera goes on."""

    image: Image
    gone: Motion = STILL
    steps: int = 0

    def go(self, motion: Motion, seconds: float) -> None:
        """Go on for some seconds at a rate of motion."""
        step = motion.over(seconds)
        pan = (self.gone.pan[0] * step.zoom + step.pan[0], self.gone.pan[1] * step.zoom + step.pan[1])
        self.gone = Motion(self.gone.zoom * step.zoom, pan, self.gone.rotate + step.rotate)
        self.steps += 1

    @property
    def stale(self) -> bool:
        """True where moving it further would show that it is a still."""
        zoomed = max(self.gone.zoom, 1.0 / self.gone.zoom)
        return zoomed > _STALE_ZOOM or self.steps > _STALE_STEPS

    def state(self) -> State:
        """Return the picture and how far it is."""
        return {"image": self.image, "gone": (self.gone.zoom, self.gone.pan, self.gone.rotate), "steps": self.steps}

    @classmethod
    def again(cls, state: State | None) -> Still | None:
        """Return the still that a state is of."""
        return None if state is None else cls(state["image"], Motion(*state["gone"]), state["steps"])

    def now(self) -> Image:
        """Return the picture as the camera sees it now."""
        return geometry.move(self.image, self.gone)


class Traveller:
    """One prompt's endless way: the world it is in, its camera, and the world it is leaving."""

    def __init__(self, reading: Reading, stage: Stage, motion: Motion) -> None:
        self._stage = stage
        self._world = reading.world
        self._leaving: Still | None = None
        self._faded = 1.0
        self._enter(motion)

    def _enter(self, motion: Motion) -> None:
        self._camera = self._stage.course.begin(motion, self._stage.aspect)
        self._focus: Focus | None = None
        self._still: Still | None = None
        self._wealth = self._left = 0.0

    def _leave(self, world: World, motion: Motion) -> None:
        self._leaving, self._faded = self._still, 0.0
        self._world = world
        self._enter(motion)

    def heed(self, reading: Reading, motion: Motion) -> None:
        """Be told what the prompt means now; where that is another kind of world, pass on to it."""
        if replace(reading.world, seed=self._world.seed) != self._world:
            self._leave(replace(reading.world, seed=self._world.seed), motion)

    def go(self, motion: Motion, seconds: float) -> None:
        """Go on for some seconds; a world that has nothing more to show is left for the next seed's."""
        stage = self._stage
        self._camera = stage.course.moved(self._camera, motion, seconds, stage.aspect)
        for still in (self._still, self._leaving):
            if still:
                still.go(motion, seconds)
        self._faded = min(1.0, self._faded + seconds / stage.fade)
        if self._faded == 1.0:
            self._leaving = None
            if stage.course.spent(self._camera, motion, stage.aspect) or self._left < _POOR * self._wealth:
                self._leave(replace(self._world, seed=self._world.seed + 1), motion)

    def picture(self, *, live: bool) -> Image:
        """Return what is seen: painted where `live`, otherwise the last painting moved, as long as that will do."""
        if live or self._still is None or self._still.stale:
            image = self._stage.paint(self._world, self._framed())
            self._still, self._left = Still(image), _wealth(image)
            self._wealth = max(self._wealth, self._left)
        image = self._still.now()
        return image if self._leaving is None else bloomed(self._leaving.now(), image, self._faded)

    def state(self) -> State:
        """Return where it is and what it leaves."""
        stills = {"leaving": self._leaving, "still": self._still}
        return {
            "world": {name: value if name == "seed" else str(value) for name, value in asdict(self._world).items()},
            "camera": asdict(self._camera),
            "focus": None if self._focus is None else asdict(self._focus),
            **{name: None if still is None else still.state() for name, still in stills.items()},
            **told(self, _GONE),
        }

    @classmethod
    def again(cls, state: State, stage: Stage) -> Traveller:
        """Return a traveller on its way, from its `state`."""
        one = cls.__new__(cls)
        one._stage, one._world, one._camera = stage, World(**state["world"]), Camera(**state["camera"])
        one._focus = None if state["focus"] is None else Focus(**state["focus"])
        one._leaving, one._still = Still.again(state["leaving"]), Still.again(state["still"])
        retold(one, _GONE, state)
        return one

    def _framed(self) -> Camera:
        # The wide view needs no focus: first pictures and seeds are spared the search.
        if self._camera.zoom == 1.0:
            return self._camera
        self._focus = self._focus or self._stage.focus(self._world)
        return self._focus.framed(self._camera)


def bloomed(old: Image, new: Image, share: float) -> Image:
    """Pass from one picture into another, the middle a little before the edges: `share` 0 is all old, 1 all new."""
    if share <= 0.0 or share >= 1.0:
        return new if share >= 1.0 else old
    rise = share * (1.0 + _STAGGER) - _STAGGER * _radius(*old.shape[:2])
    edge = np.clip(rise, 0.0, 1.0)
    mask = (edge * edge * (3.0 - 2.0 * edge))[:, :, None]
    mixed = old.astype(np.float32) * (1.0 - mask) + new * mask
    return np.asarray(mixed + 0.5, np.uint8)


def _radius(height: int, width: int) -> Mask:
    """Return the distance from the middle, 1 in the corners: `(H, W)`."""
    y, x = np.linspace(-1, 1, height, dtype=np.float32)[:, None], np.linspace(-1, 1, width, dtype=np.float32)[None]
    radius: Mask = np.sqrt((x * x + y * y) / 2)
    return radius
