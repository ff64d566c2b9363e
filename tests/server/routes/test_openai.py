"""The openai package itself is the client: it speaks to the app over a socket of this machine, retries and all."""

from __future__ import annotations

import base64
import io
import json
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from functools import partial
from typing import Any

import httpx
import numpy as np
import pytest
from PIL import Image as Pillow

from reverie.core.errors import ReverieError
from reverie.media.picture import encode_png
from reverie.server.openai_shape import turns
from tests.jobs.performers import live_spec
from tests.server.loopback import Server

openai = pytest.importorskip("openai", reason="the openai package is no part of this installation")
pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")

SMALL = {"size": "64x48", "model": "placeholder", "seconds": "1"}
PATIENCE = 60.0
KEYS = {
    "id", "object", "model", "status", "progress", "created_at", "completed_at", "expires_at", "prompt", "size",
    "seconds", "remixed_from_video_id", "error",
}  # fmt: skip


class OpenAIServer(Server):
    """A studio, and openai's clients of it."""

    @property
    def address(self) -> str:
        return f"{self.root}/v1"

    def client(self, **more: Any) -> Any:
        return openai.OpenAI(api_key="sk-anything", base_url=self.address, **more)

    def asked(self, path: str, body: object) -> httpx.Response:
        """Send JSON and wait as long as it takes: what is given is looked at by another process."""
        return httpx.post(f"{self.address}{path}", json=body, timeout=PATIENCE)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[OpenAIServer]:
    found = OpenAIServer(tmp_path_factory.mktemp("studio"))
    yield found
    found.end()


@pytest.fixture
def client(server: OpenAIServer) -> Iterator[Any]:
    with server.client(max_retries=0) as found:
        yield found


def finished(client: Any, **asked: Any) -> Any:
    video = client.videos.create_and_poll(poll_interval_ms=50, prompt="a reef", **{**SMALL, **asked})
    assert video.status == "completed", video
    return video


def refused(kind: str, words: str, ask: Callable[[], Any]) -> Any:
    with pytest.raises(getattr(openai, kind), match=words) as caught:
        ask()
    return caught.value


def test_a_video_is_asked_for_followed_and_fetched(client: Any, server: OpenAIServer) -> None:
    video = client.videos.create(prompt="a reef", **SMALL)
    said = video.to_dict()
    assert set(said) == KEYS
    assert (said["object"], said["model"], said["size"], said["seconds"]) == ("video", "placeholder", "64x48", "1")
    assert said["status"] in {"queued", "in_progress", "completed"}
    done = client.videos.poll(video.id)
    assert (done.status, done.progress, done.error, done.prompt) == ("completed", 100, None, "a reef")
    assert done.completed_at >= done.created_at
    content = client.videos.download_content(video.id).read()
    assert content[4:8] == b"ftyp"
    assert client.videos.retrieve(video.id) == done


def test_polling_is_told_when_to_come_again(client: Any, server: OpenAIServer) -> None:
    video = client.videos.create(prompt="a long reef", **{**SMALL, "seconds": "60"})
    raw = client.videos.with_raw_response.retrieve(video.id)
    if raw.parse().status in {"queued", "in_progress"}:
        assert 500 <= int(raw.headers["openai-poll-after-ms"]) <= 5000
    assert client.videos.delete(video.id).to_dict() == {"id": video.id, "deleted": True, "object": "video.deleted"}
    refused("NotFoundError", "is no job here", lambda: client.videos.retrieve(video.id))


def test_videos_are_listed_in_pages(client: Any) -> None:
    made = [client.videos.create(prompt=f"reef {number}", **SMALL).id for number in range(3)]
    newest = client.videos.list(limit=2)
    assert [video.id for video in newest.data] == made[:0:-1]
    assert newest.has_more
    walked = [video.id for video in client.videos.list(limit=2)]
    assert walked[:3] == made[::-1]
    assert len(walked) == len(set(walked))
    assert [video.id for video in client.videos.list(order="asc", limit=100)] == walked[::-1]
    assert client.videos.list(limit=0).data == []


def test_a_form_holds_scenes_as_text_and_what_else_is_ours(client: Any, server: OpenAIServer) -> None:
    scenes = [{"prompt": "a reef", "duration": 1}, {"prompt": "a city", "title": "Night"}]
    more = {
        "scenes": json.dumps(scenes),
        "transition": json.dumps({"kind": "wipe", "duration": 0.25}),
        "fps": "12",
        "seed": "7",
        "negative_prompt": "rain",
    }
    video = client.videos.create(prompt="two places", extra_body=more, **{**SMALL, "seconds": "2"})
    spec = server.studio.get(video.id.removeprefix("video_")).spec
    assert [scene.keyframes[0].prompt for scene in spec.scenes] == ["a reef", "a city"]
    assert (spec.fps, spec.seed, spec.scenes[0].keyframes[0].negative_prompt) == (12, 7, "rain")
    assert spec.scenes[0].transition is not None
    assert spec.scenes[0].transition.kind == "wipe"
    assert (video.seconds, video.prompt) == ("2", "two places")


def test_json_says_the_same(server: OpenAIServer) -> None:
    body = {
        "prompt": "a reef",
        "model": "placeholder",
        "size": "64x48",
        "num_frames": 30,
        "fps": 15,
        "scenes": ["a", "b"],
    }
    answer = server.asked("/videos", body)
    assert answer.status_code == 200, answer.text
    assert answer.json()["seconds"] == "2"


def picture() -> bytes:
    return encode_png(np.full((48, 64, 3), (200, 90, 30), np.uint8))


def test_a_picture_to_begin_with_comes_as_a_file_or_in_the_text(client: Any, server: OpenAIServer) -> None:
    address = "data:image/png;base64," + base64.b64encode(picture()).decode()
    wish = {"prompt": "it moves", "model": "worlds", "size": "64x48"}
    made = [
        client.videos.create(input_reference=("beach.png", picture()), **{**wish, "seconds": "1"}).id,
        server.asked("/videos", {**wish, "input_reference": {"image_url": address}}).json()["id"],
    ]
    for video in made:
        source = server.studio.get(video.removeprefix("video_")).spec.scenes[0].source
        assert source.name == "image"
        assert server.studio.inputs.path(source.options["path"]["input"], "image").read_bytes() == picture()
        client.videos.delete(video)


@pytest.mark.parametrize(
    "given", ["http://127.0.0.1:9/a.png", "file:///etc/passwd", "data:image/png;base64,!!", "data:,x"]
)
def test_no_address_is_followed(server: OpenAIServer, given: str) -> None:
    body = {"prompt": "a reef", "input_reference": {"image_url": given}}
    answer = server.asked("/videos", body)
    assert (answer.status_code, answer.json()["error"]["param"]) == (400, "input_reference.image_url")


def test_what_is_not_understood_is_refused_once_and_in_their_words(client: Any, server: OpenAIServer) -> None:
    before, patient = server.films(), server.client()
    error = refused(
        "BadRequestError", "is no model of this server", lambda: patient.videos.create(prompt="x", model="sora-2")
    )
    assert (error.body["type"], error.body["param"], error.body["code"]) == (
        "invalid_request_error",
        "model",
        "model_not_found",
    )
    for wrong in (
        {"seconds": "-1"},
        {"size": "huge"},
        {"prompt": ""},
        {"extra_body": {"scenes": "[{"}},
        {"extra_body": {"colour": "red"}},
    ):
        refused(
            "BadRequestError",
            "is not accepted|no valid JSON|is neither",
            partial(patient.videos.create, **{"prompt": "x", **wrong}),
        )
    refused(
        "BadRequestError",
        "nothing that can be read",
        lambda: patient.videos.create(prompt="x", input_reference=("a.png", b"no picture")),
    )
    refused("NotFoundError", "is no video here", lambda: patient.videos.retrieve("x"))
    assert server.films() == before
    patient.close()


def test_a_video_that_is_tried_again_is_one(server: OpenAIServer) -> None:
    with server.client(max_retries=2) as client:
        before, server.lossy.failures = server.films(), 2
        video = client.videos.create(
            prompt="a reef once", input_reference=("a.png", picture()), model="worlds", size="64x48", seconds="1"
        )
        counts = [headers[b"x-stainless-retry-count"] for method, _, headers in server.lossy.heard[-3:]]
        assert counts == [b"0", b"1", b"2"]
        assert server.films() == before + 1
        other = client.videos.create(prompt="a reef once", model="placeholder", size="64x48", seconds="1")
        assert other.id != video.id
        assert client.videos.create(prompt="a reef once", model="placeholder", size="64x48", seconds="1").id != other.id


def test_a_key_makes_it_one_however_often_it_is_sent(client: Any, server: OpenAIServer) -> None:
    key = {"Idempotency-Key": "mine"}
    first = client.videos.create(prompt="a reef by name", extra_headers=key, **SMALL)
    assert client.videos.create(prompt="a reef by name", extra_headers=key, **SMALL).id == first.id
    refused(
        "BadRequestError", "another request", lambda: client.videos.create(prompt="other", extra_headers=key, **SMALL)
    )


def test_a_conflict_is_for_good(server: OpenAIServer) -> None:
    with server.client(max_retries=2) as client:
        video = client.videos.create(prompt="a very long reef", **{**SMALL, "seconds": "60"})
        heard = len(server.lossy.heard)
        refused("ConflictError", "is not finished", lambda: client.videos.download_content(video.id))
        assert len(server.lossy.heard) == heard + 1
        client.videos.delete(video.id)


def test_a_video_is_remixed(client: Any, server: OpenAIServer) -> None:
    first = finished(client, extra_body={"seed": "5"})
    again = client.videos.remix(first.id, prompt="the same by night")
    assert (again.remixed_from_video_id, again.prompt, again.size, again.seconds) == (
        first.id,
        "the same by night",
        "64x48",
        "1",
    )
    specs = [server.studio.get(video.id.removeprefix("video_")).spec for video in (first, again)]
    assert specs[0].seed == specs[1].seed == 5
    assert specs[1].scenes[0].keyframes[0].prompt == "the same by night"


def test_a_video_is_gone_on_from_and_repainted(client: Any, server: OpenAIServer) -> None:
    first = finished(client, model="worlds")
    film = client.videos.download_content(first.id).read()
    longer = client.videos.extend(prompt="on and on", seconds="4", video=("film.mp4", film))
    assert float(longer.seconds) == pytest.approx(5, abs=0.1)
    spec = server.studio.get(longer.id.removeprefix("video_")).spec
    assert spec.scenes[0].source.name == "tail"
    client.videos.delete(longer.id)
    body = {"prompt": "in blue", "video": {"id": first.id}}
    edited = server.asked("/videos/edits", body).json()
    assert (edited["remixed_from_video_id"], edited["prompt"]) == (first.id, "in blue")
    source = server.studio.get(edited["id"].removeprefix("video_")).spec.scenes[0].source
    assert source.name == "video"
    assert source.options["path"]["input"].startswith(first.id.removeprefix("video_") + "/")
    client.videos.delete(edited["id"])


def test_characters_are_said_not_to_be_here(client: Any) -> None:
    error = refused(
        "InternalServerError",
        "Characters can't be kept here",
        lambda: client.videos.create_character(name="Ada", video=("a.mp4", b"x")),
    )
    assert error.status_code == 501
    refused("InternalServerError", "Characters", lambda: client.videos.get_character("ada"))


def test_models_are_those_of_this_server(client: Any) -> None:
    names = [model.id for model in client.models.list()]
    assert {"worlds", "placeholder"} <= set(names)
    assert client.models.retrieve("worlds").owned_by == "reverie"
    refused("NotFoundError", "is no model", lambda: client.models.retrieve("sora-2"))


@pytest.mark.parametrize("form", ["png", "jpeg", "webp"])
def test_pictures_come_in_base64(client: Any, form: str) -> None:
    made = client.images.generate(prompt="a reef at dusk", model="placeholder", size="64x48", n=2, output_format=form)
    opened = [Pillow.open(io.BytesIO(base64.b64decode(item.b64_json))) for item in made.data]
    assert [(one.format, one.size) for one in opened] == [(form.upper(), (64, 48))] * 2
    assert (made.output_format, made.size) == (form, "64x48")
    assert (made.usage.input_tokens, made.usage.output_tokens, made.usage.total_tokens) == (4, 24, 28)


@pytest.mark.parametrize(
    "wrong",
    [
        {"n": 11},
        {"size": "tall"},
        {"prompt": ""},
        {"response_format": "url"},
        {"output_format": "svg"},
        {"model": "dall-e-3"},
    ],
)
def test_pictures_that_cannot_be_are_refused(client: Any, wrong: dict[str, Any]) -> None:
    refused(
        "BadRequestError",
        "accepted|neither|done here|no model",
        lambda: client.images.generate(**{"prompt": "a", "model": "placeholder", **wrong}),
    )


@pytest.fixture
def live(server: OpenAIServer) -> Iterator[str]:
    """A live session that has the device."""
    job = server.studio.create(live_spec()).id
    yield job
    with suppress(ReverieError):
        server.studio.cancel(job)
    while server.studio.has_live():
        time.sleep(0.01)


def test_a_picture_waits_for_the_stage_and_is_painted_when_it_is_free(server: OpenAIServer, live: str) -> None:
    with server.client(max_retries=0) as client, ThreadPoolExecutor(1) as beside:
        coming = beside.submit(client.images.generate, prompt="a reef", model="placeholder", size="64x48")
        with pytest.raises(TimeoutError):
            coming.result(0.6)
        server.studio.cancel(live)
        assert len(coming.result(30).data) == 1


def test_a_picture_that_waited_long_enough_may_be_asked_for_again(server: OpenAIServer, live: str) -> None:
    with line(server, patience=0), server.client(max_retries=0) as client:
        error = refused(
            "InternalServerError",
            "A live session has the device",
            lambda: client.images.generate(prompt="a reef", model="placeholder", size="64x48"),
        )
    assert error.status_code == 503
    assert error.response.headers["retry-after"] == str(turns.AGAIN)
    assert "x-should-retry" not in error.response.headers
    assert live


def test_the_client_asks_again_by_itself_and_gets_its_picture(server: OpenAIServer, live: str) -> None:
    heard, answered = len(server.lossy.heard), server.lossy.answered
    with line(server, patience=0, again=1), server.client(max_retries=2) as client, ThreadPoolExecutor(1) as beside:
        coming = beside.submit(client.images.generate, prompt="a reef", model="placeholder", size="64x48")
        while server.lossy.answered == answered:
            time.sleep(0.01)
        server.studio.cancel(live)
        assert len(coming.result(30).data) == 1
    assert len(server.lossy.heard) == heard + 2


def test_no_more_wait_for_pictures_than_there_is_room_for(server: OpenAIServer, live: str) -> None:
    with line(server, most=1), server.client(max_retries=0) as client, ThreadPoolExecutor(1) as beside:
        asked = {"prompt": "a reef", "model": "placeholder", "size": "64x48"}
        coming = beside.submit(client.images.generate, **asked)
        with pytest.raises(TimeoutError):
            coming.result(0.4)
        refused("InternalServerError", "wait for pictures already", lambda: client.images.generate(**asked))
        server.studio.cancel(live)
        assert len(coming.result(30).data) == 1


@contextmanager
def line(server: OpenAIServer, **changes: int) -> Iterator[None]:
    """A server whose line of pictures is another for a while."""
    found = server.lossy.app.state.painter.turns
    before = {name: getattr(found, name) for name in changes}
    for name, value in changes.items():
        setattr(found, name, value)
    yield
    for name, value in before.items():
        setattr(found, name, value)
