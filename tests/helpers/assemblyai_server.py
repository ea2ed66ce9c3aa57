"""A strict local double of AssemblyAI's transcription service, with faults to order.

It refuses what the real one refuses and keeps what arrived, so that a test can tell what a client
really sent. ``python -m tests.helpers.assemblyai_server`` runs one for trying things out by hand.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import threading
import time
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Literal, TypeAlias
from urllib.parse import parse_qs, urlsplit

from tests.helpers.assemblyai_answers import completed_fields, new_job, refusal

Json: TypeAlias = dict[str, Any]
Route: TypeAlias = Literal["upload", "submit", "poll", "list", "delete", "export"]

KEY = "canary-0123456789abcdef0123456789abcdef"
LOOKUP = "Transcript lookup error, transcript id not found"
UPLOADS = "https://cdn.assemblyai.com/upload/"


@dataclass(frozen=True)
class Fault:
    """What goes wrong with one request: an answer instead of the right one, or none.

    ``done`` lets the request do its work before: the answer alone is lost then. ``cut`` breaks the
    connection in the middle of the body, ``seconds`` makes the answer late.
    """

    status: int = 500
    body: bytes = b'{"error": "Internal Server Error"}'
    kind: str = "application/json"
    headers: tuple[tuple[str, str], ...] = ()
    done: bool = False
    cut: bool = False
    seconds: float = 0.0


TOO_MANY = Fault(429, b'{"error": "Too Many Requests"}', headers=(("Retry-After", "0"),))
TOO_MANY_WITHOUT_TIME = Fault(429, b'{"error": "Too Many Requests"}')
BROKEN = Fault()
UNAVAILABLE = Fault(503, b"<html>Service Unavailable</html>", "text/html")
LATE_GATEWAY = Fault(504, b"")
HALF_JSON = Fault(200, b'{"id": "5b1c9a3e-', done=True)
CUT = Fault(200, b'{"id": "5b1c9a3e-7f64-4d0b-9c55', cut=True, done=True)


@dataclass(frozen=True)
class Seen:
    """One request as it arrived."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes


@dataclass
class Job:
    """A transcription: ``script`` holds the states that follow, the last one stays."""

    document: Json
    script: list[str]


@dataclass
class Service:
    """What the server knows, what it is to do, and what came in. Safe from any thread."""

    key: str = KEY
    script: tuple[str, ...] = ("processing", "processing", "completed")
    result: Json = field(default_factory=completed_fields)
    error: str = "Transcoding failed. File does not appear to contain audio."
    faults: dict[Route, list[Fault]] = field(default_factory=dict)
    uploads: dict[str, str] = field(default_factory=dict)
    sizes: list[int] = field(default_factory=list)
    jobs: dict[str, Job] = field(default_factory=dict)
    requests: list[Seen] = field(default_factory=list)
    lock: threading.RLock = field(default_factory=threading.RLock)
    polled: threading.Event = field(default_factory=threading.Event)

    def count(self, method: str, path: str) -> int:
        """How many requests of that method had exactly that path, whatever their query."""
        with self.lock:
            return sum(1 for each in self.requests if (each.method, urlsplit(each.path).path) == (method, path))

    def submitted(self) -> list[Json]:
        """The bodies of all submissions."""
        with self.lock:
            return [json.loads(each.body) for each in self.requests if (each.method, each.path) == _SUBMISSION]

    def let_finish(self) -> None:
        """From now on every job is completed when it is next asked for."""
        with self.lock:
            self.script = ("completed",)
            for job in self.jobs.values():
                job.script = ["completed"]

    def fault(self, route: Route) -> Fault | None:
        """The fault that is next on that route."""
        with self.lock:
            waiting = self.faults.get(route, [])
            return waiting.pop(0) if waiting else None


_SUBMISSION = ("POST", "/v2/transcript")


@dataclass(frozen=True)
class Answer:
    """Status and body of an answer."""

    status: int
    body: bytes
    kind: str = "application/json"


def _json(status: int, document: object) -> Answer:
    return Answer(status, json.dumps(document).encode())


def _error(status: int, message: str) -> Answer:
    return _json(status, {"error": message})


def answer(service: Service, request: Seen) -> Answer:
    """What the service says to an allowed request."""
    url = urlsplit(request.path)
    parts = url.path.strip("/").split("/")
    if parts == ["v2", "upload"] and request.method == "POST":
        return _upload(service, request)
    if parts == ["v2", "transcript"]:
        return _submit(service, request) if request.method == "POST" else _list(service, parse_qs(url.query))
    if len(parts) in (3, 4) and parts[:2] == ["v2", "transcript"] and request.method in ("GET", "DELETE"):
        job = service.jobs.get(parts[2])
        if job is None:
            return _error(400, LOOKUP)
        if len(parts) == 4:
            return _export(job, parts[3])
        return _delete(job) if request.method == "DELETE" else _poll(service, job)
    return _error(404, "Not found")


def route_of(request: Seen) -> Route:
    """Which of the faults a request meets."""
    parts = urlsplit(request.path).path.strip("/").split("/")
    if parts[-1] == "upload":
        return "upload"
    if len(parts) <= 2:
        return "submit" if request.method == "POST" else "list"
    if len(parts) == 4:
        return "export"
    return "delete" if request.method == "DELETE" else "poll"


def _upload(service: Service, request: Seen) -> Answer:
    if request.headers.get("content-type", "").startswith("multipart/"):
        return Answer(422, b"multipart bodies are not taken", "text/plain")
    if not request.body:
        return Answer(422, b"the body is empty", "text/plain")
    address = f"{UPLOADS}{uuid.uuid4()}"
    service.uploads[address] = hashlib.sha256(request.body).hexdigest()
    service.sizes.append(len(request.body))
    return _json(200, {"upload_url": address})


def _submit(service: Service, request: Seen) -> Answer:
    try:
        wanted = json.loads(request.body)
    except ValueError:
        return _error(400, "Invalid endpoint schema, please refer to documentation for examples.")
    reason = refusal(wanted)
    if reason is not None:
        return _error(400, reason)
    if wanted["audio_url"].startswith(UPLOADS) and wanted["audio_url"] not in service.uploads:
        return _error(403, "Cannot access uploaded file")
    first, *rest = service.script
    document = new_job(wanted, str(uuid.uuid4()))
    job = Job(document, rest or [first])
    service.jobs[document["id"]] = job
    _enter(service, job, first)
    return _json(200, job.document)


def _poll(service: Service, job: Job) -> Answer:
    state = job.script.pop(0) if len(job.script) > 1 else job.script[0]
    if job.document["status"] != "completed":
        _enter(service, job, state)
    service.polled.set()
    return _json(200, job.document)


def _enter(service: Service, job: Job, state: str) -> None:
    job.document["status"] = state
    if state == "completed":
        labelled = bool(job.document.get("speaker_labels"))
        result = service.result if labelled else {**service.result, "utterances": None}
        if not labelled and result.get("words"):
            result = {**result, "words": [{**word, "speaker": None} for word in result["words"]]}
        job.document.update(result)
    if state == "error":
        job.document["error"] = service.error


def _delete(job: Job) -> Answer:
    gone = {"text": "Deleted by user.", "audio_url": "http://deleted_by_user"}
    job.document.update(status="completed", words=None, utterances=None, confidence=None, **gone)
    job.script = ["completed"]
    return _json(200, job.document)


def _list(service: Service, query: dict[str, list[str]]) -> Answer:
    limit = int(query.get("limit", ["10"])[0])
    if not 1 <= limit <= 200:
        return _error(400, "Invalid limit")
    newest = list(service.jobs.values())[::-1][:limit]
    shown = [
        {
            "id": job.document["id"],
            "resource_url": f"https://api.assemblyai.com/v2/transcript/{job.document['id']}",
            "status": job.document["status"],
            "created": "2026-01-01T00:00:00.000000",
            "completed": None,
            "audio_url": job.document["audio_url"],
            "error": None,
        }
        for job in newest
    ]
    page = {"limit": limit, "result_count": len(shown), "current_url": "", "prev_url": None, "next_url": None}
    return _json(200, {"page_details": page, "transcripts": shown})


def _export(job: Job, name: str) -> Answer:
    if job.document["status"] != "completed":
        return _error(400, "This transcript is not completed")
    about = {key: job.document[key] for key in ("id", "confidence", "audio_duration")}
    whole = {"text": job.document["text"], "words": job.document["words"], "confidence": job.document["confidence"]}
    first, last = job.document["words"][0]["start"], job.document["words"][-1]["end"]
    if name in ("sentences", "paragraphs"):
        return _json(200, {**about, name: [{**whole, "start": first, "end": last}]})
    if name == "srt":
        return Answer(200, b"1\n00:00:00,240 --> 00:00:02,600\n" + job.document["text"].encode() + b"\n", "text/plain")
    return _error(404, "Not found")


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    service: Service

    def do_GET(self) -> None:
        self._handle()

    def do_POST(self) -> None:
        self._handle()

    def do_DELETE(self) -> None:
        self._handle()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the library's name
        pass

    def _handle(self) -> None:
        try:
            body = self._body()
        except (OSError, ValueError):  # the client went away, or was ended
            self.close_connection = True
            return
        headers = {name.lower(): value for name, value in self.headers.items()}
        request = Seen(self.command, self.path, headers, body)
        with self.service.lock:
            self.service.requests.append(request)
        with contextlib.suppress(OSError):
            self._respond(request)

    def _respond(self, request: Seen) -> None:
        if request.headers.get("authorization") != self.service.key:
            self._send(_error(401, "Authentication error, API token missing/invalid"))
            return
        fault = self.service.fault(route_of(request))
        said = None
        if fault is None or fault.done:
            with self.service.lock:
                said = answer(self.service, request)
        if fault is None and said is not None:
            self._send(said)
        elif fault is not None:
            time.sleep(fault.seconds)
            self._fail(fault)

    def _fail(self, fault: Fault) -> None:
        extra = dict(fault.headers)
        if not fault.cut:
            self._send(Answer(fault.status, fault.body, fault.kind), extra)
            return
        self._send(Answer(fault.status, fault.body, fault.kind), {**extra, "Content-Length": str(len(fault.body) + 99)})
        self.close_connection = True

    def _send(self, said: Answer, extra: dict[str, str] | None = None) -> None:
        self.send_response(said.status)
        for name, value in {"Content-Type": said.kind, "Content-Length": str(len(said.body)), **(extra or {})}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(said.body)

    def _body(self) -> bytes:
        if "chunked" in self.headers.get("Transfer-Encoding", ""):
            return b"".join(self._chunks())
        length = int(self.headers.get("Content-Length") or 0)
        body = self.rfile.read(length)
        if len(body) < length:
            raise ValueError("the body ended early")
        return body

    def _chunks(self) -> Iterator[bytes]:
        while size := int(self.rfile.readline().split(b";")[0], 16):
            yield self.rfile.read(size)
            self.rfile.readline()
        self.rfile.readline()


class _Quiet(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that is killed is part of the play."""


@contextlib.contextmanager
def serving(service: Service, *, port: int = 0) -> Iterator[str]:
    """Run ``service`` on this machine while the block runs; gives its address, without ``/v2``."""
    handler = type("Handler", (_Handler,), {"service": service})
    server = _Quiet(("127.0.0.1", port), handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, name="assemblyai")
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def spoken(words: Sequence[tuple[str, int, int]], seconds: int) -> Json:
    """The fields of a completed job in which ``words`` (text, start and end in ms) were said, by one voice."""
    said = [
        {"text": text, "start": start, "end": end, "confidence": 0.9, "speaker": "A", "channel": None}
        for text, start, end in words
    ]
    text = " ".join(word for word, _, _ in words)
    utterance = {"speaker": "A", "text": text, "confidence": 0.9, "channel": None, "words": said}
    ends = {"start": words[0][1], "end": words[-1][2]} if words else {}
    whole = {"text": text, "words": said, "utterances": [{**utterance, **ends}] if words else []}
    return {**completed_fields(), **whole, "confidence": 0.9, "audio_duration": seconds}


def _main() -> None:
    with serving(Service(), port=8765) as address:
        print(f"ASSEMBLYAI_BASE_URL={address} ASSEMBLYAI_API_KEY={KEY}  (Ctrl-C ends it)")
        with contextlib.suppress(KeyboardInterrupt):
            threading.Event().wait()


if __name__ == "__main__":
    _main()
