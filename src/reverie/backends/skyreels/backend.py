"""The backend: a video model's facts at once, its weights when the first run starts."""

from __future__ import annotations

from collections.abc import Mapping
from threading import Lock
from typing import TYPE_CHECKING, Any

from reverie.backends.skyreels.cover import Cover, frames_of
from reverie.backends.skyreels.facts import FAMILY, read_card, read_model_facts, usual_frames
from reverie.backends.skyreels.options import SkyReelsOptions
from reverie.core.card import BackendCard
from reverie.core.clock import exact_rate
from reverie.core.errors import InputError
from reverie.core.protocols import Tick
from reverie.core.spec import RenderSpec, Scene
from reverie.models.checkpoint import open_checkpoint
from reverie.models.shipped import locate

if TYPE_CHECKING:
    from reverie.backends.skyreels.denoising import Course
    from reverie.backends.skyreels.generation import SkyReelsGeneration
    from reverie.backends.skyreels.modules import Modules


class SkyReels:
    """A video diffusion model that paints a window of frames a step, and goes on from it in the next."""

    Options = SkyReelsOptions
    resumable = True

    def __init__(self, options: SkyReelsOptions) -> None:
        self._options = options
        self._checkpoint = open_checkpoint(locate(options.model), FAMILY)
        self._facts = read_model_facts(self._checkpoint)
        self.card = read_card(self._checkpoint, options.model)
        self._most = options.base_num_frames or usual_frames(options.model)
        self._cover = Cover.of(self._most, options.overlap_history, options.causal_block_size)
        self._modules: Modules | None = None
        self._place: Mapping[str, Any] = {}
        self._lock = Lock()

    @classmethod
    def describe(cls, options: SkyReelsOptions) -> BackendCard:
        """Return a model's card; reads its settings, loads no weights."""
        return read_card(open_checkpoint(locate(options.model), FAMILY), options.model)

    @classmethod
    def spans(cls, options: SkyReelsOptions, frames: int, *, continued: bool) -> list[int]:
        """Return how many frames each step makes of a film of so many, so that each is kept as soon as it is made.

        `continued` says that it goes on behind another film's last frames.
        """
        most = options.base_num_frames or usual_frames(options.model)
        cover = Cover.of(most, options.overlap_history, options.causal_block_size)
        lengths: list[int] = []
        while (left := frames - sum(lengths)) > 0:
            first = not lengths and not continued
            latents = cover.base - (0 if first else cover.overlap)
            lengths.append(min(left, frames_of(latents, first=first)))
        return lengths

    @property
    def environment(self) -> Mapping[str, Any]:
        """What decides the last bit of a picture, and how the model is held; empty before the first start."""
        return self._place

    def start(self, spec: RenderSpec, scene: Scene, tick: Tick) -> SkyReelsGeneration:
        """Begin a run; the first loads the weights.

        Raises InputError for a size, a length or a number of steps that the model can't do.
        """
        from reverie.backends.skyreels.generation import Film, SkyReelsGeneration

        steps = self._options.num_inference_steps or int(self.card.default("num_inference_steps", 30))
        self.card.check({"width": spec.width, "height": spec.height, "num_inference_steps": steps})
        frames = None if scene.duration is None else round(scene.duration * exact_rate(spec.paint_fps))
        self._check_length(frames)
        film = Film(
            spec.width, spec.height, 1.0 / spec.paint_fps, frames, self._cover, self._course(steps), self._last(spec)
        )
        return SkyReelsGeneration(self._ready(spec, tick), self._facts, film)

    def _check_length(self, frames: int | None) -> None:
        """Refuse what would end in colour blocks: a model that can't go on from its own latents, asked to."""
        most = self._most
        if not self._facts.kind.forced and (frames is None or frames > most):
            fix = f"is more than the {most} frames this model paints: use a diffusion-forcing one, or a shorter scene."
            raise InputError("frames", "no end" if frames is None else frames, fix)

    def _course(self, steps: int) -> Course:
        from reverie.backends.skyreels.denoising import Course

        told = self._options
        if told.causal_block_size > 1 and (told.last_image is not None or not self._facts.kind.forced):
            fix = "goes with diffusion forcing and without a last image only: use 1."
            raise InputError("causal_block_size", told.causal_block_size, fix)
        if told.ar_step and (told.causal_block_size == 1 or not self._facts.kind.forced):
            raise InputError(
                "ar_step", told.ar_step, "needs blocks that see those before them: use --causal-block-size 5."
            )
        if told.ar_step and told.cache_interval:
            fix = "goes with an ar_step of 0 only: use 0 for one of both."
            raise InputError("cache_interval", told.cache_interval, fix)
        return Course(
            steps=steps,
            flow_shift=told.flow_shift or self._facts.kind.flow_shift,
            ar_step=told.ar_step,
            block=told.causal_block_size,
            addnoise=told.addnoise_condition,
            together=told.together,
            cache_interval=told.cache_interval,
        )

    def _last(self, spec: RenderSpec) -> Any:
        from reverie.media.geometry import fit
        from reverie.media.picture import open_picture

        path = self._options.last_image
        return None if path is None else fit(open_picture(path), spec.width, spec.height)

    def _tokens(self, spec: RenderSpec) -> int:
        """Return how many tokens a window has: patches of two by two latent pixels."""
        side = 2 * self._facts.factor
        return self._cover.base * (spec.width // side) * (spec.height // side)

    def _ready(self, spec: RenderSpec, tick: Tick) -> Modules:
        from reverie.backends.skyreels.holding import held
        from reverie.backends.skyreels.modules import Place, load
        from reverie.backends.skyreels.parallel import spread
        from reverie.backends.skyreels.place import place_of

        with self._lock:
            if self._modules is None:
                tick("loading the model", 0.0)
                device, dtype = place_of(self._options.device, self._options.dtype)
                way = held(self._checkpoint, device, dtype.itemsize, self._tokens(spec))
                self._modules = load(self._checkpoint, self._facts, Place(device, dtype, way))
                count = spread(self._modules.network)
                precision = str(dtype).removeprefix("torch.")
                self._place = {"device": device, "dtype": precision, "held": way, "processes": count}
                tick("loading the model", 1.0)
            return self._modules
