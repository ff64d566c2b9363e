"""The card says what was measured, and the ranges lie beside the weights."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import torch
from safetensors.torch import save_file

from training.card import CARDS, write

LOOK = {"laplacian_variance": 0.81, "colourfulness": 1.02, "deviation": 0.9, "lowest_deviation": 0.55}
ADHERENCE = {"family": 0.61, "palette": 0.93, "style": 0.42, "mean": 0.65}
CODEC = {"psnr_1": 31.1, "laplacian_ratio_1": 0.46, "psnr_20": 20.5, "laplacian_ratio_20": 0.7, "colour_drift": 0.013}
MORE = {
    "told_apart": 0.91,
    "variety": {"alikeness": 0.31, "alikeness_of_renders": 0.28},
    "heart": {"nearest": 20.0, "mean": 31.4, "mean_of_renders": 33.0},
    "words": {
        "guidance": {"1": 0.71, "3": 0.88},
        "denied_yet_there": 0.42,
        "outside": {"laplacian_variance": 0.6, "colourfulness": 1.1, "lowest_deviation": 0.5},
    },
}
PROBE = {"family": 0.97, "palette": 0.99, "style": 0.96}


@pytest.fixture
def card(tmp_path: Path) -> Path:
    save_file({"w": torch.zeros(1_000_000, dtype=torch.float16)}, tmp_path / "model.safetensors")
    found = {"count": 480, "probes": {"plain": PROBE}, "autoencoder": CODEC}
    found |= MORE
    found["repaint_4"] = {"adherence": ADHERENCE, "look": LOOK}
    (tmp_path / "measured.json").write_text(json.dumps(found))
    write(tmp_path, tmp_path / "measured.json", "Taught for an afternoon.")
    return tmp_path


def test_the_figures_are_those_measured(card: Path) -> None:
    text = (card / "MODEL_CARD.md").read_text()
    assert "| repaint, 4 | 0.61 | 0.93 | 0.42 | 0.65 | 0.81 | 1.02 | 0.55 |" in text
    assert "31.1 dB, sharpness 0.46" in text
    assert "1.3 %" in text
    assert "| a probe that was taught to tells paintings from renders | 91 % right |" in text
    assert "| likeness of other seeds (MS-SSIM) | 0.31, renders 0.28 |" in text
    assert "| adherence by guidance scale | 1: 0.71, 3: 0.88 |" in text
    assert "| a palette that is denied and shows yet | 42 % |" in text
    assert "real clips" not in text
    assert "On 480 held-out pictures" in text
    assert "1.0 million parameters, 2.0 MB" in text
    assert "Taught for an afternoon." in text


def test_the_ranges_lie_beside_the_weights(card: Path) -> None:
    assert json.loads((card / "card.json").read_text()) == json.loads((CARDS / "tiny.json").read_text())


def test_what_was_measured_lies_there_whole(card: Path) -> None:
    assert json.loads((card / "evaluation.json").read_text()) == json.loads((card / "measured.json").read_text())
