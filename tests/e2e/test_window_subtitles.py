"""Subtitles in the real window with keys and mouse: typed, corrected, split, merged, timed, and all undone."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.e2e.window import State, Story
from tests.helpers.media import make_film

WHOLE = (0.0, 2.0, "Where are you? Here.")
# Typed, split with its correction, merged, added, timed, deleted.
STEPS = 6


def cues(state: State) -> list[tuple[float, float, str]]:
    """What the window holds."""
    return [(each["start"], each["end"], each["text"]) for each in state["cues"]]


@pytest.fixture
def film(tmp_path: Path) -> Path:
    return make_film(tmp_path / "film.mp4", frames=150).path


def test_subtitles_are_written_corrected_and_undone(tmp_path: Path, film: Path) -> None:
    story = Story(tmp_path)
    _tell_writing(story)
    _tell_timing_and_undo(story)
    said = story.run(film)
    assert (said.code, said.err) == (0, "")
    _check_writing(story)
    _check_timing_and_undo(story)


def _tell_writing(story: Story) -> None:
    """The empty pane offers to write: at the playhead, typed at once. Then correct, split, merge."""
    story.idle()
    story.do(click="mediaPane.items", item=0)
    story.keys("Shift+A")
    story.idle()
    story.do(action="view.zoomFit")
    story.do(click="subtitlesPane.subtitles.add")
    story.do(type="Where are yuo? Here.")
    story.keys("Return")
    story.look("typed")
    story.do(double_click="subtitlesPane.items", item=0, at=[10, 10])
    story.do(type="Where are you? Here.")
    story.keys(*["Left"] * len(" Here."), "Ctrl+Shift+Return", "Escape")
    story.look("split")
    story.do(click="timelinePane", item="ST1:0")
    story.do(click="timelinePane", item="ST1:1", modifiers="Ctrl")
    story.keys("Ctrl+M")
    story.look("merged")


def _tell_timing_and_undo(story: Story) -> None:
    """Add another at the end, choose the first, let it end at the playhead, delete it; take all back."""
    story.keys("End", "Ctrl+T")
    story.do(type="s")  # no shortcut while text is typed
    story.keys("Return")
    story.look("added")
    story.do(click="subtitlesPane.items", item=0, at=[10, 10])
    story.look("chosen")
    story.keys("Shift+Right", "Alt+]")
    story.look("timed")
    story.keys("Del")
    story.look("deleted")
    story.picture("deleted")
    story.keys(*["Ctrl+Z"] * STEPS)
    story.look("undone")
    story.keys("Ctrl+Y")
    story.look("redone")


def _check_writing(story: Story) -> None:
    assert cues(story.seen("typed")) == [(0.0, 2.0, "Where are yuo? Here.")]
    split = cues(story.seen("split"))
    assert [text for _, _, text in split] == ["Where are you?", "Here."]
    assert split[0][1] == split[1][0]
    assert cues(story.seen("merged")) == [WHOLE]


def _check_timing_and_undo(story: Story) -> None:
    added = story.seen("added")
    assert cues(added) == [WHOLE, (6.0, 8.0, "s")]
    assert added["cues"][0]["track"] == "ST1"
    assert len(added["project"]["tracks"][0]["items"]) == 1  # S split no clip
    chosen = story.seen("chosen")
    assert (chosen["playhead_frame"], chosen["selection"]) == (0, [chosen["cues"][0]["id"]])
    assert cues(story.seen("timed"))[0] == (0.0, 1.0, "Where are you? Here.")
    assert cues(story.seen("deleted")) == [(6.0, 8.0, "s")]
    undone = story.seen("undone")
    assert cues(undone) == []
    assert undone["undo_depth"] == story.seen("deleted")["undo_depth"] - STEPS
    assert cues(story.seen("redone")) == cues(story.seen("typed"))
