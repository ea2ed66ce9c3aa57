"""Subtitle tracks of a timeline in OTIO's metadata under our own key: OTIO itself has no subtitles."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from app.core.base.time import SECOND, Flicks
from app.core.edit.subtitle_text import clean
from app.core.interchange.loss_report import LossReport
from app.core.interchange.otio_metadata import Hints, Ids, pairs
from app.core.model.subtitle import SubtitleCue, SubtitleTrack

_LATEST: Flicks = 30 * 24 * 3600 * SECOND
_LONGEST_NAME = 200


def of_subtitles(tracks: Iterable[SubtitleTrack]) -> list[dict[str, Any]]:
    """Our metadata of subtitle tracks."""
    return [
        {
            "id": track.id,
            "name": track.name,
            "language": track.language,
            "hidden": track.hidden,
            "locked": track.locked,
            "extra": pairs(track.extra),
            "cues": [_of_cue(cue) for cue in track.cues],
        }
        for track in tracks
    ]


def read_subtitles(found: Iterable[Hints], ids: Ids, report: LossReport) -> tuple[SubtitleTrack, ...]:
    """The subtitle tracks that metadata describe; what makes no sense goes to ``report``."""
    tracks = []
    for number, hints in enumerate(found, start=1):
        name = clean(hints.text("name") or "")[:_LONGEST_NAME] or f"ST{number}"
        identity = ids.take(hints.text("id"))
        said = hints.parts("cues")
        cues = [cue for each in said if (cue := _cue(each, ids)) is not None]
        if len(cues) < len(said):
            report.add(f"{len(said) - len(cues)} of its subtitles make no sense and are left out", f"track {name}")
        cues.sort(key=lambda cue: (cue.start, cue.end))
        tracks.append(
            SubtitleTrack(
                identity,
                name,
                tuple(cues),
                hints.text("language"),
                hints.flag("hidden"),
                hints.flag("locked"),
                extra=hints.extra(),
            )
        )
    return tuple(tracks)


def _of_cue(cue: SubtitleCue) -> dict[str, Any]:
    return {
        "id": cue.id,
        "start": cue.start,
        "end": cue.end,
        "text": cue.text,
        "speaker": cue.speaker,
        "extra": pairs(cue.extra),
    }


def _cue(hints: Hints, ids: Ids) -> SubtitleCue | None:
    start, end, text = hints.number("start"), hints.number("end"), hints.text("text")
    if start is None or end is None or text is None or not 0 <= start < end <= _LATEST:
        return None
    speaker = hints.text("speaker")
    return SubtitleCue(ids.take(hints.text("id")), start, end, clean(text), speaker, hints.extra())
