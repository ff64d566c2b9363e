"""What the pages say of the loop and the spark is what the code does."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from reverie.authoring.verbs import REMASTER_STRENGTH
from reverie.authoring.wishes import LOOP_CORRECTORS
from reverie.core.spec import SparkSpec
from reverie.core.timeline import Keyframe
from reverie.engine.vitals import STAGNATION
from training.build import BETA_END, BETA_START, TOKENS, TRAIN_STEPS
from training.presets import PRESETS

ROOT = Path(__file__).resolve().parents[2]
CONCEPTS = ROOT / "docs" / "concepts"


def page(name: str) -> str:
    return (CONCEPTS / f"{name}.md").read_text(encoding="utf-8")


def rows(name: str) -> dict[str, list[str]]:
    """The rows of a page's tables whose first cell is code, by that."""
    cells = (
        [cell.strip() for cell in line.strip("|").split("|")] for line in page(name).splitlines() if line[:1] == "|"
    )
    return {row[0].strip("`"): row[1:] for row in cells if re.fullmatch(r"`[\w.]+`", row[0])}


def test_every_way_to_stagnate_is_told() -> None:
    assert set(re.findall(r"^(?:\| |- )`(\w+)`", page("spark"), re.MULTILINE)) >= set(STAGNATION)


def test_every_setting_of_the_spark_is_told() -> None:
    settings = {f"spark.{name}" for name in SparkSpec.model_fields} - {"spark.enabled"}
    assert settings | {"patience", "rerolls"} <= set(rows("spark"))


def test_every_wish_of_a_keyframe_is_told() -> None:
    named = re.findall(r"^\| (`.*?) \|", page("loop").partition("| field |")[2].partition("\n\n")[0], re.MULTILINE)
    told = {field for cell in named for field in re.findall(r"`(\w+)`", cell)}
    assert told == set(Keyframe.model_fields) - {"time", "options"}


def test_the_correctors_of_a_dream_are_told() -> None:
    assert {component.name for component in LOOP_CORRECTORS} <= set(rows("loop"))


def test_the_strength_of_a_remaster_is_told() -> None:
    assert f"repainted at strength {REMASTER_STRENGTH:g}" in page("loop")


def test_the_loops_code_runs(capsys: pytest.CaptureFixture[str]) -> None:
    blocks = re.findall(r"^```python\n(.*?)^```", page("loop"), re.MULTILINE | re.DOTALL)
    scopes: list[dict[str, Any]] = [{} for _ in blocks]
    for block, scope in zip(blocks, scopes, strict=True):
        exec(compile(block, "loop.md", "exec"), scope)
    assert "was the first to hear of it" in capsys.readouterr().out
    assert [key.prompt for key in scopes[1]["performance"].scenes[0].keyframes][-1] == "a volcano"


def test_what_the_model_is_made_of() -> None:
    made, told = PRESETS["tiny"], " ".join(page("model").split())
    *fewer, last = map(str, made.channels)
    depth = {1: "one layer", 2: "two layers", 3: "three layers", 4: "four layers"}[made.text_layers]
    for fact in (
        f"latents of a quarter of their sides, {made.latent_channels} channels",
        f"at most {TOKENS}",
        f"{depth}, {made.text_width} wide",
        f"{', '.join(fewer)} and {last} channels by level",
        f"{TRAIN_STEPS} steps, betas linear from {BETA_START:g} to {BETA_END:g}",
    ):
        assert fact in told
