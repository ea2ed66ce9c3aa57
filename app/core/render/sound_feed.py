"""Sound mixed ahead of its time, for an output that asks for it in small pieces and cannot wait."""

from __future__ import annotations

import threading

import numpy as np
import numpy.typing as npt

Sound = npt.NDArray[np.float32]


class SoundFeed:
    """A queue of samples between one thread that mixes and one that plays.

    Reading never waits and never computes: what is not there yet is silence, and counted in
    ``missed`` (samples). Both ends may live in any thread.
    """

    def __init__(self, channels: int, capacity: int) -> None:
        """``capacity`` in samples."""
        self._ring = np.zeros((capacity, channels), np.float32)
        self._first = 0
        self._count = 0
        self._ended = False
        self._changed = threading.Condition()
        self.missed = 0

    @property
    def space(self) -> int:
        """Samples that can be added now."""
        with self._changed:
            return len(self._ring) - self._count

    def add(self, samples: Sound) -> None:
        """Queue ``samples``, shape (count, channels); there must be space for them."""
        with self._changed:
            if len(samples) > len(self._ring) - self._count:
                raise ValueError("more samples than the feed has space for")
            start = (self._first + self._count) % len(self._ring)
            head = min(len(samples), len(self._ring) - start)
            self._ring[start : start + head] = samples[:head]
            self._ring[: len(samples) - head] = samples[head:]
            self._count += len(samples)

    def end(self) -> None:
        """Say that nothing will be added any more: silence from here is meant, not missed."""
        with self._changed:
            self._ended = True

    def take(self, count: int) -> Sound:
        """The next ``count`` samples, silence where there are none."""
        taken = np.zeros((count, self._ring.shape[1]), np.float32)
        with self._changed:
            available = min(count, self._count)
            head = min(available, len(self._ring) - self._first)
            taken[:head] = self._ring[self._first : self._first + head]
            taken[head:available] = self._ring[: available - head]
            self._first = (self._first + available) % len(self._ring)
            self._count -= available
            if not self._ended:
                self.missed += count - available
            self._changed.notify_all()
        return taken

    def wait_for_space(self, count: int, timeout: float) -> bool:
        """Wait until ``count`` samples fit, at most ``timeout`` seconds; whether they do."""
        with self._changed:
            return self._changed.wait_for(lambda: len(self._ring) - self._count >= count, timeout)
