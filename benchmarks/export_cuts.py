"""One whole export as a process of its own: FILM OUT. Cuts off the key frames of a film at 24 fps."""

from __future__ import annotations

import sys
from fractions import Fraction
from pathlib import Path

from app.core.base import time
from app.core.base.ids import new_id
from app.core.jobs.inline import InlineContext
from app.core.media.fingerprint import file_size, fingerprint
from app.core.media.indexes import LocalIndexes
from app.core.media.pool import MediaPool
from app.core.media.probe import probe
from app.core.model.asset import Asset
from app.core.model.clip import Clip
from app.core.model.project import Project
from app.core.model.sequence import Sequence, SequenceFormat, Track
from app.core.render.export import export
from app.core.render.plan import RenderPlan, make_plan
from app.core.render.preset import find_preset
from app.core.render.target import Destination

RATE = 24
SPEED = "medium"
QUALITY = "medium"
CRF = 23
# First frame and number of frames of each piece.
CUTS = ((50, 48), (300, 48), (120, 48), (600, 48), (420, 48), (210, 48))


def cuts_plan(film: Path) -> RenderPlan:
    """The pieces of ``film`` one after another, picture and sound."""
    info = probe(film)
    assert info.video is not None
    asset = Asset(new_id(), film.name, str(film), file_size(film), fingerprint(film), info)
    frame = time.frame_duration(Fraction(RATE))
    rows = [tuple(Clip(new_id(), asset.id, first * frame, frames * frame) for first, frames in CUTS) for _ in range(2)]
    video, audio = Track(new_id(), "video", "V1", rows[0]), Track(new_id(), "audio", "A1", rows[1])
    size = SequenceFormat(info.video.width, info.video.height, Fraction(RATE))
    sequence = Sequence(new_id(), "Cuts", size, (video,), (audio,))
    return make_plan(Project(new_id(), "Benchmark", (asset,), (sequence,)), sequence)


def main(film: Path, out: Path) -> None:
    """Export the cuts of ``film`` to ``out``."""
    pool = MediaPool(LocalIndexes())
    try:
        export(cuts_plan(film), Destination(out, overwrite=True), find_preset("mp4"), QUALITY, pool, InlineContext())
    finally:
        pool.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
