"""What can be done with a track: the menu on its header."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QMenu, QWidget

from app.core.edit.tracks import add_track, move_track, remove_track
from app.core.model.project import Project
from app.core.model.sequence import TrackKind
from app.ui.panes.timeline.geometry import Lane
from app.ui.panes.timeline.view import TimelineView


def track_menu(parent: QWidget, view: TimelineView, lane: Lane, rename: Callable[[], None]) -> QMenu:
    """The menu for the track of ``lane``; ``rename`` lets the person type its name."""
    menu = QMenu(parent)
    menu.setObjectName("trackMenu")
    menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    track, sequence = lane.track, view.sequence.id
    tracks = view.sequence.video_tracks if track.kind == "video" else view.sequence.audio_tracks
    above = 1 if track.kind == "video" else -1

    def move(up: int, words: str) -> None:
        action = menu.addAction(words)
        action.setEnabled(0 <= lane.number + up < len(tracks))
        label = f"Move track {track.name}"
        action.triggered.connect(lambda: view.apply(label, lambda project: move_track(project, sequence, track.id, up)))

    select = menu.addAction("Select All on Track")
    select.setEnabled(bool(len(lane.clips)) and not track.locked)
    select.triggered.connect(lambda: view.state.select(clip.id for clip in lane.clips.clips))
    menu.addAction("Rename...", rename)
    menu.addSeparator()
    for words, outside in (("Add Track Above", above), ("Add Track Below", -above)):
        number = lane.number + (1 if outside > 0 else 0)
        menu.addAction(words).triggered.connect(_adder(view, track.kind, number))
    move(above, "Move Up")
    move(-above, "Move Down")
    menu.addSeparator()
    delete = menu.addAction("Delete Track")
    delete.setEnabled(not track.locked)
    delete.triggered.connect(
        lambda: view.apply(f"Remove track {track.name}", lambda project: remove_track(project, sequence, track.id))
    )
    return menu


def _adder(view: TimelineView, kind: TrackKind, number: int) -> Callable[[], None]:
    """Adds a track of ``kind`` so that it is number ``number`` from the border, as one step."""
    sequence_id = view.sequence.id

    def edit(project: Project) -> Project:
        added = add_track(project, sequence_id, kind)
        sequence = added.sequence(sequence_id)
        tracks = sequence.video_tracks if kind == "video" else sequence.audio_tracks
        back = number - (len(tracks) - 1)
        return move_track(added, sequence_id, tracks[-1].id, back) if back else added

    label = "Add picture track" if kind == "video" else "Add sound track"

    def add() -> None:
        view.apply(label, edit)

    return add
