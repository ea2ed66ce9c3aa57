"""The library's tables. Times are seconds for people and queries, with the exact integers beside them.

A change here needs a new step in ``migrations/versions``; a test compares the two.
"""

from __future__ import annotations

from sqlalchemy import (
    JSON,
    BigInteger,
    Column,
    Double,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
)

metadata = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "uq": "uq_%(table_name)s_%(column_0_name)s",
        "ix": "ix_%(table_name)s_%(column_0_name)s",
    }
)

# One row per content. ``document`` is the whole record, exact; the other columns are for look-ups.
# ``folded_name`` is the file's name without case, ``updated_at`` seconds since 1970.
media = Table(
    "media",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("fingerprint", String(200), nullable=False, unique=True),
    Column("size", BigInteger, nullable=False),
    Column("path", Text, nullable=False),
    Column("folded_name", Text, nullable=False),
    Column("kind", String(20), nullable=False),
    Column("container", Text, nullable=False),
    Column("duration", Double),
    Column("duration_flicks", BigInteger),
    Column("video_codec", Text),
    Column("width", Integer),
    Column("height", Integer),
    Column("rate", String(50)),
    Column("document", Text, nullable=False),
    Column("updated_at", Double, nullable=False, index=True),
)

# One row per content and way of looking at it; scenes and transcripts belong to one.
analyses = Table(
    "analyses",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("media_id", ForeignKey("media.id", ondelete="CASCADE"), nullable=False),
    Column("method", String(200), nullable=False),
    Column("rate", String(50), nullable=False),
    Column("frames", BigInteger, nullable=False),
    Column("created_at", Double, nullable=False),
    UniqueConstraint("media_id", "method"),
)

scenes = Table(
    "scenes",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("analysis_id", ForeignKey("analyses.id", ondelete="CASCADE"), nullable=False),
    Column("scene_index", Integer, nullable=False),
    Column("start_time", Double, nullable=False),
    Column("end_time", Double, nullable=False),
    Column("start_flicks", BigInteger, nullable=False),
    Column("end_flicks", BigInteger, nullable=False),
    Column("start_frame", BigInteger, nullable=False),
    Column("end_frame", BigInteger, nullable=False),
    Column("transition_in", String(20), nullable=False),
    UniqueConstraint("analysis_id", "scene_index"),
)
Index("ix_scenes_start_time", scenes.c.analysis_id, scenes.c.start_time)

transitions = Table(
    "transitions",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("analysis_id", ForeignKey("analyses.id", ondelete="CASCADE"), nullable=False),
    Column("position", Integer, nullable=False),
    Column("kind", String(20), nullable=False),
    Column("start_frame", BigInteger, nullable=False),
    Column("end_frame", BigInteger, nullable=False),
    Column("score", Double, nullable=False),
    UniqueConstraint("analysis_id", "position"),
)

# One row per content and way of asking for its words, from the moment its sound was sent (``status``
# uploaded, processing, stopped, completed or error). ``upload_address`` and ``uploaded_at`` (seconds since
# 1970) let a new try do without sending the sound again; ``requested_at`` is when the work began.
video_transcripts = Table(
    "video_transcripts",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("analysis_id", ForeignKey("analyses.id", ondelete="CASCADE"), nullable=False, unique=True),
    Column("video_filename", Text, nullable=False),
    Column("video_duration", Double),
    Column("language_code", String(50)),
    Column("transcription_method", String(100), nullable=False),
    Column("confidence_score", Double),
    Column("full_transcript_text", Text),
    Column("processing_time_seconds", Double),
    Column("api_response_id", String(200)),
    Column("status", String(20), nullable=False),
    Column("requested_at", Double, nullable=False),
    Column("upload_address", Text),
    Column("uploaded_at", Double),
    Column("sound_flicks", BigInteger),
)

# Words and utterances of a transcript, told apart by ``segment_type``, each kind in its order.
transcript_segments = Table(
    "transcript_segments",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("transcript_id", ForeignKey("video_transcripts.id", ondelete="CASCADE"), nullable=False),
    Column("position", Integer, nullable=False),
    Column("start_time", Double, nullable=False),
    Column("end_time", Double, nullable=False),
    Column("start_flicks", BigInteger, nullable=False),
    Column("end_flicks", BigInteger, nullable=False),
    Column("text", Text, nullable=False),
    Column("confidence", Double),
    Column("speaker_label", Text),
    Column("segment_type", String(20), nullable=False),
    UniqueConstraint("transcript_id", "segment_type", "position"),
)

# Cues of a scene in scene time, kept for the next time; gone when the scene or the transcript is made anew.
scene_subtitles = Table(
    "scene_subtitles",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("scene_id", ForeignKey("scenes.id", ondelete="CASCADE"), nullable=False),
    Column("transcript_id", ForeignKey("video_transcripts.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("scene_start_time", Double, nullable=False),
    Column("scene_end_time", Double, nullable=False),
    Column("scene_start_flicks", BigInteger, nullable=False),
    Column("scene_end_flicks", BigInteger, nullable=False),
    Column("subtitle_data", JSON, nullable=False),
    UniqueConstraint("scene_id", "transcript_id"),
)
