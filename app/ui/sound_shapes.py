"""Waveforms for everything that shows them: measured in the background when they are first wanted."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from PySide6.QtCore import QObject, Signal

from app.core.base.time import Flicks
from app.core.jobs.context import JobContext
from app.core.jobs.job import Job
from app.core.model.asset import Asset
from app.ui.run import Callbacks, Runner

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from app.core.media.waveform import Peaks


class PeaksLoader(Protocol):
    """Where the shapes come from; called from jobs."""

    def peaks(self, asset: Asset, context: JobContext) -> Peaks:
        """The shape of the first sound of ``asset``.

        Raises:
            UserError: it has none, or cannot be read.
        """


class SoundShapes(QObject):
    """Asked while painting. GUI thread only. ``ready`` names an asset whose shape has come.

    What cannot be measured stays without a shape until :meth:`retry`.
    """

    ready = Signal(str)

    def __init__(self, loader: PeaksLoader, runner: Runner) -> None:
        super().__init__()
        self._loader = loader
        self._runner = runner
        self._known: dict[str, Peaks] = {}
        self._asked: dict[str, Job[Peaks]] = {}

    def peaks(self, asset: Asset, start: Flicks, end: Flicks, pixels: int, /) -> NDArray[np.float32] | None:
        """Lowest and highest sample of each of ``pixels`` equal parts of ``[start, end)``, shape (pixels, 2)."""
        known = self._known.get(asset.fingerprint)
        if known is not None:
            return known.between(start, end, pixels)
        if asset.info.audio and asset.fingerprint not in self._asked:
            self._ask(asset)
        return None

    def idle(self) -> bool:
        """Whether nothing is being measured."""
        return all(job.state.final for job in self._asked.values())

    def retry(self, asset: Asset) -> None:
        """Measure ``asset`` when it is wanted again, where that failed before."""
        job = self._asked.get(asset.fingerprint)
        if job is not None and job.state.final and asset.fingerprint not in self._known:
            del self._asked[asset.fingerprint]

    def close(self) -> None:
        """Measure no more."""
        for job in self._asked.values():
            job.cancel()

    def _ask(self, asset: Asset) -> None:
        def done(shape: Peaks) -> None:
            self._known[asset.fingerprint] = shape
            self.ready.emit(asset.id)

        ends: Callbacks[Peaks] = Callbacks(done=done, failed=lambda _error: None)
        self._asked[asset.fingerprint] = self._runner.start(
            self,
            "waveform",
            f"Measuring the sound of {asset.name}",
            lambda context: self._loader.peaks(asset, context),
            ends,
        )
