"""Actions on subtitles: by words, refusals, dry runs, files, and what is made of speech."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from app.core.base.errors import UserError
from app.core.base.time import SECOND
from app.core.edit.subtitle import set_flags
from app.core.jobs.context import JobContext
from app.core.jobs.inline import InlineContext
from app.core.model.asset import Asset
from app.core.model.project import Project
from app.core.model.scene import SceneList
from app.core.model.subtitle import SubtitleCue, SubtitleTrack
from app.core.model.transcript import Transcript, Word
from app.core.session.actions import ActionContext, Imported
from app.core.session.actions_all import standard_actions
from app.core.session.session import Session
from tests.helpers.document import FRAME, clip, gap, project, track


def nobody_imports(_paths: Sequence[Path], /) -> Imported:
    return Imported()


def no_scenes(asset: Asset, /) -> SceneList:
    raise UserError(asset.path, "it has no scenes", "choose another")


def no_export(
    _project: Project,
    _path: Path,
    /,
    *,
    preset: str | None,
    quality: str | None,
    overwrite: bool,
    subtitles: str,
    frames: tuple[int | None, int | None] = (None, None),
) -> Mapping[str, Any]:
    return {}


class Desk:
    """A session with two cues on ST1, and what was said in media by their id."""

    def __init__(self, document: Project | None = None) -> None:
        self.said: dict[str, Transcript] = {}
        self.session = Session(document or titled(), checked=True)
        self.actions = standard_actions()
        self.context = ActionContext(
            self.session, nobody_imports, no_scenes, no_export, transcripts=lambda asset: self.said.get(asset.id)
        )

    def run(self, name: str, *words: str) -> dict[str, Any]:
        result = self.actions.run(name, self.context, words)
        json.dumps(result, allow_nan=False)
        return result

    def refused(self, name: str, *words: str) -> str:
        before = self.session.project
        with pytest.raises(UserError) as caught:
            self.run(name, *words)
        assert self.session.project is before
        return str(caught.value)

    @property
    def tracks(self) -> tuple[SubtitleTrack, ...]:
        return self.session.project.sequences[0].subtitle_tracks

    @property
    def row(self) -> list[tuple[float, float, str]]:
        return [(cue.start / SECOND, cue.end / SECOND, cue.text) for cue in self.tracks[0].cues]


def titled() -> Project:
    cues = SubtitleCue("a", SECOND, 2 * SECOND, "Where are you?"), SubtitleCue("b", 3 * SECOND, 5 * SECOND, "Here.")
    document = project(track("V1", clip("v", 48)), track("A1", clip("s", 48)))
    sequence = replace(document.sequences[0], subtitle_tracks=(SubtitleTrack("one", "ST1", cues),))
    return replace(document, sequences=(sequence,))


def test_the_first_cue_of_a_project() -> None:
    desk = Desk(project(track("V1", clip("v", 48))))
    result = desk.run("subtitles.add", "start=0.5", "end=00:00:01.75", "text=Hello", "speaker=Ann")
    (made,) = desk.tracks[0].cues
    assert result == {"added": [made.id], "removed": [], "changed": []}
    assert (desk.row, made.speaker) == ([(0.5, 1.75, "Hello")], "Ann")


def test_cues_by_id_and_by_number() -> None:
    desk = Desk()
    assert desk.run("subtitles.setText", "cue=2", "text=There.")["changed"] == ["b"]
    desk.run("subtitles.setText", "cue=a", "text=Where?")
    assert desk.row == [(1, 2, "Where?"), (3, 5, "There.")]
    desk.run("subtitles.setSpeaker", "cue=1", "speaker=Ann")
    assert [cue.speaker for cue in desk.tracks[0].cues] == ["Ann", None]
    desk.run("subtitles.setSpeaker", "cue=1")
    assert [cue.speaker for cue in desk.tracks[0].cues] == [None, None]
    assert "there is none of that number; choose one from 1 to 2" in desk.refused(
        "subtitles.setText", "cue=3", "text=x"
    )
    assert "not on the timeline" in desk.refused("subtitles.setText", "cue=gone", "text=x")
    assert "add some first" in Desk(project()).refused("subtitles.delete", "cues=1")


def test_times_of_a_cue() -> None:
    desk = Desk()
    desk.run("subtitles.retime", "cue=a", "start=4", "end=6")
    assert [text for _, _, text in desk.row] == ["Here.", "Where are you?"]
    desk.run("subtitles.retime", "cue=a", "end=00:00:05:12")
    desk.run("subtitles.retime", "cue=b", "start=2.5")
    assert desk.row == [(2.5, 5, "Here."), (4, 5.5, "Where are you?")]
    assert "give start, end or both" in desk.refused("subtitles.retime", "cue=a")
    assert "end before it begins" in desk.refused("subtitles.retime", "cue=a", "end=4")
    assert "not on the timeline" in desk.refused("subtitles.retime", "cue=gone", "start=1", "end=2")


def test_split_merge_delete_and_shift() -> None:
    desk = Desk()
    added = desk.run("subtitles.split", "cue=1", "at=1.5", "position=5")["added"]
    assert desk.row == [(1, 1.5, "Where"), (1.5, 2, "are you?"), (3, 5, "Here.")]
    merged = desk.run("subtitles.merge", "cues=1", "cues=2")
    assert (merged["removed"], desk.row[0]) == (added, (1, 2, "Where are you?"))
    desk.run("subtitles.shift", "by=-0.5")
    desk.run("subtitles.shift", "by=1", "cues=2")
    assert desk.row == [(0.5, 1.5, "Where are you?"), (3.5, 5.5, "Here.")]
    desk.run("subtitles.delete", "cues=1", "cues=b")
    assert desk.row == []
    assert desk.session.undo_depth == 5


def test_tracks_and_their_flags() -> None:
    desk = Desk()
    assert desk.run("subtitles.addTrack", "language=de") == {"track": "ST2"}
    desk.run("subtitles.add", "start=0", "end=1", "text=Hallo", "track=ST2")
    assert [len(each.cues) for each in desk.tracks] == [2, 1]
    desk.run("subtitles.hide")
    desk.run("subtitles.lock", "track=ST2")
    assert [(each.hidden, each.locked) for each in desk.tracks] == [(True, False), (False, True)]
    assert "it is locked" in desk.refused("subtitles.add", "start=0", "end=1", "text=x", "track=ST2")
    desk.run("subtitles.show")
    desk.run("subtitles.unlock", "track=ST2")
    assert [(each.hidden, each.locked) for each in desk.tracks] == [(False, False), (False, False)]
    assert "choose one of ST1, ST2" in desk.refused("subtitles.hide", "track=V1")
    assert "it has no subtitles" in Desk(project()).refused("subtitles.hide")


def test_a_dry_run_tells_what_would_be() -> None:
    desk = Desk()
    before = desk.session.project
    told = desk.actions.dry_run("subtitles.delete", desk.context, {"cues": ["1"]})
    assert told.would == ("cue 'Where are you?' is removed",)
    assert desk.session.project is before


# Files.


def test_files_in_and_out(tmp_path: Path) -> None:
    desk, path = Desk(), tmp_path / "a.vtt"
    desk.run("subtitles.setSpeaker", "cue=1", "speaker=Ann")
    before = desk.session.project
    assert desk.run("subtitles.export", f"path={path}") == {"path": str(path), "cues": 2, "losses": []}
    assert desk.run("subtitles.import", f"path={path}") == {"cues": 2, "replaced": 2, "losses": []}
    assert desk.session.project is before
    desk.run("subtitles.shift", "by=10")
    assert desk.run("subtitles.import", f"path={path}", "replace=no")["replaced"] == 0
    assert [start for start, _, _ in desk.row] == [1, 3, 11, 13]
    assert desk.run("subtitles.import", f"path={path}")["replaced"] == 4
    assert [(cue.start, cue.speaker) for cue in desk.tracks[0].cues] == [(SECOND, "Ann"), (3 * SECOND, None)]
    assert desk.session.undo_label == "Import subtitles"


def test_losses_are_told(tmp_path: Path) -> None:
    desk, path = Desk(project()), tmp_path / "a.srt"
    path.write_bytes("1\n00:00:01,000 --> 00:00:02,000\n<i>Привет</i>\n".encode("cp1251"))
    result = desk.run("subtitles.import", f"path={path}", "encoding=cp1251")
    assert result["losses"] == ["1 subtitle: its formatting, such as <i> or colours, is left out"]
    assert [text for _, _, text in desk.row] == ["Привет"]
    desk.run("subtitles.setSpeaker", "cue=1", "speaker=Ann")
    told = desk.run("subtitles.export", f"path={path}", "overwrite=yes")
    assert told["losses"] == ["1 subtitle: SRT has no place for who speaks"]


def test_files_that_cannot_be(tmp_path: Path) -> None:
    desk, path = Desk(), tmp_path / "a.srt"
    assert "written as .srt or .vtt" in desk.refused("subtitles.export", f"path={tmp_path / 'a.txt'}")
    path.write_text("mine", encoding="utf-8")
    assert "it exists already" in desk.refused("subtitles.export", f"path={path}")
    assert "it holds no subtitles" in desk.refused("subtitles.import", f"path={path}")
    assert path.read_text(encoding="utf-8") == "mine"
    assert "it has no subtitles" in Desk(project()).refused("subtitles.export", f"path={tmp_path / 'b.srt'}")
    told = desk.actions.dry_run("subtitles.export", desk.context, {"path": str(tmp_path / "b.srt")})
    assert told.would == (f"{tmp_path / 'b.srt'} is written",)
    assert not (tmp_path / "b.srt").exists()


# Speech.


def spoken(*words: tuple[str, int]) -> Transcript:
    """Words of 6 frames that begin at these frames."""
    found = tuple(Word(text, start * FRAME, (start + 6) * FRAME) for text, start in words)
    return Transcript("test", "en", " ".join(text for text, _ in words), found)


def test_speech_becomes_cues_of_the_timeline() -> None:
    desk = Desk(project(track("A1", gap(24), clip("a", 24, source=24), gap(72), clip("m", 24, asset="music"))))
    desk.said["film"] = spoken(("Unheard.", 0), ("Hello", 24), ("there.", 32))
    assert desk.run("subtitles.fromSpeech") == {"cues": 1, "replaced": 0, "unknown": ["music.wav"]}
    assert [(start, text) for start, _, text in desk.row] == [(1, "Hello there.")]
    assert desk.session.undo_label == "Subtitles from speech"
    assert desk.tracks[0].language == "en"
    desk.said["music"] = spoken(("Sing.", 0))
    assert desk.run("subtitles.fromSpeech")["replaced"] == 1
    assert [text for _, _, text in desk.row] == ["Hello there.", "Sing."]
    desk.session.undo()
    assert [text for _, _, text in desk.row] == ["Hello there."]


class Later:
    """A background whose work ends when it is told to."""

    def __init__(self) -> None:
        self.ends: list[Callable[[], dict[str, Any]]] = []

    def __call__(
        self,
        _kind: str,
        _title: str,
        work: Callable[[JobContext], Any],
        done: Callable[[Any], dict[str, Any]],
        /,
        *,
        short: bool = False,
    ) -> dict[str, Any]:
        assert short
        value = work(InlineContext())
        self.ends.append(lambda: done(value))
        return {"job": str(len(self.ends))}


def test_a_track_says_no_language_where_several_are_spoken() -> None:
    desk = Desk(project(track("A1", clip("a", 48), clip("m", 24, asset="music"))))
    desk.said["film"] = spoken(("Hello.", 0))
    desk.said["music"] = replace(spoken(("Hallo.", 0)), language="de")
    desk.run("subtitles.fromSpeech")
    assert desk.tracks[0].language is None
    desk.said["film"] = replace(desk.said["film"], language="de")
    desk.run("subtitles.fromSpeech")
    assert desk.tracks[0].language == "de"


def test_speech_is_looked_up_beside_and_anew_where_the_timeline_was_cut_meanwhile() -> None:
    later, desk = Later(), Desk(project(track("A1", clip("a", 96))))
    desk.context = replace(desk.context, background=later)
    desk.said["film"] = spoken(("Hello", 24), ("there.", 32))
    assert desk.run("subtitles.fromSpeech") == {"job": "1"}
    assert desk.tracks == ()
    before = desk.session.project
    desk.session.apply(
        "Cut", lambda now: replace(now, sequences=project(track("A1", gap(24), clip("a", 96))).sequences)
    )
    assert later.ends[0]() == {"job": "2"}
    assert desk.tracks == ()
    assert later.ends[1]()["cues"] == 1
    assert [start for start, _, _ in desk.row] == [2]
    desk.session.undo()
    desk.session.undo()
    assert desk.session.project == before


def test_subtitles_are_read_beside(tmp_path: Path) -> None:
    path = tmp_path / "a.srt"
    path.write_text("1\n00:00:01,000 --> 00:00:02,000\nOne\n", encoding="utf-8")
    later, desk = Later(), Desk()
    desk.context = replace(desk.context, background=later)
    before = desk.row
    assert desk.run("subtitles.import", f"path={path}") == {"job": "1"}
    assert desk.row == before
    assert later.ends[0]() == {"cues": 1, "replaced": 2, "losses": []}
    assert desk.row == [(1, 2, "One")]


def test_speech_that_is_not_known() -> None:
    desk = Desk()
    assert "nobody has listened to the media on the timeline yet; transcribe them first" in desk.refused(
        "subtitles.fromSpeech"
    )
    desk.said["film"] = spoken(("Late.", 200))
    assert "no speech is heard" in desk.refused("subtitles.fromSpeech")
    assert "there is no sound" in Desk(project(track("V1", clip("v", 5)))).refused("subtitles.fromSpeech")
    locked = Desk(set_flags(titled(), "main", "one", locked=True))
    locked.said["film"] = spoken(("Hello.", 0))
    assert "it is locked" in locked.refused("subtitles.fromSpeech")
