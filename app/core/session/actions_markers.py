"""Actions on markers: pin, change, remove, list."""

from __future__ import annotations

from typing import Any

from app.core.base import time
from app.core.edit.markers import add_marker, change_marker, find_marker, remove_markers
from app.core.model.marker import MARKER_COLORS, Marker, MarkerColor
from app.core.session.actions import Action, ActionContext, Result
from app.core.session.actions_common import frame_parameter, frames, has_sequence, moment, required_moment
from app.core.session.actions_parameters import Arguments, Parameter

_MARKER = Parameter("marker", "text", "a marker, by id", required=True)
_NAME = Parameter("name", "text", "what it is called")
_NOTE = Parameter("note", "text", "what is noted there")
_FRAMES = Parameter("frames", "int", "how long its range is; 0 for a moment")
_COLOR = Parameter("color", "choice", "its colour; green by default", choices=MARKER_COLORS)


def _add(context: ActionContext, arguments: Arguments) -> Result:
    sequence, start, known = context.timeline.id, required_moment(context, arguments), _ids(context)
    duration = _duration(context, arguments)
    color, name, note = _color(arguments), _text(arguments, "name"), _text(arguments, "note")
    context.session.apply(
        "Add marker",
        lambda project: add_marker(
            project, sequence, start, duration=duration or 0, name=name or "", color=color or "green", note=note or ""
        ),
    )
    return {"marker": next(each.id for each in context.timeline.markers if each.id not in known)}


def _change(context: ActionContext, arguments: Arguments) -> Result:
    sequence, marker, start = context.timeline.id, arguments.text("marker"), moment(context, arguments)
    duration = _duration(context, arguments)
    color, name, note = _color(arguments), _text(arguments, "name"), _text(arguments, "note")
    context.session.apply(
        "Change marker",
        lambda project: change_marker(
            project, sequence, marker, start=start, duration=duration, name=name, color=color, note=note
        ),
    )
    return _described(context, find_marker(context.timeline, marker))


def _remove(context: ActionContext, arguments: Arguments) -> Result:
    sequence, markers = context.timeline.id, arguments.texts("markers")
    context.session.apply("Remove marker", lambda project: remove_markers(project, sequence, markers))
    return {"removed": sorted(set(markers))}


def _list(context: ActionContext, _arguments: Arguments) -> Result:
    return {"markers": [_described(context, marker) for marker in context.timeline.markers]}


def _described(context: ActionContext, marker: Marker) -> dict[str, Any]:
    start, length = (time.nearest_frame(each, context.rate) for each in (marker.start, marker.duration))
    return {
        "id": marker.id,
        "frame": start,
        "frames": length,
        "name": marker.name,
        "color": marker.color,
        "note": marker.note,
    }


def _duration(context: ActionContext, arguments: Arguments) -> int | None:
    return max(frames(context, arguments, "frames"), 0) if "frames" in arguments else None


def _text(arguments: Arguments, name: str) -> str | None:
    return arguments.text(name) if name in arguments else None


def _color(arguments: Arguments) -> MarkerColor | None:
    wanted = _text(arguments, "color")
    return next((color for color in MARKER_COLORS if color == wanted), None)


def _ids(context: ActionContext) -> set[str]:
    return {marker.id for marker in context.timeline.markers}


def _has_markers(context: ActionContext) -> bool:
    sequences = context.session.project.sequences
    return bool(sequences) and bool(sequences[0].markers)


MARKER_ACTIONS = (
    Action(
        "marker.add",
        "Add Marker",
        _add,
        (frame_parameter("where it is pinned"), _FRAMES, _NAME, _COLOR, _NOTE),
        has_sequence,
    ),
    Action(
        "marker.change",
        "Change Marker",
        _change,
        (_MARKER, frame_parameter("where it goes", required=False), _FRAMES, _NAME, _COLOR, _NOTE),
        _has_markers,
    ),
    Action(
        "marker.remove",
        "Remove Marker",
        _remove,
        (Parameter("markers", "texts", "markers, by id", required=True),),
        _has_markers,
    ),
    Action("marker.list", "List Markers", _list, (), has_sequence),
)
