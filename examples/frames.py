"""Frames as they are painted, made into one picture: every frame gives one stripe, time runs from left to right."""

import numpy as np
from PIL import Image

import reverie

dream = reverie.dream("a city at night", at=["0.5s: an aurora"], seconds=3, fps=12, size="draft", model="worlds")
stripes = []
for frame in dream:  # frame.image is (height, width, 3) uint8; leaving the loop ends the dream
    middle = frame.image.shape[1] // 2
    stripes.append(frame.image[:, middle - 4 : middle + 4])

Image.fromarray(np.concatenate(stripes, axis=1)).save("stripes.png")
print(f"stripes.png: {len(stripes)} frames side by side")
