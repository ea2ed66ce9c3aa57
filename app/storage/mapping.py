"""Rows of the library and the values they stand for."""

from __future__ import annotations

import json
from fractions import Fraction
from pathlib import Path
from typing import Any

from sqlalchemy import Row

from app.core.base.time import to_seconds
from app.core.model.asset import MediaInfo
from app.core.model.encoding import Malformed, decode, encode
from app.core.model.scene import Scene, SceneList, Transition
from app.core.session.ports import PROBE_VERSION, KnownMedia

_UNPROBED = 0  # older than every version of the probe


def media_values(known: KnownMedia, *, probed: bool = True) -> dict[str, Any]:
    """The columns of the table ``media`` for one content, but for its key and its age.

    ``probed`` says whether this version's probe found it.
    """
    info = known.info
    video = info.video
    return {
        "size": known.size,
        "path": storable(known.path),
        "folded_name": storable(Path(known.path).name).casefold(),
        "kind": info.kind,
        "container": storable(info.container),
        "duration": None if info.duration is None else to_seconds(info.duration),
        "duration_flicks": info.duration,
        "video_codec": None if video is None else storable(video.codec),
        "width": None if video is None else video.width,
        "height": None if video is None else video.height,
        "rate": None if video is None else str(video.rate),
        # ASCII only: a name that is no text in any encoding comes back as it was.
        "document": json.dumps(
            {"probe": PROBE_VERSION if probed else _UNPROBED, "path": known.path, "info": encode(info)}
        ),
    }


def media_from(row: Row[Any]) -> KnownMedia | None:
    """The content of a row; None where another version wrote what this one cannot read."""
    try:
        document = json.loads(row.document)
        info = decode(MediaInfo, document["info"])
        return KnownMedia(row.fingerprint, row.size, str(document["path"]), info)
    except (Malformed, ValueError, TypeError, KeyError):
        return None


def is_of_this_probe(row: Row[Any]) -> bool:
    """Whether this version's probe found what the row holds; another one may have seen less."""
    try:
        return bool(json.loads(row.document)["probe"] == PROBE_VERSION)
    except (ValueError, TypeError, KeyError):
        return False


def scene_values(scene: Scene) -> dict[str, Any]:
    """The columns of the table ``scenes`` for one scene, but for its analysis."""
    return {
        "scene_index": scene.index,
        "start_time": to_seconds(scene.start),
        "end_time": to_seconds(scene.end),
        "start_flicks": scene.start,
        "end_flicks": scene.end,
        "start_frame": scene.start_frame,
        "end_frame": scene.end_frame,
        "transition_in": scene.transition_in,
    }


def transition_values(position: int, transition: Transition) -> dict[str, Any]:
    """The columns of the table ``transitions`` for one transition, but for its analysis."""
    return {
        "position": position,
        "kind": transition.kind,
        "start_frame": transition.start_frame,
        "end_frame": transition.end_frame,
        "score": transition.score,
    }


def scenes_from(analysis: Row[Any], scenes: list[Row[Any]], transitions: list[Row[Any]]) -> SceneList:
    """The scenes of one analysis; both lists in order."""
    return SceneList(
        rate=Fraction(analysis.rate),
        frames=analysis.frames,
        scenes=tuple(
            Scene(
                index=row.scene_index,
                start_frame=row.start_frame,
                end_frame=row.end_frame,
                start=row.start_flicks,
                end=row.end_flicks,
                transition_in=row.transition_in,
            )
            for row in scenes
        ),
        transitions=tuple(Transition(row.kind, row.start_frame, row.end_frame, row.score) for row in transitions),
    )


def storable(text: str) -> str:
    """``text`` with a question mark for what no encoding has (a file name may be any bytes)."""
    return text.encode("utf-8", "replace").decode()
