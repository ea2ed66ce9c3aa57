"""``insomnia transcribe`` from outside, against a strict double of the service."""

from __future__ import annotations

import io
import shutil
import signal
from collections.abc import Iterator
from pathlib import Path

import av
import numpy as np
import pysubs2
import pytest

from tests.e2e.program import Said, here, insomnia, names, start
from tests.helpers.assemblyai_server import BROKEN, KEY, TOO_MANY, UNAVAILABLE, Service, serving, spoken
from tests.helpers.media import make_film
from tests.helpers.speech import ESPEAK, TEXT, evenly, speaking_film

WORDS = [("Roll", 240, 480), ("camera.", 480, 960), ("Copy", 1400, 1640)]


@pytest.fixture
def service() -> Service:
    made = Service()
    made.result = spoken(WORDS, 2)
    return made


@pytest.fixture
def address(service: Service, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    monkeypatch.setenv("ASSEMBLYAI_API_KEY", KEY)
    with serving(service) as url:
        monkeypatch.setenv("ASSEMBLYAI_BASE_URL", f"{url}/v2")
        yield url


def error(said: Said) -> str:
    """The one line of a failure."""
    assert said.code == 1, said
    assert said.out == ""
    assert "Traceback" not in said.err
    (line,) = said.err.splitlines()
    assert line.startswith("insomnia: error: ")
    return line


def assert_key_is_nowhere(profile: Path) -> None:
    files = [each for each in profile.rglob("*") if each.is_file()]
    assert files
    for file in files:
        assert KEY.encode() not in file.read_bytes(), file


def test_once_and_never_again(
    address: str, service: Service, own_profile: Path, small_film: Path, tmp_path: Path
) -> None:
    first = insomnia("transcribe", small_film, "--json", DEBUG="1")
    assert first.code == 0, first.err
    document = first.document
    assert document["transcript_id"] == next(iter(service.jobs))
    assert (document["engine"], document["language"], document["duration"]) == ("assemblyai", "en_us", 2.0)
    assert document["words"][1] == {"text": "camera.", "start": 0.48, "end": 0.96, "confidence": 0.9, "speaker": None}
    assert document["text"] == "Roll camera. Copy"
    assert document["utterances"] == []
    other = tmp_path / "another name.mp4"
    shutil.copy(small_film, other)
    requests = len(service.requests)
    again = here("transcribe", other, "--json")
    assert again.document == {**document, "path": str(other)}
    assert len(service.requests) == requests
    assert (len(service.uploads), len(service.jobs)) == (1, 1)
    assert KEY not in first.out + first.err + again.out
    assert_key_is_nowhere(own_profile)


def test_scenes_have_their_subtitles_once_the_words_are_known(address: str, service: Service, small_film: Path) -> None:
    before = here("scenes", small_film, "--json").document["scenes"]
    assert all("subtitles" not in scene for scene in before)
    assert service.requests == []
    assert here("transcribe", small_film).code == 0
    requests = len(service.requests)
    after = here("scenes", small_film, "--json").document["scenes"]
    assert " ".join(cue["text"] for scene in after for cue in scene["subtitles"]) == "Roll camera. Copy"
    assert after[0]["subtitles"][0]["start"] == 0.24
    assert len(service.requests) == requests


def test_subtitles_are_written(address: str, small_film: Path, tmp_path: Path) -> None:
    srt, vtt = tmp_path / "a.srt", tmp_path / "a.vtt"
    said = here("transcribe", small_film, "--speakers", "1", "--srt", srt, "--vtt", vtt)
    assert said.code == 0, said.err
    assert "3 words, language en_us, heard by assemblyai" in said.out
    assert "0.240 s, speaker A: Roll camera. Copy" in said.out
    for file in (srt, vtt):
        cues = pysubs2.load(str(file))
        assert cues[0].start == 240
        assert " ".join(each.plaintext for each in cues).split() == ["Roll", "camera.", "Copy"]
    assert f"{srt}: it exists already" in error(here("transcribe", small_film, "--srt", srt))
    assert here("transcribe", small_film, "--srt", srt, "--overwrite").code == 0
    assert "another file of this command" in error(here("transcribe", small_film, "--srt", small_film, "--overwrite"))


def test_what_was_killed_while_waiting_goes_on_by_the_id(
    address: str, service: Service, own_profile: Path, small_film: Path
) -> None:
    service.script = ("processing",)
    process = start("transcribe", small_film, "--json")
    assert service.polled.wait(30)
    process.send_signal(signal.SIGKILL)
    process.communicate()
    service.let_finish()
    done = here("transcribe", small_film, "--json")
    assert done.document["transcript_id"] == next(iter(service.jobs))
    assert (len(service.uploads), len(service.jobs), service.count("POST", "/v2/upload")) == (1, 1, 1)
    assert_key_is_nowhere(own_profile)


def test_two_programs_ask_once(address: str, service: Service, small_film: Path) -> None:
    service.script = ("processing",)
    one = start("transcribe", small_film, "--json")
    assert service.polled.wait(30)
    other = start("transcribe", small_film, "--json", "--progress", "plain")
    assert other.stderr is not None
    while b"waiting for another" not in (line := other.stderr.readline()):
        assert line, "the second program did not wait"
    service.let_finish()
    outputs = {process.communicate(timeout=30)[0] for process in (one, other)}
    assert (one.returncode, other.returncode) == (0, 0)
    assert len(outputs) == 1
    assert (len(service.uploads), len(service.jobs)) == (1, 1)


def test_an_interrupt_leaves_nothing_half_written(
    address: str, service: Service, small_film: Path, tmp_path: Path
) -> None:
    service.script = ("processing",)
    process = start("transcribe", small_film, "--srt", tmp_path / "a.srt")
    assert service.polled.wait(30)
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=30)
    assert (process.returncode, out, err) == (130, b"", b"")
    assert names(tmp_path) == []


def test_errors_are_one_line_each(
    address: str, service: Service, small_film: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    silent = make_film(tmp_path / "silent.mp4", frames=5, audio=False).path
    assert "it holds no sound" in error(here("transcribe", silent))
    assert "there is none of that name; choose assemblyai" in error(here("transcribe", small_film, "--engine", "x"))
    assert "it is no language code" in error(here("transcribe", small_film, "--language", "english"))
    assert "it must be 1 to 50" in error(here("transcribe", small_film, "--speakers", "0"))
    assert here("transcribe", small_film, "--speakers", "two").code == 2
    with monkeypatch.context() as patch:
        patch.setenv("ASSEMBLYAI_API_KEY", "wrong-key-0123")
        line = error(here("transcribe", small_film))
        assert "AssemblyAI refuses the key; check ASSEMBLYAI_API_KEY" in line
        assert "wrong-key-0123" not in line
        patch.delenv("ASSEMBLYAI_API_KEY")
        assert "there is no key for AssemblyAI; set ASSEMBLYAI_API_KEY" in error(here("transcribe", small_film))
    assert service.uploads == {}
    assert "AssemblyAI refuses it: language_code xx is not supported" in error(
        here("transcribe", small_film, "--language", "xx")
    )


def test_lasting_faults_are_told_and_passing_ones_are_not(address: str, service: Service, small_film: Path) -> None:
    service.faults = {"submit": [TOO_MANY] * 4}
    assert "too many requests from this account; wait some minutes" in error(here("transcribe", small_film))
    service.faults = {"submit": [TOO_MANY], "poll": [BROKEN, UNAVAILABLE]}
    assert here("transcribe", small_film).code == 0
    assert (len(service.uploads), len(service.jobs)) == (1, 1)


def test_no_network(address: str, small_film: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ASSEMBLYAI_BASE_URL", "http://127.0.0.1:1")
    assert "AssemblyAI at 127.0.0.1:1 cannot be reached; check the network" in error(here("transcribe", small_film))


def test_no_speech_is_told_and_paid_once(address: str, service: Service, small_film: Path) -> None:
    service.script = ("processing", "error")
    service.error = "language_detection cannot be performed on files with no spoken audio."
    for _ in range(2):
        assert "no speech was heard in it" in error(here("transcribe", small_film))
    assert len(service.jobs) == 1


@pytest.mark.skipif(ESPEAK is None, reason="espeak-ng is not installed: no speech can be made")
def test_speech_in_a_film(address: str, service: Service, tmp_path: Path) -> None:
    film, srt = tmp_path / "speaking.mkv", tmp_path / "speaking.srt"
    seconds = speaking_film(film)
    service.result = spoken(evenly(TEXT, seconds), round(seconds))
    said = here("transcribe", film, "--srt", srt, "--json")
    assert said.code == 0, said.err
    assert [word["text"] for word in said.document["words"]] == TEXT.split()
    (body,) = [each.body for each in service.requests if each.path == "/v2/upload"]
    with av.open(io.BytesIO(body), "r") as sent:
        samples = np.concatenate([frame.to_ndarray() for frame in sent.decode(audio=0)], axis=1)[0] / 32768
    assert len(samples) / 16_000 == pytest.approx(seconds, abs=0.1)
    assert np.sqrt(np.mean(samples**2)) > 0.02
    cues = pysubs2.load(str(srt))
    assert " ".join(each.plaintext.replace("\n", " ") for each in cues) == TEXT
    assert cues[-1].end <= seconds * 1000 + 1000
