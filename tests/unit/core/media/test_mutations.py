"""A thousand broken files: each is read as far as it goes, or refused in one sentence; nobody dies of it."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from app.core.base.errors import UserError
from app.core.jobs.inline import InlineContext
from app.core.media.waveform import load_piece, piece_request, plan_pieces
from app.core.media.worker import Workers
from app.core.model.asset import AudioStream, MediaInfo
from app.core.model.encoding import decode
from tests.helpers.mutations import make_seeds, mutated
from tests.helpers.soak import say_claim, soak_count, soak_random

SILENT = ("gif", "jpg", "png")
KINDS = ("avi", "flac", "gif", "jpg", "mkv", "mov", "mp3", "mp4", "png", "ts", "wav", "webm")
EACH = soak_count(84)  # of twelve kinds: 1,008
ROOT = Path(__file__).resolve().parents[4]
MOST_BYTES = 1_000_000_000
SECONDS = 30.0


@pytest.fixture(scope="module")
def seeds(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    return make_seeds(tmp_path_factory.mktemp("seeds"))


@pytest.fixture
def workers(monkeypatch: pytest.MonkeyPatch) -> Iterator[Workers]:
    monkeypatch.chdir(ROOT)
    started = Workers([sys.executable, "-m", "tests.helpers.media_worker"], count=1)
    yield started
    started.close()


def asked(workers: Workers, name: str, path: Path | str, **args: Any) -> dict[str, Any] | None:
    """The worker's answer, or None where it refused the file by its name."""
    refusal: UserError | None = None
    try:
        return workers.call(name, {"path": str(path), **args}, context=InlineContext(), timeout=SECONDS)
    except UserError as error:
        refusal = error
    assert refusal.what == str(path)
    assert "\n" not in str(refusal)
    assert "does not come to an end" not in refusal.why, f"{path} hangs"
    return None


@pytest.mark.soak
@pytest.mark.skipif(sys.platform == "win32", reason="memory is measured by getrusage")
@pytest.mark.parametrize("kind", KINDS)
def test_a_broken_file_is_read_or_refused(seeds: dict[str, bytes], workers: Workers, tmp_path: Path, kind: str) -> None:
    """Probe, index, poster, jumps in picture and sound, and the measuring of all sound, in real worker processes with
    their limits."""
    chooser = soak_random(f"mutations {kind}")
    read = measured = 0
    for number in range(EACH):
        path = tmp_path / f"{number}.{kind}"
        path.write_bytes(mutated(seeds, kind, chooser))
        pieces = meet(workers, path, number)
        read, measured = read + (pieces is not None), measured + (pieces or 0)
        assert workers.call("peak", {}, context=InlineContext())["bytes"] < MOST_BYTES
        path.unlink()
    assert read >= EACH // 20
    assert kind in SILENT or measured >= EACH // 20
    say_claim(f"a broken {kind} is read or refused within 1 GB and {SECONDS:.0f} s a step", EACH)


def meet(workers: Workers, path: Path, seed: int) -> int | None:
    """What an import does first: how many pieces of sound were measured, or None where the file was refused."""
    answer = asked(workers, "probe", path)
    if answer is None:
        return None
    info = decode(MediaInfo, answer["info"])
    index = path.with_suffix(".npz")
    found = None
    if info.video is not None:
        found = asked(workers, "index", path, stream=info.video.index, out=str(index))
        asked(workers, "poster", path, info=answer["info"], time=info.duration or 0, out=str(path.with_suffix(".out")))
    sound = info.audio[0] if info.audio else None
    number = sound.index if sound is not None else None
    asked(workers, "jump", path, index=str(index) if found else "", sound=number, seed=seed, times=8)
    return measured_pieces(workers, path, sound) if sound is not None else 0


def measured_pieces(workers: Workers, path: Path, sound: AudioStream) -> int:
    """Measure a sound from media time 0 to its end, where that is known and not too long to be drawn."""
    if sound.duration is None:
        return 0
    try:
        pieces = plan_pieces(sound.start + sound.duration)
    except ValueError:
        return 0
    done = 0
    for piece in pieces:
        out = path.with_suffix(".peaks")
        request = piece_request(str(path), sound, piece, out)
        if asked(workers, "peaks", **request) is not None:
            assert load_piece(out, piece) is not None
            done += 1
    return done
