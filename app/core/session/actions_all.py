"""The actions of the editor, all of them."""

from __future__ import annotations

from app.core.session.actions import Actions
from app.core.session.actions_clips import CLIP_ACTIONS
from app.core.session.actions_edges import EDGE_ACTIONS
from app.core.session.actions_edit import EDIT_ACTIONS
from app.core.session.actions_file import FILE_ACTIONS
from app.core.session.actions_interchange import INTERCHANGE_ACTIONS
from app.core.session.actions_markers import MARKER_ACTIONS
from app.core.session.actions_project import PROJECT_ACTIONS
from app.core.session.actions_sequence import SEQUENCE_ACTIONS
from app.core.session.actions_speech import SPEECH_ACTIONS
from app.core.session.actions_subtitles import SUBTITLE_ACTIONS
from app.core.session.actions_timeline import TIMELINE_ACTIONS
from app.core.session.actions_tracks import TRACK_ACTIONS


def standard_actions() -> Actions:
    """A registry with every action of the engine; the window adds none that does work of its own."""
    return Actions(
        (
            *FILE_ACTIONS,
            *INTERCHANGE_ACTIONS,
            *EDIT_ACTIONS,
            *PROJECT_ACTIONS,
            *TIMELINE_ACTIONS,
            *EDGE_ACTIONS,
            *CLIP_ACTIONS,
            *TRACK_ACTIONS,
            *MARKER_ACTIONS,
            *SEQUENCE_ACTIONS,
            *SPEECH_ACTIONS,
            *SUBTITLE_ACTIONS,
        )
    )
