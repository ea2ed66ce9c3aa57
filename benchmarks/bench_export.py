"""Full encode of a timeline of cuts, beside the ffmpeg program doing the same at equal x264 settings.

Both run as whole processes, turn by turn. A ratio is ffmpeg's time over ours: 1.0 is as fast,
more is faster. On a machine that does other work too, the CPU ratio is the sturdier one. Peak memory is
ours over ffmpeg's.

The film is ``INSOMNIA_BENCH_FILM`` or ``../shared/media/bbb1080.mp4`` beside the checkout, the
number of rounds ``INSOMNIA_BENCH_ROUNDS`` (3).
"""

from __future__ import annotations

import os
import statistics
import sys
import tempfile
from pathlib import Path

from app.core.media.writer import x264_settings
from benchmarks.export_cuts import CRF, CUTS, RATE, SPEED
from benchmarks.films import find_film, lacking
from benchmarks.timing import ProcessSpent, run

TARGET = 0.95
MOST_MEMORY = 1.3


def ffmpeg_command(film: Path, out: Path) -> list[str]:
    """The same cuts, frame for frame, by ffmpeg."""
    command = ["ffmpeg", "-nostdin", "-v", "error", "-y"]
    chains, joined = [], ""
    for number, (first, frames) in enumerate(CUTS):
        # A quarter of a frame early, so that rounding cannot lose the first frame.
        command += ["-ss", f"{(first - 0.25) / RATE:.6f}", "-t", f"{(frames + 1) / RATE:.6f}", "-i", str(film)]
        chains.append(f"[{number}:v]trim=end_frame={frames},setpts=PTS-STARTPTS[v{number}]")
        chains.append(f"[{number}:a]atrim=end={frames / RATE:.6f},asetpts=PTS-STARTPTS[a{number}]")
        joined += f"[v{number}][a{number}]"
    chains.append(f"{joined}concat=n={len(CUTS)}:v=1:a=1[v][a]")
    command += ["-filter_complex", ";".join(chains), "-map", "[v]", "-map", "[a]"]
    command += ["-c:v", "libx264", "-preset", SPEED, "-crf", str(CRF)]
    command += ["-c:a", "aac", "-b:a", "160k", "-ac", "2", "-ar", "48000", "-movflags", "+faststart", str(out)]
    return command


def same_work(ours: Path, theirs: Path) -> bool:
    """Whether both films have all frames and were encoded with the same settings; prints what differs."""
    settings = [x264_settings(path.read_bytes()).partition("options: ")[2] for path in (ours, theirs)]
    if settings[0] != settings[1] or not settings[0]:
        print(f"x264 settings differ:\n  ours   {settings[0]}\n  ffmpeg {settings[1]}")
        return False
    return True


def measure(film: Path, rounds: int, folder: Path) -> int:
    """Run both in turns and print the table; 0 where the target was met."""
    ours, theirs = folder / "ours.mp4", folder / "ffmpeg.mp4"
    commands = {
        "insomnia": [sys.executable, "-m", "benchmarks.export_cuts", str(film), str(ours)],
        "ffmpeg": ffmpeg_command(film, theirs),
    }
    runs: dict[str, list[ProcessSpent]] = {name: [] for name in commands}
    print(f"{sum(frames for _, frames in CUTS)} frames in {len(CUTS)} cuts, x264 {SPEED} crf {CRF}, {rounds} rounds;")
    print(f"{os.cpu_count()} cores, load before: {os.getloadavg()[0]:.2f}")
    for number in range(rounds):
        for name, command in commands.items():
            runs[name].append(run(command))
            print(f"  round {number + 1} {name:9} {runs[name][-1]}, {runs[name][-1].megabytes:.0f} MB", flush=True)
    if not same_work(ours, theirs):
        return 1
    pairs = list(zip(runs["ffmpeg"], runs["insomnia"], strict=True))
    wall = statistics.median(theirs.wall / ours.wall for theirs, ours in pairs)
    cpu = statistics.median(theirs.processor / ours.processor for theirs, ours in pairs)
    memory = statistics.median(ours.megabytes / theirs.megabytes for theirs, ours in pairs)
    print(f"x264 settings equal; speed against ffmpeg, median of rounds: wall {wall:.2f}, cpu {cpu:.2f}")
    print(f"peak memory over ffmpeg's, median of rounds: {memory:.2f} (at most {MOST_MEMORY})")
    met = wall >= TARGET and cpu >= TARGET
    print(f"target {TARGET}: {'met' if met else 'missed (is the machine doing other work?)'}")
    met &= memory <= MOST_MEMORY
    return 0 if met else 1


def main() -> int:
    """Measure, where the film and ffmpeg are there."""
    missing, film = lacking(), find_film()
    if missing or film is None:
        print(f"skipped: {missing}")
        return 0
    with tempfile.TemporaryDirectory(prefix="insomnia-bench-") as folder:
        return measure(film, int(os.environ.get("INSOMNIA_BENCH_ROUNDS", "3")), Path(folder))


if __name__ == "__main__":
    sys.exit(main())
