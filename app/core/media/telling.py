"""Which of several pictures a film is known by: not a nearly black one, nor one that is all alike."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

# Of luma from 0 to 255, in a JPEG made eight times smaller: its mean, and its standard deviation.
_DARK = 24.0
_FLAT = 10.0


def tells(jpeg: bytes) -> bool:
    """Whether a film would be known by this picture: it is neither nearly black nor nearly of one brightness."""
    mean, spread = _luma(jpeg)
    return mean >= _DARK and spread >= _FLAT


def most_telling(jpegs: Iterable[bytes | None]) -> bytes | None:
    """The first of ``jpegs`` that tells, else the one whose brightness varies most; None without any.

    Takes no more of them than it looks at: a fifth of a millisecond each.
    """
    best, widest = None, -1.0
    for jpeg in jpegs:
        if jpeg is None:
            continue
        mean, spread = _luma(jpeg)
        if mean >= _DARK and spread >= _FLAT:
            return jpeg
        if spread > widest:
            best, widest = jpeg, spread
    return best


def _luma(jpeg: bytes) -> tuple[float, float]:
    """Mean and standard deviation; nothing for what is no picture."""
    import cv2

    small = cv2.imdecode(np.frombuffer(jpeg, np.uint8), cv2.IMREAD_REDUCED_GRAYSCALE_8) if jpeg else None
    return (0.0, 0.0) if small is None else (float(small.mean()), float(small.std()))
