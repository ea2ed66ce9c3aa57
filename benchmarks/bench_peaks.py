"""Peaks and loudness of a long sound, of stereo and of 5.1, beside the waveform picture that ffmpeg draws of it.

ffmpeg's showwavespic measures no loudness; beside it stands ffmpeg with both filters. All run turn by turn, each
from a file that is in memory; ours with one worker that runs already, as after the probe. The ratio is our wall
time over theirs: at most 1 / 0.75 over either. ``INSOMNIA_BENCH_SOUND_SECONDS`` (3600) is the length,
``INSOMNIA_BENCH_ROUNDS`` (3) the rounds.
"""

from __future__ import annotations

import os
import shutil
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

from app.core.jobs.inline import InlineContext
from app.main import make_services
from benchmarks.films import find_film, lacking
from benchmarks.timing import Spent, run, spent

MOST = 1 / 0.75
_FFMPEG = ("ffmpeg", "-nostdin", "-v", "error", "-y")
_BOTH = "asplit[a][b];[a]showwavespic[v];[b]ebur128=peak=true:framelog=verbose[l]"


def make_sound(film: Path, layout: str, seconds: int, folder: Path) -> Path:
    """The sound of ``film``, again and again, as AAC."""
    part, whole = folder / f"part-{layout}.m4a", folder / f"sound-{layout}.m4a"
    coding = ["-vn", "-c:a", "aac", "-b:a", "320k", "-af", f"aformat=channel_layouts={layout}"]
    subprocess.run([*_FFMPEG, "-i", str(film), *coding, str(part)], check=True)
    subprocess.run(
        [*_FFMPEG, "-stream_loop", "-1", "-i", str(part), "-t", str(seconds), "-c", "copy", str(whole)], check=True
    )
    return whole


def ours(sound: Path, home: Path) -> Spent:
    """Peaks and loudness by an engine that has met the sound and measured nothing; its workers end with it."""
    os.environ["INSOMNIA_HOME"] = str(home)
    services = make_services()
    asset = services.ingest.asset(sound, InlineContext())

    def measure() -> None:
        services.ingest.peaks(asset, InlineContext())
        services.close()

    took = spent(measure)
    shutil.rmtree(home)
    return took


def theirs(*arguments: str) -> Spent:
    """The ffmpeg program."""
    return run([*_FFMPEG, *arguments])


def measure(sound: Path, layout: str, rounds: int, folder: Path) -> bool:
    """Print the rounds; whether the target was met."""
    picture = ["-frames:v", "1", str(folder / "wave.png")]
    both = [_BOTH, "-map", "[v]", *picture, "-map", "[l]", "-f", "null", "-"]
    over_shape, over_both, processors = [], [], []
    for number in range(rounds):
        shaped = theirs("-i", str(sound), "-filter_complex", "showwavespic", *picture)
        mine = ours(sound, folder / "home")
        measured = theirs("-i", str(sound), "-filter_complex", *both)
        over_shape.append(mine.wall / shaped.wall)
        over_both.append(mine.wall / measured.wall)
        processors.append(mine.processor / shaped.processor)
        print(f"  round {number + 1} {layout}: peaks and loudness {mine}, ", end="")
        print(f"showwavespic {shaped}, with ebur128 {measured}", flush=True)
    shape, loudness = statistics.median(over_shape), statistics.median(over_both)
    print(
        f"{layout}, medians: wall {shape:.2f} of showwavespic, {loudness:.2f} of both filters (at most {MOST:.2f}), ",
        end="",
    )
    print(f"processor time {statistics.median(processors):.2f} of showwavespic")
    return max(shape, loudness) <= MOST


def main() -> int:
    """Measure, where the film and ffmpeg are there."""
    missing, film = lacking(), find_film()
    if missing or film is None:
        print(f"skipped: {missing}")
        return 0
    seconds = int(os.environ.get("INSOMNIA_BENCH_SOUND_SECONDS", "3600"))
    rounds = int(os.environ.get("INSOMNIA_BENCH_ROUNDS", "3"))
    with tempfile.TemporaryDirectory(prefix="insomnia-bench-") as name:
        folder = Path(name)
        print(f"{seconds} s; {os.cpu_count()} cores, load before: {os.getloadavg()[0]:.2f}", flush=True)
        met = [
            measure(make_sound(film, layout, seconds, folder), layout, rounds, folder) for layout in ("stereo", "5.1")
        ]
    return 0 if all(met) else 1


if __name__ == "__main__":
    sys.exit(main())
