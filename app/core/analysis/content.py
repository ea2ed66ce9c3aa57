"""PySceneDetect's content score, asked for pair by pair.

Its detectors decide while they watch. Insomnia keeps the scores and decides later, as often as a
person moves the sensitivity, so its detector is only asked for the number it would decide by.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from scenedetect import FrameTimecode
from scenedetect.detectors import ContentDetector

Picture = npt.NDArray[np.uint8]


class ContentScorer(ContentDetector):  # type: ignore[misc]  # PySceneDetect has no type information
    """Scores each picture against the one before.

    The score is read as PySceneDetect's own AdaptiveDetector reads it. The public way, a
    StatsManager, finds the edges of every picture as well, which takes twice the time of the rest.
    """

    def __init__(self) -> None:
        super().__init__(min_scene_len=0)
        self._now = FrameTimecode(0, 25.0)  # the detector's filters are off: any time will do

    def score(self, bgr: Picture) -> float:
        """Content score, 0 to 255, of a (rows, columns, 3) picture; 0 for the first."""
        self.process_frame(self._now, bgr)
        return float(self._frame_score)


def content_score(before: Picture, after: Picture) -> float:
    """The content score of ``after`` when it follows ``before``."""
    scorer = ContentScorer()
    scorer.score(before)
    return scorer.score(after)
