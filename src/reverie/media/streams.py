"""Cameras and addresses, read as long as they give pictures; what they claim of themselves is not believed.

Only the command line may name what is opened here: a page never does.
"""

from __future__ import annotations

import errno
import re
import sys
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from types import MappingProxyType
from urllib.parse import urlsplit

import av
from av.container import InputContainer
from av.error import (
    ExitError,
    FFmpegError,
    HTTPClientError,
    HTTPForbiddenError,
    HTTPNotFoundError,
    HTTPServerError,
    HTTPUnauthorizedError,
    InvalidDataError,
    ProtocolNotFoundError,
)
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from reverie.core.errors import InputError, MachineError

FIELD = "input"
OPEN_SECONDS, SILENT_SECONDS = 10.0, 5.0
"""How long an address may take to answer, and to send the next piece."""

MAX_PIXELS = 34_000_000
_PRESENT = "a film, a camera such as /dev/video0 or 0, an address that begins with rtsp://, http:// or srt://, or whip"

_NETWORK = "tcp,tls,udp,rtp,srtp,rtsp,http,https,httpproxy,crypto,srt,hls,rtmp,rtmps"
"""What an address may lead on to: other addresses, and never a file of this machine."""

_QUICK = MappingProxyType({"fflags": "nobuffer", "analyzeduration": "1000000", "probesize": "500000"})
_SCHEMES: Mapping[str, Mapping[str, str]] = {
    "rtsp": {"rtsp_transport": "tcp"},
    "rtsps": {"rtsp_transport": "tcp"},
    "http": {},
    "https": {},
    "srt": {},
    "rtmp": {},
    "rtmps": {},
}
_INDEX = re.compile(r"\d{1,2}")
_DEVICE = re.compile(r"/dev/video\d{1,3}|/dev/v4l/\S+")
_CAMERAS = {"linux": "v4l2", "darwin": "avfoundation"}


class Lost(MachineError):
    """A stream that gives no pictures just now; it may again."""


@dataclass(frozen=True)
class Place:
    """Where pictures come from: `url` as the reader takes it, its `form` where that must be said.

    `own` is True for a film, which has a pace of its own and an end.
    """

    given: str
    url: str
    form: str | None = None
    options: Mapping[str, str] = field(default_factory=dict)
    own: bool = False

    @property
    def shown(self) -> str:
        """What is said of it to people: an address without what lets one in."""
        parts = urlsplit(self.given) if "://" in self.given else None
        if parts is None or "@" not in parts.netloc:
            return self.given
        return self.given.replace(parts.netloc, parts.netloc.rpartition("@")[2], 1)


def place_of(given: str) -> Place:
    """Return where a camera, an address or a film is that was typed; InputError where it is none of them."""
    if "://" in given:
        scheme = given.partition("://")[0].lower()
        if scheme not in _SCHEMES:
            raise InputError(FIELD, given, f"is an address of a kind that is not read: use {_PRESENT}.")
        options = {**_QUICK, **_SCHEMES[scheme], "protocol_whitelist": _NETWORK}
        return Place(given, given, options=options)
    if _INDEX.fullmatch(given) or _DEVICE.fullmatch(given):
        return _camera(given)
    path = Path(given)
    if not path.is_file():
        raise InputError(FIELD, given, f"is not there: give {_PRESENT}.")
    return Place(given, f"file:{path.absolute()}", options={"protocol_whitelist": "file"}, own=True)


def _camera(given: str) -> Place:
    form = _CAMERAS.get(sys.platform, "dshow")
    device = f"/dev/video{given}" if form == "v4l2" and given.isdigit() else given
    return Place(given, device, form)


def cameras() -> list[str]:
    """Return the cameras that are here by name, where the system lists them as files; nothing is opened."""
    return sorted(str(device) for device in Path("/dev").glob("video*") if _DEVICE.fullmatch(str(device)))


def speaks(scheme: str) -> bool:
    """True where this build of FFmpeg reads addresses of a kind; nothing is called for it."""
    if scheme in av.formats_available:
        return True
    try:
        av.open(f"{scheme}://", timeout=1.0).close()
    except ProtocolNotFoundError:
        return False
    except (FFmpegError, OSError, ValueError):
        return True
    return True


class Stream:
    """A place under way; `width`, `height` and `rate` are what it claims, and nothing depends on them."""

    def __init__(self, place: Place, silent: float = SILENT_SECONDS) -> None:
        self.place = place
        self.damaged = 0
        try:
            container = av.open(
                place.url,
                format=place.form,
                options=dict(place.options),
                timeout=(OPEN_SECONDS, silent),
                metadata_errors="replace",
            )
        except (FFmpegError, OSError, ValueError) as error:
            raise Lost(_said(place, error)) from None
        self._container: InputContainer = container
        if not self._container.streams.video:
            self.close()
            raise Lost(f"{place.shown} has no pictures in it: give another.")
        self._stream: VideoStream = self._container.streams.video[0]
        coder = self._stream.codec_context
        self.width, self.height = coder.width, coder.height
        self.rate: Fraction | None = self._stream.average_rate or self._stream.base_rate
        # Frames side by side would each wait for those after them.
        self._stream.thread_type = "AUTO" if place.own else "SLICE"

    def frames(self) -> Iterator[VideoFrame]:
        """Give frames as they come, those that are damaged left out; Lost says why there are no more.

        A film's end is the end, that of anything else is a loss.
        """
        try:
            for packet in self._container.demux(self._stream):
                yield from self._decoded(packet)
        except (FFmpegError, OSError, ValueError) as error:
            raise Lost(_said(self.place, error)) from None
        if not self.place.own:
            raise Lost(f"{self.place.shown} has ended.")

    def _decoded(self, packet: av.Packet[VideoStream]) -> Iterator[VideoFrame]:
        try:
            found = packet.decode()
        except (InvalidDataError, ValueError):
            self.damaged += 1
            return
        for frame in found:
            if frame.is_corrupt or frame.width * frame.height > MAX_PIXELS:
                self.damaged += 1
            else:
                yield frame

    def close(self) -> None:
        """Let go of it."""
        with suppress(Exception):
            self._container.close()


_KINDS: tuple[tuple[type[Exception], str], ...] = (
    (ProtocolNotFoundError, "can't be read by this build of FFmpeg: `reverie doctor` says what can."),
    (ExitError, "sends nothing."),
    (HTTPUnauthorizedError, "wants a name and a password: write them into the address, as name:password@."),
    (HTTPForbiddenError, "may not be read."),
    (HTTPNotFoundError, "has nothing there: look at the address again."),
    (HTTPClientError, "refuses."),
    (HTTPServerError, "is out of order."),
    (InvalidDataError, "sends nothing that can be read as video."),
)
_NUMBERS: Mapping[int, str] = {
    errno.ENOENT: "is not there: plug the camera in, or look at its name again.",
    errno.EBUSY: "is used by another program: end that one.",
    errno.EACCES: "may not be opened by you: join the group that may (video, on Linux).",
    errno.EPERM: "may not be opened by you: join the group that may (video, on Linux).",
    errno.ENODEV: "is gone: plug it in again.",
    errno.ENXIO: "is gone: plug it in again.",
    errno.EINVAL: "is no camera that gives pictures.",
    errno.ENOTTY: "is no camera that gives pictures.",
    errno.ECONNREFUSED: "is not answered by anybody: begin what is to send, or look at the address again.",
    errno.ECONNRESET: "broke off.",
    errno.EPIPE: "broke off.",
    errno.EHOSTUNREACH: "can't be reached from here.",
    errno.ENETUNREACH: "can't be reached from here.",
    errno.ETIMEDOUT: "sends nothing.",
    errno.EIO: "can't be reached, or broke off.",
}


def _said(place: Place, error: Exception) -> str:
    """Say in a sentence what is wrong with a place."""
    by_kind = (words for kind, words in _KINDS if isinstance(error, kind))
    number = getattr(error, "errno", None)
    fallback = f"gives no pictures ({getattr(error, 'strerror', None) or type(error).__name__})."
    words = next(by_kind, None) or (_NUMBERS.get(number, fallback) if isinstance(number, int) else fallback)
    return f"{place.shown} {words}"
