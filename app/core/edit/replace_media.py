"""Other media in the place of a clip."""

from __future__ import annotations

from dataclasses import replace

from app.core.base.errors import UserError
from app.core.base.time import Flicks
from app.core.edit import row
from app.core.edit.document import find_clip, find_clips, frame_of, label, with_links, with_rows, with_sequence
from app.core.edit.insert import media_name, whole
from app.core.model.limits import has_kind, source_limits
from app.core.model.project import Project


def replace_media(
    project: Project,
    sequence_id: str,
    clip_id: str,
    asset_id: str,
    *,
    source_start: Flicks | None = None,
    name: str = "",
    linked: bool = True,
) -> Project:
    """Show ``asset_id`` from ``source_start`` (by default its beginning) where a clip is; place and length stay.

    Linked parts take the new media too. Parts of a kind that these do not have stay as they are,
    no longer linked. Level, group and id of each clip stay; the new media play at normal speed.

    ::

        V1 [ a ][ b    ][ c ]        V1 [ a ][ new  ][ c ]
        A1 [ s ][ t    ][ u ]   ->   A1 [ s ][ new  ][ u ]

    Raises:
        UserError: the clip is gone or a part locked, the new media are too short, or have nothing of
            the clip's kind.
    """
    sequence, asset = project.sequence(sequence_id), project.asset(asset_id)
    chosen = find_clip(sequence, clip_id)
    if not has_kind(asset, chosen.track.kind):
        what = "picture" if chosen.track.kind == "video" else "sound"
        raise UserError(asset.name, f"it has no {what}", f"choose media with {what}")
    start = whole(asset).start if source_start is None else source_start
    parts = find_clips(sequence, {clip_id}, linked=linked)
    taking = [part for part in parts if has_kind(asset, part.track.kind)]
    rows = {part.track.id: part.track.items for part in parts}
    for part in taking:
        # What each part skips of the clip's beginning, it skips of the new media as well.
        begin = start + part.start - chosen.start
        limits = source_limits(asset, part.track.kind)
        before = limits.start is not None and limits.start - begin >= frame_of(sequence)
        if before or (limits.end is not None and begin + part.clip.duration - limits.end >= frame_of(sequence)):
            raise UserError(asset.name, f"it is too short for clip {label(part.clip)}", "trim the clip first")
        clip = replace(part.clip, asset_id=asset.id, source_start=begin, name=name or media_name(asset), retime=None)
        rows[part.track.id] = row.put(rows[part.track.id], part.start, part.end, (clip,))
    changed = with_rows(sequence, rows)
    if len(taking) < len(parts) or not linked:
        alone = {part.clip.id: None for part in (taking if len(taking) == 1 else [])}
        alone |= {part.clip.id: None for part in parts if part not in taking}
        changed = with_links(changed, alone)
    return with_sequence(project, changed)
