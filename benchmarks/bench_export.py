"""Full encode of a timeline of cuts, beside the ffmpeg program doing the same at equal x264 settings.

Both run as whole processes, turn by turn. A ratio is ffmpeg's time over ours: 1.0 is as fast,
more is faster. On a machine that does other work too, the CPU ratio is the sturdier one.

The film is ``INSOMNIA_BENCH_FILM`` or ``../shared/media/bbb1080.mp4`` beside the checkout, the
number of rounds ``INSOMNIA_BENCH_ROUNDS`` (3).
"""

from __future__ import annotations

import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from app.core.media.writer import x264_settings
from benchmarks.export_cuts import CRF, CUTS, RATE, SPEED

ROOT = Path(__file__).parents[1]
TARGET = 0.95


@dataclass(frozen=True)
class Run:
    """What one whole process took, in seconds."""

    wall: float
    cpu: float


def find_film() -> Path | None:
    """The film to cut, if there is one."""
    named = os.environ.get("INSOMNIA_BENCH_FILM")
    film = Path(named) if named else ROOT.parent / "shared" / "media" / "bbb1080.mp4"
    return film if film.is_file() else None


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


def run(command: list[str]) -> Run:
    """Run a whole process; its children count too.

    Raises:
        RuntimeError: it failed.
    """
    began = time.perf_counter()
    process = subprocess.Popen(command, cwd=ROOT)
    _, status, usage = os.wait4(process.pid, 0)
    wall = time.perf_counter() - began
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise RuntimeError(f"{command[0]} ended with {process.returncode}")
    return Run(wall, usage.ru_utime + usage.ru_stime)


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
    runs: dict[str, list[Run]] = {name: [] for name in commands}
    print(f"{sum(frames for _, frames in CUTS)} frames in {len(CUTS)} cuts, x264 {SPEED} crf {CRF}, {rounds} rounds;")
    print(f"{os.cpu_count()} cores, load before: {os.getloadavg()[0]:.2f}")
    for number in range(rounds):
        for name, command in commands.items():
            runs[name].append(run(command))
            print(f"  round {number + 1} {name:9} wall {runs[name][-1].wall:6.2f} s  cpu {runs[name][-1].cpu:6.2f} s")
    if not same_work(ours, theirs):
        return 1
    pairs = list(zip(runs["ffmpeg"], runs["insomnia"], strict=True))
    wall = statistics.median(theirs.wall / ours.wall for theirs, ours in pairs)
    cpu = statistics.median(theirs.cpu / ours.cpu for theirs, ours in pairs)
    print(f"x264 settings equal; speed against ffmpeg, median of rounds: wall {wall:.2f}, cpu {cpu:.2f}")
    met = wall >= TARGET and cpu >= TARGET
    print(f"target {TARGET}: {'met' if met else 'missed (is the machine doing other work?)'}")
    return 0 if met else 1


def main() -> int:
    """Measure, where the film and ffmpeg are there."""
    film = find_film()
    if film is None:
        print("skipped: no film; set INSOMNIA_BENCH_FILM to an H.264 film of 30 s at 24 fps")
        return 0
    if shutil.which("ffmpeg") is None:
        print("skipped: the ffmpeg program is not installed")
        return 0
    with tempfile.TemporaryDirectory(prefix="insomnia-bench-") as folder:
        return measure(film, int(os.environ.get("INSOMNIA_BENCH_ROUNDS", "3")), Path(folder))


if __name__ == "__main__":
    sys.exit(main())
