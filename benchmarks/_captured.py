"""One step of our dreaming network, and one frame of the memory, as graphs of a graphics card."""

from __future__ import annotations

import statistics
from collections.abc import Callable
from typing import Any

import numpy as np
import torch
from torch import Tensor

from reverie.backends.diffusers_image.backend import DiffusersImage
from reverie.backends.diffusers_image.facts import read_model_facts
from reverie.backends.diffusers_image.machinery import choose
from reverie.backends.diffusers_image.on_torch import TorchRuntime, load
from reverie.backends.diffusers_image.painting import Guide, Order
from reverie.backends.diffusers_image.schedule import plan
from reverie.backends.diffusers_image.words import Prompter, tokenizers_of
from reverie.core import catalogue
from reverie.kernels.choosing import chosen
from reverie.models.checkpoint import open_checkpoint
from reverie.models.composing import Rules
from reverie.models.memory import Recorded
from reverie.models.memory_on_card import CardMemory, Seen
from reverie.models.recollection import grid_of
from reverie.models.recollection_on_card import on_card as recollection_on
from reverie.models.shipped import locate

STEP, MEMORY = "reverie-tiny, one step", "memory"
SLOTS, GUIDANCE, STRENGTH = 12, 3.0, 0.45
TURNS = 300


class Step:
    """From the last picture to the next, in tensors of fixed shapes: as `TorchBrush.paint` does, without the host."""

    def __init__(self, runtime: TorchRuntime, side: int, guide: Guide) -> None:
        self._runtime, self._place, facts = runtime, runtime.place, runtime.facts
        self._step = plan(facts.noise, 1, STRENGTH)[0]
        brush = runtime.brush(side, side)
        # The tensors of a guide are made once, before anything is captured.
        self._words = brush._words(guide)
        device = self._place.device
        self._time = torch.full((1,), self._step.timestep, device=device)
        self._in, self._out = chosen("to_planes", device).run, chosen("to_pictures", device).run
        self.picture = torch.zeros((1, side, side, 3), dtype=torch.uint8, device=device)
        self.noise = torch.randn((1, facts.channels, side // facts.factor, side // facts.factor), device=device)

    @torch.inference_mode()
    def __call__(self) -> Tensor:
        """Return the next picture, `(1, H, W, 3)` uint8, of `picture` and `noise`."""
        step, facts, network, dtype = self._step, self._runtime.facts, self._runtime.network, self._place.dtype
        vae: Any = network.vae
        planes = self._in(self.picture, dtype, torch.channels_last)
        latents = (vae.encode(planes).latents.float() - facts.shifting) * facts.scaling
        x = step.signal * latents + step.spread * self.noise
        given = x.to(dtype).contiguous(memory_format=torch.channels_last)
        output = network.unet(given, self._time, return_dict=False, **self._words)[0].float()
        ready = ((step.keep * x + step.take * output) / facts.scaling + facts.shifting).to(dtype)
        pictures: Tensor = self._out(vae.decode(ready.contiguous(memory_format=torch.channels_last)).sample)[0]
        return pictures


def runtime_of(device: str, dtype: str) -> tuple[TorchRuntime, Guide]:
    """Return our network on a device, and a prompt for it."""
    options = DiffusersImage.Options.model_validate(
        {"runtime": "torch", "device": device, "dtype": dtype, "threads": 1}
    )
    checkpoint = open_checkpoint(locate(catalogue.OURS))
    facts = read_model_facts(checkpoint)
    runtime = load(checkpoint, facts, choose(options, facts))
    embedded = Prompter(tokenizers_of(checkpoint), runtime.encode).mixed((("a coral reef at dusk", 1.0),))
    pooled = None if embedded.pooled is None else embedded.pooled[None]
    return runtime, Guide("reef", embedded.states[None], pooled, 0.0, GUIDANCE if facts.guided else None)


def memory_of(device: str, side: int) -> tuple[CardMemory, Seen, Recorded]:
    """Return the memory with a full bank, and a frame for it."""
    run = recollection_on(SLOTS, 1, device)
    card = CardMemory(run.network, (side, side), grid_of((side, side)), Rules())
    levels = [torch.randint(0, 256, (1, side, side, 3), dtype=torch.uint8, device=device) for _ in range(4)]
    along = torch.arange(float(side), device=device)
    places = torch.stack(torch.meshgrid(along, along, indexing="xy"))[None] + 1.25
    first = card.begin(levels[2], levels[1])
    bank = Recorded(first.keys.repeat(1, SLOTS, 1), first.looks.repeat(1, SLOTS, 1))
    return card, Seen(levels[0], levels[1], levels[2], levels[3], places), bank


def on_card(side: int) -> list[dict[str, Any]]:
    """Return the rows of a size on the graphics card."""
    runtime, guide = runtime_of("cuda:0", "float16")
    card, seen, bank = memory_of("cuda:0", side)
    ways: dict[str, Callable[[], Any]] = {STEP: Step(runtime, side, guide), MEMORY: lambda: card.settle(seen, bank)}
    rows = []
    for network, run in ways.items():
        spent = replayed(run)
        row = {"network": network, "size": f"{side}x{side}", "device": torch.cuda.get_device_name(0), "threads": "-"}
        figures = {"ms": round(statistics.median(spent), 3), "least": round(float(np.percentile(spent, 5)), 3)}
        rows.append({**row, "runtime": "captured graph float16", **figures, "clock": figures["ms"]})
        print(rows[-1], flush=True)
    return rows


def replayed(run: Callable[[], Any]) -> list[float]:
    """Capture some work as a graph and return the milliseconds of each replay."""
    aside = torch.cuda.Stream()
    with torch.cuda.stream(aside):
        for _ in range(3):
            run()
    torch.cuda.synchronize()
    graph = torch.cuda.CUDAGraph()
    with torch.cuda.graph(graph):
        run()
    spent = []
    for _ in range(TURNS):
        begun, ended = (torch.cuda.Event(enable_timing=True) for _ in range(2))
        begun.record()
        graph.replay()
        ended.record()
        ended.synchronize()
        spent.append(begun.elapsed_time(ended))
    return spent[TURNS // 10 :]


def compared(side: int = 64) -> list[str]:
    """Compute step and memory in small on the processor; return what is otherwise than in the live path."""
    wrong = []
    runtime, guide = runtime_of("cpu", "float32")
    step = Step(runtime, side, guide)
    picture = np.random.default_rng(0).integers(0, 256, (side, side, 3), np.uint8)
    step.picture.copy_(torch.from_numpy(picture)[None])
    order = Order(picture, step.noise.numpy(), plan(runtime.facts.noise, 1, STRENGTH), guide)
    lived = runtime.brush(side, side).paint(order, lambda _: None)
    if np.abs(step()[0].numpy().astype(int) - lived).max() > 1:
        wrong.append(STEP)
    card, seen, bank = memory_of("cpu", side)
    # Twelve times the same frame in the bank says what one says.
    run = recollection_on(1, 1, "cpu")
    new, old, now, past = (one[0].numpy() for one in (seen.painted, seen.shown, seen.given, seen.past))
    run.begin(now, old)
    lived = run.settle_moved(new, old, now, past, seen.places[0].permute(1, 2, 0).contiguous().numpy())
    if np.abs(card.settle(seen, bank).picture[0].numpy().astype(int) - lived).max() > 1:
        wrong.append(MEMORY)
    return wrong
