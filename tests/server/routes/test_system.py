"""The machine, its measures, what scenes are made of, dreams to start from, and the page."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families
from starlette.testclient import TestClient

import reverie
from reverie.core import catalogue, registry, shelf
from reverie.core.places import MODELS
from reverie.core.pulled import RECORD, Pulled, folder_of
from reverie.core.spec import RenderSpec
from reverie.media.jpeg import decode_jpeg
from reverie.server.presets import PRESETS
from tests.jobs.performers import film
from tests.server.house import begin, served
from tests.server.waiting import until


@pytest.fixture
def client(tmp_path: Path) -> Iterator[TestClient]:
    with served(tmp_path) as client:
        yield client


def test_it_is_there(client: TestClient) -> None:
    assert client.get("/api/health").json() == {"status": "ok", "version": reverie.__version__, "trouble": None}


def test_the_machine_tells_of_itself_and_of_what_ran(client: TestClient) -> None:
    done = begin(client, film(0.2))
    until(lambda: client.get(f"/api/jobs/{done}").json()["state"] == "succeeded")
    live = begin(client)
    told = client.get("/api/system").json()
    assert told["memory"]["total"] > told["memory"]["process"] > 0
    assert told["disk"]["kept"] > 0
    assert [session["id"] for session in told["sessions"]] == [live]
    assert (told["jobs"]["succeeded"], told["jobs"]["success_rate"]) == (1, 1.0)
    assert [job["id"] for job in told["jobs"]["recent"]] == [done]
    assert told["versions"]["reverie"] == reverie.__version__
    assert {row["name"] for row in told["doctor"]} >= {"python", "disk", "torch"}
    assert [model["loaded"] for model in told["models"] if model["name"] == "worlds"] == [True]


def test_measures_are_prometheus_own(client: TestClient) -> None:
    job = begin(client)
    text = client.get("/metrics").text
    measures = {family.name: family.samples for family in text_string_to_metric_families(text)}
    assert measures["reverie_live_sessions"][0].value == 1
    assert {sample.labels["rate"] for sample in measures["reverie_frames_per_second"]} == {"model", "new", "displayed"}
    assert {sample.labels["job"] for sample in measures["reverie_frames_per_second"]} == {job}


def test_every_component_says_what_it_takes(client: TestClient) -> None:
    told = client.get("/api/components").json()
    assert {kind: [one["name"] for one in ones] for kind, ones in told.items()} == {
        kind: sorted(registry.targets(kind)) for kind in registry.BUILT_IN
    }
    worlds = next(one for one in told["backends"] if one["name"] == "worlds")
    assert worlds["card"]["size_multiple"] > 0
    assert worlds["options_schema"]["type"] == "object"


def test_every_model_is_named_ready_or_why_not(client: TestClient) -> None:
    told = {model["name"]: model for model in client.get("/api/models").json()}
    assert set(told) == {*catalogue.MODELS, *shelf.rows()}
    assert all(model["ready"] or model["note"] for model in told.values())
    assert {name for name, model in told.items() if model["shelf"] is None} == set(catalogue.MODELS)


def test_the_shelf_says_what_is_here_how_large_it_is_and_what_it_comes_under(
    client: TestClient, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(MODELS, str(tmp_path / "models"))
    record = Pulled(
        repository="stabilityai/sd-turbo",
        revision="main",
        commit="a" * 40,
        licence="sai-nc-community",
        size=2_600_000_000,
        files={},
        at=datetime.now(UTC),
    )
    folder_of("sd-turbo").mkdir(parents=True)
    (folder_of("sd-turbo") / RECORD).write_text(record.model_dump_json())
    told = {model["name"]: model for model in client.get("/api/models").json()}
    here, away = told["sd-turbo"]["shelf"], told["flux2-klein-4b"]["shelf"]
    assert (here["on_disk"], here["held_gb"], here["commit"], here["restricted"]) == (True, 2.6, "a" * 40, True)
    assert (away["on_disk"], away["disk_gb"], away["restricted"]) == (False, 15.8, False)
    assert "FLUX.2" in away["lacks"]
    assert "`reverie models pull sdxl`" in told["sdxl"]["note"]
    asked = client.post("/api/specs", json={"prompt": "a reef", "model": "sdxl"})
    assert (asked.status_code, asked.json()["field"]) == (422, "model")


def test_six_dreams_can_be_begun_and_are_shown(client: TestClient) -> None:
    told = client.get("/api/presets").json()
    assert len(told) == len(PRESETS) == 6
    for preset in told:
        picture = client.get(preset["picture"])
        assert picture.headers["content-type"] == "image/jpeg"
        pixels = decode_jpeg(picture.content)
        assert pixels.shape[1] >= 640
        assert pixels.std() > 20
        wishes = {**preset["wishes"], "live": False, "seconds": 1}
        RenderSpec.model_validate(client.post("/api/specs", json=wishes).raise_for_status().json())
    assert client.get("/api/presets/none.jpg").status_code == 404


def test_every_address_of_the_page_gives_the_page_and_the_rest_is_not_there(client: TestClient, tmp_path: Path) -> None:
    static = tmp_path / "static"
    (static / "assets").mkdir(parents=True)
    (static / "index.html").write_text("<title>the page</title>")
    (static / "assets" / "app-1.js").write_text("1")
    (tmp_path / "secret.txt").write_text("secret")
    client.app.state.static = static  # type: ignore[attr-defined]
    for path in ("/", "/watch/live", "/system", "/history"):
        answer = client.get(path)
        assert "the page" in answer.text
        assert answer.headers["cache-control"] == "no-cache"
    assert "immutable" in client.get("/assets/app-1.js").headers["cache-control"]
    for path in (
        "/assets/app-2.js",
        "/api/nothing",
        "/..%2fsecret.txt",
        "/favicon.ico",
        "/assets/..%2f..%2fsecret.txt",
    ):
        assert client.get(path).status_code == 404
        assert client.get(path).json()["message"]


def test_a_page_that_is_not_built_says_how(client: TestClient, tmp_path: Path) -> None:
    client.app.state.static = tmp_path / "nowhere"  # type: ignore[attr-defined]
    answer = client.get("/")
    assert answer.status_code == 503
    assert "npm run build" in answer.text
