"""A scorecard as a page: one HTML file with its verdicts, its curves and its contact sheet, that needs nothing else."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterator, Mapping, Sequence
from html import escape
from math import isfinite

import numpy as np
import numpy.typing as npt

from reverie.execution.evaluating import Evaluation
from reverie.measure.gates import Verdict
from reverie.media.jpeg import encode_jpeg

WIDE, HIGH, MARGIN, GUTTER = 320, 88, 8, 52
"""Of a curve's picture, in its own units; the gutter holds the numbers."""

MOST_POINTS = 600

CURVES = {
    "luma": "Brightness, levels",
    "contrast": "Contrast, levels",
    "saturation": "Saturation, 0 to 1",
    "colourfulness": "Colourfulness, levels",
    "detail": "Detail, squared levels",
    "noise": "Noise, levels",
    "entropy": "Entropy, bits",
    "clipped": "Clipped pixels, share",
    "change": "Change, 0 to 1",
    "warp_error": "Change that no motion explains",
    "motion": "Motion, widths a frame",
    "camera": "Camera, widths a frame",
}

_STYLE = """
:root{color-scheme:dark}
body{margin:0;background:#0a0a0f;color:#f2f2f5;font:16px/1.5 system-ui,sans-serif}
main{max-width:1088px;margin:0 auto;padding:40px 24px 64px}
h1{font-size:28px;font-weight:300;margin:0;overflow-wrap:anywhere}
h2{font-size:20px;font-weight:500;margin:40px 0 12px}
p{color:#b9b9c4;margin:4px 0 0}
table{border-collapse:collapse;width:100%;font-variant-numeric:tabular-nums}
th,td{text-align:left;padding:8px 12px 8px 0;border-bottom:1px solid #ffffff14;font-weight:400}
th{color:#b9b9c4}td.n{text-align:right;white-space:nowrap}th.n{text-align:right}
.ok{color:#7ddf9b}.fail{color:#ff8f8f}.none{color:#a8a8b3}
.grid{display:grid;grid-template-columns:repeat(auto-fill,minmax(280px,1fr));gap:24px 16px}
figure{margin:0}figcaption{color:#b9b9c4;font-size:14px}
svg{width:100%;height:auto;display:block;background:#ffffff0a;border-radius:8px}
.tiles{display:grid;grid-template-columns:repeat(5,1fr);gap:8px}
.tiles img{width:100%;display:block;border-radius:6px}
@media (max-width:560px){td.limits,th.limits{display:none}.tiles{grid-template-columns:repeat(2,1fr)}}
"""


def score_page(evaluation: Evaluation) -> str:
    """Return the page as HTML text."""
    name = escape(evaluation.question.film.name)
    body = "".join(
        (_head(evaluation, name), _verdicts(evaluation), _beside(evaluation), _curves(evaluation), _sheet(evaluation))
    )
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{name}: scorecard</title>'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        f"<style>{_STYLE}</style></head><body><main>{body}</main></body></html>\n"
    )


def _head(evaluation: Evaluation, name: str) -> str:
    card, failed = evaluation.card, evaluation.failed
    facts = f"{card.seconds:.1f} s · {card.frames} frames · {card.width}×{card.height}"  # noqa: RUF001
    said = ", ".join(escape(verdict.gate.meaning) for verdict in failed)
    verdict = f'<p class="fail">Not passed: {said}.</p>' if failed else '<p class="ok">Every gate is passed.</p>'
    return f"<h1>{name}</h1><p>{facts}</p>{verdict}{_premise(evaluation)}"


def _premise(evaluation: Evaluation) -> str:
    if evaluation.question.reference is not None:
        return f"<p>Judged beside {escape(evaluation.question.reference.name)}, which it was made from.</p>"
    if evaluation.question.fixed:
        return "<p>Judged as one scene seen from one place.</p>"
    return "<p>How it changed is told, not judged: a camera that moves changes more than a fault does.</p>"


def _verdicts(evaluation: Evaluation) -> str:
    rows = "".join(_verdict(verdict) for verdict in evaluation.verdicts)
    head = '<tr><th>Gate</th><th class="n">Found</th><th class="n limits">Allowed</th><th>Verdict</th></tr>'
    return f"<h2>Gates</h2><table>{head}{rows}</table>"


_WORDS = {True: ("ok", "passed"), False: ("fail", "not passed"), None: ("none", "told only")}


def _verdict(verdict: Verdict) -> str:
    gate, (kind, word) = verdict.gate, _WORDS[verdict.passed]
    value = f"{verdict.value:+.3f}" if gate.drift else f"{verdict.value:.3f}"
    return (
        f'<tr><td>{escape(gate.meaning)}</td><td class="n">{value} {escape(gate.unit)}</td>'
        f'<td class="n limits">{_limits(gate.lowest, gate.highest)}</td><td class="{kind}">{word}</td></tr>'
    )


def _limits(lowest: float, highest: float) -> str:
    return f"{lowest:g} to {highest:g}" if isfinite(lowest) else f"up to {highest:g}"


def _beside(evaluation: Evaluation) -> str:
    found = evaluation.likeness
    if found is None:
        return ""
    rows = {
        "Edges kept (SSIM of edges, 1 all)": f"{found.edges:.3f}",
        "Difference of the pictures (0 none)": f"{found.difference:.3f}",
        "Difference of the motions, widths a frame": f"{found.motion_apart:.5f}",
    }
    cells = "".join(f'<tr><td>{name}</td><td class="n">{value}</td></tr>' for name, value in rows.items())
    return f"<h2>Beside its source</h2><table>{cells}</table>"


def _curves(evaluation: Evaluation) -> str:
    theirs: Mapping[str, npt.NDArray[np.float64]] = {} if evaluation.reference is None else evaluation.reference.curves
    figures = "".join(
        f"<figure>{_curve(evaluation.card.curves[name], theirs.get(name))}<figcaption>{title}</figcaption></figure>"
        for name, title in CURVES.items()
    )
    note = "<p>The source's own curve is drawn behind, dimmed.</p>" if theirs else ""
    return f'<h2>Curves</h2>{note}<div class="grid">{figures}</div>'


def _curve(values: npt.NDArray[np.float64], behind: npt.NDArray[np.float64] | None) -> str:
    drawn = [values] if behind is None else [behind, values]
    told = np.concatenate(drawn) if any(len(one) for one in drawn) else np.zeros(1)
    low, high = float(told.min()), float(told.max())
    room = max((high - low) * 0.05, 1e-9)
    colours = ("#8b7cff",) if behind is None else ("#6d6d7a", "#8b7cff")
    lines = "".join(_line(one, low - room, high + room, colour) for one, colour in zip(drawn, colours, strict=True))
    legend = "".join(
        f'<text x="{GUTTER - 6}" y="{y}" text-anchor="end" fill="#b9b9c4" font-size="10">{value:.3g}</text>'
        for y, value in ((MARGIN + 8, high), (HIGH - MARGIN, low))[: 1 if low == high else 2]
    )
    return (
        f'<svg viewBox="0 0 {WIDE} {HIGH}" role="img" aria-label="from {low:.4g} to {high:.4g}">{lines}{legend}</svg>'
    )


def _line(values: npt.NDArray[np.float64], low: float, high: float, colour: str) -> str:
    points = " ".join(f"{x:.1f},{y:.1f}" for x, y in _points(_thinned(values), low, high))
    return f'<polyline fill="none" stroke="{colour}" stroke-width="1.5" points="{points}"/>'


def _points(values: Sequence[float], low: float, high: float) -> Iterator[tuple[float, float]]:
    wide, tall = WIDE - MARGIN - GUTTER, HIGH - 2 * MARGIN
    for place, value in enumerate(values):
        yield GUTTER + wide * place / max(1, len(values) - 1), MARGIN + tall * (high - value) / (high - low)


def _thinned(values: npt.NDArray[np.float64]) -> list[float]:
    """Return means of neighbours where there are more points than can be seen."""
    parts = np.array_split(values, MOST_POINTS) if len(values) > MOST_POINTS else [values]
    return [float(part.mean()) for part in parts] if len(parts) > 1 else [float(value) for value in values]


def _sheet(evaluation: Evaluation) -> str:
    tiles = "".join(
        f'<img alt="at {time:.1f} s" src="data:image/jpeg;base64,{b64encode(encode_jpeg(image)).decode()}">'
        for image, time in evaluation.tiles
    )
    return f'<h2>From beginning to end</h2><div class="tiles">{tiles}</div>'
