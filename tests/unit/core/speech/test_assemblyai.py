"""The client of the speech service, against a strict double of it."""

from __future__ import annotations

import hashlib
import socket
import threading
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from app.core.base.errors import Cancelled, UserError
from app.core.base.time import SECOND
from app.core.jobs.context import JobContext
from app.core.jobs.inline import InlineContext
from app.core.model.transcript import Transcript
from app.core.speech.assemblyai import AssemblyAI, Clock
from app.core.speech.transcriber import Gone, Outline, Request, Sent, Sound, SpeechOptions
from tests.helpers.assemblyai_server import (
    BROKEN,
    CUT,
    HALF_JSON,
    KEY,
    LATE_GATEWAY,
    TOO_MANY,
    TOO_MANY_WITHOUT_TIME,
    UNAVAILABLE,
    Fault,
    Route,
    Service,
    serving,
)

SOUND = bytes(range(256)) * 300
MILLISECOND = SECOND // 1000


class FakeTime:
    """Time that passes only where somebody waits."""

    def __init__(self) -> None:
        self.seconds = 1_700_000_000.0

    def now(self) -> float:
        return self.seconds

    def pause(self, seconds: float) -> None:
        self.seconds += seconds

    @property
    def clock(self) -> Clock:
        return Clock(self.now, self.now, self.pause)


class Bench:
    """A client, the service it speaks to, and what it told us to remember."""

    def __init__(self, folder: Path, address: str, service: Service) -> None:
        self.address = address
        self.service = service
        self.time = FakeTime()
        self.notes: list[Sent] = []
        self.taken_out = 0
        self._file = folder / "sound.flac"
        self._file.write_bytes(SOUND)
        self.length = 3 * SECOND

    @contextmanager
    def sound(self, context: JobContext) -> Iterator[Sound]:
        self.taken_out += 1
        yield Sound(self._file, self.length)

    def client(self, **rest: Any) -> AssemblyAI:
        return AssemblyAI(**{"key": KEY, "address": self.address, "clock": self.time.clock, **rest})

    def hear(
        self,
        sent: Sent = Sent(),  # noqa: B008 - frozen
        *,
        context: JobContext | None = None,
        language: str | None = None,
        speakers: int | None = None,
        jobs: frozenset[str] = frozenset(),
        **rest: Any,
    ) -> Transcript:
        request = Request("film.mp4", SpeechOptions(language, speakers), self.sound, sent, jobs)
        return self.client(**rest).transcribe(request, self.notes.append, context or InlineContext())

    def refusal(self, *arguments: Any, **rest: Any) -> str:
        with pytest.raises(UserError) as caught:
            self.hear(*arguments, **rest)
        assert KEY not in "".join(traceback.format_exception(caught.value))
        return str(caught.value)


@pytest.fixture
def bench(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Bench]:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    service = Service()
    with serving(service) as address:
        yield Bench(tmp_path, address, service)


def test_the_whole_way(bench: Bench) -> None:
    found = bench.hear(speakers=2)
    job = next(iter(bench.service.jobs))
    assert (found.engine, found.language, found.job) == ("assemblyai", "en_us", job)
    assert found.text == "Roll camera. Copy that, rolling now."
    assert found.confidence == 0.9675
    word = found.words[1]
    assert (word.text, word.start, word.end) == ("camera.", 480 * MILLISECOND, 960 * MILLISECOND)
    assert (word.confidence, word.speaker) == (0.974, "A")
    assert [(each.speaker, each.text) for each in found.utterances] == [
        ("A", "Roll camera."),
        ("B", "Copy that, rolling now."),
    ]


def test_what_is_sent(bench: Bench) -> None:
    bench.hear(language="de")
    bench.hear(models=())
    (upload, other) = bench.service.uploads
    assert set(bench.service.uploads.values()) == {hashlib.sha256(SOUND).hexdigest()}
    models = ["universal-3-5-pro", "universal-2"]
    assert bench.service.submitted() == [
        {"audio_url": upload, "language_code": "de", "speech_models": models},
        {"audio_url": other, "language_detection": True},
    ]
    first, sending = bench.service.requests[:2]
    assert (first.method, first.path) == ("GET", "/v2/transcript?limit=1")
    assert sending.headers["content-length"] == str(len(SOUND))
    assert sending.headers["content-type"] == "application/octet-stream"


def test_each_step_is_noted_before_the_next(bench: Bench) -> None:
    bench.hear()
    upload, submitted = bench.notes
    address = next(iter(bench.service.uploads))
    assert upload == Sent(address, upload.uploaded_at, 3 * SECOND)
    assert submitted == Sent(address, upload.uploaded_at, 3 * SECOND, next(iter(bench.service.jobs)))


def test_a_job_that_runs_is_only_asked_for(bench: Bench) -> None:
    first = bench.hear()
    before = len(bench.service.requests)
    assert bench.hear(bench.notes[-1]) == first
    assert [each.method for each in bench.service.requests[before:]] == ["GET"]
    assert bench.taken_out == 1


def test_a_fresh_upload_is_not_sent_again_and_an_old_one_is(bench: Bench) -> None:
    bench.hear()
    upload = bench.notes[0]
    done = frozenset(bench.service.jobs)
    bench.hear(upload, jobs=done)
    assert (len(bench.service.uploads), len(bench.service.jobs)) == (1, 2)
    bench.time.seconds += 21 * 3600
    bench.hear(upload, jobs=frozenset(bench.service.jobs))
    assert len(bench.service.uploads) == 2


def test_a_job_begun_just_before_a_kill_is_found_again(bench: Bench) -> None:
    bench.hear()
    bench.hear(bench.notes[0])
    assert len(bench.service.jobs) == 1
    assert len(bench.service.submitted()) == 1


def test_an_upload_that_the_service_forgot_is_sent_again(bench: Bench) -> None:
    bench.hear(Sent("https://cdn.assemblyai.com/upload/gone", bench.time.seconds, SECOND))
    assert len(bench.service.uploads) == 1
    assert [note.job is None for note in bench.notes] == [True, False]


ROUTES: tuple[Route, ...] = ("list", "upload", "poll")
TROUBLES = [BROKEN, UNAVAILABLE, LATE_GATEWAY, TOO_MANY, TOO_MANY_WITHOUT_TIME, HALF_JSON, CUT]


@pytest.mark.parametrize("route", ROUTES)
@pytest.mark.parametrize("fault", TROUBLES, ids=lambda fault: f"{fault.status}-{fault.body[:8]!r}-{fault.cut}")
def test_passing_trouble_is_waited_out(bench: Bench, route: Route, fault: Fault) -> None:
    bench.service.faults = {route: [fault, fault]}
    assert bench.hear().words
    assert len(bench.service.jobs) == 1
    assert bench.taken_out == 1


@pytest.mark.parametrize("done", [False, True])
@pytest.mark.parametrize("fault", TROUBLES, ids=lambda fault: f"{fault.status}-{fault.body[:8]!r}-{fault.cut}")
def test_a_job_is_never_begun_twice(bench: Bench, fault: Fault, done: bool) -> None:
    done = done and fault.status != 429
    bench.service.faults = {"submit": [Fault(fault.status, fault.body, fault.kind, fault.headers, done, fault.cut)]}
    assert bench.hear().words
    assert len(bench.service.jobs) == 1


def test_the_service_says_how_long_to_wait(bench: Bench) -> None:
    before = bench.time.seconds
    bench.service.script = ("completed",)
    asked = Fault(429, b"{}", headers=(("Retry-After", "7"),))
    bench.service.faults = {"poll": [asked]}
    bench.hear()
    assert bench.time.seconds - before == pytest.approx(7, abs=0.01)


def test_models_the_service_does_not_know_are_left_out(bench: Bench) -> None:
    assert bench.hear(models=("nano",)).words
    assert ["speech_models" in each for each in bench.service.submitted()] == [True, False]


PERSISTENT: list[tuple[Route, Fault, str]] = [
    ("list", TOO_MANY, "AssemblyAI gets too many requests from this account; wait some minutes"),
    ("upload", TOO_MANY_WITHOUT_TIME, "AssemblyAI gets too many requests from this account; wait some minutes"),
    ("submit", BROKEN, "AssemblyAI has a fault of its own (status 500); try again later: nothing is sent twice"),
    ("poll", UNAVAILABLE, "AssemblyAI has a fault of its own (status 503); try again later: nothing is sent twice"),
    ("upload", CUT, "cannot be reached; check the network connection, then try again: nothing is sent twice"),
    ("upload", Fault(422, b"upload failed", "text/plain"), "AssemblyAI refuses it: upload failed"),
    ("upload", Fault(413, b"", "text/plain"), "it is too large for AssemblyAI; cut it into parts"),
    ("submit", Fault(400, b'{"error": "Your current account balance is negative."}'), "has no money left; top it up"),
    ("submit", Fault(401, b'{"error": "Authentication error"}'), "AssemblyAI refuses the key"),
    ("list", Fault(302, b"", headers=(("Location", "http://127.0.0.1:1/"),)), "not as AssemblyAI does"),
    ("upload", Fault(404, b'{"error": "Not found"}'), "there is no AssemblyAI at 127.0.0.1"),
]


@pytest.mark.parametrize(("route", "fault", "said"), PERSISTENT, ids=lambda each: str(each)[:30])
def test_lasting_trouble_is_told(bench: Bench, route: Route, fault: Fault, said: str) -> None:
    bench.service.faults = {route: [fault] * 20}
    if route == "list" and fault.status == 302:
        assert bench.hear().words  # the key check alone decides nothing but the key
        return
    refusal = bench.refusal()
    assert said in refusal
    assert refusal.startswith("film.mp4: ")


def test_a_wrong_key_is_told_before_anything_is_sent(bench: Bench) -> None:
    bench.service.key = "another"
    assert bench.refusal() == "film.mp4: AssemblyAI refuses the key; check ASSEMBLYAI_API_KEY"
    assert (bench.taken_out, bench.service.uploads) == (0, {})


@pytest.mark.parametrize("key", [None, "", "  \n"])
def test_no_key_is_told_before_anything_is_asked(bench: Bench, key: str | None) -> None:
    assert "there is no key for AssemblyAI; set ASSEMBLYAI_API_KEY" in bench.refusal(key=key)
    assert bench.service.requests == []


def test_a_pasted_key_is_trimmed(bench: Bench) -> None:
    assert bench.hear(key=f" {KEY}\n").words


@pytest.mark.parametrize("key", ["“quoted-key”", "two words", "a\x07b", "naïve-key"])
def test_what_cannot_be_a_key_is_told_without_showing_it(bench: Bench, key: str) -> None:
    with pytest.raises(UserError, match="it holds characters that no key has") as caught:
        bench.client(key=key)
    assert key not in str(caught.value)


def test_no_network_is_told(bench: Bench) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    said = bench.refusal(address=f"http://127.0.0.1:{port}")
    assert f"AssemblyAI at 127.0.0.1:{port} cannot be reached; check the network connection" in said


@pytest.mark.parametrize("address", ["", "ftp://x", "https://", "x", "http://u:p@h", "http://h:99999", "http://h/?q=1"])
def test_what_is_no_address_is_told(bench: Bench, address: str) -> None:
    with pytest.raises(UserError, match="ASSEMBLYAI_BASE_URL: it is no address of a service"):
        bench.client(address=address)


@pytest.mark.parametrize("ending", ["/", "/v2", "/v2/"])
def test_an_address_may_end_as_people_copy_it(bench: Bench, ending: str) -> None:
    assert bench.hear(address=bench.address + ending).words


def test_the_key_wins_over_netrc(bench: Bench, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login somebody password else\n")
    netrc.chmod(0o600)
    monkeypatch.setenv("NETRC", str(netrc))
    assert bench.hear().words


@pytest.mark.parametrize(
    ("error", "said"),
    [
        ("Transcoding failed. File does not appear to contain audio.", "AssemblyAI hears no sound in it"),
        ("Audio duration is too short.", "AssemblyAI hears no sound in it"),
        ("Low language confidence", "AssemblyAI failed: Low language confidence"),
    ],
)
def test_a_failed_job_is_of_no_more_use(bench: Bench, error: str, said: str) -> None:
    bench.service.script, bench.service.error = ("processing", "error"), error
    with pytest.raises(Gone, match=said):
        bench.hear()


def test_a_job_that_failed_by_the_service_is_asked_for_again_without_sending(bench: Bench) -> None:
    bench.service.script, bench.service.error = ("processing", "error"), "Server error, try again"
    assert "nothing is sent twice" in bench.refusal()
    bench.service.script = ("completed",)
    assert bench.hear(bench.notes[-1]).words
    assert (len(bench.service.uploads), len(bench.service.jobs)) == (1, 2)


def test_silence_is_no_failure(bench: Bench) -> None:
    said = "language_detection cannot be performed on files with no spoken audio."
    bench.service.script, bench.service.error = ("error",), said
    found = bench.hear()
    assert (found.words, found.text) == ((), "")
    assert found.job is not None


def test_deleted_and_unknown_jobs_are_told(bench: Bench) -> None:
    bench.hear()
    sent = bench.notes[-1]
    assert sent.job is not None
    document = bench.service.jobs[sent.job].document
    document.update(text="Deleted by user.", words=None, audio_url="http://deleted_by_user")
    with pytest.raises(Gone, match="its transcription was deleted at AssemblyAI; try again"):
        bench.hear(sent)
    del bench.service.jobs[sent.job]
    with pytest.raises(Gone, match="AssemblyAI does not have its transcription any more"):
        bench.hear(sent)


def test_half_an_answer_is_no_transcript(bench: Bench) -> None:
    bench.service.result = {**bench.service.result, "words": None, "utterances": None}
    assert "AssemblyAI answers without the words; try again later" in bench.refusal()


def test_strange_words_are_left_out(bench: Bench) -> None:
    good = {"text": "Hello\x00 you", "start": 10, "end": 5, "confidence": 7, "speaker": None}
    strange: list[Any] = [3, {}, {**good, "start": None}, {**good, "end": 1e300}, {**good, "text": ""}]
    bench.service.result = {**bench.service.result, "words": [*strange, good], "text": None, "language_code": 5}
    found = bench.hear(speakers=1)
    (word,) = found.words
    assert (word.text, word.start, word.end, word.confidence) == (
        "Hello  you",
        10 * MILLISECOND,
        10 * MILLISECOND,
        None,
    )
    assert (found.text, found.language) == ("Hello  you", None)


def test_waiting_ends(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.core.speech.assemblyai.DEADLINE", 290.0)
    bench.service.script = ("processing",)
    assert "still at work after 5 minutes; try again later: it goes on from there" in bench.refusal()


def test_what_is_too_large_or_long_is_told_before_it_is_sent(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    bench.length = 11 * 3600 * SECOND
    assert "it is longer than the 10 hours" in bench.refusal()
    bench.length = SECOND // 10
    assert "its sound is too short" in bench.refusal()
    bench.length = SECOND
    monkeypatch.setattr("app.core.speech.assemblyai.MOST_BYTES", 1000)
    assert "its sound has 0.0 GB and AssemblyAI takes" in bench.refusal()
    assert bench.service.uploads == {}


def cancel_when(condition: Callable[[float, str], bool]) -> JobContext:
    cancelled = threading.Event()
    ticks = iter(range(1_000_000))

    def listen(done: float, message: str) -> None:
        if condition(done, message):
            cancelled.set()

    return InlineContext(listen, cancelled, clock=lambda: float(next(ticks)))


def test_sending_shows_its_progress_and_can_be_cancelled(bench: Bench) -> None:
    seen: list[tuple[float, str]] = []

    def remember(done: float, message: str) -> bool:
        seen.append((done, message))
        return False

    bench.hear(context=cancel_when(remember))
    sending = [done for done, message in seen if message == "sending the sound"]
    assert len(sending) > 4
    assert sending == sorted(sending)
    with pytest.raises(Cancelled):
        bench.hear(context=cancel_when(lambda done, message: done > 0.3 and "sending" in message))
    assert len(bench.service.uploads) == 1


def test_waiting_can_be_cancelled_and_goes_on_by_the_id(bench: Bench) -> None:
    bench.service.script = ("processing",)
    with pytest.raises(Cancelled):
        bench.hear(context=cancel_when(lambda done, message: "waiting for the service" in message))
    bench.service.let_finish()
    assert bench.hear(bench.notes[-1]).words
    assert (len(bench.service.uploads), len(bench.service.jobs)) == (1, 1)


def test_what_it_would_send_and_cost(bench: Bench) -> None:
    client, hour = bench.client(), 3600 * SECOND
    said = client.outline(hour, 1000, Sent(), SpeechOptions())
    assert said == Outline("AssemblyAI", bench.address.removeprefix("http://"), hour, 1000, Fraction(21))
    two = client.outline(hour // 2, 1000, Sent(), SpeechOptions(speakers=2))
    assert two is not None
    assert two.cents == Fraction(23, 2)
    there = client.outline(hour, 1000, Sent("address", bench.time.seconds, hour), SpeechOptions())
    assert there is not None
    assert there.most_bytes == 0
    assert client.outline(hour, 1000, Sent("address", 0, hour, "job"), SpeechOptions()) is None
    unknown = bench.client(models=("newest",)).outline(hour, 1000, Sent(), SpeechOptions())
    assert unknown is not None
    assert unknown.cents is None
    assert not client.encrypted
    assert AssemblyAI(None).encrypted
    assert bench.service.requests == []


def test_nothing_shows_the_key(bench: Bench, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("DEBUG")
    client = bench.client()
    bench.hear()
    assert KEY not in repr(client)
    assert KEY not in caplog.text


@pytest.mark.parametrize(("given", "code"), [("en-GB", "en_gb"), (" DE ", "de"), ("zh_hant_tw", "zh_hant_tw")])
def test_language_codes(given: str, code: str) -> None:
    assert SpeechOptions.checked(given).language == code


@pytest.mark.parametrize("wrong", ["", "english", "e", "en/../x", "en_"])
def test_what_is_no_language_is_told(wrong: str) -> None:
    with pytest.raises(UserError, match="it is no language code"):
        SpeechOptions.checked(wrong)


@pytest.mark.parametrize("wrong", [0, -1, 51])
def test_what_is_no_number_of_speakers_is_told(wrong: int) -> None:
    with pytest.raises(UserError, match="it must be 1 to 50"):
        SpeechOptions.checked(speakers=wrong)
