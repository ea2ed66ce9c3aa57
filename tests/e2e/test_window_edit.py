"""From files dropped into the empty window to a film that is written, by mouse and keys, in the real program."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.e2e.window import WITHOUT_SCREEN, Story, clips, virtual_screen
from tests.helpers.media import beep_times, make_film, numbers_in

LENGTH = 25
SECOND_FILM = 5000
EDITS = 6


class Films(NamedTuple):
    """Two films of three and two scenes; their pictures are numbered from 0 and from 5000."""

    one: Path
    two: Path


@pytest.fixture(scope="module")
def films(tmp_path_factory: pytest.TempPathFactory) -> Films:
    folder = tmp_path_factory.mktemp("films")
    one = make_film(folder / "one.mp4", frames=3 * LENGTH, cuts=(LENGTH, 2 * LENGTH))
    two = make_film(folder / "two äöü.mp4", frames=2 * LENGTH, cuts=(LENGTH,), first_number=SECOND_FILM)
    return Films(one.path, two.path)


@pytest.fixture(params=["offscreen", "xcb"])
def story(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Story]:
    if request.param == "offscreen":
        yield Story(tmp_path, dict(WITHOUT_SCREEN))
        return
    with virtual_screen() as screen:
        yield Story(tmp_path, screen)


def test_two_films_are_cut_saved_opened_again_and_written(story: Story, films: Films) -> None:
    project, written = story.folder / "My cut.insomnia", story.folder / "my film.mp4"
    _tell_the_cut(story, films)
    _tell_saving_and_export(story, project, written)
    said = story.run()
    assert (said.code, said.err) == (0, "")

    _check_the_cut(story)
    _check_undo(story)
    saved = story.seen("saved")
    assert (saved["project"]["path"], saved["project"]["modified"]) == (str(project), False)
    _check_the_film(story, written)

    again = Story(story.folder, story.platform)
    again.idle()
    again.look("again")
    said = again.run(project)
    assert (said.code, said.err) == (0, "")
    assert again.seen("again")["project"] == saved["project"]
    assert [(row["path"], row["status"], row["scenes"]) for row in again.seen("again")["media"]] == [
        (str(films.one), "ready", 3),
        (str(films.two), "ready", 2),
    ]


def _tell_the_cut(story: Story, films: Films) -> None:
    """Drop two films; double-click two scenes, drag one; split, trim and ripple delete."""
    story.do(drop=[str(films.one), str(films.two)])
    story.idle()
    story.do(click="browserTabs", at=[100, 12])
    story.do(double_click="scenesPane.items", item=0)
    story.do(double_click="scenesPane.items", item=3)
    story.look("two scenes")
    story.do(drag="scenesPane.items", item=2, to="timelinePane", to_item="V1:1", to_at=[63, 20])
    story.idle()
    story.look("three scenes")
    story.do(click="timelinePane", item="V1:0")
    story.keys("Home", "Shift+Right", *["Left"] * 15, "S")
    story.look("split")
    story.do(drag="timelinePane", item="V1:2", at=[3, 20], to="timelinePane", to_item="V1:2", to_at=[23, 20])
    story.look("trimmed")
    story.do(click="timelinePane", item="V1:1")
    story.look("selected")
    story.keys("X")
    story.idle()
    story.look("deleted")
    story.picture("deleted")


def _check_the_cut(story: Story) -> None:
    assert clips(story.seen("two scenes")) == [(0, 25, 0), (25, 25, 0)]
    assert clips(story.seen("three scenes")) == [(0, 25, 0), (25, 25, 0), (50, 25, 50)]
    assert clips(story.seen("split")) == [(0, 10, 0), (10, 15, 10), (25, 25, 0), (50, 25, 50)]
    assert story.seen("split")["playhead_frame"] == 10
    assert clips(story.seen("trimmed")) == [(0, 10, 0), (10, 15, 10), (33, 17, 8), (50, 25, 50)]
    assert len(story.seen("selected")["selection"]) == 2  # picture and sound
    deleted = story.seen("deleted")
    assert clips(deleted) == clips(deleted, "A1") == [(0, 10, 0), (18, 17, 8), (35, 25, 50)]
    assert deleted["undo_depth"] == 1 + EDITS


def _tell_saving_and_export(story: Story, project: Path, written: Path) -> None:
    story.keys(*["Ctrl+Z"] * (1 + EDITS))
    story.look("undone")
    story.keys(*["Ctrl+Shift+Z"] * (1 + EDITS))
    story.idle()
    story.look("redone")
    story.do(action="file.save", params={"path": str(project)})
    story.look("saved")
    story.do(menu="File/Export...")
    story.do(click="exportPath")
    story.keys("Ctrl+A")
    story.do(type=str(written))
    story.picture("export")
    story.keys("Return")
    story.idle()
    story.picture("written")
    story.keys("Return")
    story.look("closed")


def _check_undo(story: Story) -> None:
    undone, deleted, redone = (story.seen(name) for name in ("undone", "deleted", "redone"))
    assert (undone["undo_depth"], undone["media"]) == (0, [])
    assert clips(undone) == clips(undone, "A1") == []
    assert redone["project"] == deleted["project"]
    assert redone["media"] == deleted["media"]


def _check_the_film(story: Story, written: Path) -> None:
    """Every frame by its number; the gap is black and has none."""
    kept = [*range(10), *[None] * 8, *range(SECOND_FILM + 8, SECOND_FILM + 25), *range(50, 75)]
    assert numbers_in(written) == kept
    # A beep sounds at the twelfth picture of each scene, so only the last two are left, in their places.
    assert beep_times(written) == pytest.approx([(18 + 12 - 8) / 25, (35 + 12) / 25], abs=0.03)
    assert story.seen("closed")["jobs"] == []
    assert not list(written.parent.glob(".*part*"))


def test_a_film_is_cut_with_the_keys_alone(tmp_path: Path, films: Films) -> None:
    """Q and W, marks and extract, copy and paste, markers, groups, nudges; each taken back, then again."""
    story, written = Story(tmp_path, dict(WITHOUT_SCREEN)), tmp_path / "part.mp4"
    story.do(action="media.import", params={"paths": [str(films.one), str(films.two)]})
    story.idle()
    for scene in ("one.mp4#0", "one.mp4#1", f"{films.two.name}#0"):
        story.do(action="timeline.append", params={"scene": scene})
    story.do(click="timelinePane", item="V1:0")
    story.keys("Home", *["Right"] * 5, "Q")
    story.look("head")
    story.keys(*["Right"] * 15, "W")
    story.look("tail")
    story.keys("Shift+N", "Ctrl+Shift+A", "Home", "Right", "Right", "I", *["Right"] * 3, "O", "'")
    story.look("extracted")
    story.keys("Alt+X", "M", "Home", "Shift+M")
    story.look("marker")
    story.do(click="timelinePane", item="V1:2")
    story.keys("Ctrl+C", "End", "Ctrl+V", "Ctrl+G", "Alt+Right", "Alt+Right")
    story.look("pasted")
    story.keys(*["Ctrl+Z"] * 6)
    story.look("undone")
    story.keys(*["Ctrl+Y"] * 6)
    story.look("redone")
    story.keys("Home", *["Right"] * 8, "I", *["Right"] * 19, "O")
    story.do(menu="File/Export...")
    story.do(click="exportPath")
    story.keys("Ctrl+A")
    story.do(type=str(written))
    story.picture("export")
    story.keys("Return")
    story.idle()
    story.picture("written")
    story.keys("Return")
    said = story.run()
    assert (said.code, said.err) == (0, "")

    _check_the_keys(story)
    assert numbers_in(written) == [*range(17, 20), *range(25, 42)]


def _check_the_keys(story: Story) -> None:
    assert clips(story.seen("head")) == [(0, 20, 5), (20, 25, 25), (45, 25, 0)]
    assert story.seen("head")["playhead_frame"] == 0
    assert clips(story.seen("tail")) == [(0, 15, 5), (15, 25, 25), (40, 25, 0)]
    extracted = clips(story.seen("extracted"))
    assert extracted == clips(story.seen("extracted"), "A1") == [(0, 2, 5), (2, 9, 11), (11, 25, 25), (36, 25, 0)]
    assert story.seen("marker")["playhead_frame"] == story.seen("extracted")["playhead_frame"]
    pasted = [*extracted, (63, 25, 25)]
    assert clips(story.seen("pasted")) == clips(story.seen("pasted"), "A1") == pasted
    assert len(clips(story.seen("undone"))) < len(extracted)
    assert story.seen("redone")["project"]["tracks"] == story.seen("pasted")["project"]["tracks"]
