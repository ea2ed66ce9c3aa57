"""Media that moved: found again in a folder by name, size and content, all in one go."""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from app.core.base.errors import UserError
from app.core.base.files import is_file
from app.core.base.time import frame_duration
from app.core.jobs.context import JobContext
from app.core.model.asset import Asset
from app.core.model.clip import Clip
from app.core.model.limits import has_kind, source_limits
from app.core.model.project import Project
from app.core.model.sequence import Sequence as Timeline
from app.core.model.sequence import Track

_MOST_NAMED = 5


@dataclass(frozen=True, slots=True)
class Found:
    """Where missing media lie, by asset id; of the others a word on why not. ``others`` are files of their
    names with another content."""

    paths: Mapping[str, str]
    reasons: Mapping[str, str]
    others: Mapping[str, str] = field(default_factory=dict)


def missing_media(project: Project) -> tuple[Asset, ...]:
    """The assets whose files are not where the project says."""
    return tuple(asset for asset in project.assets if not is_file(asset.path))


def find_media(assets: Sequence[Asset], folders: Iterable[Path], context: JobContext) -> Found:
    """Look for ``assets`` below ``folders``: what has the size and the content is the same, whatever its name.

    Of several copies the one with the old name is taken. A file of that name with another content is
    not the same film, and is only told of.

    Raises:
        Cancelled: ``context`` was cancelled.
    """
    sizes, names = {asset.size for asset in assets}, {os.path.basename(asset.path) for asset in assets}
    by_size: defaultdict[int, list[str]] = defaultdict(list)
    named: dict[str, str] = {}
    for folder in folders:
        for place, inner, files in os.walk(folder):
            context.check()
            inner[:] = sorted(name for name in inner if not name.startswith("."))
            for name in sorted(files):
                path = os.path.join(place, name)  # noqa: PTH118 - of a hundred thousand files
                size = _size(path)
                if size in sizes:
                    by_size[size].append(path)
                if name in names:
                    named.setdefault(name, path)
    return _matched(assets, by_size, named, context)


def relink_all(project: Project, paths: Mapping[str, str]) -> Project:
    """Say where the files of several assets lie now; ids that are gone meanwhile are passed over.

    ::

        a (offline)  b (offline)  c      ->      a  b  c
    """
    assets = tuple(replace(each, path=paths[each.id]) if each.id in paths else each for each in project.assets)
    return replace(project, assets=assets)


def use_other(project: Project, asset_id: str, found: Asset) -> Project:
    """Put ``found``, which has another content and an id of its own, in the place of an asset and under all its clips.

    ::

        a (offline): [a 0-10] [a 5-20]      ->      b: [b 0-10] [b 5-20]

    Raises:
        KeyError: there is no such asset.
        UserError: a clip would reach out of it, it has no picture or sound for one, or it is in the project already.
    """
    before = project.asset(asset_id)
    if any(each.fingerprint == found.fingerprint for each in project.assets):
        raise UserError(found.path, "the project has this content already", "replace the clips by hand")
    unfit = [named for each in project.sequences for named in _unfit(each, asset_id, found)]
    if unfit:
        named = ", ".join(unfit[:_MOST_NAMED]) + (
            f" and {len(unfit) - _MOST_NAMED} more" if unfit[_MOST_NAMED:] else ""
        )
        why = f"it does not have what these clips show or play: {named}"
        raise UserError(found.path, why, "choose a longer file, or trim the clips first")
    placed = replace(found, name=before.name, extra=before.extra)
    return replace(
        project,
        assets=tuple(placed if each.id == asset_id else each for each in project.assets),
        sequences=tuple(_moved(each, asset_id, placed.id) for each in project.sequences),
    )


def _unfit(sequence: Timeline, asset_id: str, found: Asset) -> Iterator[str]:
    """The clips of an asset that ``found`` cannot fill, as people know them."""
    frame = frame_duration(sequence.format.rate)
    for track in sequence.tracks:
        limits = source_limits(found, track.kind)
        for clip in track.items:
            if not isinstance(clip, Clip) or clip.asset_id != asset_id:
                continue
            first, last = clip.source_range
            excess = frame if clip.retime is None else frame * clip.retime.speed
            early = limits.start is not None and limits.start - first >= excess
            late = limits.end is not None and last - limits.end >= excess
            if early or late or not has_kind(found, track.kind):
                yield f"{clip.name or clip.id} on {track.name}"


def _moved(sequence: Timeline, old: str, new: str) -> Timeline:
    def track_of(track: Track) -> Track:
        items = (replace(i, asset_id=new) if isinstance(i, Clip) and i.asset_id == old else i for i in track.items)
        return replace(track, items=tuple(items))

    video, audio = (tuple(map(track_of, rows)) for rows in (sequence.video_tracks, sequence.audio_tracks))
    return replace(sequence, video_tracks=video, audio_tracks=audio)


def _matched(
    assets: Sequence[Asset], by_size: Mapping[int, list[str]], named: Mapping[str, str], context: JobContext
) -> Found:
    prints: dict[str, str] = {}
    paths: dict[str, str] = {}
    reasons: dict[str, str] = {}
    others: dict[str, str] = {}
    for number, asset in enumerate(assets):
        context.report(number / len(assets), asset.name)
        name = os.path.basename(asset.path)
        candidates = sorted(by_size.get(asset.size, ()), key=lambda path: os.path.basename(path) != name)
        for path in candidates:
            context.check()
            if prints.setdefault(path, _print(path)) == asset.fingerprint:
                paths[asset.id] = path
                break
        else:
            reasons[asset.id] = "a file of that name has another content" if name in named else "not found there"
            if name in named:
                others[asset.id] = named[name]
    return Found(paths, reasons, others)


def _size(path: str) -> int:
    try:
        return os.stat(path).st_size
    except OSError:
        return -1


def _print(path: str) -> str:
    try:
        from app.core.media.fingerprint import fingerprint  # loads PyAV

        return fingerprint(path)
    except UserError:
        return ""
