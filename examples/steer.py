"""Steer a dream: wishes, each from its moment on."""

import reverie
from reverie import Keyframe
from reverie.core.timeline import MotionSpec

wishes = (
    Keyframe(time=0.5, prompt="a volcano at sunset", blend=0.5),
    Keyframe(time=1.0, motion=MotionSpec(zoom=0.6, rotate=20), blend=0.5),  # outwards, turning
    Keyframe(time=1.5, freeze=True),
    Keyframe(time=1.75, freeze=False, spark=True),
)

spec = reverie.dream("a forest in the mist", seconds=2.5, fps=12, size="draft", seed=3, model="worlds").spec
scene = spec.scenes[0]
scene = scene.model_copy(update={"keyframes": (*scene.keyframes, *wishes)})
report = reverie.render(spec.model_copy(update={"scenes": (scene,)}), "steered.mp4")

for event in report.sparks:
    print(f"frame {event.frame}, {event.time:.2f} s: a spark, {event.reason}")
