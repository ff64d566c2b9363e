"""From noise to latents, one window at a time: each latent with a noise level of its own, or all with one.

Diffusion forcing (Chen et al. 2024) as SkyReels-V2 was taught it (Chen et al. 2025): what is known of a film stands
beside what is to be painted, with a little noise of its own, and the network is told how much each latent has.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import torch
from torch import Tensor

from reverie.backends.skyreels.caching import estimating
from reverie.backends.skyreels.timetable import Turn, timetable

NOISE = 999
"""The level that a latent is said to have which has not set out yet; levels are thousandths."""


@dataclass(frozen=True)
class Course:
    """How every window of a film is painted: steps, guidance, how blocks follow each other and what is estimated."""

    steps: int
    flow_shift: float
    ar_step: int = 0
    block: int = 1
    addnoise: float = 0.0
    together: bool = True
    cache_interval: int = 0


@dataclass(frozen=True)
class Guide:
    """What a window is to show: states with the prompt and without, how far to push, and a picture's, where given.

    `beside` is laid beside the noise, `(1, C', T, h, w)`; `seen` are the states of a picture.
    """

    said: Tensor
    unsaid: Tensor
    scale: float
    beside: Tensor | None = None
    seen: Tensor | None = None


@dataclass
class Denoiser:
    """A network and its solver's settings; `forced` where each latent has a level of its own.

    `evaluations` were asked for so far, `computed` of them not estimated.
    """

    network: Any
    solver: Any
    forced: bool
    course: Course
    evaluations: int = field(default=0, init=False)
    computed: int = field(default=0, init=False)

    def window(
        self,
        noise: Tensor,
        known: Tensor | None,
        guide: Guide,
        generator: torch.Generator,
        tick: Callable[[float], None],
        last: Tensor | None = None,
    ) -> Tensor:
        """Return a window's latents `(1, C, T, h, w)`, of which the first are `known` as they are.

        `last` is a latent of the picture that comes right after the window. `tick` is told how much is done, 0..1, and
        raises to stop.
        """
        given = 0 if known is None else known.shape[2]
        latents = noise.clone()
        if known is not None:
            latents[:, :, :given] = known
        blocks = -(-noise.shape[2] // self.course.block)
        turns = timetable(self.course.steps, blocks, given // self.course.block, self.course.ar_step)
        solvers = {run: self._solver(noise.device) for turn in turns for run in turn.runs}
        self._set_blocks()
        with estimating(self.network, self.course.cache_interval) as tally:
            for number, turn in enumerate(turns):
                tick(number / len(turns))
                self._turn(latents, (given, last), turn, solvers, guide, generator)
        self.computed += tally.computed
        tick(1.0)
        return latents

    def _turn(
        self,
        latents: Tensor,
        fixed: tuple[int, Tensor | None],
        turn: Turn,
        solvers: Mapping[tuple[int, int], Any],
        guide: Guide,
        generator: torch.Generator,
    ) -> None:
        """Evaluate the network once and move the blocks whose turn it is."""
        (given, last), block = fixed, self.course.block
        # Blocks see those before them alone, so what has not set out yet need not be looked at.
        seen = turn.runs[-1][1] * block if block > 1 else latents.shape[2]
        levels = self._levels(latents.shape[2], given, turn, solvers)[:seen]
        shown = self._worn(latents[:, :, :seen], given, generator)
        if last is not None:
            shown, levels = torch.cat([shown, last], dim=2), torch.cat([levels, levels.new_zeros(1)])
        velocity = self._guided(shown, levels, guide)
        for run in turn.runs:
            begin, end = max(run[0] * block, given), min(run[1] * block, latents.shape[2])
            moved, place = latents[:, :, begin:end], solvers[run].timesteps[turn.places[run[0]]]
            moved.copy_(solvers[run].step(velocity[:, :, begin:end], place, moved, return_dict=False)[0])

    def _levels(self, count: int, given: int, turn: Turn, solvers: Mapping[tuple[int, int], Any]) -> Tensor:
        """Return the noise level that each latent is said to have."""
        levels = torch.tensor([0.0 if place == self.course.steps else NOISE for place in turn.places])
        for run in turn.runs:
            levels[run[0] : run[1]] = float(solvers[run].timesteps[turn.places[run[0]]])
        levels = levels.repeat_interleave(self.course.block)[:count]
        levels[:given] = self.course.addnoise
        return levels

    def _worn(self, latents: Tensor, given: int, generator: torch.Generator) -> Tensor:
        """Mix a little noise into what is known, so that a fault of it is not copied for ever."""
        if not given or not self.course.addnoise:
            return latents
        share = self.course.addnoise / 1000
        known = latents[:, :, :given]
        noise = torch.randn(known.shape, generator=generator, dtype=torch.float32).to(known)
        return torch.cat([known * (1 - share) + noise * share, latents[:, :, given:]], dim=2)

    def _guided(self, latents: Tensor, levels: Tensor, guide: Guide) -> Tensor:
        if guide.scale <= 1:
            return self._evaluated(latents, levels, guide.said, guide)
        if self._at_once:
            both = torch.cat([guide.said, guide.unsaid])
            said, unsaid = self._evaluated(latents, levels, both, guide).chunk(2)
        else:
            said = self._evaluated(latents, levels, guide.said, guide)
            unsaid = self._evaluated(latents, levels, guide.unsaid, guide, "uncond")
        return unsaid + guide.scale * (said - unsaid)

    @property
    def _at_once(self) -> bool:
        # diffusers 0.42 adds the rate's embedding in a shape that fits one film at a time.
        told_rate = self.forced and getattr(self.network.config, "inject_sample_info", False)
        return self.course.together and not told_rate

    def _evaluated(self, latents: Tensor, levels: Tensor, states: Tensor, guide: Guide, branch: str = "cond") -> Tensor:
        """Return the network's velocity for each of the states, `(N, C, T, h, w)` in single precision."""
        self.evaluations += 1
        count, network = len(states), self.network
        given = latents if guide.beside is None else torch.cat([latents, guide.beside.to(latents)], dim=1)
        told: dict[str, Any] = {}
        if self.forced:
            told = {"enable_diffusion_forcing": True, "fps": [1] * count}
            levels = levels.to(latents.device).expand(count, -1)
        else:
            levels = levels[-1].to(latents.device).expand(count)
        if guide.seen is not None:
            told["encoder_hidden_states_image"] = guide.seen.to(network.dtype).expand(count, -1, -1)
        with network.cache_context(branch):
            made = network(
                hidden_states=given.to(network.dtype).expand(count, -1, -1, -1, -1),
                timestep=levels,
                encoder_hidden_states=states.to(network.dtype),
                return_dict=False,
                **told,
            )[0]
        velocity: Tensor = made.float()
        return velocity

    def _set_blocks(self) -> None:
        # The network keeps this in its settings: said anew for each window, no film is painted by another's.
        self.network.register_to_config(num_frame_per_block=self.course.block)

    def _solver(self, device: torch.device) -> Any:
        solver = type(self.solver).from_config(self.solver.config, flow_shift=self.course.flow_shift)
        solver.set_timesteps(self.course.steps, device=device)
        return solver
