"""Three-point edits: of the four marks, in and out in the media and on the timeline, three say where the fourth is."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal, TypeAlias

from app.core.base.errors import UserError
from app.core.base.time import Flicks
from app.core.edit.document import require_on_grid
from app.core.edit.insert import MediaRange, insert, media_name, overwrite, whole, whole_frames
from app.core.model.asset import Asset
from app.core.model.project import Project
from app.core.model.sequence import Sequence

Mark: TypeAlias = Literal["source_in", "source_out", "start", "end"]


@dataclass(frozen=True, slots=True)
class Marks:
    """Media time of ``[source_in, source_out)`` and sequence time of ``[start, end)``; None where nothing is marked.

    ``name`` is what the clips are called; as their media by default.
    """

    source_in: Flicks | None = None
    source_out: Flicks | None = None
    start: Flicks | None = None
    end: Flicks | None = None
    name: str = ""


def place(
    project: Project,
    sequence_id: str,
    asset_id: str,
    marks: Marks,
    how: Literal["insert", "overwrite"],
    *,
    leave_out: Mark | None = None,
    video_track: str | None = None,
    audio_track: str | None = None,
) -> Project:
    """Insert or overwrite with media as the marks say; a mark that is not set follows from the others.

    ::

        source    in   out              in                 out     in   out
        timeline  in              in         out     in    out          out
                  forward         fill from in       fill to out   backward

    Where the media are not marked, all of them are meant, as far as the timeline's range lets
    them. Four marks of different lengths are refused unless ``leave_out`` says which does not count.

    Raises:
        UserError: the marks do not fit each other or the media, or as :func:`insert` and :func:`overwrite`.
        ValueError: a time is on no frame of the sequence.
    """
    sequence, asset = project.sequence(sequence_id), project.asset(asset_id)
    at, media = resolved(sequence, asset, marks, leave_out)
    media = replace(media, name=marks.name or media_name(asset))
    edit = insert if how == "insert" else overwrite
    return edit(project, sequence_id, asset_id, at, media=media, video_track=video_track, audio_track=audio_track)


def resolved(
    sequence: Sequence, asset: Asset, marks: Marks, leave_out: Mark | None = None
) -> tuple[Flicks, MediaRange]:
    """Where media go and which part of them, from the marks; see :func:`place`.

    Raises:
        UserError: the marks do not fit each other.
        ValueError: a time is on no frame of the sequence.
    """
    require_on_grid(sequence, *(at for at in (marks.start, marks.end) if at is not None))
    for first, last, where in (
        (marks.source_in, marks.source_out, asset.name),
        (marks.start, marks.end, "the timeline"),
    ):
        if first is not None and last is not None and last <= first:
            raise UserError(where, "its out mark is not after its in mark", "mark it anew")
    if None not in (marks.source_in, marks.source_out, marks.start, marks.end):
        marks = _three_of(sequence, marks, leave_out)
    if marks.start is not None and marks.end is not None:
        return marks.start, _filling(asset, marks, marks.end - marks.start)
    media = _marked(asset, marks)
    if marks.start is not None:
        return marks.start, media
    if marks.end is None:
        raise UserError("the timeline", "nothing says where the media go", "set a mark or the playhead")
    at = marks.end - whole_frames(media.end - media.start, sequence)
    if at < 0:
        raise UserError(asset.name, "it would begin before the timeline does", "choose a later out mark")
    return at, media


def _three_of(sequence: Sequence, marks: Marks, leave_out: Mark | None) -> Marks:
    """Four marks, of which one follows from the others."""
    if leave_out is not None:
        return replace(
            marks,
            source_in=None if leave_out == "source_in" else marks.source_in,
            source_out=None if leave_out == "source_out" else marks.source_out,
            start=None if leave_out == "start" else marks.start,
            end=None if leave_out == "end" else marks.end,
        )
    source = whole_frames((marks.source_out or 0) - (marks.source_in or 0), sequence)
    if source != (marks.end or 0) - (marks.start or 0):
        why = "the marks of media and timeline are of different lengths"
        raise UserError("four marks", why, "say which of them does not count, or remove one")
    return replace(marks, end=None)


def _filling(asset: Asset, marks: Marks, length: Flicks) -> MediaRange:
    """``length`` of media, from the in mark on or up to the out mark."""
    if marks.source_in is None and marks.source_out is not None:
        return MediaRange(marks.source_out - length, marks.source_out)
    start = whole(asset).start if marks.source_in is None else marks.source_in
    return MediaRange(start, start + length)


def _marked(asset: Asset, marks: Marks) -> MediaRange:
    """The marked part of the media; an open side is where they begin or end."""
    if marks.source_in is not None and marks.source_out is not None:
        return MediaRange(marks.source_in, marks.source_out)
    everything = whole(asset)
    start = everything.start if marks.source_in is None else marks.source_in
    return MediaRange(start, everything.end if marks.source_out is None else marks.source_out)
