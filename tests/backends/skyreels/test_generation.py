"""Films by tiny models: as long as asked, the same bits every time, equal to the published way where that is right."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch

from reverie.backends.skyreels import SkyReels, SkyReelsOptions
from reverie.backends.skyreels.generation import SkyReelsGeneration
from reverie.core.errors import Cancelled, InputError, NotFinite
from reverie.core.frame import Images
from reverie.core.protocols import State
from reverie.core.spec import ComponentSpec, RenderSpec, Scene
from reverie.core.timeline import Conditioning, Keyframe

PROMPT, SIDE, STEPS = "a reef at dusk", 32, 2
PICTURES = np.random.default_rng(4).integers(0, 256, (9, SIDE, SIDE, 3), np.uint8)


def silent(phase: str, done: float, preview: Any = None) -> None:
    """Take progress and say nothing."""


def backend(model: str, **options: Any) -> SkyReels:
    told = {"num_inference_steps": STEPS, "base_num_frames": 17, "overlap_history": 5, **options}
    return SkyReels(SkyReelsOptions(model=model, dtype="float32", device="cpu", **told))


def begun(model: SkyReels, frames: int | None) -> SkyReelsGeneration:
    duration = None if frames is None else frames / 24
    scene = Scene(duration=duration, keyframes=(Keyframe(prompt=PROMPT),), backend=ComponentSpec(name="skyreels"))
    spec = RenderSpec(width=SIDE, height=SIDE, fps=24, paint_fps=24, scenes=(scene,), live=frames is None)
    return model.start(spec, scene, silent)


def wish(seed: int = 3, prompt: str = PROMPT, guidance: float = 6.0, given: Images | None = None) -> Conditioning:
    return Conditioning(((prompt, 1.0),), "", guidance, 0.5, seed, given)


def painted(run: SkyReelsGeneration, frames: int, since: int = 0, **wishes: Any) -> Images:
    made: list[Images] = []
    while (count := since + sum(map(len, made))) < frames:
        expected = run.num_frames
        made.append(run.step(wish(seed=3 + count, **wishes), silent))
        assert wishes.get("given") is not None or len(made[-1]) == expected
    return np.concatenate(made)


@pytest.mark.parametrize("frames", [1, 2, 17, 18, 29, 37, 40])
def test_a_film_is_as_long_as_asked_to_the_latent(models: dict[str, str], frames: int) -> None:
    made = painted(begun(backend(models["forced"]), frames), frames)
    assert frames <= len(made) < frames + 4
    assert made.shape[1:] == (SIDE, SIDE, 3)
    assert made.std() > 5


def test_no_frame_is_shown_twice(models: dict[str, str]) -> None:
    made = painted(begun(backend(models["forced"]), 37), 37).astype(int)
    assert all(np.abs(one - other).max() > 0 for number, one in enumerate(made) for other in made[:number])


def test_the_order_of_films_changes_nothing(models: dict[str, str]) -> None:
    plain, waves = backend(models["forced"]), {"base_num_frames": 37, "overlap_history": 17, "causal_block_size": 5}
    first = painted(begun(plain, 17), 17)
    staggered = SkyReels(plain._options.model_copy(update={**waves, "ar_step": 1}))
    staggered._modules = plain._modules
    painted(begun(staggered, 37), 37)
    np.testing.assert_array_equal(painted(begun(plain, 17), 17), first)


def test_two_films_at_once_do_not_disturb_each_other(models: dict[str, str]) -> None:
    shared = backend(models["forced"])
    alone = painted(begun(shared, 29), 29)
    one, other = begun(shared, 29), begun(shared, 29)
    mixed = []
    for seed in (3, 20):
        mixed.append(one.step(wish(seed), silent))
        other.step(wish(seed + 50, "a city at night"), silent)
    np.testing.assert_array_equal(np.concatenate(mixed), alone)


@pytest.mark.parametrize("frames", [37, 61])
def test_a_film_that_was_put_down_goes_on_to_the_bit(models: dict[str, str], frames: int) -> None:
    model = backend(models["forced"])
    whole = painted(begun(model, frames), frames)
    run = begun(model, frames)
    run.step(wish(3), silent)
    run.step(wish(20), silent)
    state: State = run.state()
    again = begun(model, frames)
    again.restore(state)
    np.testing.assert_array_equal(painted(again, frames, since=29), whole[29:])


@pytest.mark.parametrize("change", [{"prompt": "a city at night"}, {"guidance": 1.0}, {"guidance": 3.0}])
def test_words_and_guidance_reach_the_network(models: dict[str, str], change: dict[str, Any]) -> None:
    for kind in ("forced", "words"):
        model = backend(models[kind])
        plain = begun(model, 5).step(wish(), silent).astype(int)
        assert np.abs(begun(model, 5).step(wish(**change), silent) - plain).max() > 0, kind


def test_a_clip_is_gone_on_from_and_not_shown_again(models: dict[str, str]) -> None:
    run = begun(backend(models["forced"], addnoise_condition=0), 12)
    assert run.history == 5
    made = painted(run, 12, given=PICTURES)
    assert len(made) == 12
    other = painted(begun(backend(models["forced"], addnoise_condition=0), 12), 12, given=PICTURES[::-1])
    assert np.abs(made.astype(int) - other).max() > 0


def test_a_picture_is_where_a_film_begins(models: dict[str, str]) -> None:
    model = backend(models["forced"])
    made = begun(model, 9).step(wish(given=PICTURES[:1]), silent)
    assert len(made) == 9
    np.testing.assert_array_equal(made[0], PICTURES[0])
    other = begun(model, 9).step(wish(given=PICTURES[1:2]), silent)
    assert np.abs(made[1:].astype(int) - other[1:]).max() > 0


def test_a_film_may_be_told_where_to_end(models: dict[str, str], tmp_path: Any) -> None:
    import cv2

    cv2.imwrite(str(tmp_path / "end.png"), PICTURES[3])
    told = backend(models["forced"], last_image=str(tmp_path / "end.png"))
    plain, ended = (painted(begun(model, 29), 29).astype(int) for model in (backend(models["forced"]), told))
    np.testing.assert_array_equal(plain[:17], ended[:17])
    assert np.abs(plain[17:] - ended[17:]).max() > 0


def test_blocks_need_no_look_at_what_has_not_set_out(models: dict[str, str]) -> None:
    told = {"base_num_frames": 37, "overlap_history": 17, "causal_block_size": 5, "ar_step": 2}
    run = begun(backend(models["forced"], **told), 37)
    painted(run, 37)
    assert run._denoiser.evaluations == 2 * (STEPS + 2)


def test_estimates_are_counted_and_begin_anew_with_each_window(models: dict[str, str]) -> None:
    steps = 9
    for kind in ("forced", "words"):
        plain, quick = (
            begun(backend(models[kind], num_inference_steps=steps, cache_interval=each), 17) for each in (0, 3)
        )
        one, other = (run.step(wish(), silent).astype(int) for run in (plain, quick))
        assert plain._denoiser.computed == plain._denoiser.evaluations
        assert quick._denoiser.computed < 0.7 * quick._denoiser.evaluations, kind
        assert 0 < np.abs(one - other).mean() < 40
        assert any("were estimated" in event.reason for event in quick.events())
    model = backend(models["forced"], num_inference_steps=steps, cache_interval=3)
    made = painted(begun(model, 37), 37)  # the last window is shorter than the others
    np.testing.assert_array_equal(painted(begun(model, 37), 37), made)


def test_it_stops_within_a_step_and_can_be_asked_again(models: dict[str, str]) -> None:
    model = backend(models["forced"], num_inference_steps=4)
    run = begun(model, 17)

    def stopping(phase: str, done: float, preview: Any = None) -> None:
        if phase == "painting" and done >= 0.25:
            raise Cancelled("Stopped.")

    with pytest.raises(Cancelled):
        run.step(wish(), stopping)
    assert run._denoiser.evaluations == 2
    np.testing.assert_array_equal(run.step(wish(), silent), begun(model, 17).step(wish(), silent))


def test_progress_never_goes_back(models: dict[str, str]) -> None:
    heard: dict[str, list[float]] = {}
    run = begun(backend(models["forced"], num_inference_steps=5), 17)
    run.step(wish(), lambda phase, done, preview=None: heard.setdefault(phase, []).append(done))
    assert list(heard) == ["painting", "decoding"]
    assert all(told == sorted(told) and told[-1] == 1.0 for told in heard.values())


def test_numbers_that_are_no_picture_are_told_and_change_nothing(models: dict[str, str]) -> None:
    model = backend(models["forced"])
    run = begun(model, 17)
    assert model._modules is not None
    bias = model._modules.network.proj_out.bias
    kept = bias.clone()
    bias.fill_(float("nan"))
    with pytest.raises(NotFinite):
        run.step(wish(), silent)
    bias.copy_(kept)
    np.testing.assert_array_equal(run.step(wish(), silent), begun(model, 17).step(wish(), silent))


def test_a_prompt_that_is_too_long_is_told_with_what_was_lost(models: dict[str, str]) -> None:
    run = begun(backend(models["forced"]), 1)
    run.step(wish(prompt="a reef " * 300 + "storm"), silent)
    (event,) = run.events()
    assert event.reason.endswith("storm'.")
    assert run.events() == []


def test_a_model_that_can_not_go_on_is_not_asked_for_more_than_a_window(models: dict[str, str]) -> None:
    for frames in (18, None):
        with pytest.raises(InputError, match=r"frames: .* is more than the 17 frames this model paints"):
            begun(backend(models["words"]), frames)


def test_a_model_that_needs_a_picture_says_so(models: dict[str, str]) -> None:
    with pytest.raises(InputError, match="image: None is needed"):
        begun(backend(models["pictured"]), 5).step(wish(), silent)


@pytest.mark.parametrize(
    ("kind", "options", "words"),
    [
        ("forced", {"ar_step": 5}, "ar_step: 5 needs blocks"),
        ("words", {"causal_block_size": 5, "base_num_frames": 37, "overlap_history": 17}, "causal_block_size: 5 goes"),
    ],
)
def test_what_does_not_go_together_is_refused(
    models: dict[str, str], kind: str, options: dict[str, Any], words: str
) -> None:
    with pytest.raises(InputError, match=words):
        begun(backend(models[kind], **options), 5)


THEIRS = {
    "forced": ("SkyReelsV2DiffusionForcingPipeline", 8.0, 6.0),
    "words": ("SkyReelsV2Pipeline", 8.0, 6.0),
    "pictured": ("SkyReelsV2ImageToVideoPipeline", 5.0, 5.0),
}
STAGGERED = {"ar_step": 1, "causal_block_size": 5}


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize(
    ("kind", "frames", "options"),
    [("forced", 17, {}), ("forced", 37, STAGGERED), ("words", 17, {}), ("pictured", 17, {})],
)
def test_one_window_is_what_the_published_way_paints(
    models: dict[str, str], kind: str, frames: int, options: dict[str, Any]
) -> None:
    import diffusers
    from PIL import Image

    name, shift, guidance = THEIRS[kind]
    ours = backend(models[kind], **({"base_num_frames": 37, "overlap_history": 17} if options else {}), **options)
    given = PICTURES[:1] if kind == "pictured" else None
    made = begun(ours, frames).step(wish(guidance=guidance, given=given), silent)
    assert ours._modules is not None
    theirs = getattr(diffusers, name).from_pretrained(models[kind])
    theirs.scheduler = diffusers.UniPCMultistepScheduler.from_config(theirs.scheduler.config, flow_shift=shift)
    theirs.set_progress_bar_config(disable=True)
    # Its own reading of prompts needs a package that is not installed.
    states = {"prompt_embeds": PROMPT, "negative_prompt_embeds": ""}
    told = {name: ours._modules.words.states(text) for name, text in states.items()}
    picture = {} if given is None else {"image": Image.fromarray(given[0])}
    drawn = torch.Generator().manual_seed(3)
    sizes = {"height": SIDE, "width": SIDE, "num_frames": frames, "num_inference_steps": STEPS}
    expected = theirs(
        prompt=None, output_type="np", guidance_scale=guidance, generator=drawn, **sizes, **told, **picture, **options
    ).frames[0]
    begin = 1 if picture else 0  # the given picture itself, where theirs went through the autoencoder
    np.testing.assert_allclose(made[begin:], expected[begin:] * 255, atol=1.1)


@pytest.mark.filterwarnings("ignore")
def test_prompts_are_read_as_the_published_way_reads_them(models: dict[str, str]) -> None:
    from transformers import AutoTokenizer, UMT5EncoderModel

    model = backend(models["forced"])
    begun(model, 1)
    assert model._modules is not None
    tokenizer = AutoTokenizer.from_pretrained(f"{models['forced']}/tokenizer")
    encoder = UMT5EncoderModel.from_pretrained(f"{models['forced']}/text_encoder")
    padded = tokenizer(PROMPT, padding="max_length", max_length=512, return_tensors="pt")
    with torch.inference_mode():
        expected = encoder(padded.input_ids, padded.attention_mask).last_hidden_state
        heard = int(padded.attention_mask.sum())
        found = model._modules.words.states("  a reef\n at dusk ")
    torch.testing.assert_close(found[:, :heard], expected[:, :heard], rtol=1e-4, atol=1e-5)
    assert found.shape == (1, 512, 16)
    assert not found[:, heard:].any()
