"""A film of three scenes from Python, and what is painted again when one of them changes: that one."""

from collections.abc import Mapping

import reverie

scenes: list[str | Mapping[str, object]] = [
    "a coral reef at dusk",
    {"prompt": "a city at night", "move": "left", "title": "Evening"},
    "a moon over dunes",
]
wishes = {"transition": "wipe", "duration": 1.0, "size": (256, 144), "fps": 12, "seed": 7, "model": "worlds"}

first = reverie.film(scenes, **wishes).save("film.mp4", shelf="shelf")
print(f"{first.files[0]}: {sum(first.frames.values())} frames by {first.backend}")

phases = []
scenes[2] = "an aurora over mountains"
reverie.film(scenes, **wishes).save("other.mp4", shelf="shelf", tick=lambda phase, *_: phases.append(phase))
print(f"the second film took {phases.count('painting')} steps of painting, all of them in its last scene")
