"""Stage 7: the model's card, from what was measured, and the machine's copy of its ranges beside the weights.

python -m training.card FOLDER --evaluation evaluation.json --note "how long it was taught"
"""

from __future__ import annotations

import argparse
import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from training.build import BETA_END
from training.presets import PRESETS
from training.prompts import JUDGED

CARDS = Path(__file__).parent / "cards"


def rows(found: dict[str, Any]) -> Iterator[str]:
    """Yield a line of the table for each task."""
    for name in sorted(key for key in found if key.startswith(("repaint_", "text_"))):
        adherence, look = found[name]["adherence"], found[name]["look"]
        task, steps = name.split("_")
        cells = [f"{adherence[key]:.2f}" for key in (*JUDGED, "mean")]
        cells += [f"{look[key]:.2f}" for key in ("laplacian_variance", "colourfulness", "lowest_deviation")]
        yield f"| {task}, {steps} | {' | '.join(cells)} |"


def codec(found: dict[str, float]) -> Iterator[str]:
    """Yield a line of the autoencoder's table for each measure."""
    for trips in sorted(int(key.removeprefix("psnr_")) for key in found if key.startswith("psnr_")):
        sharp, trip = found[f"laplacian_ratio_{trips}"], "round trip" if trips == 1 else "round trips"
        yield f"| after {trips} {trip} | {found[f'psnr_{trips}']:.1f} dB, sharpness {sharp:.2f} |"
    yield f"| drift of mean colour after the most | {100 * found['colour_drift']:.1f} % |"


def more(found: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield what else was measured, and the figure; what was not measured is not there."""
    if often := found["autoencoder"].get("often"):
        yield "autoencoder after 100 round trips", f"{often['psnr_100']:.1f} dB"
    if clips := found["autoencoder"].get("footage"):
        dim = min(clips, key=lambda clip: clips[clip])
        mean = sum(clips.values()) / len(clips)
        yield f"autoencoder on {len(clips)} real clips", f"{mean:.1f} dB, least {clips[dim]:.1f} ({dim})"
    if unseen := found.get("unseen_combinations"):
        yield "adherence in combinations never trained on", f"{unseen['adherence']['mean']:.2f}"
    if "told_apart" in found:
        yield "a probe that was taught to tells paintings from renders", f"{100 * found['told_apart']:.0f} % right"
    if "variety" in found:
        variety = found["variety"]
        renders = f"renders {variety['alikeness_of_renders']:.2f}"
        yield "likeness of other seeds (MS-SSIM)", f"{variety['alikeness']:.2f}, {renders}"
    if "heart" in found:
        heart = found["heart"]
        renders = f"held-out renders {heart['mean_of_renders']:.0f}"
        yield "distance to the nearest trained picture, levels of 255", f"{heart['mean']:.0f}, {renders}"
    if "words" in found:
        yield from said(found["words"])


def said(words: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield what was measured of words."""
    curve = ", ".join(f"{scale}: {mean:.2f}" for scale, mean in words["guidance"].items())
    yield "adherence by guidance scale", curve
    yield "a palette that is denied and shows yet", f"{100 * words['denied_yet_there']:.0f} %"
    strange = words["outside"]
    shares = f"sharpness {strange['laplacian_variance']:.2f}, colour {strange['colourfulness']:.2f}"
    yield "forty prompts from outside the grammar", shares


def judged(probes: dict[str, dict[str, float]]) -> Iterator[tuple[str, str]]:
    """Yield each probe's name and what it tells right in renders."""
    for name, probe in probes.items():
        yield name, ", ".join(f"{key} {probe[key]:.3f}" for key in JUDGED)


def write(folder: Path, evaluation: Path, note: str, preset: str = "tiny") -> None:
    """Write `MODEL_CARD.md`, `card.json` and the figures it comes from beside the weights."""
    shutil.copy(CARDS / f"{preset}.json", folder / "card.json")
    shutil.copyfile(evaluation, folder / "evaluation.json")
    facts, found = json.loads((folder / "card.json").read_text()), json.loads(evaluation.read_text())
    weights = [path.stat().st_size for path in folder.rglob("*.safetensors")]
    real = [f"{name} {told}" for name, told in judged(found["probes"])]
    text = (
        (CARDS / "MODEL_CARD.md")
        .read_text()
        .format(
            title=facts["title"],
            license=facts["license"],
            parameters=sum(weights) / 2e6,
            megabytes=sum(weights) / 1e6,
            note=note,
            beta=BETA_END,
            count=found["count"],
            heads=" | ".join(JUDGED),
            rules="---|" * len(JUDGED),
            rows="\n".join(rows(found)),
            codec="\n".join(codec(found["autoencoder"])),
            real="; ".join(real),
            more="\n".join(f"| {measure} | {figure} |" for measure, figure in more(found)),
        )
    )
    (folder / "MODEL_CARD.md").write_text(text)


def main() -> None:
    """Write the card of one model."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--preset", choices=sorted(PRESETS), default="tiny")
    parser.add_argument("--evaluation", type=Path, required=True)
    parser.add_argument("--note", required=True, help="how long it was taught and on what, a sentence or two")
    given = parser.parse_args()
    write(given.folder, given.evaluation, given.note, given.preset)


if __name__ == "__main__":
    main()
