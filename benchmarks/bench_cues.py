"""Edits of one subtitle among ten thousand, each with what the session does to see what changed.

Figures are medians of processor time. Files are read and written beside pysubs2, whose time is the
peer: its readers name no losses.
"""

from __future__ import annotations

import statistics
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pysubs2

from app.core.base.time import SECOND
from app.core.edit import subtitle
from app.core.edit.assets import new_project
from app.core.interchange.subtitle_file import read, write
from app.core.model.diff import Changes, compare
from app.core.model.project import Project
from app.core.model.transcript import Cue

CUES = 10_000
ROUNDS = 15
ONE = 5.0  # ms for an edit of one cue
ALL = 100.0  # ms for an edit of all cues
WORST_RATIO = 1.5  # to the time of the peer
STEP = 3 * SECOND

CUE_LIST = tuple(
    Cue(n * STEP, n * STEP + 2 * SECOND, f"This is subtitle number {n + 1}\nand its second line") for n in range(CUES)
)


def median(work: Callable[[], object], rounds: int = ROUNDS) -> float:
    """Milliseconds of processor that ``work`` takes."""
    taken = []
    for _ in range(rounds):
        begun = time.thread_time()
        work()
        taken.append((time.thread_time() - begun) * 1000)
    return statistics.median(taken)


def edits(project: Project) -> dict[str, tuple[float, Callable[[], Project]]]:
    """What is done, with its target in ms."""
    sequence = project.sequences[0].id
    cues = project.sequences[0].subtitle_tracks[0].cues
    place = CUES // 2
    one, after = cues[place], cues[place + 1]
    return {
        "text": (ONE, lambda: subtitle.set_text(project, sequence, one.id, "Other words")),
        "retime": (ONE, lambda: subtitle.retime(project, sequence, one.id, one.start + 1, one.end)),
        "add": (ONE, lambda: subtitle.add_cue(project, sequence, one.start, one.end, "New")),
        "split": (ONE, lambda: subtitle.split_cue(project, sequence, one.id)),
        "merge": (ONE, lambda: subtitle.merge_cues(project, sequence, [one.id, after.id])),
        "delete": (ONE, lambda: subtitle.delete_cues(project, sequence, [one.id])),
        "shift all": (ALL, lambda: subtitle.shift_cues(project, sequence, None, SECOND)),
    }


def _edit_and_compare(project: Project, edit: Callable[[], Project]) -> Changes:
    return compare(project, edit())


def files(folder: Path) -> dict[str, tuple[float, float]]:
    """Ours and the peer's ms for each kind of file, in and out."""
    peer = pysubs2.SSAFile()
    peer.events = [
        pysubs2.SSAEvent(cue.start * 1000 // SECOND, cue.end * 1000 // SECOND, cue.text.replace("\n", "\\N"))
        for cue in CUE_LIST
    ]
    figures = {}
    for kind in ("srt", "vtt"):
        ours, theirs = folder / f"ours.{kind}", folder / f"theirs.{kind}"
        figures[f"write {kind}"] = (
            median(partial(write, CUE_LIST, ours), 5),
            median(partial(peer.save, str(theirs)), 5),
        )
        figures[f"read {kind}"] = (
            median(partial(read, ours), 5),
            median(partial(pysubs2.load, str(ours)), 5),
        )
    return figures


def main() -> int:
    """Print the table; 0 where every target was met."""
    empty = new_project("Benchmark")
    project = subtitle.replace_cues(empty, empty.sequences[0].id, CUE_LIST)
    missed = []
    print(f"one of {CUES:,} subtitles, median ms of processor, with the comparison of before and after")
    for name, (target, edit) in edits(project).items():
        taken = median(partial(_edit_and_compare, project, edit))
        print(f"{name:>12}{taken:10.2f}   target {target:g}")
        missed += [name] if taken > target else []
    print(f"{'files':>12}{'ours':>10}{'pysubs2':>10}{'ratio':>10}")
    with tempfile.TemporaryDirectory() as folder:
        for name, (ours, theirs) in files(Path(folder)).items():
            print(f"{name:>12}{ours:10.1f}{theirs:10.1f}{ours / theirs:10.2f}")
            missed += [name] if ours > WORST_RATIO * theirs else []
    print(f"missed: {', '.join(missed)}" if missed else "all met")
    return 1 if missed else 0


if __name__ == "__main__":
    raise SystemExit(main())
