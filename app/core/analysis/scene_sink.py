"""The scene sink: takes decoded frames in the order they are shown, yields a scored piece."""

from __future__ import annotations

from collections import deque

import av
import cv2
import numpy as np

from app.core.analysis.content import ContentScorer
from app.core.analysis.scores import LAGS, Pictures, SceneScores, ScoredPiece, distance
from app.core.analysis.small_picture import SmallSize, small_picture


class SceneSink:
    """Scores one run of frames. Used from one thread."""

    def __init__(self, width: int, height: int) -> None:
        """``width`` and ``height`` are the coded size of the stream, the same for all its pieces."""
        self._size = SmallSize.of(width, height)
        self._scorer = ContentScorer()
        self._content: list[float] = []
        self._level: list[float] = []
        self._contrast: list[float] = []
        self._change: list[list[float]] = []
        self._first: Pictures | None = None
        self._last: Pictures | None = None
        self._head: list[Pictures] = []
        self._tail: deque[Pictures] = deque(maxlen=LAGS)

    def add(self, frame: av.VideoFrame) -> None:
        """Score the next frame; nothing of it is kept or changed."""
        small = small_picture(frame, self._size)
        if self._first is None:
            self._first = small.bgr
        self._last = small.bgr
        self._content.append(self._scorer.score(small.bgr))
        mean, deviation = cv2.meanStdDev(small.tiny_luma)
        self._level.append(float(mean[0, 0]))
        self._contrast.append(float(deviation[0, 0]))
        changes = [distance(small.tiny, before) for before in reversed(self._tail)]
        self._change.append(changes + [np.nan] * (LAGS - len(changes)))
        if len(self._head) < LAGS:
            self._head.append(small.tiny)
        self._tail.append(small.tiny)

    @property
    def last_content(self) -> float:
        """Content score of the frame that was added last: how much it differs from the one before."""
        return self._content[-1] if self._content else 0.0

    def result(self) -> ScoredPiece:
        """What was scored.

        Raises:
            ValueError: no frame was added.
        """
        if self._first is None or self._last is None:
            raise ValueError("no frame was scored")
        numbers = (np.asarray(each, np.float32) for each in (self._content, self._level, self._contrast, self._change))
        return ScoredPiece(
            SceneScores(*numbers), self._first, self._last, np.stack(self._head), np.stack(list(self._tail))
        )
