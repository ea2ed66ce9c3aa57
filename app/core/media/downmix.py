"""Which channel goes where when sound of one layout is heard in another."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
import numpy.typing as npt

_HALF_POWER = 2**-0.5
# Share of each source channel in (left, right), after ITU-R BS.775: centre and surrounds at -3 dB,
# the low-frequency effects left out. Names are FFmpeg's.
_STEREO: dict[str, tuple[float, float]] = {
    "FL": (1.0, 0.0),
    "FR": (0.0, 1.0),
    "FC": (_HALF_POWER, _HALF_POWER),
    "LFE": (0.0, 0.0),
    "LFE2": (0.0, 0.0),
    "BL": (_HALF_POWER, 0.0),
    "BR": (0.0, _HALF_POWER),
    "SL": (_HALF_POWER, 0.0),
    "SR": (0.0, _HALF_POWER),
    "FLC": (1.0, 0.0),
    "FRC": (0.0, 1.0),
    "WL": (_HALF_POWER, 0.0),
    "WR": (0.0, _HALF_POWER),
    "DL": (1.0, 0.0),
    "DR": (0.0, 1.0),
    "BC": (0.5, 0.5),
    "TFL": (_HALF_POWER, 0.0),
    "TFR": (0.0, _HALF_POWER),
    "TBL": (_HALF_POWER, 0.0),
    "TBR": (0.0, _HALF_POWER),
}


def mixed(samples: npt.NDArray[np.float32], channels: tuple[str, ...], wanted: int) -> npt.NDArray[np.float32]:
    """``samples`` (n, len(channels)) as (n, wanted); the same array where nothing is to be mixed."""
    if len(channels) == wanted:
        return samples
    return np.asarray(samples @ mix_matrix(channels, wanted), dtype=np.float32)


@lru_cache(maxsize=32)
def mix_matrix(channels: tuple[str, ...], wanted: int) -> npt.NDArray[np.float32]:
    """Matrix of shape (len(channels), wanted): samples (n, channels) @ matrix = samples (n, wanted).

    Equal counts pass unchanged. One channel alone plays at full level from left and right; stereo
    becomes mono as the mean. Channels whose place is unknown go left and right in turn.
    """
    count = len(channels)
    if count == wanted:
        return np.eye(count, dtype=np.float32)
    if count == 1:
        matrix = np.zeros((1, wanted), dtype=np.float32)
        matrix[0, : min(2, wanted)] = 1.0
        return matrix
    stereo = np.asarray([_place(name, number) for number, name in enumerate(channels)], dtype=np.float32)
    if wanted == 1:
        return np.asarray(stereo.mean(axis=1, keepdims=True), dtype=np.float32)
    matrix = np.zeros((count, wanted), dtype=np.float32)
    matrix[:, :2] = stereo
    return matrix


def _place(name: str, number: int) -> tuple[float, float]:
    return _STEREO.get(name, (1.0, 0.0) if number % 2 == 0 else (0.0, 1.0))
