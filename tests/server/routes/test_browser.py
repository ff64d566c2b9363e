"""A real browser watches, by each of the ways there are."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import Any

import numpy as np
import pytest

from reverie.core.frame import Frame
from tests.e2e.studio import CHROMIUM_FLAGS, chromium
from tests.jobs.performers import FakePerformer
from tests.server.theatre import Theatre, opened, until
from tests.sinks.pictures import Show

playwright = pytest.importorskip("playwright.sync_api", reason="Playwright is not installed")
pytestmark = pytest.mark.skipif(chromium() is None, reason="there is no Chromium here")

# The stage is no page of the server, and a page from nowhere may not call this machine by itself.
OF_THE_STAGE = ("--disable-features=LocalNetworkAccessChecks",)
STAGE = "<!doctype html><title>stage</title><body></body>"
GREY = """(shown) => {
  const canvas = document.createElement("canvas"); canvas.width = canvas.height = 8;
  const pen = canvas.getContext("2d"); pen.drawImage(shown, 0, 0, 8, 8);
  return pen.getImageData(4, 4, 1, 1).data[0];
}"""
WHEP = """async ([url, codec]) => {
  const peer = new RTCPeerConnection(), video = document.createElement("video");
  video.muted = true; video.autoplay = true; document.body.append(video);
  peer.ontrack = (event) => { video.srcObject = event.streams[0] || new MediaStream([event.track]); video.play(); };
  peer.addTransceiver("video", {direction: "recvonly"});
  await peer.setLocalDescription(await peer.createOffer());
  if (peer.iceGatheringState !== "complete") {
    await new Promise((done) => peer.addEventListener("icegatheringstatechange",
      () => peer.iceGatheringState === "complete" && done()));
  }
  const answer = await fetch(url + "?codec=" + codec, {method: "POST", body: peer.localDescription.sdp,
    headers: {"content-type": "application/sdp"}});
  if (answer.status !== 201) return answer.status + " " + await answer.text();
  await peer.setRemoteDescription({type: "answer", sdp: await answer.text()});
  window.peer = peer; window.place = answer.headers.get("location");
  return "";
}"""


class Quiet(FakePerformer):
    """A session that shows only what the test writes."""

    def _paint(self) -> None:
        self._stop.wait()


@pytest.fixture(scope="module")
def theatre(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Theatre]:
    with opened(tmp_path_factory.mktemp("theatre"), perform=Quiet) as found:
        yield found


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with playwright.sync_playwright() as driver:
        found = driver.chromium.launch(executable_path=chromium(), args=[*CHROMIUM_FLAGS, *OF_THE_STAGE])
        yield found
        found.close()


@pytest.fixture
def page(browser: Any, theatre: Theatre) -> Iterator[Any]:
    window = browser.new_context(base_url=theatre.url)
    found = window.new_page()
    found.set_default_timeout(30_000)
    found.route("**/stage", lambda route: route.fulfill(body=STAGE, content_type="text/html"))
    found.goto("/stage")
    yield found
    window.close()


def grey(index: int, level: int) -> Frame:
    return Frame(np.full((64, 64, 3), level, np.uint8), Fraction(index, 10), index)


def test_motion_jpeg_shows_the_newest_picture_and_not_the_one_before(theatre: Theatre, page: Any) -> None:
    job = theatre.begin()
    hub = theatre.hub(job)
    hub.write(grey(0, 40))
    page.evaluate(
        "(url) => { const img = new Image(); img.id = 'img'; img.src = url; document.body.append(img); }",
        f"/api/jobs/{job}/preview.mjpeg",
    )
    for index, level in enumerate((40, 90, 140, 190), 1):
        hub.write(grey(index, level))
        # Nothing more is written: what is shown is what was written last, or the stream is a frame late.
        page.wait_for_function(f"(level) => Math.abs(({GREY})(document.getElementById('img')) - level) < 6", arg=level)
    theatre.studio.cancel(job)


def test_a_socket_brings_pictures_that_the_browser_can_show(theatre: Theatre, page: Any) -> None:
    job = theatre.begin()
    theatre.hub(job).write(grey(7, 120))
    found = page.evaluate(
        f"""(url) => new Promise((done) => {{
          const socket = new WebSocket(url); socket.binaryType = "arraybuffer";
          socket.onclose = (event) => done(["closed", event.code]);
          socket.onmessage = async (event) => {{
            const view = new DataView(event.data);
            const picture = await createImageBitmap(new Blob([event.data.slice(16)], {{type: "image/jpeg"}}));
            done([view.getUint32(0), view.getUint32(4), view.getFloat64(8), ({GREY})(picture)]);
          }};
        }})""",
        f"ws://127.0.0.1:{theatre.port}/api/jobs/{job}/preview.ws",
    )
    assert found[:3] == [7, 0, 0.7]
    assert abs(found[3] - 120) < 4
    theatre.studio.cancel(job)


@pytest.mark.parametrize("codec", ["H264", "VP8"])
def test_webrtc_plays(theatre: Theatre, page: Any, codec: str) -> None:
    job = theatre.begin()
    hub = theatre.hub(job)
    with Show(hub, fps=30, size=(128, 128)):
        assert page.evaluate(WHEP, [f"/api/jobs/{job}/whep", codec]) == ""
        page.wait_for_function("() => document.querySelector('video').currentTime > 0.5")
        assert hub.viewers == 1
        size = page.evaluate(
            "() => { const v = document.querySelector('video'); return [v.videoWidth, v.videoHeight]; }"
        )
        assert size == [128, 128]
        one = page.evaluate(f"() => ({GREY})(document.querySelector('video'))")
        page.wait_for_function(f"(one) => Math.abs(({GREY})(document.querySelector('video')) - one) > 5", arg=one)
        assert page.evaluate("async () => (await fetch(window.place, {method: 'DELETE'})).status") == 200
        until(lambda: hub.viewers == 0)
    theatre.studio.cancel(job)
