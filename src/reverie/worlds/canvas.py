"""The canvas a family paints on: places seen through the camera, colour laid over colour, light, and depth.

Coordinates are world units: x to the right, y up, (0, 0) the middle of the picture, y = -1..1 its height at rest and
x = -aspect..aspect its width. A `Layer` holds the world coordinates of every pixel for things at one distance (1 is the
nearest, `SKY` the farthest); a `Plane` those of a ground or ceiling that runs to the horizon.
"""

from __future__ import annotations

import math
import random
from collections.abc import Sequence
from dataclasses import dataclass, replace

import torch
from torch import Tensor

from reverie.worlds import light as lights
from reverie.worlds.camera import Camera
from reverie.worlds.noise import noise
from reverie.worlds.palette import PALETTES, Colour, ramp
from reverie.worlds.world import World

SKY = 1000.0
"""Distance of things that no dolly reaches."""

Paint = Colour | Tensor


@dataclass(frozen=True)
class Layer:
    """World coordinates of the pixels at one distance.

    x, y: broadcast to (H, W) (a row and a column while the camera does not roll, which keeps profiles cheap).
    pixel: size of a pixel in world units.
    """

    x: Tensor
    y: Tensor
    pixel: float
    distance: float

    def cover(self, inside: Tensor) -> Tensor:
        """Anti-aliased mask of a signed distance in world units, positive inside: 0..1."""
        return (inside / self.pixel + 0.5).clamp(0, 1)

    def soft(self, inside: Tensor, width: float) -> Tensor:
        """Mask with an edge `width` world units wide, never narrower than a pixel: 0..1."""
        return (inside / max(width, self.pixel) + 0.5).clamp(0, 1)

    def reflected(self, line: float, ripple: float = 0.03, seed: int = 0, drift: float = 0.0) -> Layer:
        """This layer with everything under y = `line` folded up, as in rippled water: paint once, see it twice."""
        under = (line - self.y).clamp_min(0)
        near = under + 0.02
        wave = noise(self.x / near * 0.35, 2.2 * torch.log(near) * 2 + drift, seed) * ripple * (under * 3).clamp_max(1)
        return replace(self, y=torch.where(self.y < line, line + under + wave * under.sqrt(), self.y))


@dataclass(frozen=True)
class Plane:
    """World coordinates on a level plane under (or over) the eye, seen in perspective.

    x, z: position to the right and away, in units of the eye's height. pixel: footprint of a pixel there, (H, W).
    distance: of the point, in layer units. mask: 1 on the plane's side of the horizon.
    """

    x: Tensor
    z: Tensor
    pixel: Tensor
    distance: Tensor
    mask: Tensor


@dataclass(frozen=True)
class Stamp:
    """A small window of a layer about a centre: u, v are coordinates from that centre in units of its radius."""

    u: Tensor
    v: Tensor
    pixel: float
    distance: float
    window: tuple[slice, slice]

    def cover(self, inside: Tensor) -> Tensor:
        """Anti-aliased mask of a signed distance in radii, positive inside: 0..1."""
        return (inside / self.pixel + 0.5).clamp(0, 1)


class Canvas:
    """One picture in the making: (3, H, W) colour, (3, H, W) added light, (H, W) nearness."""

    def __init__(self, world: World, width: int, height: int, camera: Camera, device: torch.device) -> None:
        """Start with the zenith's colour everywhere."""
        self.world, self.camera, self.device = world, camera, device
        self.width, self.height, self.aspect = width, height, width / height
        self.palette = PALETTES[world.palette]
        self.light = lights.light_of(world.time, world.weather, self.palette, self.dice("light"))
        self.image = self.colour(self.light.sky[0]).expand(3, height, width).clone()
        self.glow = torch.zeros(3, height, width, device=device)
        self.nearness = torch.zeros(height, width, device=device)
        self.sun: tuple[float, float] | None = None
        self._layers: dict[float, Layer] = {}

    # ---- what families draw with -------------------------------------------------------------------------------------

    def dice(self, salt: str = "") -> random.Random:
        """Chance that belongs to this world: the same seed and salt give the same numbers for ever."""
        return random.Random(f"{self.world.family}:{self.world.seed}:{salt}")

    def noise_seed(self, salt: int = 0) -> int:
        """Seed for the noise functions."""
        return (self.world.seed * 7919 + salt * 104729) % 1_000_003

    def colour(self, paint: Paint) -> Tensor:
        """Colour as a tensor that broadcasts to (3, H, W)."""
        if isinstance(paint, Tensor):
            return paint
        return torch.tensor(paint, dtype=torch.float32, device=self.device)[:, None, None]

    def ramp(self, level: Tensor, *steps: Colour) -> Tensor:
        """Colour of each level in 0..1: along `steps`, or along the palette's ladder: (3, H, W)."""
        return ramp(level, steps or self.palette.ladder)

    def layer(self, distance: float = SKY) -> Layer:
        """World coordinates at `distance` (1 near … SKY) under the camera."""
        if distance not in self._layers:
            self._layers[distance] = self._view(distance)
        return self._layers[distance]

    def plane(self, horizon: float, eye: float = 1.0, ceiling: bool = False) -> Plane:
        """Level ground whose horizon lies at y = `horizon` in the resting picture; the dolly walks over it.

        eye: distance in layer units at which the plane passes one world unit below the horizon.
        """
        far = self.layer()
        drop = (far.y - horizon) if ceiling else (horizon - far.y)
        under = drop.clamp_min(far.pixel * 0.5)
        z = 1.0 / under
        x = far.x * z
        footprint = far.pixel * z * z
        walked = z + self.camera.dolly
        distance = (eye * z).clamp(1.0, SKY)
        return Plane(x + self.camera.pan_x * 0.67, walked, footprint, distance, far.cover(drop))

    def stamp(self, layer: Layer, centre: tuple[float, float], radius: float) -> Stamp | None:
        """The window of `layer` that holds a square of half side `radius` about `centre`; None when out of sight."""
        column, row = self._to_pixel(layer, centre)
        reach = radius / layer.pixel * 1.5 + 2 if self.camera.roll else radius / layer.pixel + 2
        left, right = max(0, int(column - reach)), min(self.width, int(column + reach) + 1)
        top, bottom = max(0, int(row - reach)), min(self.height, int(row + reach) + 1)
        if left >= right or top >= bottom:
            return None
        window = (slice(top, bottom), slice(left, right))
        shape = (self.height, self.width)
        u = (layer.x.expand(shape)[window] - centre[0]) / radius
        v = (layer.y.expand(shape)[window] - centre[1]) / radius
        return Stamp(u, v, layer.pixel / radius, layer.distance, window)

    def over(self, paint: Paint, alpha: Tensor, distance: float | Tensor, at: Stamp | None = None) -> None:
        """Lay colour over the picture where `alpha` (0..1) is; it hides the light behind it and sets the depth."""
        window = at.window if at else (slice(None), slice(None))
        image, glow, near = self.image[:, *window], self.glow[:, *window], self.nearness[window]
        image += (self.colour(paint) - image) * alpha
        glow *= 1 - alpha
        near += (1.0 / distance - near) * alpha

    def veil(self, paint: Paint, alpha: Tensor) -> None:
        """Lay translucent colour (mist, water, smoke) over the picture without changing its depth."""
        self.image += (self.colour(paint) - self.image) * alpha
        self.glow *= 1 - alpha

    def shine(self, paint: Paint, amount: Tensor, at: Stamp | None = None) -> None:
        """Add light (0 none, 1 strong), joined to the picture when it is developed; it blooms."""
        window = at.window if at else (slice(None), slice(None))
        self.glow[:, *window] += self.colour(paint) * amount

    def air(self, paint: Paint, distance: float, amount: float = 1.0) -> Tensor:
        """Colour as seen through the air at `distance`: far things take the haze's colour."""
        share = amount * self.light.murk * (1 - math.exp(-(distance - 1) / 7.0))
        return torch.lerp(self.colour(paint), self.colour(self.light.haze), share)

    # ---- the end -----------------------------------------------------------------------------------------------------

    def develop(self) -> Tensor:
        """Join colour and light, bloom, grade and frame: (3, H, W) in 0..1."""
        image = 1 - (1 - self.image.clamp(0, 1)) * torch.exp(-self.glow.clamp_min(0))
        image = lights.grade(image, self.palette)
        image = lights.vivid(image)
        image = lights.bloom(lights.enliven(image, 0.17))
        return lights.vignette(image).clamp(0, 1)

    def depth(self) -> Tensor:
        """0 at the nearest layer, 1 at the sky: 1 - 1 / distance, (H, W)."""
        return (1 - self.nearness).clamp(0, 1)

    def screen(self, point: tuple[float, float], layer: Layer | None = None) -> tuple[float, float]:
        """Where a world point of a layer (the sky) is on the picture: -1..1 to the right and down."""
        column, row = self._to_pixel(layer or self.layer(), point)
        return (column + 0.5) / self.width * 2 - 1, (row + 0.5) / self.height * 2 - 1

    # ---- inside ------------------------------------------------------------------------------------------------------

    def _view(self, distance: float) -> Layer:
        camera = self.camera
        size = camera.spread(distance) / camera.zoom
        x = ((torch.arange(self.width, device=self.device) + 0.5) / self.width * 2 - 1)[None] * self.aspect
        y = (1 - (torch.arange(self.height, device=self.device) + 0.5) / self.height * 2)[:, None]
        if camera.roll:
            angle = math.radians(camera.roll)
            x, y = x * math.cos(angle) - y * math.sin(angle), x * math.sin(angle) + y * math.cos(angle)
        right, up = camera.shift(distance)
        return Layer(x * size + right, y * size + up, 2.0 / self.height * size, distance)

    def _to_pixel(self, layer: Layer, point: Sequence[float]) -> tuple[float, float]:
        camera = self.camera
        size = camera.spread(layer.distance) / camera.zoom
        right, up = camera.shift(layer.distance)
        x, y = (point[0] - right) / size, (point[1] - up) / size
        angle = math.radians(camera.roll)
        x, y = x * math.cos(angle) + y * math.sin(angle), y * math.cos(angle) - x * math.sin(angle)
        return (x / self.aspect + 1) * self.width / 2 - 0.5, (1 - y) * self.height / 2 - 0.5
