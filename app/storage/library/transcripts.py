"""Transcripts in the library: kept by content and method from the moment their sound was sent."""

from __future__ import annotations

import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Row, Select, delete, func, insert, select, update

from app.core.base.time import to_seconds
from app.core.model.scene import Scene
from app.core.model.transcript import Cue, Transcript, Utterance, Word
from app.core.speech.transcriber import Sent
from app.storage.database import Database
from app.storage.library.upsert import upsert
from app.storage.mapping import storable
from app.storage.tables import analyses, media, scene_subtitles, scenes, transcript_segments, video_transcripts

_COMPLETED, _UPLOADED, _PROCESSING, _ERROR = "completed", "uploaded", "processing", "error"
_STOPPED = "stopped"
_BEGUN = (_UPLOADED, _PROCESSING)
_UNFINISHED = (*_BEGUN, _STOPPED)


class SqlTranscripts:
    """The :class:`app.core.session.ports.Transcripts` of one database. Safe from any thread."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def transcript(self, fingerprint: str, method: str) -> Transcript | None:
        """The finished transcript of this content, if any."""
        with self._database.reading() as connection:
            row = connection.execute(_of(fingerprint, method)).first()
            return None if row is None or row.status != _COMPLETED else _whole(connection, row)

    def newest(self, fingerprint: str) -> Transcript | None:
        """The finished transcript of this content that was asked for last, whatever the options."""
        with self._database.reading() as connection:
            row = connection.execute(_newest(fingerprint)).first()
            return None if row is None else _whole(connection, row)

    def newest_method(self, fingerprint: str) -> str | None:
        """The method of :meth:`newest`; None where there is none."""
        with self._database.reading() as connection:
            return connection.execute(_newest(fingerprint).with_only_columns(analyses.c.method)).scalar()

    def known_words(self, fingerprint: str) -> int | None:
        """How many words :meth:`newest` has; 0 where nobody speaks, None where there is none."""
        segments = transcript_segments.c
        with self._database.reading() as connection:
            row = connection.execute(_newest(fingerprint)).first()
            if row is None:
                return None
            query = select(func.count()).where(segments.transcript_id == row.id, segments.segment_type == "word")
            return int(connection.execute(query).scalar_one())

    def begun(self, fingerprint: str) -> tuple[str, ...]:
        """The methods of unfinished transcriptions of this content that nobody stopped, the oldest first."""
        query = (
            _of(fingerprint)
            .with_only_columns(analyses.c.method)
            .where(video_transcripts.c.status.in_(_BEGUN))
            .order_by(video_transcripts.c.requested_at, video_transcripts.c.id)
        )
        with self._database.reading() as connection:
            return tuple(connection.execute(query).scalars())

    def stop(self, fingerprint: str, method: str) -> None:
        """A person stopped an unfinished transcription: it can go on, but is no longer among :meth:`begun`."""
        with self._database.writing() as connection:
            row = connection.execute(_of(fingerprint, method)).first()
            if row is not None and row.status in _BEGUN:
                change = update(video_transcripts).where(video_transcripts.c.id == row.id)
                connection.execute(change.values(status=_STOPPED))

    def keep_transcript(self, fingerprint: str, method: str, found: Transcript) -> None:
        """Keep a finished transcript, in place of what was on its way.

        Raises:
            KeyError: the content itself was never kept.
        """
        with self._database.writing() as connection:
            begun = connection.execute(_of(fingerprint, method)).first()
            values = {
                "transcription_method": found.engine,
                "language_code": found.language,
                "confidence_score": found.confidence,
                "full_transcript_text": storable(found.text),
                "api_response_id": found.job,
                "status": _COMPLETED,
                "processing_time_seconds": None if begun is None else max(0.0, time.time() - begun.requested_at),
            }
            key = _keep(connection, fingerprint, method, values)
            connection.execute(delete(transcript_segments).where(transcript_segments.c.transcript_id == key))
            connection.execute(delete(scene_subtitles).where(scene_subtitles.c.transcript_id == key))
            rows = [*_rows(key, "word", found.words), *_rows(key, "utterance", found.utterances)]
            if rows:
                connection.execute(insert(transcript_segments), rows)

    def sent(self, fingerprint: str, method: str) -> Sent | None:
        """How far an unfinished transcription came, if one was begun and can go on."""
        with self._database.reading() as connection:
            row = connection.execute(_of(fingerprint, method)).first()
        return _sent(row) if row is not None and row.status in _UNFINISHED else None

    def keep_sent(self, fingerprint: str, method: str, engine: str, sent: Sent) -> None:
        """Remember how far a transcription came.

        Raises:
            KeyError: the content itself was never kept.
        """
        values = {
            "transcription_method": engine,
            "api_response_id": sent.job,
            "status": _UPLOADED if sent.job is None else _PROCESSING,
            "upload_address": sent.upload,
            "uploaded_at": sent.uploaded_at,
            "sound_flicks": sent.length,
        }
        with self._database.writing() as connection:
            _keep(connection, fingerprint, method, values)

    def give_up(self, fingerprint: str, method: str) -> None:
        """What was sent is of no more use; nothing where nothing was."""
        with self._database.writing() as connection:
            row = connection.execute(_of(fingerprint, method)).first()
            if row is not None and row.status in _UNFINISHED:
                change = update(video_transcripts).where(video_transcripts.c.id == row.id)
                connection.execute(change.values(status=_ERROR, upload_address=None, uploaded_at=None))

    def upload(self, fingerprint: str, engine: str) -> Sent | None:
        """The newest upload of this content to that engine, for whatever options; without its job."""
        query = (
            _of(fingerprint)
            .where(video_transcripts.c.transcription_method == engine, video_transcripts.c.upload_address.is_not(None))
            .order_by(video_transcripts.c.uploaded_at.desc())
        )
        with self._database.reading() as connection:
            row = connection.execute(query).first()
        return None if row is None else Sent(row.upload_address, row.uploaded_at, row.sound_flicks)

    def jobs(self, fingerprint: str) -> frozenset[str]:
        """The service's ids of all transcriptions of this content."""
        with self._database.reading() as connection:
            rows = connection.execute(_of(fingerprint)).all()
        return frozenset(row.api_response_id for row in rows if row.api_response_id is not None)

    def scene_cues(self, fingerprint: str, method: str, scene: Scene, version: int) -> tuple[Cue, ...] | None:
        """The cues of a scene in scene time, as they were kept for this transcript by this ``version`` of the rules."""
        with self._database.reading() as connection:
            keys = _keys(connection, fingerprint, method, scene)
            if keys is None:
                return None
            row = connection.execute(select(scene_subtitles).filter_by(**keys)).first()
        return None if row is None else _cues(row.subtitle_data, version)

    def keep_scene_cues(self, fingerprint: str, method: str, scene: Scene, version: int, cues: tuple[Cue, ...]) -> None:
        """Keep the cues of a scene until the scene or the transcript is made anew.

        Nothing is kept of a scene or a transcript that the library does not know.
        """
        data = [{"start": cue.start, "end": cue.end, "text": cue.text, "speaker": cue.speaker} for cue in cues]
        values = {
            "scene_start_time": to_seconds(scene.start),
            "scene_end_time": to_seconds(scene.end),
            "scene_start_flicks": scene.start,
            "scene_end_flicks": scene.end,
            "subtitle_data": {"version": version, "cues": data},
        }
        with self._database.writing() as connection:
            keys = _keys(connection, fingerprint, method, scene)
            if keys is not None:
                upsert(connection, scene_subtitles, keys, values)


def _keys(connection: Connection, fingerprint: str, method: str, scene: Scene) -> dict[str, Any] | None:
    """The keys of the scene's and the transcript's rows; None where either is not there.

    Scenes of any way of looking do, where they begin and end alike: the cues are the same.
    """
    transcript = connection.execute(_of(fingerprint, method).where(video_transcripts.c.status == _COMPLETED)).first()
    query = (
        select(scenes.c.id)
        .join(analyses, analyses.c.id == scenes.c.analysis_id)
        .join(media, media.c.id == analyses.c.media_id)
        .where(media.c.fingerprint == fingerprint)
        .where(scenes.c.start_flicks == scene.start, scenes.c.end_flicks == scene.end)
        .order_by(scenes.c.id)
    )
    found = connection.execute(query).scalar()
    if transcript is None or found is None:
        return None
    return {"scene_id": found, "transcript_id": transcript.id}


def _cues(data: Any, version: int) -> tuple[Cue, ...] | None:
    """The cues in a row; None where other rules made them."""
    if not isinstance(data, dict) or data.get("version") != version:
        return None
    return tuple(Cue(each["start"], each["end"], each["text"], each["speaker"]) for each in data["cues"])


def _of(fingerprint: str, method: str | None = None) -> Select[Any]:
    query = (
        select(video_transcripts)
        .join(analyses, analyses.c.id == video_transcripts.c.analysis_id)
        .join(media, media.c.id == analyses.c.media_id)
        .where(media.c.fingerprint == fingerprint)
    )
    return query if method is None else query.where(analyses.c.method == method)


def _newest(fingerprint: str) -> Select[Any]:
    finished = _of(fingerprint).where(video_transcripts.c.status == _COMPLETED)
    return finished.order_by(video_transcripts.c.requested_at.desc(), video_transcripts.c.id.desc()).limit(1)


def _whole(connection: Connection, row: Row[Any]) -> Transcript:
    """The transcript of ``row`` with its words."""
    query = select(transcript_segments).where(transcript_segments.c.transcript_id == row.id)
    return _transcript(row, connection.execute(query.order_by(transcript_segments.c.position)).all())


def _keep(connection: Connection, fingerprint: str, method: str, values: dict[str, Any]) -> int:
    """Add or change the row of one content and method; returns its key.

    Raises:
        KeyError: the content itself was never kept.
    """
    known = connection.execute(select(media).where(media.c.fingerprint == fingerprint)).first()
    if known is None:
        raise KeyError(fingerprint)
    analysis = {"rate": known.rate or "0", "frames": 0, "created_at": time.time()}
    analysis_id = upsert(connection, analyses, {"media_id": known.id, "method": method}, analysis)
    there = select(video_transcripts).where(video_transcripts.c.analysis_id == analysis_id)
    before = connection.execute(there).first()
    fresh = before is None or before.status not in _UNFINISHED
    named = {
        "video_filename": storable(Path(known.path).name),
        "video_duration": known.duration,
        "requested_at": time.time() if fresh or before is None else before.requested_at,
    }
    return upsert(connection, video_transcripts, {"analysis_id": analysis_id}, {**named, **values})


def _rows(key: int, kind: str, segments: Sequence[Word | Utterance]) -> list[dict[str, Any]]:
    return [
        {
            "transcript_id": key,
            "position": position,
            "start_time": to_seconds(each.start),
            "end_time": to_seconds(each.end),
            "start_flicks": each.start,
            "end_flicks": each.end,
            "text": storable(each.text),
            "confidence": each.confidence,
            "speaker_label": None if each.speaker is None else storable(each.speaker),
            "segment_type": kind,
        }
        for position, each in enumerate(segments)
    ]


def _transcript(row: Row[Any], segments: Sequence[Row[Any]]) -> Transcript:
    def of_kind(kind: str) -> list[tuple[str, int, int, float | None, str | None]]:
        return [
            (each.text, each.start_flicks, each.end_flicks, each.confidence, each.speaker_label)
            for each in segments
            if each.segment_type == kind
        ]

    return Transcript(
        engine=row.transcription_method,
        language=row.language_code,
        text=row.full_transcript_text or "",
        words=tuple(Word(*each) for each in of_kind("word")),
        utterances=tuple(Utterance(*each) for each in of_kind("utterance")),
        confidence=row.confidence_score,
        job=row.api_response_id,
    )


def _sent(row: Row[Any]) -> Sent:
    return Sent(row.upload_address, row.uploaded_at or 0.0, row.sound_flicks, row.api_response_id)
