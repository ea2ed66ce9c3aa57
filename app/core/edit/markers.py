"""Markers of a sequence: pinned, changed, taken away."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from app.core.base.errors import UserError
from app.core.base.ids import new_id
from app.core.base.time import Flicks
from app.core.edit.document import require_on_grid, with_sequence
from app.core.model.marker import Marker, MarkerColor
from app.core.model.project import Project
from app.core.model.sequence import Sequence


def add_marker(
    project: Project,
    sequence_id: str,
    start: Flicks,
    *,
    duration: Flicks = 0,
    name: str = "",
    color: MarkerColor = "green",
    note: str = "",
) -> Project:
    """Pin a marker to ``start``, or to the range that begins there.

    Raises:
        UserError: there is one with the same times already.
        ValueError: a time is on no frame of the sequence, or negative.
    """
    sequence = project.sequence(sequence_id)
    return _with_marker(project, sequence, Marker(new_id(), start, duration, _line(name), color, note.strip()))


def change_marker(
    project: Project,
    sequence_id: str,
    marker_id: str,
    *,
    start: Flicks | None = None,
    duration: Flicks | None = None,
    name: str | None = None,
    color: MarkerColor | None = None,
    note: str | None = None,
) -> Project:
    """Change what is given of a marker; what is None stays.

    Raises:
        UserError: the marker is gone, or another has these times already.
        ValueError: a time is on no frame of the sequence, or negative.
    """
    sequence = project.sequence(sequence_id)
    marker = find_marker(sequence, marker_id)
    changed = replace(
        marker,
        start=marker.start if start is None else start,
        duration=marker.duration if duration is None else duration,
        name=marker.name if name is None else _line(name),
        color=color or marker.color,
        note=marker.note if note is None else note.strip(),
    )
    return project if changed == marker else _with_marker(project, sequence, changed)


def remove_markers(project: Project, sequence_id: str, marker_ids: Collection[str]) -> Project:
    """Take markers away.

    Raises:
        UserError: one is gone, or none is chosen.
    """
    sequence = project.sequence(sequence_id)
    if not marker_ids:
        raise UserError("timeline", "no marker is chosen", "choose a marker")
    for marker_id in marker_ids:
        find_marker(sequence, marker_id)
    left = tuple(each for each in sequence.markers if each.id not in marker_ids)
    return with_sequence(project, replace(sequence, markers=left))


def find_marker(sequence: Sequence, marker_id: str) -> Marker:
    """The marker of that id.

    Raises:
        UserError: it is gone.
    """
    for marker in sequence.markers:
        if marker.id == marker_id:
            return marker
    raise UserError(f"marker {marker_id}", "it is not on the timeline", "choose another marker")


def _with_marker(project: Project, sequence: Sequence, marker: Marker) -> Project:
    """``project`` with a marker added, or in place of the one of its id."""
    require_on_grid(sequence, marker.start, marker.duration)
    others = [each for each in sequence.markers if each.id != marker.id]
    if any((each.start, each.duration) == (marker.start, marker.duration) for each in others):
        raise UserError("marker", "there is one at that time already", "change that one, or choose another time")
    markers = sorted([*others, marker], key=lambda each: (each.start, each.end))
    return with_sequence(project, replace(sequence, markers=tuple(markers)))


def _line(name: str) -> str:
    return " ".join(name.split())
