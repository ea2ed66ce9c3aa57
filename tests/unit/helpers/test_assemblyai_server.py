"""The local double of the speech service: the official client is content with it, and it is strict."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests

from tests.helpers.assemblyai_server import BROKEN, HALF_JSON, KEY, TOO_MANY, UPLOADS, Service, serving

aai = pytest.importorskip("assemblyai", reason="the official client is not installed", exc_type=ImportError)

SOUND = bytes(range(256)) * 1000


@pytest.fixture
def service() -> Service:
    return Service()


@pytest.fixture
def address(service: Service, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    with serving(service) as url:
        yield url


@pytest.fixture
def official(address: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """The official client, pointed at the double."""
    monkeypatch.setattr(aai.settings, "base_url", address)
    monkeypatch.setattr(aai.settings, "api_key", KEY)
    monkeypatch.setattr(aai.settings, "polling_interval", 0.02)
    client = aai.Client(settings=aai.settings)
    monkeypatch.setattr(aai.Client, "_default", client)
    yield aai.Transcriber(client=client)
    client.http_client.close()


@pytest.fixture
def sound(tmp_path: Path) -> Path:
    file = tmp_path / "sound.flac"
    file.write_bytes(SOUND)
    return file


def test_the_official_client_transcribes(official: Any, service: Service, sound: Path) -> None:
    done = official.transcribe(str(sound))
    assert done.status == aai.TranscriptStatus.completed
    assert done.text == "Roll camera. Copy that, rolling now."
    word = done.words[1]
    assert (word.text, word.start, word.end) == ("camera.", 480, 960)
    assert list(service.uploads.values()) == [hashlib.sha256(SOUND).hexdigest()]
    assert service.submitted() == [{"audio_url": next(iter(service.uploads))}]


def test_the_official_client_names_speakers_and_asks_for_exports(official: Any, sound: Path) -> None:
    config = aai.TranscriptionConfig(speaker_labels=True, speakers_expected=2, language_code="en")
    done = official.transcribe(str(sound), config=config)
    assert [each.speaker for each in done.utterances] == ["A", "B"]
    assert done.utterances[0].text == "Roll camera."
    assert "00:00:00,240" in done.export_subtitles_srt()
    assert done.get_sentences()[0].text == done.text
    assert aai.Transcript.delete_by_id(done.id).text == "Deleted by user."


def test_the_official_client_is_told_of_a_failed_job(official: Any, service: Service, sound: Path) -> None:
    service.script = ("queued", "processing", "error")
    done = official.transcribe(str(sound))
    assert (done.status, done.error) == (aai.TranscriptStatus.error, service.error)


def test_the_official_client_is_refused_with_a_wrong_key(official: Any, service: Service, sound: Path) -> None:
    service.key = "another"
    with pytest.raises(aai.TranscriptError, match="API token missing/invalid"):
        official.transcribe(str(sound))
    assert service.uploads == {}


def post(address: str, path: str, **rest: Any) -> requests.Response:
    return requests.post(f"{address}/v2/{path}", timeout=10, **{"headers": {"Authorization": KEY}, **rest})


def test_only_the_bare_key_opens(address: str) -> None:
    for sent in ({}, {"Authorization": f"Bearer {KEY}"}, {"Authorization": "x"}):
        assert post(address, "transcript", json={}, headers=sent).status_code == 401


def test_uploads_are_raw_bytes_of_either_framing(address: str, service: Service) -> None:
    assert post(address, "upload", data=SOUND).json()["upload_url"].startswith(UPLOADS)
    assert post(address, "upload", data=iter([SOUND[:100], SOUND[100:]])).status_code == 200
    assert set(service.uploads.values()) == {hashlib.sha256(SOUND).hexdigest()}
    empty = post(address, "upload", data=b"")
    assert (empty.status_code, empty.headers["Content-Type"]) == (422, "text/plain")
    assert post(address, "upload", files={"file": SOUND}).status_code == 422


@pytest.mark.parametrize(
    "wrong",
    [
        {"audio_url": None},
        {"colour": "red"},
        {"language_code": "en", "language_detection": True},
        {"language_detection": False},
        {"speech_models": []},
        {"speech_models": ["nano"]},
        {"word_boost": ["x"]},
        {"speakers_expected": 2},
        {"speaker_labels": True, "speakers_expected": 2, "speaker_options": {"min_speakers_expected": 1}},
        {"speaker_labels": True, "punctuate": False},
        {"punctuate": "yes"},
    ],
    ids=str,
)
def test_what_the_service_refuses_is_refused(address: str, service: Service, wrong: dict[str, Any]) -> None:
    refused = post(address, "transcript", json={"audio_url": "https://example.org/a.wav", **wrong})
    assert refused.status_code == 400
    assert refused.json()["error"]
    assert service.jobs == {}


def test_strange_places(address: str) -> None:
    headers = {"Authorization": KEY}
    unknown = requests.get(f"{address}/v2/transcript/none", headers=headers, timeout=10)
    assert (unknown.status_code, unknown.json()["error"]) == (400, "Transcript lookup error, transcript id not found")
    assert requests.get(f"{address}/v3/transcript", headers=headers, timeout=10).status_code == 404
    assert post(address, "transcript", json={"audio_url": f"{UPLOADS}strange"}).status_code == 403


def test_ordered_faults_come_once_each(address: str, service: Service) -> None:
    service.faults = {"submit": [TOO_MANY, BROKEN, HALF_JSON]}
    wanted = {"audio_url": "https://example.org/a.wav"}
    first = post(address, "transcript", json=wanted)
    assert (first.status_code, first.headers["Retry-After"]) == (429, "0")
    assert post(address, "transcript", json=wanted).status_code == 500
    assert service.jobs == {}
    with pytest.raises(requests.JSONDecodeError):
        post(address, "transcript", json=wanted).json()
    assert len(service.jobs) == 1
    assert post(address, "transcript", json=wanted).json()["status"] == "processing"
