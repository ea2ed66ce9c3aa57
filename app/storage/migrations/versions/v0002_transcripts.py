"""Make the tables of transcripts, their words, and the cues of scenes."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Make the three tables."""
    _make_transcripts()
    _make_segments()
    _make_scene_subtitles()


def _make_transcripts() -> None:
    op.create_table(
        "video_transcripts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("analysis_id", sa.Integer(), nullable=False),
        sa.Column("video_filename", sa.Text(), nullable=False),
        sa.Column("video_duration", sa.Double(), nullable=True),
        sa.Column("language_code", sa.String(length=50), nullable=True),
        sa.Column("transcription_method", sa.String(length=100), nullable=False),
        sa.Column("confidence_score", sa.Double(), nullable=True),
        sa.Column("full_transcript_text", sa.Text(), nullable=True),
        sa.Column("processing_time_seconds", sa.Double(), nullable=True),
        sa.Column("api_response_id", sa.String(length=200), nullable=True),
        sa.Column("status", sa.String(length=20), nullable=False),
        sa.Column("requested_at", sa.Double(), nullable=False),
        sa.Column("upload_address", sa.Text(), nullable=True),
        sa.Column("uploaded_at", sa.Double(), nullable=True),
        sa.Column("sound_flicks", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["analysis_id"], ["analyses.id"], name=op.f("fk_video_transcripts_analysis_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_video_transcripts")),
        sa.UniqueConstraint("analysis_id", name=op.f("uq_video_transcripts_analysis_id")),
    )


def _make_segments() -> None:
    op.create_table(
        "transcript_segments",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("transcript_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("start_time", sa.Double(), nullable=False),
        sa.Column("end_time", sa.Double(), nullable=False),
        sa.Column("start_flicks", sa.BigInteger(), nullable=False),
        sa.Column("end_flicks", sa.BigInteger(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("confidence", sa.Double(), nullable=True),
        sa.Column("speaker_label", sa.Text(), nullable=True),
        sa.Column("segment_type", sa.String(length=20), nullable=False),
        sa.ForeignKeyConstraint(
            ["transcript_id"],
            ["video_transcripts.id"],
            name=op.f("fk_transcript_segments_transcript_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_transcript_segments")),
        sa.UniqueConstraint(
            "transcript_id", "segment_type", "position", name=op.f("uq_transcript_segments_transcript_id")
        ),
    )


def _make_scene_subtitles() -> None:
    op.create_table(
        "scene_subtitles",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("scene_id", sa.Integer(), nullable=False),
        sa.Column("transcript_id", sa.Integer(), nullable=False),
        sa.Column("scene_start_time", sa.Double(), nullable=False),
        sa.Column("scene_end_time", sa.Double(), nullable=False),
        sa.Column("scene_start_flicks", sa.BigInteger(), nullable=False),
        sa.Column("scene_end_flicks", sa.BigInteger(), nullable=False),
        sa.Column("subtitle_data", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["scene_id"], ["scenes.id"], name=op.f("fk_scene_subtitles_scene_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["transcript_id"],
            ["video_transcripts.id"],
            name=op.f("fk_scene_subtitles_transcript_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_scene_subtitles")),
        sa.UniqueConstraint("scene_id", "transcript_id", name=op.f("uq_scene_subtitles_scene_id")),
    )
    op.create_index(op.f("ix_scene_subtitles_transcript_id"), "scene_subtitles", ["transcript_id"])
