"""Pulling from a hub of our own: what comes, what is refused, and what is left when it goes wrong."""

from __future__ import annotations

import json
import shutil
import struct
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from reverie.core import pulled, shelf
from reverie.core.errors import InputError, MachineError
from reverie.core.places import MODELS, models_folder
from reverie.hub.licences import NotAccepted, Terms, accepted_at
from reverie.hub.pulling import ASIDE, Progress, Pull, remove
from reverie.hub.wire import Cut, Hub
from tests.hub.fake import FakeHub, serving

NAME = "somebody/tiny"
FP16 = "unet/diffusion_pytorch_model.fp16.safetensors"


@pytest.fixture(scope="module")
def server() -> Iterator[FakeHub]:
    with serving() as hub:
        yield hub


@pytest.fixture
def hub(server: FakeHub, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> FakeHub:
    monkeypatch.setenv(MODELS, str(tmp_path / "models"))
    server.repositories.clear()
    server.requests.clear()
    server.faults.__init__()  # type: ignore[misc]
    server.add(NAME, model())
    return server


def weights(size: int = 5000, fill: int = 1) -> bytes:
    """A safetensors file of `size` bytes of numbers."""
    header = json.dumps({"w": {"dtype": "U8", "shape": [size], "data_offsets": [0, size]}}).encode()
    return struct.pack("<Q", len(header)) + header + bytes([fill]) * size


def model() -> dict[str, bytes]:
    index = {
        "_class_name": "StableDiffusionPipeline",
        "unet": ["diffusers", "UNet2DConditionModel"],
        "tokenizer": ["transformers", "CLIPTokenizer"],
        "safety_checker": ["stable_diffusion", "StableDiffusionSafetyChecker"],
        "feature_extractor": [None, None],
    }
    return {
        "model_index.json": json.dumps(index).encode(),
        "LICENSE": b"Do what you like.",
        "README.md": b"# A model",
        "pipeline.py": b"raise SystemExit",
        "whole.safetensors": weights(),
        "unet/config.json": b"{}",
        "unet/diffusion_pytorch_model.safetensors": weights(9000),
        "unet/diffusion_pytorch_model.fp16.safetensors": weights(4500),
        "unet/diffusion_pytorch_model.bin": b"pickle" * 999,
        "tokenizer/vocab.json": b"{}",
        "tokenizer/merges.txt": b"a b",
        "safety_checker/model.safetensors": weights(),
    }


WANTED = {
    "LICENSE",
    "model_index.json",
    "tokenizer/merges.txt",
    "tokenizer/vocab.json",
    "unet/config.json",
    "unet/diffusion_pytorch_model.fp16.safetensors",
}


def puller(hub: FakeHub | None, **more: Any) -> Pull:
    there = None if hub is None else Hub(hub.address, more.pop("token", None), patience=2)
    given = {"ask": lambda terms: False, "told": lambda progress: None, "pauses": (), **more}
    return Pull(there, **given)


def left() -> set[str]:
    """Names in the models' folder of what can be used; what is aside is not."""
    place = models_folder()
    return {folder.name for folder in place.iterdir() if folder.name != ASIDE} if place.is_dir() else set()


def test_a_repository_is_pulled_without_code_pickles_and_what_is_not_used(hub: FakeHub) -> None:
    told: list[Progress] = []
    record = puller(hub, told=told.append)(NAME)[0]
    folder = pulled.located(NAME)
    found = {str(file.relative_to(folder)) for file in folder.rglob("*") if file.is_file()}
    assert found == WANTED | {pulled.RECORD}
    assert set(record.files) == WANTED
    assert (record.repository, record.revision, record.licence) == (NAME, "main", "mit")
    assert record.commit == hub.repositories[NAME].commit
    assert folder.joinpath("unet/diffusion_pytorch_model.fp16.safetensors").read_bytes() == weights(4500)
    shares = [progress.done / progress.total for progress in told]
    assert shares == sorted(shares)
    assert (shares[0], shares[-1]) == (0, 1)
    assert pulled.on_disk(NAME)
    assert list(pulled.repositories()) == [NAME]


def test_nothing_is_asked_when_all_is_here(hub: FakeHub) -> None:
    first = puller(hub)(NAME)
    hub.requests.clear()
    assert puller(hub)(NAME) == first
    assert puller(None)(NAME) == first
    assert hub.requests == []


def test_offline_asks_nothing_and_says_so(hub: FakeHub) -> None:
    with pytest.raises(MachineError, match=r"^Nothing is asked of the hub: --offline or HF_HUB_OFFLINE"):
        puller(None)(NAME)
    assert hub.requests == []
    assert left() == set()


@pytest.mark.parametrize("short", [False, True])
def test_a_cut_line_is_gone_on_with_in_the_same_pull(hub: FakeHub, short: bool) -> None:
    hub.faults.cut, hub.faults.cuts, hub.faults.short = 3000, 1, short
    puller(hub)(NAME)
    ranges = [headers.get("range") for _, path, headers in hub.requests if "cdn" in path]
    assert ranges == [None, "bytes=3000-"]
    assert pulled.on_disk(NAME)


def test_an_interrupted_pull_is_gone_on_with_by_the_next(hub: FakeHub) -> None:
    hub.faults.cut, hub.faults.cuts, hub.faults.ignores_ranges = 3000, 99, True
    with pytest.raises(Cut, match=r"^(localhost|127\.0\.0\.1):\d+ (can't be reached|sends only)"):
        puller(hub)(NAME)
    assert left() == set()
    assert not pulled.on_disk(NAME)
    hub.faults.__init__()  # type: ignore[misc]
    hub.requests.clear()
    puller(hub)(NAME)
    asked = {path.rpartition("/")[2]: headers.get("range") for _, path, headers in hub.requests if "cdn" in path}
    assert asked == {"diffusion_pytorch_model.fp16.safetensors": "bytes=3000-"}
    assert pulled.located(NAME).joinpath("unet/diffusion_pytorch_model.fp16.safetensors").read_bytes() == weights(4500)


@pytest.mark.parametrize(
    ("path", "how"), [("unet/diffusion_pytorch_model.fp16.safetensors", "sha256"), ("tokenizer/vocab.json", "git hash")]
)
def test_damaged_bytes_are_thrown_away_and_pulled_again(hub: FakeHub, path: str, how: str) -> None:
    hub.faults.damaged = {path}
    with pytest.raises(MachineError, match=rf"^{path} of {NAME} came damaged \(its {how} is not the hub's\)"):
        puller(hub)(NAME)
    assert left() == set()
    hub.faults.damaged = set()
    puller(hub)(NAME)
    assert pulled.on_disk(NAME)


def test_weights_that_are_no_safetensors_are_refused_though_their_hash_is_right(hub: FakeHub) -> None:
    hub.add(NAME, {**model(), FP16: b"\xff" * 5000})
    with pytest.raises(InputError, match="is broken: its header claims"):
        puller(hub)(NAME)
    assert left() == set()


def test_a_repository_of_pickles_alone_is_refused_before_anything_large_comes(hub: FakeHub) -> None:
    files = {name: content for name, content in model().items() if not name.endswith(".safetensors")}
    hub.add(NAME, files)
    with pytest.raises(InputError, match=r"has only pickled weights for its unet \(diffusion_pytorch_model\.bin\)"):
        puller(hub)(NAME)
    assert hub.asked("cdn") == 0
    assert left() == set()


@pytest.mark.parametrize("path", ["../out.json", "/etc/x.json", "unet/../../x.json", "a\\b.json"])
def test_names_that_lead_out_of_the_folder_are_refused(hub: FakeHub, path: str) -> None:
    hub.repositories[NAME].files[path] = b"{}"
    with pytest.raises(InputError, match="names a file outside of its folder"):
        puller(hub)(NAME)
    assert left() == set()


@pytest.mark.parametrize(
    ("name", "revision", "said"),
    [
        ("somebody/gone", None, r"is not at 127\.0\.0\.1:\d+ \(any more\), or not without HF_TOKEN"),
        (NAME, "v9", "has no revision v9: leave it out"),
        ("nothing", None, 'is neither on the shelf nor "owner/name": use a name that `reverie models` lists'),
        ("sd-turb", None, 'is neither on the shelf nor "owner/name": use sd-turbo'),
        ("flux2-klein-4b", None, "can't be run yet: no backend of ours has FLUX.2's transformer, so it is not pulled"),
        ("black-forest-labs/FLUX.2-klein-4B", None, "can't be run yet"),
    ],
)
def test_what_is_not_to_be_had_is_refused_in_a_sentence(
    hub: FakeHub, name: str, revision: str | None, said: str
) -> None:
    with pytest.raises(InputError, match=said):
        puller(hub)(name, revision)
    assert left() == set()


def test_a_model_of_a_class_that_nothing_runs_is_refused_before_it_comes(hub: FakeHub) -> None:
    index = {"_class_name": "WanPipeline", "transformer": ["diffusers", "WanTransformer3DModel"]}
    hub.add(NAME, {**model(), "model_index.json": json.dumps(index).encode()})
    with pytest.raises(InputError, match="is WanTransformer3DModel, which nothing in this version can run"):
        puller(hub)(NAME)
    assert hub.asked("cdn") == 0
    hub.add(NAME, {"whole.safetensors": weights()})
    with pytest.raises(InputError, match="is no model in diffusers' format"):
        puller(hub)(NAME)


def test_a_gated_repository_wants_a_token_which_goes_to_no_other_host(hub: FakeHub) -> None:
    hub.repositories[NAME].gated = True
    with pytest.raises(InputError, match=r"asks who you are: accept its terms at .*/somebody/tiny, and set HF_TOKEN"):
        puller(hub)(NAME)
    puller(hub, token="hf_secret")(NAME)
    told = {headers.get("authorization") for _, path, headers in hub.requests[-40:] if "cdn" in path}
    assert told == {None}


@pytest.mark.parametrize("status", [403, 500])
def test_other_answers_are_told_with_their_number(hub: FakeHub, status: int) -> None:
    hub.faults.status = status
    with pytest.raises(MachineError, match=rf"answers {status} for {NAME}"):
        puller(hub)(NAME)


def test_without_a_network_it_says_so(hub: FakeHub) -> None:
    pull = Pull(Hub("http://127.0.0.1:9", patience=1), lambda terms: True, lambda progress: None, pauses=())
    with pytest.raises(Cut, match=r"^127\.0\.0\.1:9 can't be reached \(.*\): check the network"):
        pull(NAME)


def test_a_full_disk_is_told_before_anything_large_comes(hub: FakeHub) -> None:
    with pytest.raises(MachineError, match=r"^somebody/tiny needs 0\.3 GB on .*, 0\.0 GB are left: make room"):
        puller(hub, free=lambda folder: 5000)(NAME)
    assert hub.asked("cdn") == 0
    assert left() == set()


def test_a_licence_that_restricts_use_is_accepted_once(hub: FakeHub) -> None:
    hub.repositories[NAME].licence = "openrail++"
    with pytest.raises(NotAccepted, match=r"comes under openrail\+\+, which restricts .*--accept-licence"):
        puller(hub)(NAME)
    assert hub.asked("cdn") == 0
    assert left() == set()
    asked: list[Terms] = []

    def yes(terms: Terms) -> bool:
        asked.append(terms)
        return True

    puller(hub, ask=yes)(NAME)
    assert asked == [Terms(NAME, "openrail++", f"{hub.address}/{NAME}")]
    assert accepted_at(NAME) is not None
    remove(NAME)
    puller(hub)(NAME)
    hub.repositories[NAME].licence = "worse-1.0"
    hub.repositories[NAME].files["unet/more.json"] = b"{}"
    with pytest.raises(NotAccepted, match=r"worse-1\.0"):
        puller(hub, update=True)(NAME)
    assert pulled.on_disk(NAME)


def test_a_licence_that_nobody_names_has_to_be_accepted_too(hub: FakeHub) -> None:
    hub.repositories[NAME].licence = None
    with pytest.raises(NotAccepted, match="comes under a licence that is not named"):
        puller(hub)(NAME)


def test_a_commit_stays_until_an_update_and_what_is_the_same_is_not_fetched_again(hub: FakeHub) -> None:
    old = puller(hub)(NAME)[0]
    hub.repositories[NAME].files["unet/config.json"] = b'{"new": 1}'
    assert puller(hub)(NAME)[0].commit == old.commit
    with pytest.raises(InputError, match=f"is here at commit {old.commit[:12]}: add --update to have v2 instead"):
        puller(hub)(NAME, "v2")
    assert puller(hub)(NAME, old.commit[:8])[0] == old
    hub.requests.clear()
    new = puller(hub, update=True)(NAME)[0]
    assert new.commit == hub.repositories[NAME].commit != old.commit
    assert hub.asked("cdn") == 0
    assert (pulled.located(NAME) / "unet/config.json").read_bytes() == b'{"new": 1}'
    hub.requests.clear()
    assert puller(hub, update=True)(NAME)[0] == new
    assert [path for _, path, _ in hub.requests] == [f"/api/models/{NAME}/revision/main"]


def test_what_another_commit_left_aside_is_not_mixed_in(hub: FakeHub) -> None:
    hub.faults.damaged = {"unet/config.json"}
    with pytest.raises(MachineError):
        puller(hub)(NAME)
    hub.faults.damaged = set()
    hub.add(NAME, {**model(), "tokenizer/vocab.json": b'{"a": 1}'})
    puller(hub)(NAME)
    assert (pulled.located(NAME) / "tokenizer/vocab.json").read_bytes() == b'{"a": 1}'


def test_what_is_removed_is_gone_and_can_be_pulled_again(hub: FakeHub) -> None:
    puller(hub)(NAME)
    assert remove(NAME) > 4500
    assert not pulled.on_disk(NAME)
    with pytest.raises(InputError, match="is not on this machine"):
        remove(NAME)
    with pytest.raises(InputError, match=r"has no files of its own: remove sd-1\.5 or lcm-lora-sd-1\.5"):
        remove("sd-1.5-lcm")
    puller(hub)(NAME)
    assert pulled.on_disk(NAME)


def test_a_row_is_pulled_with_all_it_needs(hub: FakeHub) -> None:
    base, lora = shelf.rows()["sd-1.5"], shelf.rows()["lcm-lora-sd-1.5"]
    hub.add(str(base.repository), model(), "creativeml-openrail-m")
    hub.add(str(lora.repository), {"pytorch_lora_weights.safetensors": weights(), "other.py": b"x"}, "openrail++")
    records = puller(hub, ask=lambda terms: True)("sd-1.5-lcm")
    assert [record.repository for record in records] == [base.repository, lora.repository]
    assert pulled.on_disk("sd-1.5-lcm")
    assert set(records[1].files) == {"pytorch_lora_weights.safetensors"}
    remove("lcm-lora-sd-1.5")
    assert not pulled.on_disk("sd-1.5-lcm")


def test_two_pulls_of_one_model_do_not_meet(hub: FakeHub) -> None:
    def second(progress: Progress) -> None:
        if progress.done == 0 and not caught:
            with pytest.raises(MachineError, match="is being pulled already"):
                puller(hub)(NAME)
            caught.append(progress)

    caught: list[Progress] = []
    puller(hub, told=second)(NAME)
    assert caught


def test_a_folder_without_its_record_is_not_taken_for_a_model(hub: FakeHub) -> None:
    puller(hub)(NAME)
    (pulled.folder_of(NAME) / pulled.RECORD).write_text("{")
    assert not pulled.on_disk(NAME)
    shutil.rmtree(pulled.folder_of(NAME))
