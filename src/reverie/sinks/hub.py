"""One sink for everybody who watches a live session, whatever the way they watch."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reverie.media.jpeg import QUALITY
from reverie.sinks.latest import Latest
from reverie.sinks.mjpeg import JpegLane

if TYPE_CHECKING:
    from reverie.sinks.video import VideoLane


class Hub(Latest):
    """The newest frame, encoded once per format for as many viewers as there are, and not at all without any."""

    def __init__(self, quality: int = QUALITY, bitrate: int | None = None, key_seconds: float = 1.0) -> None:
        super().__init__()
        self.jpeg = JpegLane(self, quality)
        self._bitrate, self._key_seconds = bitrate, key_seconds
        self._video: dict[str, VideoLane] = {}

    def video(self, codec: str) -> VideoLane:
        """Return the lane of `H264` or `VP8`, which every WebRTC viewer of that format shares."""
        from reverie.sinks.video import VideoLane

        with self.changed:
            if codec not in self._video:
                self._video[codec] = VideoLane(self, codec, self._bitrate, self._key_seconds)
            return self._video[codec]

    @property
    def viewers(self) -> int:
        """How many watch just now."""
        return len(self.jpeg.audience) + sum(len(lane.audience) for lane in list(self._video.values()))

    @property
    def dropped(self) -> int:
        """How many pictures did not reach a viewer who was too slow for them, of all viewers together."""
        return self.jpeg.audience.dropped + sum(lane.audience.dropped for lane in list(self._video.values()))
