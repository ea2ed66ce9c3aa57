"""The film that benchmarks work on: a short real one, repeated to the length that is asked for."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

ROOT = Path(__file__).parents[1]


def find_film() -> Path | None:
    """``INSOMNIA_BENCH_FILM``, or ``../shared/media/bbb1080.mp4`` beside the checkout, if it is there."""
    named = os.environ.get("INSOMNIA_BENCH_FILM")
    film = Path(named) if named else ROOT.parent / "shared" / "media" / "bbb1080.mp4"
    return film if film.is_file() else None


def lacking() -> str:
    """What keeps benchmarks beside ffmpeg from running; empty where nothing does."""
    if find_film() is None:
        return "no film; set INSOMNIA_BENCH_FILM to an H.264 film of 30 s at 24 fps"
    return "" if shutil.which("ffmpeg") else "the ffmpeg program is not installed"


def repeated(film: Path, length: int, out: Path) -> Path:
    """``film`` over and over, packet by packet, for about ``length`` seconds, written to ``out``."""
    command = ["ffmpeg", "-nostdin", "-v", "error", "-y", "-stream_loop", "-1", "-i", str(film)]
    subprocess.run([*command, "-t", str(length), "-c", "copy", str(out)], check=True)
    return out
