"""Sound whose place in time can be measured: a beep at known moments over a faint, never repeating noise."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

BEEP_HERTZ = 1000.0
BEEP_LEVEL = 0.5
_NOISE_LEVEL = 0.01


def beep_track(
    samples: int, rate: int, channels: int, starts: list[int], length: int, seed: int = 7
) -> npt.NDArray[np.float32]:
    """Sound of shape (samples, channels) with beeps of ``length`` samples at ``starts``.

    Every channel after the first is half as loud as the one before it, so that swapped or mixed
    channels show. Below the beeps lies noise at -40 dB, different in every channel.
    """
    generator = np.random.default_rng(seed)
    sound = (generator.random((samples, channels), dtype=np.float32) - 0.5) * (2 * _NOISE_LEVEL)
    tone = np.sin(2 * np.pi * BEEP_HERTZ * np.arange(length) / rate).astype(np.float32) * BEEP_LEVEL
    gains = np.asarray([0.5**channel for channel in range(channels)], dtype=np.float32)
    for start in starts:
        first, last = max(0, start), min(samples, start + length)
        if last > first:
            sound[first:last] += tone[first - start : last - start, None] * gains
    return sound


def find_beeps(samples: npt.NDArray[np.float32], rate: int) -> list[int]:
    """Onsets of the beeps in samples, of shape (n,) or (n, channels): the first channel is measured.

    Right to about a tenth of a period of the tone (5 samples at 48 kHz) after lossy coding.
    """
    channel = np.abs(samples if samples.ndim == 1 else samples[:, 0])
    loud = np.flatnonzero(channel > BEEP_LEVEL * 0.4)
    if loud.size == 0:
        return []
    quiet_before = np.diff(loud, prepend=-rate) > rate // 100
    # The threshold is crossed a little after the tone begins: 0.4 of a sine's height.
    lead = round(float(np.arcsin(0.4)) / (2 * np.pi) * rate / BEEP_HERTZ)
    return [int(onset) - lead for onset in loud[quiet_before]]
