"""Peaks of a whole file, measured in this process."""

from __future__ import annotations

from pathlib import Path

from app.core.base.time import Flicks
from app.core.jobs.inline import InlineContext
from app.core.media.waveform import Peaks, joined_peaks, measure_piece, plan_pieces


def whole_peaks(path: Path | str, stream: int, duration: Flicks) -> Peaks:
    """The peaks of one sound stream, piece after piece."""
    return joined_peaks(measure_piece(str(path), stream, piece, InlineContext()) for piece in plan_pieces(duration))
