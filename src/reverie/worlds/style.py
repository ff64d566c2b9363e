"""Eight ways to paint: each takes the developed picture, (3, H, W) in 0..1, and the canvas, and returns a picture.

They work on the finished picture, so every family has every style. Each must be known at a glance at 64 pixels.
"""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor

from reverie.worlds.brush import edges, facets, glass, luma, pixels, strokes
from reverie.worlds.canvas import Canvas
from reverie.worlds.light import bloom, blur
from reverie.worlds.noise import noise, smoothstep
from reverie.worlds.palette import mix
from reverie.worlds.world import Style


def contrast(image: Tensor, amount: float, middle: float = 0.45) -> Tensor:
    """Stretch about `middle`."""
    return (image - middle) * amount + middle


def saturate(image: Tensor, amount: float) -> Tensor:
    """More (over 1) or less colour at equal brightness."""
    grey = luma(image)[None]
    return grey + (image - grey) * amount


def spread(tone: Tensor, low: float, high: float) -> tuple[Tensor, Tensor]:
    """Brightness below which a share `low` of a (H, W) map lies, and a share `high`."""
    shares = torch.tensor([low, high], device=tone.device)
    found = torch.quantile(tone[::4, ::4].flatten(), shares)
    return found[0], found[1]


def _painting(image: Tensor, _: Canvas) -> Tensor:
    """Digital painting: as developed, a touch crisper."""
    return image + 0.35 * (image - blur(image, 1.6 / 256))


def _oil(image: Tensor, canvas: Canvas) -> Tensor:
    """Thick strokes along the contours, in two sizes, lit on their ridges."""
    seed = canvas.noise_seed(201)
    broad, ridge = strokes(saturate(image, 1.25), 7.5, seed, 2.6)
    fine, fine_ridge = strokes(saturate(image, 1.25), 3.8, seed + 1, 2.6)
    detail = smoothstep(0.03, 0.11, blur(edges(image, 1.5)[None], 3 / 256)[0])
    image = torch.lerp(broad, fine, detail)
    bump = torch.lerp(ridge, fine_ridge, detail)
    light = bump.clamp(-1, 1)
    image = contrast(image, 1.12) * (1 + 0.15 * light) + 0.03 * light
    return blur(image, 0.55 / 256)


def _watercolour(image: Tensor, canvas: Canvas) -> Tensor:
    """Transparent washes on white paper: few tones with bleeding, dark edges, paper showing through."""
    x, y = pixels(image, 1.0)
    seed = canvas.noise_seed(210)
    bleed = noise(x / 34, y / 34, seed) + 0.4 * noise(x / 12, y / 12, seed + 1)
    soft = blur(image, 1.8 / 256)
    tone = luma(soft).clamp(0.02, 1)
    low, high = spread(tone, 0.03, 0.95)
    # The whole range from bare paper to full pigment is used, whatever the picture's own.
    full = ((tone - low) / (high - low).clamp_min(0.2)).clamp(0, 1)
    steps = 5.0
    place = full * steps + 0.30 * bleed
    flat = (place.floor() + smoothstep(0.35, 0.65, place - place.floor())) / steps
    edge = torch.exp(-(((place - place.floor() - 0.5) / 0.16) ** 2)) * smoothstep(0.02, 0.08, edges(soft))
    hue = (saturate(soft, 1.18) / tone).clamp(0.0, 2.6)
    wash = (hue * (0.30 + 0.70 * flat.clamp(0, 1) ** 0.8)).clamp(0, 1)
    wash = 1 - (1 - wash) * (1 - 0.35 * canvas.colour(mix(canvas.palette.deep, canvas.palette.body, 0.6)))
    strength = (1 - 0.80 * smoothstep(0.55, 1.05, flat)) * (0.90 + 0.10 * bleed + 0.30 * edge)
    pigment = (1 - wash) * strength
    paper = torch.tensor([0.985, 0.97, 0.94], device=image.device)[:, None, None]
    grain = 0.035 * noise(x / 3.2, y / 3.2, seed + 4)
    return paper * (1 - pigment.clamp(0, 1)) * (1 + grain)


def _ink(image: Tensor, canvas: Canvas) -> Tensor:
    """Pen on tinted paper: contours, two hatchings, and a flat wash of the palette's colour in the darks."""
    palette = canvas.palette
    x, y = pixels(image, 1.0)
    seed = canvas.noise_seed(220)
    tone = luma(blur(image, 0.9 / 256))
    low, high = spread(tone, 0.04, 0.96)
    tone = ((tone - low) / (high - low).clamp_min(0.15)).clamp(0, 1)
    wobble = 3.6 * noise(x / 42, y / 42, seed)
    thin = 0.55 * noise(x / 13, y / 13, seed + 1) * 0.3

    def hatch(a: float, b: float, threshold: float, gap: float) -> Tensor:
        wave = 0.5 + 0.5 * torch.cos((x * a + y * b + wobble) * (6.2832 / gap))
        return smoothstep(0.26, -0.22, wave - (threshold - tone + thin).clamp_min(0) * 2.1 + 0.06)

    lines = torch.maximum(hatch(0.62, 0.78, 0.66, 9.0), hatch(0.80, -0.60, 0.34, 9.0))
    contour = smoothstep(0.07, 0.20, edges(image, 1.9))
    black = smoothstep(0.15, 0.06, tone)
    ink = torch.maximum(torch.maximum(lines * 0.92, contour), black)
    paper = canvas.colour(mix(palette.glow, palette.bright, 0.30))
    wash = canvas.ramp(
        0.25 + 0.75 * tone, palette.body, mix(palette.body, palette.bright, 0.7), mix(palette.glow, palette.bright, 0.3)
    )
    ground = torch.lerp(paper.expand_as(image), wash, 0.75)
    return torch.lerp(ground, canvas.colour(mix(palette.shadow, palette.deep, 0.5)), blur(ink[None], 0.6 / 256) * 0.94)


def _pastel(image: Tensor, canvas: Canvas) -> Tensor:
    """Soft chalk on toned paper: pale clear colours, broad slanting strokes that let the paper through."""
    palette = canvas.palette
    seed = canvas.noise_seed(230)
    x, y = pixels(image, 1.0)
    laid, _ = strokes(saturate(image, 1.35), 7.0, seed, 3.2, turn=0.5)
    laid = torch.lerp(laid, blur(image, 2 / 256), 0.35)
    tone = luma(laid)
    low, high = spread(tone, 0.03, 0.97)
    stretched = (
        laid
        * (((tone - low) / (high - low).clamp_min(0.2)).clamp(0, 1) * 0.85 + 0.15)[None]
        / tone.clamp_min(0.06)[None]
    )
    dark = canvas.colour(mix(palette.deep, palette.body, 0.65))
    pale = 1 - (1 - saturate(stretched.clamp(0, 1.1), 0.95)).clamp_min(0) * (1 - 0.62 * dark)
    along, across = x * 0.82 - y * 0.57, x * 0.57 + y * 0.82
    chalk = noise(across / 3.6, along / 26, seed + 1) + 0.7 * noise(x / 3.4, y / 3.4, seed + 2)
    bare = smoothstep(0.25, 0.85, chalk) * 0.42
    paper = canvas.colour(mix(palette.glow, palette.bright, 0.15))
    return torch.lerp(pale, paper.expand_as(pale), bare)


def _neon(image: Tensor, canvas: Canvas) -> Tensor:
    """Night, and every contour a glowing tube in the palette's light colours."""
    palette = canvas.palette
    x, y = pixels(image, 1.0)
    line = edges(image, 1.3)
    line = smoothstep(0.05, 0.24, line / (0.45 + 0.55 * line.mean() / 0.06).clamp(0.5, 3.5))
    hue = noise(x / 90, y / 90, canvas.noise_seed(240)) * 0.9 + 0.5
    tube = canvas.ramp(hue, palette.body, palette.bright, palette.accent, palette.spark)
    tube = saturate(tube, 1.5).clamp(0, 1.2)
    lit = tube * line[None]
    halo = blur(lit, 2.5 / 256) * 0.9 + blur(lit, 9 / 256) * 1.1
    ground = saturate(image, 1.5).clamp(0, 1) ** 1.6 * 0.42
    core = smoothstep(0.55, 1.0, line)[None] * 0.55
    return 1 - (1 - ground) * torch.exp(-(1.5 * lit + 1.3 * halo + core))


def _stained_glass(image: Tensor, canvas: Canvas) -> Tensor:
    """Panes of saturated glass in dark leads, light behind them."""
    image = contrast(saturate(image, 1.5), 1.15, 0.4)
    flat, border, chance = glass(image.clamp(0, 1), 18.0, canvas.noise_seed(250))
    pane = torch.lerp(flat, image, 0.30)
    pane = pane.clamp_min(0) ** 0.85 * (0.80 + 0.45 * chance) * (0.85 + 0.55 * border.clamp(0, 0.5)) + 0.03
    outline = edges(image, 2.8)
    lead = smoothstep(0.015, 0.105, border) * smoothstep(0.30, 0.14, outline / (0.6 + 6 * outline.mean()))
    shine = torch.exp(-(((border - 0.17) / 0.05) ** 2)) * 0.08
    lit = bloom(pane.clamp(0, 1), 0.35, 0.55)
    dark = canvas.colour(mix((0.02, 0.02, 0.03), canvas.palette.shadow, 0.4))
    return torch.lerp(dark.expand_as(lit), lit + shine, blur(lead[None], 0.6 / 256))


def _low_poly(image: Tensor, canvas: Canvas) -> Tensor:
    """A folded paper world of flat triangles."""
    crisp = (image + 0.7 * (image - blur(image, 9 / 256))).clamp(0, 1)
    return blur(contrast(facets(saturate(crisp, 1.15), 9.5, canvas.noise_seed(260)), 1.08), 0.6 / 256)


STYLES: dict[Style, Callable[[Tensor, Canvas], Tensor]] = {
    Style.PAINTING: _painting,
    Style.OIL: _oil,
    Style.WATERCOLOUR: _watercolour,
    Style.INK: _ink,
    Style.PASTEL: _pastel,
    Style.NEON: _neon,
    Style.STAINED_GLASS: _stained_glass,
    Style.LOW_POLY: _low_poly,
}
