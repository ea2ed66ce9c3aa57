"""Which clips belong together: links of picture and sound, and groups of anything."""

from __future__ import annotations

from collections.abc import Collection

from app.core.base.errors import UserError
from app.core.base.ids import new_id
from app.core.edit.document import find_clips, label, with_groups, with_links, with_sequence
from app.core.model.project import Project


def link(project: Project, sequence_id: str, clip_ids: Collection[str]) -> Project:
    """Link clips of different tracks: from now on they are chosen, cut, moved and trimmed together.

    They leave the links that they had.

    ::

        V1 [ a ]         V1 [ a ]
        A1 [ s ]   ->    A1 [ s ]      a-s linked

    Raises:
        UserError: fewer than two, two of one track, one is gone or lies on a locked track.
    """
    sequence = project.sequence(sequence_id)
    clips = find_clips(sequence, clip_ids, linked=False)
    if len(clips) < 2:
        raise UserError("timeline", "a link takes two clips or more", "choose picture and sound")
    seen: set[str] = set()
    for placed in clips:
        if placed.track.id in seen:
            why = f"{placed.track.name} has another of the clips, and a link takes one of a track"
            raise UserError(f"clip {label(placed.clip)}", why, "group them instead")
        seen.add(placed.track.id)
    if clips[0].clip.link_id is not None:
        together = find_clips(sequence, clip_ids, linked=True)
        if len({placed.clip.link_id for placed in clips}) == 1 and len(together) == len(clips):
            return project
    fresh = new_id()
    return with_sequence(project, with_links(sequence, {placed.clip.id: fresh for placed in clips}))


def unlink(project: Project, sequence_id: str, clip_ids: Collection[str]) -> Project:
    """Dissolve the links of clips: each part is free.

    Raises:
        UserError: none of them is linked, one is gone, or a part lies on a locked track.
    """
    sequence = project.sequence(sequence_id)
    linked = [each for each in find_clips(sequence, clip_ids, linked=True) if each.clip.link_id is not None]
    if not linked:
        raise UserError("timeline", "none of the clips is linked", "choose linked clips")
    return with_sequence(project, with_links(sequence, {placed.clip.id: None for placed in linked}))


def group(project: Project, sequence_id: str, clip_ids: Collection[str]) -> Project:
    """Make clips, and what is linked to them, one group: they are chosen, moved and taken away together.

    They leave the groups that they had. Pieces of a clip that is split stay in its group.

    Raises:
        UserError: fewer than two, one is gone or lies on a locked track.
    """
    sequence = project.sequence(sequence_id)
    clips = find_clips(sequence, clip_ids, linked=True)
    if len(clips) < 2:
        raise UserError("timeline", "a group takes two clips or more", "choose more clips")
    groups = {placed.clip.group_id for placed in clips}
    if len(groups) == 1 and None not in groups:
        together = find_clips(sequence, clip_ids, linked=True, grouped=True)
        if len(together) == len(clips):
            return project
    fresh = new_id()
    return with_sequence(project, with_groups(sequence, {placed.clip.id: fresh for placed in clips}))


def ungroup(project: Project, sequence_id: str, clip_ids: Collection[str]) -> Project:
    """Dissolve the groups of clips; links stay.

    Raises:
        UserError: none of them is in a group, one is gone, or a part lies on a locked track.
    """
    sequence = project.sequence(sequence_id)
    grouped = [
        each for each in find_clips(sequence, clip_ids, linked=True, grouped=True) if each.clip.group_id is not None
    ]
    if not grouped:
        raise UserError("timeline", "none of the clips is in a group", "choose clips of a group")
    return with_sequence(project, with_groups(sequence, {placed.clip.id: None for placed in grouped}))
