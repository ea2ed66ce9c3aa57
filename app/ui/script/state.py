"""What the window holds, as JSON for tests and scripts."""

from __future__ import annotations

from typing import Any

from app.core.base import time
from app.core.jobs.manager import JobManager
from app.core.model.asset import Asset
from app.core.model.clip import Clip, Item
from app.core.model.project import Project
from app.core.model.sequence import Sequence, Track
from app.ui.workspace import Workspace


def state_of(workspace: Workspace, jobs: JobManager) -> dict[str, Any]:
    """The document, the media, and where the person is. Frames count the grid of the sequence; ``source_in``
    counts shown frames of the medium at its own rate."""
    session = workspace.session
    return {
        "project": {
            "path": str(session.path) if session.path else None,
            "modified": session.modified,
            "tracks": [track for each in session.project.sequences[:1] for track in _tracks(session.project, each)],
        },
        "media": [
            {
                "path": row.path,
                "status": row.status.value,
                "reason": row.reason,
                "asset": row.asset_id,
                "scenes": len(row.scenes.scenes) if row.scenes is not None else None,
                **_speech(workspace, row.asset_id),
            }
            for row in workspace.media.rows
        ],
        "cues": [cue for each in session.project.sequences[:1] for cue in _cues(each)],
        "playhead_frame": workspace.view.playhead,
        "playing": workspace.transport.playing,
        "led_by_sound": workspace.transport.led_by_sound,
        "selection": sorted(workspace.view.selection | workspace.view.cues),
        "jobs": [{"kind": job.kind, "state": job.state.value} for job in jobs.jobs()],
        "undo_depth": session.undo_depth,
    }


def _cues(sequence: Sequence) -> list[dict[str, Any]]:
    """Subtitles of all tracks, in seconds."""
    return [
        {
            "id": cue.id,
            "start": time.to_seconds(cue.start),
            "end": time.to_seconds(cue.end),
            "text": cue.text,
            "speaker": cue.speaker,
            "track": track.name,
        }
        for track in sequence.subtitle_tracks
        for cue in track.cues
    ]


def _speech(workspace: Workspace, asset_id: str | None) -> dict[str, Any]:
    """How many words are known, what is done about them, and why there are none."""
    row = workspace.speech.row(asset_id) if asset_id is not None else None
    if row is None:
        return {"words": None, "speech": "idle", "speech_reason": ""}
    return {"words": row.words, "speech": row.state.value, "speech_reason": row.reason}


def _tracks(project: Project, sequence: Sequence) -> list[dict[str, Any]]:
    return [
        {"id": track.id, "kind": track.kind, "name": track.name, "items": _items(project, sequence, track)}
        for track in sequence.tracks
    ]


def _items(project: Project, sequence: Sequence, track: Track) -> list[dict[str, Any]]:
    rate, start, found = sequence.format.rate, 0, []
    for item in track.items:
        first = time.frame_at(start, rate)
        start += item.duration
        found.append(_item(project, item, first, time.frame_at(start, rate) - first))
    return found


def _item(project: Project, item: Item, first: int, frames: int) -> dict[str, Any]:
    if not isinstance(item, Clip):
        return {"id": None, "type": "gap", "asset": None, "start_frame": first, "frames": frames, "source_in": None}
    return {
        "id": item.id,
        "type": "clip",
        "asset": item.asset_id,
        "start_frame": first,
        "frames": frames,
        "source_in": _source_frame(project.asset(item.asset_id), item),
    }


def _source_frame(asset: Asset, clip: Clip) -> int | None:
    """Number of the first frame used; None where the medium has no frames to count."""
    video = asset.info.video
    if video is None or asset.info.kind != "video":
        return None
    return max(0, time.nearest_frame(clip.source_start - video.start, video.rate))
