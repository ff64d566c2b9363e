"""Painting with torch, on any of its devices: the reference that every faster way is measured against."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch

from reverie.backends.diffusers_image.facts import ModelFacts
from reverie.backends.diffusers_image.fusing import fuse
from reverie.backends.diffusers_image.machinery import Machinery, torch_dtype
from reverie.backends.diffusers_image.painting import Before, Guide, Order, guidance_embedding, time_ids
from reverie.backends.diffusers_image.pixels import pixels_for
from reverie.backends.diffusers_image.schedule import Step
from reverie.backends.diffusers_image.words import Embedding, Ids
from reverie.core.errors import NotFinite
from reverie.core.frame import Image
from reverie.kernels.choosing import BY_HAND, chosen, told
from reverie.models.checkpoint import Checkpoint
from reverie.models.network import Network, load_network

_REMEMBERED = 16


@dataclass(frozen=True)
class Place:
    """Where the modules are, and in which precision."""

    device: str
    dtype: torch.dtype


class TorchRuntime:
    """Modules in memory, and the text encoders' use of them."""

    def __init__(self, network: Network, facts: ModelFacts, place: Place, environment: Mapping[str, Any]) -> None:
        self.network, self.facts, self.place = network, facts, place
        self.pixels = pixels_for(place.device, place.dtype)
        self.environment: Mapping[str, Any] = {**environment, **self.pixels.environment}

    def encode(self, ids: Sequence[Ids]) -> Embedding:
        """Return the embedding of a prompt's pieces."""
        with torch.inference_mode():
            return encode(self.network, ids, self.place.device)

    def brush(self, width: int, height: int) -> TorchBrush:
        """Return a brush for pictures of a size."""
        return TorchBrush(self, width, height)


class TorchBrush:
    """One run's painting; remembers the guides it turned into tensors."""

    def __init__(self, runtime: TorchRuntime, width: int, height: int) -> None:
        self._runtime = runtime
        self._size = (width, height)
        self._vae: Any = runtime.network.vae
        self._guides: OrderedDict[Any, dict[str, Any]] = OrderedDict()

    def prepare(self, guide: Guide, steps: tuple[Step, ...]) -> None:  # noqa: ARG002
        """Turn a guide into tensors."""
        self._words(guide)

    @torch.inference_mode()
    def paint(self, order: Order, before: Before) -> Image:
        """Paint a picture: encode, add noise, step by step to the clean latents, decode."""
        first = order.steps[0]
        noise = self._tensor(order.noise)
        x = noise[:1] if order.image is None else first.signal * self._encoded(order.image) + first.spread * noise[:1]
        for index, step in enumerate(order.steps):
            before(index)
            output = self._predicted(x, step.timestep, order.guide)
            x = step.keep * x + step.take * output
            if step.renew:
                x = x + step.renew * noise[index + 1 : index + 2]
        return self._runtime.pixels.picture(self._decoded(x))

    def close(self) -> None:
        """Forget the guides."""
        self._guides.clear()

    def _tensor(self, array: Any) -> torch.Tensor:
        return torch.from_numpy(np.ascontiguousarray(array)).to(self._runtime.place.device)

    def _encoded(self, image: Image) -> torch.Tensor:
        facts = self._runtime.facts
        encoded = self._vae.encode(self._runtime.pixels.planes(image))
        latents = encoded.latents if hasattr(encoded, "latents") else encoded.latent_dist.mode()
        scaled: torch.Tensor = (latents.float() - facts.shifting) * facts.scaling
        return scaled

    def _decoded(self, latents: torch.Tensor) -> torch.Tensor:
        place, facts = self._runtime.place, self._runtime.facts
        if not bool(torch.isfinite(latents).all()):
            raise NotFinite("The network painted numbers that are no picture (NaN or infinity).")
        ready = (latents / facts.scaling + facts.shifting).to(place.dtype)
        decoded: torch.Tensor = self._vae.decode(ready.contiguous(memory_format=torch.channels_last)).sample
        return decoded

    def _predicted(self, x: torch.Tensor, timestep: int, guide: Guide) -> torch.Tensor:
        words = self._words(guide)
        count = len(words["encoder_hidden_states"])
        given = x.to(self._runtime.place.dtype).expand(count, -1, -1, -1).contiguous(memory_format=torch.channels_last)
        time = torch.full((count,), timestep, device=x.device)
        output: torch.Tensor = self._runtime.network.unet(given, time, return_dict=False, **words)[0].float()
        return output[:1] if count == 1 else output[:1] + guide.push * (output[:1] - output[1:])

    def _words(self, guide: Guide) -> dict[str, Any]:
        if guide.key not in self._guides:
            self._guides[guide.key] = self._turned(guide)
            if len(self._guides) > _REMEMBERED:
                self._guides.popitem(last=False)
        self._guides.move_to_end(guide.key)
        return self._guides[guide.key]

    def _turned(self, guide: Guide) -> dict[str, Any]:
        dtype, facts = self._runtime.place.dtype, self._runtime.facts
        words: dict[str, Any] = {"encoder_hidden_states": self._tensor(guide.states).to(dtype)}
        count = len(guide.states)
        if guide.scale is not None:
            embedded = self._tensor(guidance_embedding(guide.scale, facts.guidance_width)).to(dtype)
            words["timestep_cond"] = embedded.expand(count, -1)
        if facts.sized and guide.pooled is not None:
            sizes = self._tensor(time_ids(self._size[1], self._size[0])).to(dtype).expand(count, -1)
            words["added_cond_kwargs"] = {"text_embeds": self._tensor(guide.pooled).to(dtype), "time_ids": sizes}
        return words


def encode(network: Network, ids: Sequence[Ids], device: str) -> Embedding:
    """Run the text encoders: one gives its last states; of two, the second to last states of both, and pooled text."""
    given = [torch.from_numpy(pieces).to(device) for pieces in ids]
    if len(network.encoders) == 1:
        return Embedding(_array(network.encoders[0](given[0]).last_hidden_state[0]))
    told = [encoder(pieces, output_hidden_states=True) for encoder, pieces in zip(network.encoders, given, strict=True)]
    states = torch.cat([each.hidden_states[-2][0] for each in told], dim=-1)
    return Embedding(_array(states), _array(told[-1].text_embeds[0]))


def _array(tensor: torch.Tensor) -> Any:
    return tensor.float().cpu().numpy()


def load(checkpoint: Checkpoint, facts: ModelFacts, machinery: Machinery) -> TorchRuntime:
    """Load a checkpoint's weights where they are to run."""
    place = Place(machinery.device, torch_dtype(machinery))
    if machinery.device == "cpu":
        torch.set_num_threads(machinery.threads)
    network = load_network(checkpoint, place.device, place.dtype)
    for module in (network.unet, network.vae):
        module.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
    environment = {
        "runtime": "torch",
        "device": place.device,
        "dtype": str(place.dtype).removeprefix("torch."),
        "model_threads": torch.get_num_threads(),
        "kernels": torch.backends.cpu.get_cpu_capability() if place.device == "cpu" else str(torch.version.cuda),
    }
    return TorchRuntime(network, facts, place, {**environment, **_fused(network, place)})


def _fused(network: Network, place: Place) -> dict[str, str]:
    """Have a graphics card normalise and activate in one go, where its kernel holds; return what is to be noted."""
    if not place.device.startswith("cuda"):
        return {}
    choice = chosen("group_norm_silu", place.device)
    if choice.by == BY_HAND:
        for module in (network.unet, network.vae):
            fuse(module, choice.run)
    return told(place.device, (choice.name,))
