"""The registry: names, typed arguments, descriptions, dry runs; and every action of this version."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from app.core.base import time
from app.core.base.errors import UserError
from app.core.edit.assets import new_project
from app.core.edit.scenes import assemble
from app.core.model.asset import Asset
from app.core.model.project import Project
from app.core.model.scene import Scene, SceneList
from app.core.render.plan import SubtitleMode
from app.core.session.actions import Action, ActionContext, Actions, FrameRange, Imported
from app.core.session.actions_all import standard_actions
from app.core.session.actions_parameters import Arguments, Parameter
from app.core.session.session import Session
from tests.helpers.document import FILM, clip, clips, film, music, project, row, silent_film, track

PARAMETERS = (
    Parameter("count", "int", "how many", default=3),
    Parameter("gain", "float", "how loud"),
    Parameter("name", "text", "what it is called"),
    Parameter("names", "texts", "several"),
    Parameter("loud", "flag", "whether", default=False),
    Parameter("edge", "choice", "which", choices=("start", "end")),
    Parameter("file", "path", "where"),
    Parameter("files", "paths", "where"),
    Parameter("at", "frame", "when", required=True),
    Parameter("time", "time", "when"),
)


def nothing(_context: ActionContext, _arguments: Arguments) -> dict[str, Any]:
    return {}


ACTIONS = Actions([Action("try.it", "Try It", nothing, PARAMETERS)])


def parsed(*words: str) -> Arguments:
    return ACTIONS.arguments("try.it", words, Fraction(30000, 1001))


class Shelf:
    def __init__(self) -> None:
        self.saved: list[Path] = []

    def load(self, path: Path) -> Project:
        raise UserError(str(path), "there is no such file", "choose another")

    def save(self, document: Project, path: Path) -> None:
        self.saved.append(path)


class Outside:
    """The outer world of the actions: media by file name, scenes, and a list of exports."""

    def __init__(self) -> None:
        self.media = {"film.mp4": film(), "silent.mp4": silent_film(), "music.wav": music()}
        self.ranges: list[FrameRange] = []
        self.exports: list[tuple[Path, str | None, str | None, bool, SubtitleMode]] = []

    def importer(self, paths: Sequence[Path]) -> Imported:
        assets = tuple(self.media[path.name] for path in paths if path.name in self.media)
        refused = tuple(
            UserError(path.name, "it is no film", "choose another") for path in paths if path.name not in self.media
        )
        return Imported(assets, refused)

    def scenes(self, asset: Asset) -> SceneList:
        frame = time.frame_duration(FILM)
        scenes = (
            Scene(0, 0, 100, 0, 100 * frame, "start"),
            Scene(1, 100, 240, 100 * frame, 240 * frame, "cut"),
        )
        return SceneList(FILM, 240, scenes, ())

    def exporter(
        self,
        document: Project,
        path: Path,
        *,
        preset: str | None,
        quality: str | None,
        overwrite: bool,
        subtitles: SubtitleMode,
        frames: FrameRange = (None, None),
    ) -> Mapping[str, Any]:
        self.ranges.append(frames)
        self.exports.append((path, preset, quality, overwrite, subtitles))
        return {"output": str(path), "frames": document.sequences[0].duration // time.frame_duration(FILM)}


class Desk:
    """A session with actions around it."""

    def __init__(self, document: Project | None = None) -> None:
        self.outside, self.shelf, self.actions = Outside(), Shelf(), standard_actions()
        self.session = Session(document or new_project("New"), store=self.shelf, checked=True)
        self.context = ActionContext(self.session, self.outside.importer, self.outside.scenes, self.outside.exporter)

    def run(self, name: str, *words: str) -> dict[str, Any]:
        result = self.actions.run(name, self.context, words)
        json.dumps(result, allow_nan=False)
        return result

    def row(self, name: str) -> str:
        return row(self.session.project, name)

    def clip_ids(self, name: str) -> list[str]:
        return [each.id for each in clips(self.session.project, name)]


def assembled() -> Desk:
    return Desk(assemble(new_project("New"), [(film(), ()), (silent_film(frames=24), ())]))


def edited() -> Desk:
    """Two linked pairs with ids that can be named."""
    return Desk(
        project(
            track("V1", clip("a", 10, link="1"), clip("b", 10, source=20, link="2")),
            track("V2"),
            track("A1", clip("s", 10, link="1"), clip("t", 10, source=20, link="2")),
        )
    )


# The registry and its parameters.


def test_every_kind_of_word() -> None:
    arguments = parsed(
        "count=-5", "gain=-1.5", "name=a=b c", "names=x", "names=y", "loud=YES", "edge=end", "file=a b.mp4",
        "files=/x/../y.mp4", "files=z", "at=12",
    )  # fmt: skip
    assert arguments.number("count") == -5
    assert arguments.text("name") == "a=b c"
    assert arguments.texts("names") == ("x", "y")
    assert arguments.flag("loud") is True
    assert arguments.text("edge") == "end"
    assert arguments.path("file") == Path.cwd() / "a b.mp4"
    assert arguments.paths("files") == (Path("/y.mp4"), Path.cwd() / "z")
    assert arguments.number("at") == 12
    assert "gain" in arguments


def test_defaults_and_absence() -> None:
    arguments = parsed("at=0")
    assert arguments.number("count") == 3
    assert arguments.flag("loud") is False
    assert "name" not in arguments
    assert not arguments.texts("names")
    assert not arguments.paths("files")


@pytest.mark.parametrize(
    ("word", "seconds"),
    [
        ("1.5", Fraction(3, 2)),
        ("-0.25", Fraction(-1, 4)),
        ("0", Fraction(0)),
        ("00:01:02.5", Fraction(125, 2)),
        ("01:00:00,001", Fraction(3_600_001, 1000)),
        ("-00:00:01.250", Fraction(-5, 4)),
        ("00:00:01:15", Fraction(45 * 1001, 30000)),
        ("00:01:00;02", Fraction(1800 * 1001, 30000)),
        ("2592000", Fraction(2_592_000)),
    ],
)
def test_times_need_not_lie_on_frames(word: str, seconds: Fraction) -> None:
    assert parsed("at=0", f"time={word}").number("time") == time.from_seconds(seconds)


def test_times_as_json_numbers() -> None:
    for value, wanted in ((1, time.SECOND), (-2.5, -time.SECOND * 5 // 2), ("00:00:01.5", time.SECOND * 3 // 2)):
        assert ACTIONS.arguments("try.it", {"at": 1, "time": value}, FILM).number("time") == wanted


def test_frames_as_numbers_and_timecode() -> None:
    assert parsed("at=00:01:00;02").number("at") == 1800
    assert parsed("at=00:00:01:00").number("at") == 30
    values = ACTIONS.arguments("try.it", {"at": 7, "names": ["x"], "loud": True, "gain": 2}, FILM)
    assert (values.number("at"), values.texts("names"), values.flag("loud")) == (7, ("x",), True)


@pytest.mark.parametrize(
    ("word", "reason"),
    [
        ("at", "'at' is not NAME=VALUE"),
        ("wrong=1", "it has no parameter 'wrong'; it knows count, gain"),
        ("count=1.5", "count cannot be '1.5'; give a whole number"),
        ("gain=much", "gain cannot be 'much'; give a number"),
        ("gain=nan", "gain cannot be nan; give a number"),
        ("loud=perhaps", "loud cannot be 'perhaps'; give true or false"),
        ("edge=middle", "edge cannot be 'middle'; give start or end"),
        ("file=", "file cannot be ''; give a file name"),
        ("file=a\0b", "give a file name"),
        ("names=", "give one or more texts"),
        ("at=-1", "at cannot be '-1'; give a frame number from 0, or a timecode"),
        ("at=1.5", "at cannot be '1.5'"),
        ("at=00:00:00:99", "at cannot be '00:00:00:99'"),
        ("at=00:01:00;00", "at cannot be"),
        ("at=" + "9" * 5000, "at cannot be"),
        ("time=soon", "time cannot be 'soon'; give seconds, or a timecode"),
        ("time=--1", "time cannot be"),
        ("time=1e3", "time cannot be"),
        ("time=00:00:61.0", "time cannot be"),
        ("time=2592000.1", "time cannot be"),
        ("time=" + "9" * 5000, "time cannot be"),
    ],
)
def test_words_that_do_not_fit(word: str, reason: str) -> None:
    with pytest.raises(UserError) as caught:
        parsed(word)
    assert reason in str(caught.value)
    assert caught.value.what == "try.it"
    assert len(str(caught.value)) < 500


@pytest.mark.parametrize(
    "values",
    [
        {"at": True}, {"at": -1}, {"at": 1.0}, {"at": None}, {"at": 1, "count": True}, {"at": 1, "count": "3"},
        {"at": 1, "gain": float("inf")}, {"at": 1, "loud": 1}, {"at": 1, "name": 5}, {"at": 1, "names": []},
        {"at": 1, "names": [1]}, {"at": 1, "files": {"a": 1}}, {"at": 1, "edge": "START"}, {"at": 1, "file": ["x"]},
        {"at": 1, "time": True}, {"at": 1, "time": float("nan")}, {"at": 1, "time": 1e300}, {"at": 1, "time": ""},
    ],
)  # fmt: skip
def test_json_values_that_do_not_fit(values: dict[str, Any]) -> None:
    with pytest.raises(UserError, match=r"try\.it: \w+ cannot be"):
        ACTIONS.arguments("try.it", values, FILM)


def test_missing_and_doubled() -> None:
    with pytest.raises(UserError, match="at is missing; give at="):
        parsed("count=1")
    with pytest.raises(UserError, match="count is given twice"):
        parsed("at=1", "count=1", "count=2")


def test_unknown_actions_and_names_that_are_taken() -> None:
    with pytest.raises(UserError, match=r"there is no such action; perhaps timeline\.split"):
        standard_actions().find("timeline.splt")
    with pytest.raises(ValueError, match="two actions named"):
        Actions([*ACTIONS, *ACTIONS])


def test_every_action_describes_itself_as_json() -> None:
    described = json.loads(json.dumps(standard_actions().described()))["actions"]
    assert [each["name"] for each in described] == [
        "media.import", "media.remove", "file.save", "file.export", "file.importTimeline", "file.exportTimeline",
        "edit.undo", "edit.redo", "history.goTo", "versions.list",
        "versions.keep", "versions.restore", "versions.compare", "media.relink", "file.collect", "timeline.append",
        "timeline.insert", "timeline.overwrite", "timeline.replace", "timeline.split", "timeline.lift",
        "timeline.rippleDelete", "timeline.liftRange", "timeline.extract", "timeline.closeGap", "timeline.trim",
        "timeline.move", "timeline.nudge", "timeline.rippleTrim", "timeline.roll", "timeline.slip", "timeline.slide",
        "edit.cut", "edit.copy", "edit.paste", "edit.pasteAttributes", "edit.duplicate", "timeline.link",
        "timeline.unlink", "timeline.group", "timeline.ungroup", "clip.setSpeed", "clip.freezeFrame", "clip.setGain",
        "timeline.addTrack", "timeline.removeTrack",
        "timeline.moveTrack", "timeline.renameTrack", "timeline.switchTrack", "marker.add", "marker.change",
        "marker.remove", "marker.list", "sequence.change", "media.transcribe", "subtitles.add", "subtitles.setText",
        "subtitles.setSpeaker", "subtitles.retime", "subtitles.split", "subtitles.merge", "subtitles.delete",
        "subtitles.shift", "subtitles.fromSpeech", "subtitles.import", "subtitles.export", "subtitles.addTrack",
        "subtitles.hide", "subtitles.show", "subtitles.lock", "subtitles.unlock",
    ]  # fmt: skip
    split = next(each for each in described if each["name"] == "timeline.split")
    assert split["parameters"][0] == {
        "name": "frame",
        "kind": "frame",
        "meaning": "the first frame after the cut",
        "required": True,
        "default": None,
    }
    assert all(each["title"] and all(one["meaning"] for one in each["parameters"]) for each in described)
    trim = next(each for each in described if each["name"] == "timeline.trim")
    assert next(each for each in trim["parameters"] if each["name"] == "edge")["choices"] == ["start", "end"]


# The actions.


def test_importing_lists_what_cannot_be_used() -> None:
    desk = Desk()
    result = desk.run("media.import", "paths=film.mp4", "paths=notes.txt", "paths=music.wav")
    assert [each["name"] for each in result["assets"]] == ["film.mp4", "music.wav"]
    assert result["errors"] == [{"what": "notes.txt", "why": "it is no film", "what_to_do": "choose another"}]
    assert desk.session.project.sequences[0].format.width == 160
    again = desk.run("media.import", "paths=film.mp4")
    assert again["assets"] == result["assets"][:1]
    assert desk.session.undo_depth == 1
    with pytest.raises(UserError, match=r"notes\.txt: it is no film"):
        desk.run("media.import", "paths=notes.txt")


def test_appending_by_name_id_path_and_scene() -> None:
    desk = Desk()
    desk.run("media.import", "paths=film.mp4", "paths=music.wav")
    result = desk.run("timeline.append", "scene=film.mp4#1")
    assert len(result["added"]) == 2
    desk.run("timeline.append", "asset=film")
    desk.run("timeline.append", "asset=/media/music.wav")
    assert desk.row("V1") == "film scene 2:100+140 film:0+240"
    assert desk.row("A1") == "film scene 2:100+140 film:0+240 music:0+240"


@pytest.mark.parametrize(
    ("word", "reason"),
    [
        ("asset=gone.mp4", "media gone.mp4: they are not in the project"),
        ("scene=film.mp4", "not written as MEDIA#NUMBER"),
        ("scene=film.mp4#x", "not written as MEDIA#NUMBER"),
        ("scene=film.mp4#2", "there is no such scene; choose one from 0 to 1"),
        ("video_track=V1", "it does not say what to take; give one of asset, scene"),
    ],
)
def test_media_that_are_not_there(word: str, reason: str) -> None:
    with pytest.raises(UserError) as caught:
        assembled().run("timeline.append", word)
    assert reason in str(caught.value)


def test_asset_and_scene_exclude_each_other() -> None:
    with pytest.raises(UserError, match="asset and scene exclude each other"):
        assembled().run("timeline.append", "asset=film", "scene=film#0")


def test_insert_and_overwrite_at_a_frame_and_track() -> None:
    desk = edited()
    desk.run("timeline.insert", "scene=film.mp4#0", "frame=5")
    assert desk.row("V1") == "a:0+5 film scene 1:0+100 a:5+5 b:20+10"
    desk.run("edit.undo")
    desk.run("timeline.overwrite", "asset=silent", "frame=00:00:00:05", "video_track=V2")
    assert desk.row("V2") == "-5 silent:0+240"
    with pytest.raises(UserError, match="track V7: it is not in this sequence; choose one of V1, V2, A1"):
        desk.run("timeline.insert", "asset=film", "frame=0", "video_track=V7")
    with pytest.raises(UserError, match="months behind the start"):
        desk.run("timeline.insert", "asset=film", "frame=999999999999")


def test_split_in_its_forms() -> None:
    desk = edited()
    assert len(desk.run("timeline.split", "frame=4")["added"]) == 2
    assert (desk.row("V1"), desk.row("A1")) == ("a:0+4 a:4+6 b:20+10", "s:0+4 s:4+6 t:20+10")
    desk.run("timeline.split", "frame=15", "all=true")
    assert desk.row("V1") == "a:0+4 a:4+6 b:20+5 b:25+5"
    for _ in range(2):
        desk.run("edit.undo")
    desk.run("timeline.split", "frame=12", "tracks=V1", "linked=false")
    assert (desk.row("V1"), desk.row("A1")) == ("a:0+10 b:20+2 b:22+8", "s:0+10 t:20+10")
    desk.run("edit.undo")
    desk.run("timeline.split", "frame=12", "clips=b", "clips=t")
    assert (desk.row("V1"), desk.row("A1")) == ("a:0+10 b:20+2 b:22+8", "s:0+10 t:20+2 t:22+8")
    assert desk.session.undo_depth == 1
    with pytest.raises(UserError, match="no clip to split"):
        desk.run("timeline.split", "frame=500")


def test_lift_ripple_delete_trim_and_move() -> None:
    desk = edited()
    assert desk.run("timeline.lift", "clips=a", "linked=no")["removed"] == ["a"]
    assert (desk.row("V1"), desk.row("A1")) == ("-10 b:20+10", "s:0+10 t:20+10")
    desk.run("edit.undo")
    desk.run("timeline.rippleDelete", "clips=a")
    assert (desk.row("V1"), desk.row("A1")) == ("b:20+10", "t:20+10")
    desk.run("timeline.trim", "clip=b", "edge=end", "frame=4")
    assert (desk.row("V1"), desk.row("A1")) == ("b:20+4", "t:20+4")
    desk.run("timeline.move", "clip=b", "frame=00:00:01:00", "track=V2")
    assert (desk.row("V2"), desk.row("A1")) == ("-24 b:20+4", "-24 t:20+4")
    assert desk.run("timeline.addTrack", "kind=audio") == {"track": "A2"}
    assert desk.run("timeline.addTrack", "kind=video") == {"track": "V3"}


def test_undo_and_redo_say_what() -> None:
    desk = edited()
    assert [desk.actions.find(name).enabled(desk.context) for name in ("edit.undo", "edit.redo")] == [False] * 2
    desk.run("timeline.lift", "clips=a")
    assert desk.run("edit.undo") == {"undone": "Lift"}
    assert desk.run("edit.redo") == {"redone": "Lift"}
    with pytest.raises(UserError, match="nothing to redo"):
        desk.run("edit.redo")


def test_what_is_enabled_when_nothing_is_there() -> None:
    desk = Desk()
    enabled = {action.name for action in desk.actions if action.enabled(desk.context)}
    assert {name for name in enabled if name.split(".")[0] in ("timeline", "edit", "marker", "subtitles")} == {
        "timeline.addTrack", "timeline.removeTrack", "timeline.moveTrack", "timeline.renameTrack",
        "timeline.switchTrack", "marker.add", "marker.list", "subtitles.add", "subtitles.import",
        "subtitles.addTrack",
    }  # fmt: skip
    full = assembled()
    full.run("subtitles.add", "start=0", "end=1", "text=Hello")
    shut = {"edit.redo", "edit.paste", "edit.pasteAttributes", "timeline.ungroup", "marker.change", "marker.remove"}
    assert {action.name for action in full.actions if not action.enabled(full.context)} == shut


def test_saving(tmp_path: Path) -> None:
    desk, target = assembled(), tmp_path / "a.insomnia"
    with pytest.raises(UserError, match="it has no file yet"):
        desk.run("file.save")
    with pytest.raises(UserError, match=r"a project's name ends with \.insomnia"):
        desk.run("file.save", f"path={tmp_path / 'a.mp4'}")
    assert desk.run("file.save", f"path={target}") == {"path": str(target)}
    target.touch()
    desk.run("file.save")
    assert desk.shelf.saved == [target, target]
    other = tmp_path / "b.insomnia"
    other.touch()
    with pytest.raises(UserError, match="it exists already"):
        desk.run("file.save", f"path={other}")
    desk.run("file.save", f"path={other}", "overwrite=true")
    assert desk.session.path == other


def test_exporting(tmp_path: Path) -> None:
    desk, target = assembled(), tmp_path / "out.mp4"
    assert desk.run("file.export", f"path={target}", "quality=high", "preset=h264") == {
        "output": str(target),
        "frames": 264,
    }
    target.touch()
    with pytest.raises(UserError, match="it exists already"):
        desk.run("file.export", f"path={target}")
    desk.run("file.export", f"path={target}", "overwrite=true")
    assert desk.outside.exports == [(target, "h264", "high", False, "none"), (target, None, None, True, "none")]
    with pytest.raises(UserError, match="its timeline is empty"):
        Desk().run("file.export", f"path={tmp_path / 'b.mp4'}")


def test_exporting_with_subtitles_beside_the_film(tmp_path: Path) -> None:
    desk, target = assembled(), tmp_path / "out.mp4"
    beside = tmp_path / "out.srt"
    beside.touch()
    desk.run("file.export", f"path={target}", "subtitles=file")  # without a cue there is no such file
    desk.run("subtitles.add", "start=0", "end=24", "text=Hello")
    with pytest.raises(UserError, match=r"out\.srt.*it exists already"):
        desk.run("file.export", f"path={target}", "subtitles=file")
    desk.run("file.export", f"path={target}", "subtitles=burn")
    with pytest.raises(UserError, match="subtitles"):
        desk.run("file.export", f"path={target}", "subtitles=loud")
    beside.unlink()
    would = desk.actions.dry_run("file.export", desk.context, [f"path={target}", "subtitles=file"]).would
    assert would == (f"{target} is written", f"{beside} is written")
    assert [each[-1] for each in desk.outside.exports] == ["file", "burn"]


def test_a_dry_run_changes_nothing_and_says_what_it_would(tmp_path: Path) -> None:
    desk = edited()
    before = desk.session.project
    split = desk.actions.dry_run("timeline.split", desk.context, ["frame=4"])
    assert split.would == (
        "V1: 'a' lasts 4 frames instead of 10 frames",
        "V1: 'a' is added at 00:00:00:04, 6 frames",
        "A1: 's' lasts 4 frames instead of 10 frames",
        "A1: 's' is added at 00:00:00:04, 6 frames",
    )
    desk.run("timeline.lift", "clips=a")
    assert desk.actions.dry_run("edit.undo", desk.context).would == (
        "V1: 'a' is added at 00:00:00:00, 10 frames",
        "A1: 's' is added at 00:00:00:00, 10 frames",
    )
    target = tmp_path / "out.mp4"
    assert desk.actions.dry_run("file.export", desk.context, {"path": str(target)}).would == (f"{target} is written",)
    saved = desk.actions.dry_run("file.save", desk.context, {"path": str(tmp_path / "a.insomnia")})
    assert saved.would == (f"{tmp_path / 'a.insomnia'} is written",)
    assert (desk.shelf.saved, desk.outside.exports, list(tmp_path.iterdir())) == ([], [], [])
    desk.run("edit.undo")
    assert desk.session.project is before
    with pytest.raises(UserError, match="not on the timeline"):
        desk.actions.dry_run("timeline.lift", desk.context, ["clips=gone"])
