"""What the renderer asks of open media. One object belongs to one thread at a time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol, TypeAlias

import numpy as np
import numpy.typing as npt

from app.core.base.time import Flicks
from app.core.model.asset import Color

if TYPE_CHECKING:
    import av

    from app.core.media.index import FrameIndex

    DecodedFrame: TypeAlias = av.VideoFrame
    """A frame as decoded, by a name for rooms that hand it on without looking into it."""


@dataclass(frozen=True, slots=True)
class StandIn:
    """What smaller pictures stand for: the size as the film itself stores it, in ``color`` of their own."""

    width: int
    height: int
    color: Color


class VideoSource(Protocol):
    """The picture of one open file, by exact frame number or time.

    ``stand_in`` is set where the frame given last is a proxy's, and None where it is the film's own.
    """

    index: FrameIndex
    stand_in: StandIn | None

    def frame(self, number: int) -> av.VideoFrame:
        """Shown frame ``number`` (0 up to ``len(index) - 1``; numbers outside are clamped).

        The frame is as decoded: coded size, its own pixel format, before rotation. It must not
        be written to. Neighbours in order are cheap, anything else costs a seek.

        Raises:
            UserError: the file is gone or damaged there.
        """

    def frame_at(self, time: Flicks) -> av.VideoFrame:
        """The frame a player shows at media time ``time``: the last whose time is <= ``time``."""

    def close(self) -> None:
        """Give the file back. Safe to call twice."""


class AudioSource(Protocol):
    """The sound of one stream of one open file, resampled to the rate and channels asked for at opening."""

    def read(self, start_sample: int, samples: int) -> npt.NDArray[np.float32]:
        """Samples ``[start_sample, start_sample + samples)`` of media time, shape (samples, channels).

        Sample 0 is media time 0; silence stands where the file has no sound. Reading on from
        where the last call ended is cheap.

        Raises:
            UserError: the file is gone or damaged beyond reading on.
        """

    def close(self) -> None:
        """Give the file back. Safe to call twice."""
