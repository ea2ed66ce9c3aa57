"""All running jobs in one line of the status bar."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QPushButton, QSizePolicy, QWidget

from app.core.jobs.job import Job, JobState
from app.core.jobs.manager import JobManager
from app.ui.bridge import Bridge
from app.ui.theme import GAP, UNIT, font
from app.ui.widgets.time_left import TimeLeft, in_words

_BAR_WIDTH = 96


class JobsSummary(QWidget):
    """Says how many jobs run, how far the first is, and how long it takes; a click asks for the list.

    ``open_list`` is called on a click. A failure stays in sight until the next job starts.
    """

    def __init__(
        self,
        jobs: JobManager,
        bridge: Bridge,
        open_list: Callable[[], None],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        super().__init__()
        self._jobs = jobs
        self._clock = clock
        self._left: dict[str, TimeLeft] = {}
        self._failed: str | None = None
        self.setObjectName("jobsSummary")
        self.button = QPushButton()
        self.button.setObjectName("jobsSummaryButton")
        self.button.setProperty("kind", "status")
        self.button.setFont(font(small=True, tabular=True))
        self.button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.button.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.button.clicked.connect(open_list)
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setRange(0, 1000)
        self.bar.setFixedWidth(_BAR_WIDTH)
        row = QHBoxLayout(self)
        row.setContentsMargins(UNIT, 0, 0, 0)
        row.setSpacing(GAP)
        row.addWidget(self.button)
        row.addWidget(self.bar, 0, Qt.AlignmentFlag.AlignVCenter)
        row.addStretch(1)
        bridge.jobs_changed.connect(self._on_jobs_changed)
        self._show()

    def _on_jobs_changed(self, changed: tuple[Job[Any], ...]) -> None:
        for job in changed:
            if job.state is JobState.FAILED:
                self._failed = job.title
            elif not job.state.final and job.id not in self._left:
                self._failed = None
                self._left[job.id] = TimeLeft(self._clock)
            if job.state.final:
                self._left.pop(job.id, None)
        self._show()

    def _show(self) -> None:
        jobs = self._jobs.jobs()
        running = [job for job in jobs if job.state is JobState.RUNNING]
        self.bar.setVisible(bool(running))
        self.button.setText(self._summary(jobs, running))
        if running:
            self.bar.setValue(round(1000 * sum(job.progress for job in running) / len(running)))

    def _summary(self, jobs: Sequence[Job[Any]], running: Sequence[Job[Any]]) -> str:
        if not jobs:
            return f"Failed: {self._failed}" if self._failed else "No jobs"
        if not running:
            return f"{len(jobs)} waiting"
        first = running[0]
        left = self._left[first.id].seconds(first.progress) if first.id in self._left else None
        parts = [f"{first.title} {first.progress:.0%}", in_words(left)]
        if len(jobs) > 1:
            parts.insert(0, f"{len(jobs)} jobs")
        return "   ".join(part for part in parts if part)
