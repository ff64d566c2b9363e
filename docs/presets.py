"""Paint the pictures of the six dreams to start from again: python docs/presets.py."""

from __future__ import annotations

from PIL import Image as Picture

from reverie.authoring import dream_spec
from reverie.execution.local import started
from reverie.server.presets import PRESETS, SIZE

QUALITY = 84


def main() -> None:
    """Save the first picture of each dream beside its words."""
    for preset in PRESETS:
        with started(dream_spec(preset.prompt, seed=preset.seed, size=SIZE, seconds=1, **preset.wishes)) as session:
            picture = next(iter(session)).image
        Picture.fromarray(picture).save(preset.picture, quality=QUALITY, optimize=True, progressive=True)


if __name__ == "__main__":
    main()
