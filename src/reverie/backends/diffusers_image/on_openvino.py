"""Painting with OpenVINO on the processor: the same network, rewritten so that it takes a fraction of the time.

What depends on prompt, timestep and guidance is computed when one of them changes; for every picture there remain one
encoding, the network's evaluations, and one decoding, from bytes to bytes.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping, Sequence
from threading import Lock
from typing import Any

import numpy as np
import numpy.typing as npt
import openvino

from reverie.backends.diffusers_image.facts import ModelFacts
from reverie.backends.diffusers_image.graphs.export import cache_folder, open_models
from reverie.backends.diffusers_image.machinery import Machinery
from reverie.backends.diffusers_image.painting import Before, Guide, Order, guidance_embedding, time_ids
from reverie.backends.diffusers_image.schedule import Step
from reverie.backends.diffusers_image.words import Embedding, Ids
from reverie.core.errors import NotFinite
from reverie.core.frame import Image
from reverie.models.checkpoint import Checkpoint

Floats = npt.NDArray[np.float32]
Shapes = tuple[tuple[int, ...], ...]

PRECISIONS = {"float32": "f32", "bfloat16": "bf16", "float16": "f16"}
EXACT = frozenset({"reader", "teller"})
"""Parts that are computed once in a while, and therefore in full precision."""

_COMPILED = 24


class OpenVinoRuntime:
    """Models by part, and what was compiled of them by shape."""

    def __init__(self, models: Mapping[str, Any], facts: ModelFacts, machinery: Machinery, core: Any) -> None:
        self.facts = facts
        self._models, self._core = models, core
        self._config = {
            "PERFORMANCE_HINT": "LATENCY",
            "NUM_STREAMS": "1",
            "INFERENCE_NUM_THREADS": str(machinery.threads),
            # Threads that may not move wait for whatever else runs on their core.
            "ENABLE_CPU_PINNING": "NO",
        }
        self._precision = PRECISIONS.get(machinery.dtype)
        self._compiled: OrderedDict[tuple[str, Shapes], Any] = OrderedDict()
        self._lock = Lock()
        self.environment: Mapping[str, Any] = {
            "runtime": "openvino",
            "device": "cpu",
            "dtype": self._computed_in(),
            "model_threads": machinery.threads,
            "kernels": str(core.get_property("CPU", "FULL_DEVICE_NAME")),
        }

    def encode(self, ids: Sequence[Ids]) -> Embedding:
        """Return the embedding of a prompt's pieces."""
        out = self.run("reader", *ids)
        return Embedding(out[0][0], out[1][0] if len(out) > 1 else None)

    def brush(self, width: int, height: int) -> OpenVinoBrush:
        """Compile for pictures of a size."""
        return OpenVinoBrush(self, width, height)

    def run(self, part: str, *inputs: npt.NDArray[Any]) -> list[Floats]:
        """Run a part once; for what is not done for every picture."""
        request = self.request(part, tuple(each.shape for each in inputs))
        request.infer(list(inputs))
        return [np.array(tensor.data) for tensor in request.output_tensors]

    def request(self, part: str, shapes: Shapes) -> Any:
        """Return a new request of a part that was compiled for the shapes of its inputs."""
        key = (part, shapes)
        with self._lock:
            found = self._compiled.get(key)
        if found is None:
            # Nobody waits meanwhile: another size may be made ready beside the show.
            found = self._compile(part, shapes)
        with self._lock:
            found = self._compiled.setdefault(key, found)
            self._compiled.move_to_end(key)
            if len(self._compiled) > _COMPILED:
                self._compiled.popitem(last=False)
        return found.create_infer_request()

    def told(self, guide: Guide, timestep: int, size: tuple[int, int]) -> list[Floats]:
        """Return what the network is told of prompt, timestep and guidance."""
        asked = [np.full(1, timestep, np.float32), np.ascontiguousarray(guide.states)]
        if self.facts.guided:
            asked.append(guidance_embedding(1.0 if guide.scale is None else guide.scale, self.facts.guidance_width))
        if self.facts.sized and guide.pooled is not None:
            asked += [np.ascontiguousarray(guide.pooled), time_ids(size[1], size[0])]
        return self.run("teller", *asked)

    def _compile(self, part: str, shapes: Shapes) -> Any:
        model = self._models[part].clone()
        model.reshape({given: list(shape) for given, shape in zip(model.inputs, shapes, strict=True)})
        precision = "f32" if part in EXACT else self._precision
        config = self._config if precision is None else {**self._config, "INFERENCE_PRECISION_HINT": precision}
        return self._core.compile_model(model, "CPU", config)

    def _computed_in(self) -> str:
        capable = self._core.get_property("CPU", "OPTIMIZATION_CAPABILITIES")
        precision = self._precision or ("bf16" if "BF16" in capable else "f32")
        return next(name for name, short in PRECISIONS.items() if short == precision)


class OpenVinoBrush:
    """One run's requests, whose memory is its own."""

    def __init__(self, runtime: OpenVinoRuntime, width: int, height: int) -> None:
        facts = runtime.facts
        self._runtime = runtime
        self._size = (width, height)
        self._latents = (facts.channels, height // facts.factor, width // facts.factor)
        self._encoder = runtime.request("encoder", ((1, height, width, 3),))
        self._decoder = runtime.request("decoder", ((1, *self._latents),))
        self._slots: dict[tuple[int, int], Slot] = {}

    def prepare(self, guide: Guide, steps: tuple[Step, ...]) -> None:
        """Compile the network for such guides, and put the guide in place."""
        for index, step in enumerate(steps):
            self._slot(index, guide, step.timestep)

    def paint(self, order: Order, before: Before) -> Image:
        """Paint a picture: encode, add noise, step by step to the clean latents, decode."""
        first = order.steps[0]
        x = order.noise[0]
        if order.image is not None:
            x = np.float32(first.signal) * self._encoded(order.image) + np.float32(first.spread) * x
        for index, step in enumerate(order.steps):
            before(index)
            output = self._slot(index, order.guide, step.timestep).predict(x, order.guide.push)
            x = np.float32(step.keep) * x + np.float32(step.take) * output
            if step.renew:
                x += np.float32(step.renew) * order.noise[index + 1]
        return self._decoded(x)

    def close(self) -> None:
        """Give the requests' memory back."""
        self._slots.clear()

    def _encoded(self, image: Image) -> Floats:
        self._encoder.input_tensors[0].data[0] = image
        self._encoder.infer(share_outputs=True)
        facts = self._runtime.facts
        latents: Floats = self._encoder.output_tensors[0].data[0]
        return (latents - np.float32(facts.shifting)) * np.float32(facts.scaling)

    def _decoded(self, latents: Floats) -> Image:
        if not np.isfinite(latents).all():
            raise NotFinite("The network painted numbers that are no picture (NaN or infinity).")
        facts = self._runtime.facts
        self._decoder.input_tensors[0].data[0] = latents / np.float32(facts.scaling) + np.float32(facts.shifting)
        self._decoder.infer(share_outputs=True)
        painted: Image = np.array(self._decoder.output_tensors[0].data[0])
        return painted

    def _slot(self, index: int, guide: Guide, timestep: int) -> Slot:
        count = len(guide.states)
        slot = self._slots.get((index, count))
        key = (guide.key, timestep)
        if slot is not None and slot.key == key:
            return slot
        told = self._runtime.told(guide, timestep, self._size)
        if slot is None:
            shapes = ((count, *self._latents), *(each.shape for each in told))
            slot = self._slots[index, count] = Slot(self._runtime.request("denoiser", shapes))
        slot.tell(key, told)
        return slot


class Slot:
    """The network at one of a picture's steps: what it was told stays there until something else is told."""

    def __init__(self, request: Any) -> None:
        self._request = request
        self.key: Any = None

    def tell(self, key: Any, told: list[Floats]) -> None:
        """Put prompt, timestep and guidance in place."""
        for place, value in zip(self._request.input_tensors[1:], told, strict=True):
            place.data[...] = value
        self.key = key

    def predict(self, x: Floats, push: float) -> Floats:
        """Return the network's output `(C, h, w)` for latents of that shape, pushed away from its second guide's."""
        self._request.input_tensors[0].data[...] = x
        self._request.infer(share_outputs=True)
        output: Floats = self._request.output_tensors[0].data
        first: Floats = output[0]
        return first if len(output) == 1 else first + np.float32(push) * (first - output[1])


def load(checkpoint: Checkpoint, facts: ModelFacts, machinery: Machinery) -> OpenVinoRuntime:
    """Open or make a checkpoint's models; raises NotRewritten where it has a part that only torch runs."""
    core = openvino.Core()
    models = open_models(checkpoint, facts, cache_folder(machinery.cache) if facts.small else None, core)
    return OpenVinoRuntime(models, facts, machinery, core)
