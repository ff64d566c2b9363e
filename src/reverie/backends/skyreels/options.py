"""What the backend may be told once, before it starts."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

Device = Annotated[str, Field(pattern=r"^(auto|cpu|mps|cuda(:\d{1,2})?)$")]
MOST_STEPS = 100


class SkyReelsOptions(BaseModel):
    """Options of a video model of the SkyReels-V2 kind.

    `model` is a name on the shelf or a folder in the hub's format; `num_inference_steps` the network's evaluations that
    a latent passes through, None for the card's default. A film longer than `base_num_frames` (4k + 1, None for the
    model's usual) is painted in windows of that many frames, each going on from the last `overlap_history` frames
    (4k + 1) of the one before, whose latents are mixed with `addnoise_condition` thousandths of noise, 20 being usual
    and 50 much. `ar_step` over 0 lets blocks of `causal_block_size` latents set out so many steps apart, each seeing
    only those before it; it takes longer. `flow_shift` moves steps towards the noisy end, None for the model's usual.
    `last_image` is a picture that the film is to end at. `device` and `dtype` say where and in which precision the
    network runs; the autoencoder keeps single precision. `together` evaluates with and without the prompt at once,
    which takes more memory. `cache_interval` over 0 computes one evaluation in so many, and estimates the others from
    those before (TaylorSeer); the report says how many.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    model: Annotated[str, Field(min_length=1, max_length=1000)]
    num_inference_steps: Annotated[int, Field(ge=1, le=MOST_STEPS)] | None = None
    base_num_frames: Annotated[int, Field(ge=5, le=1001)] | None = None
    overlap_history: Annotated[int, Field(ge=1, le=997)] = 17
    addnoise_condition: Annotated[float, Field(ge=0, le=60)] = 20.0
    ar_step: Annotated[int, Field(ge=0, le=MOST_STEPS)] = 0
    causal_block_size: Annotated[int, Field(ge=1, le=64)] = 1
    flow_shift: Annotated[float, Field(gt=0, le=20)] | None = None
    last_image: Annotated[str, Field(min_length=1)] | None = None
    device: Device = "auto"
    dtype: Literal["auto", "float32", "bfloat16", "float16"] = "auto"
    together: bool = True
    cache_interval: Annotated[int, Field(ge=0, le=20)] = 0
