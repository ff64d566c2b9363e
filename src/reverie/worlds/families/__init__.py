"""Scene families: one file each, one function `paint(canvas)`, one row in the table below.

How to add one:

1. `families/<name>.py` with `def paint(canvas: Canvas) -> None`; the member of `world.Family` and a row here.
2. Draw your chances from `canvas.dice("…")` (layout, counts, horizon: vary much by seed), noise seeds from
   `canvas.noise_seed(n)`, colours from `canvas.palette` (`tone(0..1)`, `local("#3d7a35")`, `accent`, `spark`) and
   `canvas.light`.
3. Outdoors: `paint_sky(canvas, horizon)` first. To have water mirror everything, pass layers made by
   `canvas.layer(distance).reflected(horizon)` to all that is painted, then `canvas.veil` the water's colour below the
   line.
4. Back to front: `layer = canvas.layer(distance)` (y up, height -1..1, 1 = nearest); a mask with
   `layer.cover(signed)`, textures with `fbm/ridged/relief/worley(layer.x, layer.y, frequency=…, octaves=…,
   pixel=layer.pixel)`; then `canvas.over(canvas.air(colour, distance), mask, distance)`. Ground and ceilings:
   `canvas.plane(horizon)` (x, z, pixel).
5. Single things: `stamp = canvas.stamp(layer, (x, y), radius)` (None when out of sight), masks from `stamp.u,
   stamp.v` (-1..1) by `stamp.cover`, `canvas.over(colour, mask, distance, stamp)`. Light: `canvas.shine(colour,
   amount[, stamp])`; moving things use `canvas.camera.time`. Finest detail 2 to 3 pixels of 256; big masses first,
   strong light and dark; <= 25 ms on one core.
"""

from __future__ import annotations

from collections.abc import Callable

from reverie.worlds.canvas import Canvas
from reverie.worlds.families import (
    aurora,
    canyon,
    city,
    coral_reef,
    crystal_cave,
    deep_sea,
    dunes,
    flower_field,
    forest,
    fractal,
    galaxy,
    jungle,
    mandala,
    mountains,
    nebula,
    neon_street,
    ocean,
    sea_storm,
    sky_islands,
    volcano,
    vortex,
)
from reverie.worlds.world import Family

FAMILIES: dict[Family, Callable[[Canvas], None]] = {
    Family.MOUNTAINS: mountains.paint,
    Family.OCEAN: ocean.paint,
    Family.CITY: city.paint,
    Family.CORAL_REEF: coral_reef.paint,
    Family.NEBULA: nebula.paint,
    Family.FLOWER_FIELD: flower_field.paint,
    Family.FRACTAL: fractal.paint,
    Family.VORTEX: vortex.paint,
    Family.CANYON: canyon.paint,
    Family.MANDALA: mandala.paint,
    Family.GALAXY: galaxy.paint,
    Family.VOLCANO: volcano.paint,
    Family.DUNES: dunes.paint,
    Family.AURORA: aurora.paint,
    Family.CRYSTAL_CAVE: crystal_cave.paint,
    Family.FOREST: forest.paint,
    Family.DEEP_SEA: deep_sea.paint,
    Family.SEA_STORM: sea_storm.paint,
    Family.SKY_ISLANDS: sky_islands.paint,
    Family.JUNGLE: jungle.paint,
    Family.NEON_STREET: neon_street.paint,
}
