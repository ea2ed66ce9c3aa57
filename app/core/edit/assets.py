"""New projects, and media that join them."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import replace
from fractions import Fraction

from app.core.base import time
from app.core.base.errors import UserError
from app.core.base.ids import new_id
from app.core.edit.cut import lift
from app.core.model.asset import Asset
from app.core.model.clip import Clip
from app.core.model.links import placed_clips
from app.core.model.project import Project
from app.core.model.sequence import Sequence, SequenceFormat, Track

DEFAULT_FORMAT = SequenceFormat(1920, 1080, Fraction(25))
LARGEST_SIDE = 16_384
FASTEST_RATE = Fraction(240)  # a "rate" beyond is the time base of a variable one


def new_project(name: str, wanted: SequenceFormat = DEFAULT_FORMAT) -> Project:
    """A project with one empty sequence of one picture track and one sound track.

    The first film that joins it decides the format (see :func:`add_assets`).
    """
    tracks = Track(new_id(), "video", "V1"), Track(new_id(), "audio", "A1")
    sequence = Sequence(new_id(), "Sequence 1", wanted, tracks[:1], tracks[1:])
    return Project(new_id(), name, (), (sequence,))


def sequence_format(asset: Asset, otherwise: SequenceFormat = DEFAULT_FORMAT) -> SequenceFormat:
    """The format a new sequence takes for a film: its size made even, its rate where that is exact.

    Media without picture leave it ``otherwise``.
    """
    video = asset.info.video
    if asset.info.kind != "video" or video is None:
        return otherwise
    rate = time.sequence_rate(min(video.rate, FASTEST_RATE))
    return replace(otherwise, width=_even(video.width), height=_even(video.height), rate=rate)


def add_asset(project: Project, asset: Asset) -> Project:
    """:func:`add_assets` for one."""
    return add_assets(project, (asset,))


def add_assets(project: Project, assets: Iterable[Asset]) -> Project:
    """Add media to the project; content that is there already (equal fingerprint) is not added again.

    Where the first sequence is still empty and no film was there before, it takes the format of
    the first film.

    ::

        assets ( a b )  +  c, b   ->   assets ( a b c )

    Raises:
        ValueError: an id is taken: a bug of the caller.
    """
    known = {asset.fingerprint for asset in project.assets}
    ids = {asset.id for asset in project.assets}
    added: list[Asset] = []
    for asset in assets:
        if asset.fingerprint in known:
            continue
        if asset.id in ids:
            raise ValueError(f"the asset id {asset.id} is taken")
        known.add(asset.fingerprint)
        ids.add(asset.id)
        added.append(asset)
    if not added:
        return project
    return replace(_take_format(project, added), assets=(*project.assets, *added))


def remove_assets(project: Project, asset_ids: Collection[str], *, with_clips: bool = False) -> Project:
    """Take media out of the project; their files stay. ``with_clips`` lifts their clips off all sequences.

    Raises:
        UserError: clips use them and may not go, or lie on a locked track.
        KeyError: one is not in the project.
    """
    wanted = [project.asset(each) for each in dict.fromkeys(asset_ids)]
    gone = {asset.id for asset in wanted}
    for sequence in project.sequences:
        used = [placed.clip for track in sequence.tracks for placed in placed_clips(track)]
        used = [clip for clip in used if clip.asset_id in gone]
        if used and not with_clips:
            what = wanted[0].name if len(wanted) == 1 else f"{len(wanted)} media"
            why = "1 clip is made of that" if len(used) == 1 else f"{len(used)} clips are made of that"
            raise UserError(what, why, "take the clips off the timeline, or remove them as well")
        if used:
            project = lift(project, sequence.id, {clip.id for clip in used}, linked=False)
    return replace(project, assets=tuple(asset for asset in project.assets if asset.id not in gone))


def relink(project: Project, asset_id: str, path: str) -> Project:
    """Say that the file of an asset lies in ``path`` now; its content is the same.

    Raises:
        KeyError: there is no such asset.
    """
    moved = replace(project.asset(asset_id), path=path)
    return replace(project, assets=tuple(moved if each.id == asset_id else each for each in project.assets))


def known_asset(project: Project, asset: Asset) -> Asset:
    """The asset of ``project`` with the content of ``asset``, or ``asset`` itself."""
    return next((each for each in project.assets if each.fingerprint == asset.fingerprint), asset)


def _take_format(project: Project, added: list[Asset]) -> Project:
    film = next((asset for asset in added if asset.info.kind == "video"), None)
    if film is None or any(asset.info.kind == "video" for asset in project.assets) or not project.sequences:
        return project
    first = project.sequences[0]
    if any(isinstance(item, Clip) for track in first.tracks for item in track.items):
        return project
    first = replace(first, format=sequence_format(film, first.format))
    return replace(project, sequences=(first, *project.sequences[1:]))


def _even(side: int) -> int:
    return min(max(side + side % 2, 2), LARGEST_SIDE)
