"""What reading subtitles leaves out, counted: a file of ten thousand cues makes a report of a few lines."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from app.core.base.time import SECOND, Flicks
from app.core.interchange.loss_report import LossReport

MOST_LINES_NAMED = 20
LATEST: Flicks = 30 * 24 * 3600 * SECOND


@dataclass(slots=True)
class Tally:
    """Counts what is met again and again, and names the lines of what is left out whole."""

    _counts: Counter[str] = field(default_factory=Counter)
    _skipped: list[tuple[int, str]] = field(default_factory=list)
    _besides: LossReport = field(default_factory=LossReport)

    def count(self, what: str) -> None:
        """One more subtitle of which ``what`` is true."""
        self._counts[what] += 1

    def beside(self, what: str, where: str) -> None:
        """Note something that is no subtitle, once however often it is met."""
        self._besides.add(what, where)

    def skip(self, line: int, why: str) -> None:
        """What begins on that line, counted from 1, is left out."""
        self._skipped.append((line, why))

    def span(self, start: Flicks, end: Flicks, line: int) -> tuple[Flicks, Flicks] | None:
        """The times of a cue as a timeline can have them; None, and skipped, where it cannot."""
        if end <= start:
            self.skip(line, "it ends before it begins" if end < start else "it lasts no time")
        elif end <= 0:
            self.skip(line, "it lies before the start")
        elif end > LATEST:
            self.skip(line, "it lies months behind the start")
        else:
            if start < 0:
                self.count("it began before the start: it begins there")
            return max(start, 0), end
        return None

    def report(self) -> LossReport:
        """All of it."""
        report = LossReport()
        for line, why in self._skipped[:MOST_LINES_NAMED]:
            report.add(f"left out, {why}", f"line {line}")
        more = len(self._skipped) - MOST_LINES_NAMED
        if more > 0:
            report.add("left out as well", "1 more place" if more == 1 else f"{more} more places")
        for what, count in self._counts.items():
            report.add(what, "1 subtitle" if count == 1 else f"{count} subtitles")
        for loss in self._besides:
            report.add(loss.what, loss.where)
        return report
