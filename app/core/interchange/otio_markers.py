"""Markers of a timeline as OTIO's own, with colour and note, in and out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from fractions import Fraction
from typing import Any

from app.core.base import time
from app.core.base.errors import one_line
from app.core.interchange.loss_report import LossReport
from app.core.interchange.otio_metadata import KEY, Ids, hints_of, of_marker, safe
from app.core.interchange.otio_time import frame_near, seconds
from app.core.model.marker import MARKER_COLORS, Marker, MarkerColor

_NEAREST: dict[str, MarkerColor] = {"magenta": "pink"}
_OTHER: MarkerColor = "blue"
_LONGEST_NAME = 200
_LONGEST_NOTE = 10_000


def written(markers: Iterable[Marker], rate: Fraction) -> Iterator[Any]:
    """OTIO markers that count frames of the sequence from its start."""
    import opentimelineio as otio

    def frames(at: int) -> Any:
        return otio.opentime.RationalTime(time.nearest_frame(at, rate), float(rate))

    for marker in markers:
        yield otio.schema.Marker(
            name=safe(marker.name),
            marked_range=otio.opentime.TimeRange(frames(marker.start), frames(marker.duration)),
            color=marker.color.upper(),
            comment=safe(marker.note),
            metadata=safe({KEY: of_marker(marker)}),
        )


def read_markers(stack: Any, rate: Fraction, ids: Ids, report: LossReport) -> tuple[Marker, ...]:
    """The markers of a timeline and of its tracks, on the nearest frames of the sequence."""
    found = []
    for owner in (stack, *(child for child in stack if child.schema_name() == "Track")):
        cropped = stack.source_range if owner is stack or owner.source_range is None else owner.source_range
        origin = Fraction(0) if cropped is None else seconds(cropped.start_time)
        for each in owner.markers:
            marker = _marker(each, origin, rate, ids, report)
            if marker is not None:
                found.append(marker)
    return tuple(sorted(found, key=lambda marker: (marker.start, marker.end)))


def _marker(found: Any, origin: Fraction, rate: Fraction, ids: Ids, report: LossReport) -> Marker | None:
    hints, frame = hints_of(found), time.frame_duration(rate)
    name = found.name.replace("\0", "") if hints else one_line(found.name or "")[:_LONGEST_NAME]
    note = (found.comment or "").replace("\0", "")
    note = note if hints else note[:_LONGEST_NOTE]
    start = seconds(found.marked_range.start_time) - origin
    first, last = (frame_near(at, rate) for at in (start, start + seconds(found.marked_range.duration)))
    if first < 0:
        report.add("it lies before the timeline, it is left out", f"marker {name!r}")
        return None
    length = max(last - first, 0) * frame
    return Marker(
        ids.take(hints.text("id")), first * frame, length, name, _color(found, name, report), note, hints.extra()
    )


def _color(found: Any, name: str, report: LossReport) -> MarkerColor:
    said = one_line(str(found.color or ""))[:40].lower()
    for color in MARKER_COLORS:
        if color == said:
            return color
    color = _NEAREST.get(said, _OTHER)
    report.add(f"its colour {said or 'that nobody named'} becomes {color}", f"marker {name!r}")
    return color
