"""The newest frame, and nothing else: where live viewers begin."""

from __future__ import annotations

from threading import Condition

from reverie.core.frame import Frame


class Latest:
    """A mailbox of one: `write` swaps a reference, so whoever paints is never held back.

    `serial` counts what was written; `changed` is notified at every write and at the close, for those who wait.
    """

    newest_only = True

    def __init__(self) -> None:
        self.changed = Condition()
        self.serial = 0
        self.closed = False
        self._frame: Frame | None = None

    @property
    def newest(self) -> Frame | None:
        """The newest frame, kept after the close too; None before the first."""
        return self._frame

    def write(self, frame: Frame) -> None:
        """Put a frame in the place of the one before."""
        with self.changed:
            if not self.closed:
                self._frame = frame
                self.serial += 1
                self.changed.notify_all()

    def close(self) -> None:
        """Take no more frames, and tell those who wait."""
        with self.changed:
            self.closed = True
            self.changed.notify_all()

    def abandon(self) -> None:
        """Close: there is nothing to leave behind."""
        self.close()
