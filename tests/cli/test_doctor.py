"""What the machine can do, and which models there are."""

from __future__ import annotations

import json

import pytest

from reverie.cli import main
from reverie.cli.doctor import told
from reverie.core.catalogue import DEFAULT, MODELS
from reverie.execution.machine import Check, counted


def test_the_doctor_looks_at_everything(capsys: pytest.CaptureFixture[str]) -> None:
    code = main(["doctor", "--json"])
    report = json.loads(capsys.readouterr().out)
    checks = {check["name"]: check for check in report["checks"]}
    assert {"python", "processor", "memory", "disk", "torch", "device", "kernels", "av", "write .mp4"} <= set(checks)
    assert {f"model {name}" for name in MODELS} <= set(checks)
    assert checks["write .mp4"]["value"] == "libx264"
    assert report["ok"] == all(check["ok"] for check in checks.values())
    assert {"read rtsp://", "read http://", "read srt://", "cameras"} <= set(checks)
    assert checks["read rtsp://"]["value"] == "yes"
    assert code == (0 if report["ok"] else 1)
    assert all(check["fix"] for check in checks.values() if not check["ok"])


def test_what_is_missing_is_told_with_its_fix() -> None:
    well = told([Check("python", "3.11"), Check("disk", "9 GiB")])
    assert well.splitlines() == ["✓ python  3.11", "✓ disk    9 GiB", "", "All is well."]
    ill = told([Check("python", "3.11"), Check("av", "missing", False, "install it")])
    assert ill.splitlines()[1:] == ["✗ av      missing", "", "To do", "  av: install it"]


def test_one_is_one_and_two_are_more() -> None:
    assert [counted(number, "core") for number in (0, 1, 2)] == ["0 cores", "1 core", "2 cores"]


def test_a_model_that_is_not_part_of_the_package_yet_is_no_fault_of_the_machine(
    capsys: pytest.CaptureFixture[str],
) -> None:
    main(["doctor", "--json"])
    checks = {check["name"]: check for check in json.loads(capsys.readouterr().out)["checks"]}
    for name in MODELS:
        model = checks[f"model {name}"]
        assert model["ok"]
        reasons = ("ready: ", "not part of this installation yet", "openai-images is off")
        assert any(reason in model["value"] for reason in reasons)
    assert checks[f"model {DEFAULT}"]["value"].startswith("ready: ")


def test_models_are_listed_and_described(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["models"]) == 0
    listed = capsys.readouterr().out
    assert all(name in listed for name in MODELS)
    assert main(["models", "placeholder"]) == 0
    described = capsys.readouterr().out
    assert "paints from     words, pictures" in described
    assert "strength        0 to 1, 0.7 unless asked" in described


def test_an_unknown_model_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["models", "placeholdr"]) == 2
    assert capsys.readouterr().err.startswith("model: 'placeholdr' is neither a model nor a folder: use placeholder")
