"""Import of a film (scenes, thumbnails, peaks, proxy) beside the ffmpeg program that makes the same proxy alone.

Both run as whole processes, turn by turn. The ratio is our wall time over ffmpeg's: at most 1.15. Peak memory
is that of a film four times as long over that of the short one: at most 1.05. ``INSOMNIA_BENCH_SECONDS``
(300) is the length, ``INSOMNIA_BENCH_ROUNDS`` (3) the rounds, ``INSOMNIA_BENCH_MEMORY=0`` leaves memory out.
"""

from __future__ import annotations

import os
import statistics
import sys
import tempfile
from pathlib import Path

from benchmarks.films import find_film, lacking, repeated
from benchmarks.timing import run

MOST_WALL = 1.15
MOST_MEMORY = 1.05
LONGER = 4


def ffmpeg_command(film: Path, out: Path) -> list[str]:
    """The same proxy, by ffmpeg."""
    command = ["ffmpeg", "-nostdin", "-v", "error", "-y", "-i", str(film), "-an", "-vf", "scale=960:540:flags=bilinear"]
    command += ["-c:v", "libx264", "-preset", "superfast", "-tune", "fastdecode", "-crf", "23", "-g", "1"]
    return [*command, "-pix_fmt", "yuv420p", str(out)]


def ours(film: Path) -> list[str]:
    """The command that imports ``film``."""
    return [sys.executable, "-m", "benchmarks.import_film", str(film)]


def measure_speed(film: Path, rounds: int, folder: Path) -> bool:
    """Print the rounds; whether the target was met."""
    walls, processors = [], []
    for number in range(rounds):
        theirs, mine = run(ffmpeg_command(film, folder / "proxy.mp4")), run(ours(film))
        walls.append(mine.wall / theirs.wall)
        processors.append(mine.processor / theirs.processor)
        both = f"ffmpeg {theirs}  import {mine}"
        print(f"  round {number + 1} {both}  wall {walls[-1]:.2f} cpu {processors[-1]:.2f}", flush=True)
    wall, processor = statistics.median(walls), statistics.median(processors)
    print(f"import over ffmpeg's proxy alone, medians: wall {wall:.2f} (at most {MOST_WALL}), cpu {processor:.2f}")
    return wall <= MOST_WALL


def measure_memory(short: Path, long: Path) -> bool:
    """Print the peaks of both films; whether the target was met."""
    peaks = []
    for film in (short, long):
        said = run(ours(film)).said
        peaks.append([int(word) / 1024 for word in said.split()])
        print(
            f"  {film.name}: peak {peaks[-1][0]:.0f} MB here, {peaks[-1][1]:.0f} MB in the largest worker", flush=True
        )
    growth: float = max(later / earlier for earlier, later in zip(*peaks, strict=True))
    print(f"peak memory, {LONGER} times the film over the film: {growth:.3f} (at most {MOST_MEMORY})")
    return growth <= MOST_MEMORY


def main() -> int:
    """Measure, where the film and ffmpeg are there."""
    missing, film = lacking(), find_film()
    if missing or film is None:
        print(f"skipped: {missing}")
        return 0
    length = int(os.environ.get("INSOMNIA_BENCH_SECONDS", "300"))
    with tempfile.TemporaryDirectory(prefix="insomnia-bench-") as name:
        folder = Path(name)
        short = repeated(film, length, folder / "short.mp4")
        print(f"{length} s of {film.name}; {os.cpu_count()} cores, load before: {os.getloadavg()[0]:.2f}")
        met = measure_speed(short, int(os.environ.get("INSOMNIA_BENCH_ROUNDS", "3")), folder)
        if os.environ.get("INSOMNIA_BENCH_MEMORY", "1") != "0":
            met &= measure_memory(short, repeated(film, LONGER * length, folder / "long.mp4"))
    return 0 if met else 1


if __name__ == "__main__":
    sys.exit(main())
