"""What the timeline shows but does not make: thumbnails, peaks, and which media are offline.

All calls come from the GUI thread, while it paints: they must return at once.
"""

from __future__ import annotations

from typing import Protocol

import numpy as np
from numpy.typing import NDArray
from PySide6.QtGui import QImage

from app.core.base.time import Flicks
from app.core.model.asset import Asset


class Thumbnails(Protocol):
    """Small pictures of films."""

    def thumbnail(self, asset: Asset, time: Flicks, height: int, /) -> QImage | None:
        """The picture shown at media time ``time``, about ``height`` device pixels high.

        None while it is not there; asking may begin getting it (see ``TimelinePane.media_arrived``).
        """


class Peaks(Protocol):
    """Loudness of sound over time."""

    def peaks(self, asset: Asset, start: Flicks, end: Flicks, pixels: int, /) -> NDArray[np.float32] | None:
        """Lowest and highest sample of each of ``pixels`` equal parts of ``[start, end)``.

        Shape (pixels, 2), from -1 to 1, silence outside the media. None while it is not there.
        """


class Availability(Protocol):
    """Which media cannot be read now."""

    def is_offline(self, asset: Asset, /) -> bool:
        """Whether the file of ``asset`` is missing or unreadable."""


class NoThumbnails:
    """There are none."""

    def thumbnail(self, _asset: Asset, _time: Flicks, _height: int, /) -> QImage | None:
        """Never there."""
        return None


class NoPeaks:
    """There are none."""

    def peaks(self, _asset: Asset, _start: Flicks, _end: Flicks, _pixels: int, /) -> NDArray[np.float32] | None:
        """Never there."""
        return None


class AlwaysOnline:
    """All media can be read."""

    def is_offline(self, _asset: Asset, /) -> bool:
        """Never."""
        return False
