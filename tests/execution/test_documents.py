"""Specs and reports as files."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from reverie.core.errors import InputError, MachineError
from reverie.core.report import Event, Rates, Report, VitalSigns
from reverie.core.spec import ComponentSpec, RenderSpec, Scene
from reverie.core.timeline import Keyframe
from reverie.execution.documents import parse_spec, read_spec, report_json, spec_json, write_whole

SPEC = RenderSpec(scenes=(Scene(keyframes=(Keyframe(prompt="a reef"),), backend=ComponentSpec(name="placeholder")),))
SCENE: dict[str, Any] = {"keyframes": [{"prompt": "a reef"}], "backend": {"name": "placeholder"}}


def test_a_saved_spec_is_read_back_the_same(tmp_path: Path) -> None:
    write_whole(tmp_path / "spec.json", spec_json(SPEC), "save_spec")
    assert read_spec(tmp_path / "spec.json") == SPEC
    assert [path.name for path in tmp_path.iterdir()] == ["spec.json"]


@pytest.mark.parametrize(
    ("values", "complaint"),
    [
        ({"scenes": [SCENE], "speed": 2}, r"^speed: 2 is not accepted: there is no such setting"),
        ({"scenes": [SCENE], "fps": "fast"}, r"^fps: 'fast' is not accepted"),
        ({"scenes": [SCENE], "fps": 0}, r"^fps: 0 is not accepted"),
        ({"scenes": [SCENE], "width": 20_000}, r"^width: 20000 is not accepted"),
        ({"scenes": [SCENE], "seed": -1}, r"^seed: -1 "),
        ({"scenes": []}, r"^scenes: "),
        ({"scenes": [{**SCENE, "keyframes": []}]}, r"^scenes\.0\.keyframes: "),
        ({"scenes": [{**SCENE, "keyframes": [{"prompt": "\x07"}]}]}, r"^scenes\.0\.keyframes\.0\.prompt: .*U\+0007"),
        (
            {"scenes": [{**SCENE, "keyframes": [{"prompt": "a"}, {"time": 3}, {"time": 2}]}]},
            "out of order: 2 s follows 3 s",
        ),
        ([], r"^spec: \[\] "),
        ("spec", r"^spec: 'spec' "),
    ],
)
def test_faults_of_a_spec_are_named(values: Any, complaint: str) -> None:
    with pytest.raises(InputError, match=complaint) as caught:
        parse_spec(json.dumps(values), "spec.json")
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("text", ["", "{", "{'a': 1}", '{"seed": 1, "seed": 2}', "[" * 100_000, "1" * 5000])
def test_what_is_no_json_is_refused(text: str) -> None:
    with pytest.raises(InputError, match=r"^spec: 'bad.json' is no valid JSON"):
        parse_spec(text, "bad.json")


def test_nan_is_no_number_of_a_spec() -> None:
    with pytest.raises(InputError, match=r"^fps: nan"):
        parse_spec(json.dumps({"scenes": [SCENE], "fps": float("nan")}), "spec.json")


def test_what_is_no_text_is_refused(tmp_path: Path) -> None:
    for path in (tmp_path, tmp_path / "none.json"):
        with pytest.raises(InputError, match=r"^spec: "):
            read_spec(path)
    (tmp_path / "bytes.json").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(InputError, match="cannot be read as text"):
        read_spec(tmp_path / "bytes.json")


def test_a_report_is_strict_json_with_every_field() -> None:
    vitals = VitalSigns(0.0, 0.5, 0.2, 0.01, 0.3, 0.02, 0.9, ("flat",))
    report = Report(SPEC, {"painted": 2}, Rates(3, 2, 1), (vitals,), sparks=(Event(1, 0.5, "flat"),), files=("a.mp4",))
    values = json.loads(report_json(report))
    assert values["fps"] == {"model": 3, "new": 2, "displayed": 1}
    assert values["vitals"][0]["stagnant"] == ["flat"]
    assert values["sparks"] == [{"frame": 1, "time": 0.5, "reason": "flat"}]
    assert RenderSpec.model_validate(values["spec"]) == SPEC
    assert {"frames", "rerolls", "fallbacks", "backend", "seed"} <= set(values)


def test_a_full_disk_leaves_what_was_there() -> None:
    full = Path("/dev/full")
    if not full.exists():
        pytest.skip("this system has no /dev/full")
    with pytest.raises(MachineError, match=r"^report: '/dev/full' cannot be written \(No space left on device\)"):
        write_whole(full, "text", "report")


def test_a_folder_is_no_file_to_write(tmp_path: Path) -> None:
    with pytest.raises(MachineError, match=r"^report: .* cannot be written"):
        write_whole(tmp_path, "text", "report")
