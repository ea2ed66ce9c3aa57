"""A thousand broken files: each is read as far as it goes, or refused in one sentence; nobody dies of it."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from app.core.base.errors import UserError
from app.core.jobs.inline import InlineContext
from app.core.media.worker import Workers
from app.core.model.asset import MediaInfo
from app.core.model.encoding import decode
from tests.helpers.mutations import make_seeds, mutated
from tests.helpers.soak import say_claim, soak_count, soak_random

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


def asked(workers: Workers, name: str, path: Path, **args: Any) -> dict[str, Any] | None:
    """The worker's answer, or None where it refused the file by its name."""
    refusal: UserError | None = None
    try:
        return workers.call(name, {"path": str(path), **args}, context=InlineContext(), timeout=SECONDS)
    except UserError as error:
        refusal = error
    assert refusal.what == str(path)
    assert "\n" not in str(refusal)
    assert "does not come to an end" not in refusal.why, f"{path.name} hangs"
    return None


@pytest.mark.soak
@pytest.mark.skipif(sys.platform == "win32", reason="memory is measured by getrusage")
@pytest.mark.parametrize("kind", KINDS)
def test_a_broken_file_is_read_or_refused(seeds: dict[str, bytes], workers: Workers, tmp_path: Path, kind: str) -> None:
    """Probe, index, poster and jumps in picture and sound, in real worker processes with their limits."""
    chooser = soak_random(f"mutations {kind}")
    read = 0
    for number in range(EACH):
        path = tmp_path / f"{number}.{kind}"
        path.write_bytes(mutated(seeds, kind, chooser))
        read += meet(workers, path, number)
        assert workers.call("peak", {}, context=InlineContext())["bytes"] < MOST_BYTES
        path.unlink()
    assert read >= EACH // 20
    say_claim(f"a broken {kind} is read or refused within 1 GB and {SECONDS:.0f} s a step", EACH)


def meet(workers: Workers, path: Path, seed: int) -> bool:
    """What an import does first; whether the file was read at all."""
    answer = asked(workers, "probe", path)
    if answer is None:
        return False
    info = decode(MediaInfo, answer["info"])
    index = path.with_suffix(".npz")
    found = None
    if info.video is not None:
        found = asked(workers, "index", path, stream=info.video.index, out=str(index))
        asked(workers, "poster", path, info=answer["info"], time=info.duration or 0, out=str(path.with_suffix(".out")))
    sound = info.audio[0].index if info.audio else None
    asked(workers, "jump", path, index=str(index) if found else "", sound=sound, seed=seed, times=8)
    return True
