"""Frames as they are painted, made into one picture: every frame gives one stripe, time runs from left to right."""

import numpy as np
from PIL import Image

import reverie

dream = reverie.dream("a city at night", at=["1s: an aurora"], seconds=2, fps=16, size="draft", seed=5, model="worlds")
stripes = []
for frame in dream:  # frame.image is (height, width, 3) uint8; leaving the loop ends the dream
    middle = frame.image.shape[1] // 2
    stripes.append(frame.image[:, middle - 4 : middle + 4])

Image.fromarray(np.concatenate(stripes, axis=1)).save("stripes.png")
print(f"stripes.png: {len(stripes)} frames side by side")
