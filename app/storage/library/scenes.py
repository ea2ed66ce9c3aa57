"""Analyses in the library: the scenes of a content, one list for each way of finding them."""

from __future__ import annotations

import time

from sqlalchemy import Connection, delete, insert, select

from app.core.model.scene import SceneList
from app.storage.library.upsert import upsert
from app.storage.mapping import scene_values, scenes_from, transition_values
from app.storage.tables import analyses, media, scenes, transitions


def find(connection: Connection, fingerprint: str, method: str) -> SceneList | None:
    """The scenes that ``method`` found in the content of that fingerprint."""
    query = (
        select(analyses)
        .join(media, media.c.id == analyses.c.media_id)
        .where(media.c.fingerprint == fingerprint, analyses.c.method == method)
    )
    analysis = connection.execute(query).first()
    if analysis is None:
        return None
    of_analysis = connection.execute(
        select(scenes).where(scenes.c.analysis_id == analysis.id).order_by(scenes.c.scene_index)
    ).all()
    changes = connection.execute(
        select(transitions).where(transitions.c.analysis_id == analysis.id).order_by(transitions.c.position)
    ).all()
    return scenes_from(analysis, list(of_analysis), list(changes))


def keep(connection: Connection, fingerprint: str, method: str, found: SceneList) -> None:
    """Add or replace the scenes of a content.

    Raises:
        KeyError: the content itself was never kept.
    """
    media_id = connection.execute(select(media.c.id).where(media.c.fingerprint == fingerprint)).scalar()
    if media_id is None:
        raise KeyError(fingerprint)
    values = {"rate": str(found.rate), "frames": found.frames, "created_at": time.time()}
    analysis_id = upsert(connection, analyses, {"media_id": media_id, "method": method}, values)
    connection.execute(delete(scenes).where(scenes.c.analysis_id == analysis_id))
    connection.execute(delete(transitions).where(transitions.c.analysis_id == analysis_id))
    scene_rows = [{"analysis_id": analysis_id, **scene_values(scene)} for scene in found.scenes]
    if scene_rows:
        connection.execute(insert(scenes), scene_rows)
    rows = [{"analysis_id": analysis_id, **transition_values(*each)} for each in enumerate(found.transitions)]
    if rows:
        connection.execute(insert(transitions), rows)
