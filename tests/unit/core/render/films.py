"""Small documents of generated films, and the media to render them from."""

from __future__ import annotations

from collections.abc import Sequence as Several
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Literal

from app.core.base import time
from app.core.base.ids import new_id
from app.core.media.fingerprint import file_size, fingerprint
from app.core.media.indexes import LocalIndexes
from app.core.media.pool import MediaPool
from app.core.media.probe import probe
from app.core.media.source import VideoSource
from app.core.model.asset import Asset
from app.core.model.clip import Clip, Gap, Item
from app.core.model.project import Project
from app.core.model.sequence import Sequence, SequenceFormat, Track
from app.core.render.plan import RenderPlan, make_plan


class OpenFilms(MediaPool):
    """Open media by asset; ``decoded`` counts how often a picture was asked of each."""

    def __init__(self) -> None:
        super().__init__(LocalIndexes(), threads=1)
        self.decoded: dict[str, int] = {}

    def video(self, asset: Asset) -> VideoSource:
        self.decoded[asset.id] = self.decoded.get(asset.id, 0) + 1
        return super().video(asset)


def asset_of(path: Path) -> Asset:
    """The asset of a generated film."""
    return Asset(new_id(), path.name, str(path), file_size(path), fingerprint(path), probe(path))


def clip(asset: Asset, first: int, frames: int, rate: Fraction | int, gain_db: float = 0.0) -> Clip:
    """``frames`` frames of ``asset`` from its frame ``first``, at the rate of the sequence."""
    rate = Fraction(rate)
    start, end = time.frame_start(first, rate), time.frame_start(first + frames, rate)
    return Clip(new_id(), asset.id, start, end - start, gain_db=gain_db)


def gap(frames: int, rate: Fraction | int) -> Gap:
    return Gap(time.frame_start(frames, Fraction(rate)))


def track(
    kind: Literal["video", "audio"], *items: Item, muted: bool = False, solo: bool = False, hidden: bool = False
) -> Track:
    return Track(new_id(), kind, kind, tuple(items), muted=muted, solo=solo, hidden=hidden)


def project_of(
    assets: Several[Asset],
    video: Several[Track],
    audio: Several[Track] = (),
    *,
    rate: Fraction | int = 25,
    size: tuple[int, int] = (160, 90),
    channels: int = 2,
) -> tuple[Project, Sequence]:
    """A project of one sequence."""
    wanted = SequenceFormat(size[0], size[1], Fraction(rate), channels=channels)
    sequence = Sequence(new_id(), "Sequence 1", wanted, tuple(video), tuple(audio))
    return Project(new_id(), "Project", tuple(assets), (sequence,)), sequence


def straight_plan(
    asset: Asset,
    cuts: Several[tuple[int, int]],
    rate: Fraction | int = 25,
    size: tuple[int, int] = (160, 90),
    sound: bool = True,
) -> RenderPlan:
    """Pieces ``(first frame, frames)`` of one asset one after another, picture and sound."""
    pieces = [clip(asset, first, frames, rate) for first, frames in cuts]
    heard = [replace(piece, id=new_id()) for piece in pieces]
    audio = [track("audio", *heard)] if sound else []
    return make_plan(*project_of([asset], [track("video", *pieces)], audio, rate=rate, size=size))
