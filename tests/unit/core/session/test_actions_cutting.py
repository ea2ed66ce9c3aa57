"""The actions of cutting, by words: ranges, edges, copies, links, tracks, markers."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from app.core.base.errors import UserError
from app.core.model.asset import Asset
from app.core.model.lint import lint
from app.core.model.project import Project
from app.core.model.scene import Scene, SceneList
from app.core.session.actions import ActionContext, Imported
from app.core.session.actions_all import standard_actions
from app.core.session.session import Session
from tests.helpers.document import FILM, FRAME, clip, gap, project, row, track


class Desk:
    """A session whose every medium has two scenes, and which exports nothing."""

    def __init__(self, document: Project) -> None:
        self.actions, self.session = standard_actions(), Session(document, checked=True)
        self.context = ActionContext(self.session, self.bring_in, self.scenes, self.export)

    def run(self, name: str, *words: str) -> dict[str, Any]:
        result = self.actions.run(name, self.context, words)
        json.dumps(result, allow_nan=False)
        return result

    def bring_in(self, _paths: Sequence[Path], /) -> Imported:
        return Imported()

    def scenes(self, _asset: Asset, /) -> SceneList:
        two = Scene(0, 0, 100, 0, 100 * FRAME, "start"), Scene(1, 100, 240, 100 * FRAME, 240 * FRAME, "cut")
        return SceneList(FILM, 240, two, ())

    def export(self, _project: Project, _path: Path, /, **_options: Any) -> Mapping[str, Any]:
        return {}


def two() -> Project:
    """Two linked pairs, and a gap behind them."""
    return project(
        track("V1", clip("a", 10, link="1"), clip("b", 10, source=20, link="2"), gap(5), clip("c", 5, source=50)),
        track("V2"),
        track("A1", clip("s", 10, link="1"), clip("t", 10, source=20, link="2")),
    )


@pytest.fixture
def desk() -> Desk:
    return Desk(two())


def rows(desk: Desk, *names: str) -> tuple[str, ...]:
    assert lint(desk.session.project) == []
    return tuple(row(desk.session.project, name) for name in names)


def test_three_points_by_words(desk: Desk) -> None:
    desk.run("timeline.overwrite", "asset=film.mp4", "source_in=60", "source_out=64", "end=12")
    assert rows(desk, "V1", "A1")[0] == "a:0+8 film:60+4 b:22+8 -5 c:50+5"
    desk.run("edit.undo")
    desk.run("timeline.insert", "asset=film.mp4", "source_out=64", "frame=10", "end=14")
    assert rows(desk, "A1") == ("s:0+10 film:60+4 t:20+10",)
    desk.run("edit.undo")
    four = ("asset=film.mp4", "source_in=60", "source_out=66", "frame=8", "end=12")
    with pytest.raises(UserError, match="of different lengths"):
        desk.run("timeline.overwrite", *four)
    desk.run("timeline.overwrite", *four, "leave_out=source_in")
    assert rows(desk, "A1") == ("s:0+8 film:62+4 t:22+8",)
    with pytest.raises(UserError, match="nothing says where the media go"):
        desk.run("timeline.insert", "asset=film.mp4")
    with pytest.raises(UserError, match="it has no frame -1"):
        desk.run("timeline.insert", "asset=film.mp4", "frame=0", "source_in=-1")


def test_scenes_fill_a_range(desk: Desk) -> None:
    desk.run("timeline.overwrite", "scene=film.mp4#1", "frame=2", "end=6")
    assert rows(desk, "V1") == ("a:0+2 film scene 2:100+4 a:6+4 b:20+10 -5 c:50+5",)


def test_replace(desk: Desk) -> None:
    desk.run("timeline.replace", "clip=b", "asset=film.mp4", "source_in=7")
    assert rows(desk, "V1", "A1") == ("a:0+10 film:7+10 -5 c:50+5", "s:0+10 film:7+10")
    desk.run("timeline.replace", "clip=b", "scene=film.mp4#1", "linked=false")
    assert rows(desk, "V1")[0] == "a:0+10 film scene 2:100+10 -5 c:50+5"


def test_ranges_and_gaps(desk: Desk) -> None:
    desk.run("timeline.liftRange", "frame=5", "end=15", "tracks=V1")
    assert rows(desk, "V1", "A1") == ("a:0+5 -10 b:25+5 -5 c:50+5", "s:0+10 t:20+10")
    desk.run("edit.undo")
    desk.run("timeline.extract", "frame=5", "end=15")
    assert rows(desk, "V1", "A1") == ("a:0+5 b:25+5 -5 c:50+5", "s:0+5 t:25+5")
    desk.run("timeline.closeGap", "track=V1", "frame=12")
    assert rows(desk, "V1") == ("a:0+5 b:25+5 c:50+5",)
    with pytest.raises(UserError, match="it ends before it begins"):
        desk.run("timeline.extract", "frame=5", "end=5")


def test_ripple_trim_to_the_playhead(desk: Desk) -> None:
    assert desk.run("timeline.rippleTrim", "edge=start", "frame=4")["clip"] == "a"
    assert rows(desk, "V1", "A1") == ("a:4+6 b:20+10 -5 c:50+5", "s:4+6 t:20+10")
    assert desk.run("timeline.rippleTrim", "edge=end", "frame=12")["clip"] == "b"
    assert rows(desk, "V1", "A1") == ("a:4+6 b:20+6 -5 c:50+5", "s:4+6 t:20+6")
    desk.run("timeline.rippleTrim", "clip=a", "edge=end", "frame=8")
    assert rows(desk, "V1") == ("a:4+8 b:20+6 -5 c:50+5",)
    with pytest.raises(UserError, match="frame 16: no clip that is not locked lies there"):
        desk.run("timeline.rippleTrim", "edge=end", "frame=16")


def test_roll_slip_slide_and_nudge(desk: Desk) -> None:
    desk.run("timeline.roll", "clip=a", "edge=end", "frame=12")
    assert rows(desk, "V1", "A1")[1] == "s:0+12 t:22+8"
    desk.run("timeline.slip", "clip=b", "by=3")
    assert rows(desk, "A1") == ("s:0+12 t:25+8",)
    desk.run("timeline.slide", "clip=b", "by=-2")
    assert rows(desk, "V1", "A1") == ("a:0+10 b:25+8 -7 c:50+5", "s:0+10 t:25+8")
    desk.run("timeline.nudge", "clips=b", "by=4")
    assert rows(desk, "V1", "A1") == ("a:0+10 -4 b:25+8 -3 c:50+5", "s:0+10 -4 t:25+8")
    desk.run("timeline.nudge", "clips=c", "by=-1", "up=1")
    assert rows(desk, "V1", "V2") == ("a:0+10 -4 b:25+8", "-24 c:50+5")
    with pytest.raises(UserError, match="that is months"):
        desk.run("timeline.nudge", "clips=c", "by=999999999")


def test_copy_cut_paste_and_duplicate(desk: Desk) -> None:
    with pytest.raises(UserError, match="nothing is copied"):
        desk.run("edit.paste", "frame=0")
    assert desk.run("edit.copy", "clips=a") == {"copied": 2, "frames": 10}
    desk.run("edit.paste", "frame=30")
    assert rows(desk, "A1") == ("s:0+10 t:20+10 -10 s:0+10",)
    assert len(desk.run("edit.paste", "frame=10", "insert=true")["added"]) == 2
    assert rows(desk, "A1") == ("s:0+10 s:0+10 t:20+10 -10 s:0+10",)
    desk.run("edit.cut", "clips=b")
    assert rows(desk, "A1") == ("s:0+10 s:0+10 -20 s:0+10",)
    desk.run("edit.paste", "frame=22")
    assert rows(desk, "A1") == ("s:0+10 s:0+10 -2 t:20+10 -8 s:0+10",)
    desk.run("edit.duplicate", "clips=c", "linked=false")
    assert rows(desk, "V1")[0].endswith("c:50+5 c:50+5 a:0+10")
    with pytest.raises(UserError, match="clips is missing"):
        desk.run("edit.pasteAttributes")


def test_a_dry_run_leaves_the_clipboard(desk: Desk) -> None:
    desk.actions.dry_run("edit.copy", desk.context, ["clips=a"])
    desk.actions.dry_run("edit.cut", desk.context, ["clips=a"])
    assert desk.context.clipboard.clips is None


def test_attributes(desk: Desk) -> None:
    desk.run("edit.copy", "clips=a")
    assert desk.run("edit.pasteAttributes", "clips=b") == {"added": [], "removed": []}


def test_links_and_groups(desk: Desk) -> None:
    desk.run("timeline.unlink", "clips=a")
    desk.run("timeline.lift", "clips=a")
    assert rows(desk, "V1", "A1") == ("-10 b:20+10 -5 c:50+5", "s:0+10 t:20+10")
    desk.run("timeline.link", "clips=c", "clips=s")
    desk.run("timeline.group", "clips=c", "clips=b")
    assert len(desk.run("timeline.lift", "clips=t")["removed"]) == 4
    desk.run("edit.undo")
    desk.run("timeline.ungroup", "clips=c")
    assert desk.run("timeline.lift", "clips=t")["removed"] == ["b", "t"]


def test_tracks(desk: Desk) -> None:
    assert desk.run("timeline.moveTrack", "track=V1", "up=1") == {"tracks": ["V2", "V1", "A1"]}
    assert desk.run("timeline.renameTrack", "track=A1", "name=Voice") == {"track": "Voice"}
    said = desk.run("timeline.switchTrack", "track=Voice", "muted=true", "sync_lock=false")
    assert said == {
        "track": "Voice",
        "muted": True,
        "solo": False,
        "hidden": False,
        "locked": False,
        "sync_lock": False,
    }
    assert desk.run("timeline.removeTrack", "track=V1")["removed"] == ["a", "b", "c"]
    with pytest.raises(UserError, match="nothing is said of it"):
        desk.run("timeline.switchTrack", "track=Voice")
    with pytest.raises(UserError, match=r"V2: muted would silence it \(sound only\)"):
        desk.run("timeline.switchTrack", "track=V2", "muted=true")


def test_markers(desk: Desk) -> None:
    marker = desk.run("marker.add", "frame=8", "name=Here", "color=red")["marker"]
    desk.run("marker.add", "frame=2", "frames=3", "note=why")
    changed = desk.run("marker.change", f"marker={marker}", "frame=12", "note=later")
    assert changed == {"id": marker, "frame": 12, "frames": 0, "name": "Here", "color": "red", "note": "later"}
    desk.run("timeline.extract", "frame=1", "end=4")
    listed = desk.run("marker.list")["markers"]
    assert [(each["frame"], each["frames"], each["name"]) for each in listed] == [(1, 1, ""), (9, 0, "Here")]
    desk.run("marker.remove", f"markers={marker}")
    assert len(desk.run("marker.list")["markers"]) == 1
    with pytest.raises(UserError, match="color cannot be 'mauve'"):
        desk.run("marker.add", "frame=8", "color=mauve")


def test_what_would_happen_is_said(desk: Desk) -> None:
    trial = desk.actions.dry_run("marker.add", desk.context, ["frame=8", "name=Here"])
    assert trial.would == ("marker 'Here' is added at 00:00:00:08",)
    trial = desk.actions.dry_run("timeline.slip", desk.context, ["clip=b", "by=-3", "linked=false"])
    assert trial.would == ("V1: 'b' shows its media 3 frames earlier",)
    trial = desk.actions.dry_run("timeline.switchTrack", desk.context, ["track=A1", "sync_lock=false"])
    assert trial.would == ("track A1 changes its settings",)
    assert desk.session.undo_depth == 0
