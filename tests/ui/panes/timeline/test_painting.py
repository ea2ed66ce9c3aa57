"""Pixels say what the document says: kinds, offline media, selection, flags, crowds of clips."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPoint
from PySide6.QtGui import QColor, QImage, QPainter, QRegion

from app.core.edit.tracks import set_flags
from app.core.model.sequence import Track
from app.ui.panes.timeline.colours import Colours
from app.ui.panes.timeline.painter import STRIP, ClipPainter, is_resting
from app.ui.panes.timeline.tiles import TILE, Tiles, picture_time, waveform_image
from app.ui.theme import DARK, LIGHT
from tests.helpers.document import FRAME, clip, gap, project, still, track
from tests.ui.panes.timeline.conftest import Maker
from tests.ui.panes.timeline.harness import Peaks, Thumbnails, Timeline

DARKS = Colours.of(DARK)


def strip_of(timeline: Timeline, clip_id: str) -> str:
    """The colour of a clip's name strip, right of its name."""
    box = timeline.view.clip_rect(clip_id)
    return timeline.colour_at(QPoint(box.right() - 8, box.top() + 5))


def inside(timeline: Timeline, clip_id: str, down: int = 40) -> str:
    """A colour in the middle of a clip, ``down`` from its top."""
    box = timeline.view.clip_rect(clip_id)
    return timeline.colour_at(QPoint(box.center().x(), box.top() + down))


def test_clips_have_the_colours_of_their_kind(make_timeline: Maker) -> None:
    document = project(track("V1", clip("a", 40), clip("i", 40, asset="still")), track("A1", clip("s", 40)))
    timeline = make_timeline(document)
    assert strip_of(timeline, "a") == DARKS.clips["video"].strip.name()
    assert strip_of(timeline, "i") == DARKS.clips["image"].strip.name()
    assert strip_of(timeline, "s") == DARKS.clips["audio"].strip.name()
    assert inside(timeline, "a") == "#7f7f7f"
    assert inside(timeline, "s") == DARKS.waveform.name()


def test_the_theme_can_change(timeline: Timeline) -> None:
    for _painted_and_kept in range(3):
        assert strip_of(timeline, "a") == DARKS.clips["video"].strip.name()
    timeline.appearance.set_theme(LIGHT)
    for _painted_and_kept in range(3):
        assert strip_of(timeline, "a") == Colours.of(LIGHT).clips["video"].strip.name()
    assert timeline.colour_at(QPoint(500, 2)) == LIGHT.panel


def test_offline_media_are_told_by_colour(timeline: Timeline) -> None:
    timeline.availability.gone = {"film"}
    timeline.pane.media_arrived("film")
    assert strip_of(timeline, "a") == DARKS.clips["offline"].strip.name()
    assert strip_of(timeline, "t") == DARKS.clips["video"].strip.name()
    timeline.availability.gone = set()
    timeline.pane.media_arrived("film")
    assert strip_of(timeline, "a") == DARKS.clips["video"].strip.name()


def test_selected_clips_have_an_outline(timeline: Timeline) -> None:
    box = timeline.view.clip_rect("b")
    edge = QPoint(box.center().x(), box.top() + 1)
    assert timeline.colour_at(edge) != DARK.clip_selected
    timeline.state.select({"b"})
    assert timeline.colour_at(edge) == DARK.clip_selected


def test_hidden_tracks_are_faint(timeline: Timeline) -> None:
    timeline.session.apply("Hide", lambda before: set_flags(before, "main", "V1", hidden=True))
    assert strip_of(timeline, "a") == DARKS.resting["video"].strip.name()
    assert strip_of(timeline, "t") == DARKS.clips["video"].strip.name()
    assert inside(timeline, "a") != "#7f7f7f"


def sound(*, muted: bool = False, solo: bool = False) -> Track:
    """A sound track with flags."""
    return Track("A1", "audio", "A1", muted=muted, solo=solo)


@pytest.mark.parametrize(
    ("row", "solo", "expected"),
    [
        (sound(), False, False),
        (sound(muted=True), False, True),
        (sound(), True, True),
        (sound(solo=True), True, False),
        (sound(muted=True, solo=True), True, True),
        (Track("V1", "video", "V1"), True, False),
        (Track("V1", "video", "V1", hidden=True), False, True),
    ],
)
def test_which_tracks_take_no_part(row: Track, solo: bool, expected: bool) -> None:
    assert is_resting(row, solo=solo) == expected


def test_crowds_of_clips_become_columns(make_timeline: Maker) -> None:
    crowd = [item for n in range(300) for item in (clip(f"a{n}", 1), gap(1))]
    timeline = make_timeline(project(track("V1", *crowd, clip("z", 200)), track("A1")), pixels=0.5)
    box = timeline.view.clip_rect("z")
    body, lane = DARKS.clips["video"].strip.name(), DARKS.lane.name()
    y = box.center().y()
    row = [timeline.port.grab().toImage().pixelColor(x, y).name() for x in range(box.left() - 290, box.left())]
    assert set(row) <= {body, lane}
    assert row.count(body) >= 285
    assert inside(timeline, "z") == "#7f7f7f"
    timeline.state.select({"a100"})
    x = timeline.view.x_of(timeline.view.picture.layout.lanes[0].clips.starts[100])
    assert timeline.colour_at(QPoint(x, y)) == DARK.clip_selected


def test_a_single_short_clip_is_never_lost(make_timeline: Maker) -> None:
    document = project(track("V1", gap(1000), clip("a", 1), gap(1000), clip("b", 1)), track("A1"))
    timeline = make_timeline(document, pixels=0.1)
    for clip_id in ("a", "b"):
        box = timeline.view.clip_rect(clip_id)
        colours = {timeline.colour_at(QPoint(box.left(), box.center().y()))}
        assert colours == {DARKS.clips["video"].strip.name()}


def test_an_empty_timeline_says_what_to_do(make_timeline: Maker) -> None:
    timeline = make_timeline(project(track("V1"), track("A1")))
    image = timeline.port.grab().toImage()
    lane = timeline.view.picture.layout.lanes[0]
    middle = lane.top + lane.height // 2 - timeline.picture().top
    centre = image.width() // 2
    seen = {
        image.pixelColor(x, y).name() for x in range(centre - 40, centre + 40) for y in range(middle - 6, middle + 6)
    }
    assert len(seen) > 5
    timeline.session.apply("Fill", lambda before: project(track("V1", gap(3000), clip("a", 5)), track("A1")))
    assert timeline.colour_at(QPoint(centre, middle)) == DARKS.lane.name()


def test_thumbnails_are_asked_for_once(timeline: Timeline) -> None:
    timeline.port.repaint()
    asked = len(timeline.thumbnails.asked)
    assert asked > 0
    timeline.port.repaint()
    timeline.state.set_playhead(30)
    timeline.port.repaint()
    assert len(timeline.thumbnails.asked) == asked
    timeline.pane.media_arrived("film")
    timeline.port.repaint()
    assert len(timeline.thumbnails.asked) > asked


def test_thumbnails_that_are_not_there_yet_are_asked_for_again(timeline: Timeline) -> None:
    timeline.thumbnails.there = False
    timeline.pane.media_arrived("film")
    assert inside(timeline, "a") == DARKS.clips["video"].body.name()
    timeline.thumbnails.there = True
    timeline.pane.media_arrived("film")
    assert inside(timeline, "a") == "#7f7f7f"


def test_no_thumbnail_is_from_before_the_clip(timeline: Timeline) -> None:
    timeline.port.repaint()
    firsts = {"film": 20 * FRAME, "silent": 0}
    assert all(time >= firsts[asset] for asset, time, _ in timeline.thumbnails.asked)


def test_waveforms_are_kept_while_clips_move(timeline: Timeline) -> None:
    timeline.state.set_snapping(False)
    timeline.port.repaint()
    asked = len(timeline.peaks.asked)
    timeline.drag(timeline.at("c"), 40)
    timeline.port.repaint()
    assert len(timeline.peaks.asked) == asked


def test_waveforms_are_kept_while_pictures_arrive(timeline: Timeline) -> None:
    timeline.port.repaint()
    asked = len(timeline.peaks.asked)
    timeline.pane.media_arrived("film")
    timeline.port.repaint()
    assert len(timeline.peaks.asked) == asked


def test_picture_times_are_found_again_and_never_early() -> None:
    second = 705_600_000
    assert picture_time(0, 5 * second + 1, second) == 5 * second
    assert picture_time(0, 5 * second + 1, 3 * second) == 4 * second
    assert picture_time(5 * second, 5 * second + 1, 3 * second) == 5 * second
    assert picture_time(0, 12345, second // 100) == 12345


def test_a_waveform_is_filled_between_its_peaks() -> None:
    peaks = np.array([[-1, 1], [0, 0], [-0.5, 0.5], [-3, 0]], dtype=np.float32)
    image = waveform_image(peaks, 21, QColor("#ff0000"))
    filled = [[y for y in range(21) if image.pixelColor(x, y).alpha()] for x in range(4)]
    assert filled == [list(range(21)), [10], list(range(4, 17)), list(range(10, 21))]


def test_tiles_keep_to_their_room() -> None:
    thumbnails = Thumbnails()
    tiles = Tiles(thumbnails, Peaks(), room=TILE * 40 * 4)
    film = still()
    for time in range(50):
        assert tiles.thumbnail(film, time, 40) is not None
    assert tiles.thumbnail(film, 49, 40) is not None
    assert len(thumbnails.asked) == 50
    assert tiles.thumbnail(film, 0, 40) is not None
    assert len(thumbnails.asked) == 51


@pytest.mark.parametrize("ratio", [1.0, 1.5, 2.0])
def test_dense_screens_get_dense_pictures(timeline: Timeline, ratio: float) -> None:
    picture, thumbnails, peaks = timeline.picture(), Thumbnails(), Peaks()
    image = QImage(round(picture.width * ratio), round(picture.height * ratio), QImage.Format.Format_RGB32)
    image.setDevicePixelRatio(ratio)
    painter = QPainter(image)
    ClipPainter(DARKS, Tiles(thumbnails, peaks)).paint(painter, QRegion(timeline.port.rect()), picture)
    painter.end()
    inside = timeline.view.clip_rect("a").height() - 1 - STRIP - 2
    assert {height for _, _, height in thumbnails.asked} == {round(inside * ratio)}
    assert {pixels for *_, pixels in peaks.asked} == {round(TILE * ratio)}
    for clip_id, colour in (("a", "#7f7f7f"), ("s", DARKS.waveform.name())):
        box = timeline.view.clip_rect(clip_id)
        at = QPoint(round(box.center().x() * ratio), round((box.top() + 40) * ratio))
        assert image.pixelColor(at).name() == colour
