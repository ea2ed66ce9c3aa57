"""Each action of the editor by the command line, on a small project with everything in it."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import TypeAlias

import pytest

from app.core.session.actions_all import standard_actions
from app.storage.project_file import ProjectFiles
from tests.e2e.program import here
from tests.e2e.test_command_line_films import done

# V1 [ 0 ][ 1 ][ 2 ] of frames 0, 20, 30 and 40 on, A1 alike, a gap from 50 to 60, and the film again.
EXAMPLES: dict[str, tuple[str, ...]] = {
    "media.import": ("paths={film}",),
    "media.remove": ("assets=small.mp4", "with_clips=true"),
    "file.save": ("path=copy.insomnia",),
    "file.export": ("path=out.mp4", "from=5", "to=15", "subtitles=burn"),
    "file.importTimeline": ("path=cut.otio",),
    "file.exportTimeline": ("path=out.otio",),
    "edit.undo": (),
    "edit.redo": (),
    "history.goTo": ("step=0",),
    "versions.list": (),
    "versions.keep": ("name=before the music",),
    "versions.restore": ("version={version}",),
    "versions.compare": ("version={version}",),
    "media.relink": ("folder=.",),
    "file.collect": ("path=collected",),
    "timeline.append": ("asset=small.mp4",),
    "timeline.insert": ("frame=20", "asset=small.mp4", "source_in=5", "source_out=9"),
    "timeline.overwrite": ("frame=20", "asset=small.mp4", "source_in=5", "end=25", "video_track=V1"),
    "timeline.replace": ("clip={v1}", "asset=small.mp4", "source_in=3"),
    "timeline.split": ("frame=25", "all=true"),
    "timeline.lift": ("clips={v1}",),
    "timeline.rippleDelete": ("clips={v1}",),
    "timeline.liftRange": ("frame=10", "end=35"),
    "timeline.extract": ("frame=10", "end=35"),
    "timeline.closeGap": ("frame=55", "track=V1"),
    "timeline.trim": ("clip={v1}", "edge=end", "frame=25"),
    "timeline.move": ("clip={v1}", "frame=120"),
    "timeline.nudge": ("clips={v2}", "by=3"),
    "timeline.rippleTrim": ("edge=start", "frame=25"),
    "timeline.roll": ("clip={v1}", "edge=end", "frame=35"),
    "timeline.slip": ("clip={v1}", "by=-4"),
    "timeline.slide": ("clip={v1}", "by=4"),
    "edit.cut": ("clips={v1}",),
    "edit.copy": ("clips={v1}",),
    "edit.paste": ("frame=0",),
    "edit.pasteAttributes": ("clips={v1}",),
    "edit.duplicate": ("clips={v1}",),
    "timeline.link": ("clips={v5}", "clips={a5}"),
    "timeline.unlink": ("clips={v1}",),
    "timeline.group": (
        "clips={v0}",
        "clips={v1}",
    ),
    "timeline.ungroup": ("clips={v0}",),
    "clip.setSpeed": ("clips={v1}", "speed=150%", "reverse=yes", "ripple=yes"),
    "clip.freezeFrame": ("frame=25", "frames=10"),
    "clip.setGain": ("clips={a1}", "db=-6"),
    "timeline.addTrack": ("kind=video",),
    "timeline.removeTrack": ("track=V2",),
    "timeline.moveTrack": ("track=V2", "up=-1"),
    "timeline.renameTrack": ("track=V1", "name=Pictures"),
    "timeline.switchTrack": ("track=A1", "muted=yes", "sync_lock=no"),
    "marker.add": ("frame=3", "frames=4", "name=Look", "color=blue", "note=Why?"),
    "marker.change": ("marker={marker}", "name=Later", "frame=44"),
    "marker.remove": ("markers={marker}",),
    "marker.list": (),
    "sequence.change": ("name=Main", "width=320", "height=180"),
    "media.transcribe": ("assets=small.mp4",),
    "subtitles.add": ("start=3", "end=4", "text=More"),
    "subtitles.setText": ("cue=1", "text=Other words"),
    "subtitles.setSpeaker": ("cue=1", "speaker=Ada"),
    "subtitles.retime": ("cue=1", "end=0.9"),
    "subtitles.split": ("cue=1", "position=5"),
    "subtitles.merge": (
        "cues=1",
        "cues=2",
    ),
    "subtitles.delete": ("cues=1",),
    "subtitles.shift": ("by=0.5",),
    "subtitles.fromSpeech": (),
    "subtitles.import": ("path=cues.srt", "replace=true"),
    "subtitles.export": ("path=out.srt",),
    "subtitles.addTrack": ("language=de",),
    "subtitles.hide": (),
    "subtitles.show": (),
    "subtitles.lock": (),
    "subtitles.unlock": (),
}

# What one run cannot do: its undo stack and its clipboard begin empty, no media are missing, and no key is set.
REFUSED = {
    "edit.undo": "nothing to undo",
    "edit.redo": "nothing to redo",
    "edit.paste": "nothing is copied",
    "edit.pasteAttributes": "nothing is copied",
    "media.relink": "no media are missing",
    "media.transcribe": "key",
    "subtitles.fromSpeech": "transcribe",
}


Prepared: TypeAlias = tuple[Path, Path, dict[str, str]]


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory, small_film: Path) -> Prepared:
    """A folder, the profile that knows its project, and what the project's things are called."""
    folder, home = tmp_path_factory.mktemp("every"), tmp_path_factory.mktemp("home")

    def run(*given: str | Path) -> None:
        done(here(*given, "--project", "a.insomnia", cwd=folder, home=home))

    done(here("assemble", "a.insomnia", small_film, cwd=folder, home=home))
    for frame in (20, 30, 40):
        run("run", "timeline.split", f"frame={frame}", "all=true")
    run("run", "timeline.overwrite", "frame=60", "asset=small.mp4")
    run("run", "timeline.addTrack", "kind=video")
    run("run", "subtitles.add", "start=0.1", "end=1", "text=Hello there")
    run("run", "subtitles.add", "start=1", "end=1.5", "text=Again")
    run("run", "subtitles.export", "path=cues.srt")
    run("run", "marker.add", "frame=40", "name=Here")
    run("run", "file.exportTimeline", "path=cut.otio")
    sequence = ProjectFiles().load(folder / "a.insomnia").sequences[0]
    video, sound = sequence.video_tracks[0].items, sequence.audio_tracks[0].items
    run("run", "timeline.unlink", f"clips={video[5].id}")
    run("run", "timeline.group", f"clips={video[0].id}", f"clips={video[2].id}")
    versions = done(here("run", "versions.list", "--project", "a.insomnia", "--json", cwd=folder, home=home)).document
    names = {f"v{number}": str(item.id) for number, item in enumerate(video)}
    names |= {f"a{number}": str(item.id) for number, item in enumerate(sound)}
    names |= {"film": str(small_film), "marker": sequence.markers[0].id}
    names["version"] = str(versions["result"]["versions"][-1]["version"])
    return folder, home, names


def test_every_action_has_an_example() -> None:
    assert set(EXAMPLES) == {action.name for action in standard_actions()}


@pytest.mark.parametrize("name", EXAMPLES)
def test_a_dry_run_changes_nothing_and_says_what_the_action_does(name: str, prepared: Prepared, tmp_path: Path) -> None:
    folder, profile, names = prepared
    work, home = tmp_path / "work", tmp_path / "home"
    shutil.copytree(folder, work)
    shutil.copytree(profile, home)
    command = ["run", name, *(each.format(**names) for each in EXAMPLES[name]), "--project", "a.insomnia", "--json"]
    before = contents(work)
    dry = here(*command, "--dry-run", cwd=work, home=home)
    assert contents(work) == before
    said = here(*command, cwd=work, home=home)
    if name in REFUSED:
        assert said.code == 1
        assert REFUSED[name] in said.err
        assert said.err.count("\n") == 1
        assert contents(work) == before
        return
    assert (dry.code, dry.err, said.code, said.err) == (0, "", 0, "")
    document = said.document
    would = dry.document["would"]
    assert (contents(work) != before) <= bool(would)
    assert "details that are not shown change" not in would
    if document["saved"] is not None:
        assert ProjectFiles().load(work / "a.insomnia") != ProjectFiles().load(folder / "a.insomnia")


def contents(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
