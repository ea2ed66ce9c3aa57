"""What is dropped on the timeline lands on the frame and the track it was dropped on."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDragLeaveEvent, QDragMoveEvent, QDropEvent
from PySide6.QtWidgets import QApplication

from app.core.model.project import Project
from app.ui.drag import DraggedMedia, to_mime
from tests.helpers.document import FRAME, clip, project, track
from tests.ui.panes.timeline.conftest import Maker, scenes
from tests.ui.panes.timeline.harness import CONTROL, LEFT, NONE, Timeline

COPY = Qt.DropAction.CopyAction


def part(asset: str, first: int, last: int, name: str = "part") -> DraggedMedia:
    """Frames ``[first, last)`` of an asset."""
    return DraggedMedia(asset, first * FRAME, last * FRAME, name)


def files(*paths: str) -> QMimeData:
    """Files of the file manager."""
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(path) for path in paths])
    return data


class Dragged:
    """Something dragged over a timeline."""

    def __init__(self, timeline: Timeline, data: QMimeData) -> None:
        self._timeline = timeline
        self._data = data

    def over(self, at: QPoint, keys: Qt.KeyboardModifier = NONE) -> bool:
        """Come in and move to a point; whether a drop there would be taken."""
        enter = QDragEnterEvent(QPoint(1, 1), COPY, self._data, LEFT, keys)
        QApplication.sendEvent(self._timeline.port, enter)
        move = QDragMoveEvent(at, COPY, self._data, LEFT, keys)
        QApplication.sendEvent(self._timeline.port, move)
        QApplication.processEvents()
        return enter.isAccepted() and move.isAccepted()

    def drop(self, at: QPoint, keys: Qt.KeyboardModifier = NONE) -> bool:
        """Come in, move, and let go."""
        self.over(at, keys)
        drop = QDropEvent(QPointF(at), COPY, self._data, LEFT, keys)
        QApplication.sendEvent(self._timeline.port, drop)
        return drop.isAccepted()

    def leave(self) -> None:
        """Go elsewhere."""
        QApplication.sendEvent(self._timeline.port, QDragLeaveEvent())


def place(timeline: Timeline, frame: int, clip_id: str = "a") -> QPoint:
    """The point at a frame in the lane of a clip."""
    return QPoint(timeline.view.x_of(frame), timeline.at(clip_id).y())


def test_a_scene_goes_over_what_is_there(timeline: Timeline) -> None:
    dragged = Dragged(timeline, to_mime([part("film", 200, 210)]))
    assert dragged.drop(place(timeline, 55))
    assert timeline.rows("V1", "A1") == [
        "a:20+40 b:100+15 part:200+10 b:125+5 -20 c:150+20",
        "s:20+40 u:100+15 part:200+10 u:125+5 -20 w:150+20",
    ]
    assert (timeline.session.undo_depth, timeline.session.undo_label) == (1, "Overwrite")
    selected = [timeline.view.document.find(clip_id) for clip_id in timeline.state.selection]
    assert {found.clip.name for found in selected if found is not None} == {"part"}
    assert len(selected) == 2


def test_ctrl_inserts_and_pushes_everything_later(timeline: Timeline) -> None:
    assert Dragged(timeline, to_mime([part("film", 200, 210)])).drop(place(timeline, 40), CONTROL)
    assert timeline.rows("V2", "V1", "A2") == [
        "-30 t:0+10 -10 t:10+10",
        "a:20+40 part:200+10 b:100+30 -20 c:150+20",
        "m:0+40 -10 m:40+40",
    ]
    assert timeline.session.undo_label == "Insert"


def test_several_scenes_follow_each_other_as_one_step(timeline: Timeline) -> None:
    media = [part("film", 0, 10, "one"), part("film", 20, 30, "two"), part("film", 40, 50, "three")]
    assert Dragged(timeline, to_mime(media)).drop(place(timeline, 120))
    assert timeline.rows("V1")[0].endswith("c:150+20 -10 one:0+10 two:20+10 three:40+10")
    assert timeline.session.undo_depth == 1


def test_whole_media_and_their_own_tracks(timeline: Timeline) -> None:
    Dragged(timeline, to_mime([DraggedMedia("film")])).drop(place(timeline, 60, "t"))
    assert timeline.rows("V2", "A2", "A3") == ["-30 t:0+20 -10 film:0+240", "m:0+80", "-60 film:0+240"]
    timeline.session.undo()
    Dragged(timeline, to_mime([DraggedMedia("silent")])).drop(place(timeline, 60, "t"))
    assert timeline.rows("V2", "A2") == ["-30 t:0+20 -10 silent:0+240", "m:0+80"]


def test_sound_that_falls_free_stays_on_a1_and_goes_over_no_other(timeline: Timeline) -> None:
    Dragged(timeline, to_mime([part("film", 0, 10)])).drop(place(timeline, 75, "t"))
    assert timeline.rows("V2") == ["-30 t:0+20 -25 part:0+10"]
    assert timeline.rows("A1", "A2") == ["s:20+40 u:100+30 -5 part:0+10 -5 w:150+20", "m:0+80"]


def test_dropped_on_a_second_sound_track_the_picture_goes_over_no_other(timeline: Timeline) -> None:
    at = QPoint(timeline.view.x_of(50), timeline.at("m").y())
    Dragged(timeline, to_mime([part("film", 0, 10)])).drop(at)
    rows = ["a:20+40 b:100+30 -20 c:150+20", "-30 t:0+20 part:0+10", "m:0+50 part:0+10 m:60+20"]
    assert timeline.rows("V1", "V2", "A2") == rows


def test_beyond_the_last_track_one_is_made_for_each_kind(timeline: Timeline) -> None:
    at = QPoint(timeline.view.x_of(10), timeline.view.picture.layout.lanes[0].top - timeline.picture().top - 5)
    Dragged(timeline, to_mime([part("film", 0, 10)])).drop(at)
    sequence = timeline.project.sequences[0]
    assert [each.name for each in sequence.video_tracks] == ["V1", "V2", "V3"]
    assert [each.name for each in sequence.audio_tracks] == ["A1", "A2", "A3"]
    assert timeline.rows("V3", "A3") == ["-10 part:0+10", "-10 part:0+10"]


def test_a_silent_film_makes_no_sound_track(make_timeline: Maker) -> None:
    timeline = make_timeline(project(track("V1", clip("a", 20)), track("A1")))
    at = QPoint(timeline.view.x_of(10), timeline.view.clip_rect("a").top() - 5)
    Dragged(timeline, to_mime([part("silent", 0, 10)])).drop(at)
    assert [each.name for each in timeline.project.sequences[0].tracks] == ["V1", "V2", "A1"]


def test_on_the_divider_is_on_the_first_tracks(timeline: Timeline) -> None:
    layout = timeline.picture().layout
    Dragged(timeline, to_mime([part("film", 0, 10)])).drop(
        QPoint(timeline.view.x_of(10), layout.divider + 1 - timeline.picture().top)
    )
    assert timeline.rows("V1") == ["a:20+10 part:0+10 a:40+20 b:100+30 -20 c:150+20"]


def test_the_first_clip_of_all_begins_at_the_beginning(make_timeline: Maker) -> None:
    timeline = make_timeline(project(track("V1"), track("A1")))
    assert Dragged(timeline, to_mime([part("film", 30, 50)])).drop(QPoint(500, 180))
    assert timeline.rows("V1", "A1") == ["part:30+20", "part:30+20"]


def test_a_drop_sticks_with_either_end(timeline: Timeline) -> None:
    dragged = Dragged(timeline, to_mime([part("film", 0, 10)]))
    dragged.over(place(timeline, 70) + QPoint(7, 0))
    assert timeline.picture().drop == 70
    dragged.over(place(timeline, 80) - QPoint(6, 0))
    assert timeline.picture().drop == 80
    assert timeline.picture().snap in (80, 90)
    dragged.leave()


def test_a_drag_shows_what_it_would_do_and_leaves_nothing(timeline: Timeline) -> None:
    dragged = Dragged(timeline, to_mime([part("film", 200, 210)]))
    assert dragged.over(place(timeline, 55))
    picture = timeline.picture()
    shown = [picture.layout.find(clip_id) for clip_id in picture.placed]
    assert sorted((each.lane.track.name, each.start, each.end) for each in shown if each) == [
        ("A1", 55, 65),
        ("V1", 55, 65),
    ]
    assert picture.hint is not None
    assert picture.hint.text == "Place   00:00:02:07"
    assert timeline.project == scenes()
    dragged.leave()
    assert timeline.view.picture.layout.find("b") is not None
    assert (timeline.picture().drop, timeline.picture().hint) == (None, None)
    assert timeline.picture().placed == set()
    assert timeline.session.undo_depth == 0


def locked() -> Project:
    """One picture track, which is locked."""
    return project(track("V1", clip("a", 20), locked=True), track("A1"))


def test_a_locked_track_refuses_a_drop(make_timeline: Maker) -> None:
    timeline = make_timeline(locked())
    dragged = Dragged(timeline, to_mime([part("film", 0, 10)]))
    assert not dragged.over(place(timeline, 30))
    assert timeline.picture().hint is not None
    dragged.drop(place(timeline, 30))
    assert timeline.project == locked()
    assert timeline.session.undo_depth == 0


def test_media_that_are_gone_refuse_a_drop(timeline: Timeline) -> None:
    dragged = Dragged(timeline, to_mime([DraggedMedia("gone")]))
    assert not dragged.over(place(timeline, 30))
    dragged.drop(place(timeline, 30))
    assert timeline.project == scenes()


@pytest.mark.parametrize(("clip_id", "expected"), [("a", "V1"), ("m", "A2")])
def test_files_are_handed_on_with_their_place(timeline: Timeline, clip_id: str, expected: str) -> None:
    dropped: list[tuple[object, int, object]] = []
    timeline.pane.files_dropped.connect(lambda *what: dropped.append(what))
    dragged = Dragged(timeline, files("/media/one two.mp4", "/media/ü.mkv"))
    assert dragged.over(place(timeline, 50, clip_id))
    assert timeline.picture().drop == 50
    assert dragged.drop(place(timeline, 50, clip_id))
    assert dropped == [([Path("/media/one two.mp4"), Path("/media/ü.mkv")], 50, expected)]
    assert timeline.picture().drop is None
    assert timeline.session.undo_depth == 0


def test_files_beside_the_tracks_name_no_track(timeline: Timeline) -> None:
    dropped: list[tuple[object, int, object]] = []
    timeline.pane.files_dropped.connect(lambda *what: dropped.append(what))
    Dragged(timeline, files("/media/one.mp4")).drop(QPoint(timeline.view.x_of(5), 2))
    assert [what[2] for what in dropped] == [None]


def test_other_things_are_not_taken(timeline: Timeline) -> None:
    data = QMimeData()
    data.setText("words")
    assert not Dragged(timeline, data).drop(place(timeline, 50))
    links = QMimeData()
    links.setUrls([QUrl("https://example.org/film.mp4")])
    assert not Dragged(timeline, links).over(place(timeline, 50))
