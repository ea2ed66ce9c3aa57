"""Speech in the real window: asked, sent once, written on the timeline; against a strict double of the service."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.e2e.program import here, insomnia
from tests.e2e.window import Story, finish
from tests.helpers.assemblyai_server import KEY, UNAVAILABLE, Service, serving, spoken
from tests.helpers.media import make_film
from tests.helpers.speech import ESPEAK, TEXT, evenly, speaking_film

SECONDS = 30


@pytest.fixture
def service() -> Service:
    made = Service()
    made.result = spoken([("Roll", 240, 480), ("camera.", 480, 960)], 2)
    return made


@pytest.fixture
def address(service: Service, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    monkeypatch.setenv("ASSEMBLYAI_API_KEY", KEY)
    monkeypatch.setenv("LOG_LEVEL", "debug")
    with serving(service) as url:
        monkeypatch.setenv("ASSEMBLYAI_BASE_URL", url)
        yield url


def assert_key_is_nowhere(*folders: Path) -> None:
    files = [each for folder in folders for each in folder.rglob("*") if each.is_file()]
    assert files
    for file in files:
        assert KEY.encode() not in file.read_bytes(), file


@pytest.mark.skipif(ESPEAK is None, reason="espeak-ng is not installed: no speech can be made")
def test_what_is_said_in_a_film_becomes_its_subtitles(
    address: str, service: Service, own_profile: Path, tmp_path: Path
) -> None:
    film, project = tmp_path / "speaking.mkv", tmp_path / "speaking.insomnia"
    seconds = speaking_film(film)
    service.result = spoken(evenly(TEXT, seconds), round(seconds))
    story = Story(tmp_path)
    story.do(action="media.import", params={"paths": [str(film)]})
    story.idle()
    story.do(action="media.transcribe", params={"language": "en"})
    story.idle()
    story.look("heard")
    story.do(action="timeline.append", params={"asset": film.name})
    story.do(action="subtitles.fromSpeech", params={})
    story.idle()
    story.do(action="file.save", params={"path": str(project)})
    story.idle()
    story.look("cues")
    said = story.run()
    assert said.code == 0, said.err
    heard, cues = story.seen("heard"), story.seen("cues")
    assert [(row["words"], row["speech"]) for row in heard["media"]] == [(len(TEXT.split()), "idle")]
    assert heard["cues"] == []
    assert " ".join(cue["text"].replace("\n", " ") for cue in cues["cues"]) == TEXT
    assert (len(service.uploads), len(service.jobs)) == (1, 1)
    assert service.submitted()[0]["language_code"] == "en"
    assert KEY not in said.out + said.err
    assert_key_is_nowhere(own_profile, tmp_path)


def test_words_that_are_asked_for_on_the_timeline_become_subtitles_by_themselves(
    address: str, service: Service, small_film: Path, tmp_path: Path
) -> None:
    story = Story(tmp_path)
    story.do(action="media.import", params={"paths": [str(small_film)]})
    story.idle()
    story.do(action="timeline.append", params={"asset": small_film.name})
    story.do(menu="Media/Transcribe...")
    story.idle()
    story.picture("asked")
    story.do(click="consentSend")
    story.idle()
    story.look("made")
    story.do(action="edit.undo")
    story.look("undone")
    said = story.run()
    assert (said.code, said.err) == (0, "")
    made, undone = story.seen("made"), story.seen("undone")
    assert [cue["text"] for cue in made["cues"]] == ["Roll camera."]
    assert undone["cues"] == []
    assert undone["undo_depth"] == made["undo_depth"] - 1


def test_nothing_is_sent_before_a_person_agrees(
    address: str, service: Service, small_film: Path, tmp_path: Path
) -> None:
    story = Story(tmp_path)
    story.do(action="media.import", params={"paths": [str(small_film)]})
    story.idle()
    story.do(menu="Media/Transcribe...")
    story.idle()
    story.do(click="consentCancel")
    story.idle()
    assert story.run().code == 0
    assert service.requests == []


def test_a_window_that_is_killed_goes_on_by_the_id(
    address: str, service: Service, own_profile: Path, small_film: Path, tmp_path: Path
) -> None:
    service.script = ("processing",)
    project = tmp_path / "film.insomnia"
    story = Story(tmp_path)
    story.do(action="media.import", params={"paths": [str(small_film)]})
    story.idle()
    story.do(action="file.save", params={"path": str(project)})
    story.idle()
    story.do(action="media.transcribe", params={})
    story.idle()
    window = story.begin()
    try:
        assert service.polled.wait(SECONDS)
        window.send_signal(signal.SIGKILL)
    finally:
        finish(window)
    service.let_finish()
    again = Story(tmp_path)
    again.idle()
    again.look("again")
    said = again.run(project)
    assert (said.code, said.err) == (0, "")
    assert [row["words"] for row in again.seen("again")["media"]] == [2]
    assert (len(service.uploads), len(service.jobs), service.count("POST", "/v2/upload")) == (1, 1, 1)
    assert service.count("POST", "/v2/transcript") == 1
    assert_key_is_nowhere(own_profile)


def test_new_videos_are_transcribed_where_that_was_agreed(
    address: str, service: Service, own_profile: Path, small_film: Path, tmp_path: Path
) -> None:
    silent = make_film(tmp_path / "silent.mp4", frames=10, audio=False).path
    host = address.removeprefix("http://")
    own_profile.mkdir(parents=True)
    (own_profile / "settings.toml").write_text(f'speech_receiver = "{host}"\ntranscribe_new_videos = true\n')
    story = Story(tmp_path)
    story.do(action="media.import", params={"paths": [str(small_film), str(silent)]})
    story.idle()
    story.look("heard")
    for _ in range(2):
        assert story.run().code == 0
    assert {Path(row["path"]).name: row["words"] for row in story.seen("heard")["media"]} == {
        small_film.name: 2,
        silent.name: None,
    }
    assert (len(service.uploads), len(service.jobs)) == (1, 1)


def test_a_failure_is_told_where_the_person_looks(
    address: str, service: Service, small_film: Path, tmp_path: Path
) -> None:
    service.faults = {"submit": [UNAVAILABLE] * 4}
    story = Story(tmp_path)
    story.do(action="media.import", params={"paths": [str(small_film)]})
    story.idle()
    story.do(action="media.transcribe", params={})
    story.idle()
    story.look("failed")
    story.picture("failed")
    story.do(action="media.transcribe", params={})
    story.idle()
    story.look("again")
    said = story.run()
    assert (said.code, said.err) == (0, "")
    (failed,) = story.seen("failed")["media"]
    assert (failed["status"], failed["speech"]) == ("ready", "failed")
    assert "AssemblyAI has a fault of its own (status 503); try again later" in failed["speech_reason"]
    assert story.seen("failed")["undo_depth"] == story.seen("again")["undo_depth"]
    assert [row["words"] for row in story.seen("again")["media"]] == [2]
    assert len(service.uploads) == 1


def test_the_command_line_makes_subtitles_of_speech(
    address: str, service: Service, small_film: Path, tmp_path: Path
) -> None:
    project = tmp_path / "film.insomnia"
    assert here("assemble", project, small_film).code == 0
    run = ("run", "--project", project, "--json")
    tried = insomnia(*run, "--dry-run", "media.transcribe").document
    assert tried["would"] == [f"the sound of {small_film.name} is sent, unless its words are known"]
    assert service.requests == []
    heard = here(*run, "media.transcribe").document["result"]
    assert [each["words"] for each in heard["heard"]] == [2]
    assert here(*run, "subtitles.fromSpeech").document["result"]["cues"] == 1
    srt = tmp_path / "film.srt"
    assert here(*run, "subtitles.export", f"path={srt}").code == 0
    assert "Roll camera." in srt.read_text(encoding="utf-8")
