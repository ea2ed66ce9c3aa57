"""The jobs pane: one row a job, newest first, with progress, time left and cancel; endings stay in sight."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QProgressBar, QScrollArea, QWidget

from app.core.base.errors import UserError
from app.core.jobs.job import Job, JobState
from app.core.jobs.manager import JobManager
from app.ui import icons
from app.ui.bridge import Bridge
from app.ui.theme import GAP, ICON_SMALL, MARGIN, UNIT, Appearance
from app.ui.widgets.basics import ElidedLabel, button, column, label, set_tone, tool_button
from app.ui.widgets.time_left import TimeLeft, in_words

_KEPT = 50
# A folder of thousands of files brings as many jobs: beyond so many rows, jobs show when they begin.
_MOST = 200
_SIGNS = {JobState.DONE: ("ok", "success"), JobState.FAILED: ("error", "error"), JobState.CANCELLED: ("cancel", "")}


class JobsPane(QWidget):
    """Lives as long as the window. GUI thread only."""

    def __init__(
        self, jobs: JobManager, bridge: Bridge, appearance: Appearance, clock: Callable[[], float] = time.monotonic
    ) -> None:
        super().__init__()
        self.setObjectName("jobsPane")
        self.setAccessibleName("jobsPane")
        self.setProperty("tone", "panel")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._appearance = appearance
        self._clock = clock
        self.rows: dict[str, JobRow] = {}
        self._list = column(margin=0, gap=0)
        self._list.addStretch(1)
        self._empty = label("Nothing is running. Imports and exports show here.", tone="muted", wrap=True)
        self._empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._clear = button("Clear finished", "quiet", "jobs.clear")
        self._clear.clicked.connect(self.clear_finished)
        self._build()
        bridge.jobs_changed.connect(self._on_jobs_changed)
        appearance.changed.connect(self._redraw)
        self._on_jobs_changed(jobs.jobs())

    def clear_finished(self) -> None:
        """Drop the rows of what has ended."""
        for key in [key for key, row in self.rows.items() if row.job.state.final]:
            self._drop(key)
        self._settle()

    def _build(self) -> None:
        inner = QWidget()
        inner.setLayout(self._list)
        area = QScrollArea()
        area.setWidget(inner)
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._area = area
        layout = column(gap=GAP)
        layout.addWidget(self._empty, 1)
        layout.addWidget(area, 1)
        foot = QHBoxLayout()
        foot.setContentsMargins(GAP, 0, GAP, GAP)
        foot.addStretch(1)
        foot.addWidget(self._clear)
        layout.addLayout(foot)
        self.setLayout(layout)

    def _on_jobs_changed(self, jobs: tuple[Job[Any], ...]) -> None:
        for job in jobs:
            row = self.rows.get(job.id)
            if row is not None:
                row.refresh()
            elif job.state is not JobState.QUEUED or len(self.rows) < _MOST:
                row = self.rows[job.id] = JobRow(job, self._appearance, self._clock)
                self._list.insertWidget(0, row)
                row.redraw()
        ended = [key for key, row in self.rows.items() if row.job.state.final]
        for key in ended[: max(0, len(ended) - _KEPT)]:
            self._drop(key)
        self._settle()

    def _drop(self, key: str) -> None:
        row = self.rows.pop(key)
        self._list.removeWidget(row)
        row.hide()
        row.deleteLater()

    def _settle(self) -> None:
        self._empty.setVisible(not self.rows)
        self._area.setVisible(bool(self.rows))
        self._clear.setVisible(any(row.job.state.final for row in self.rows.values()))

    def _redraw(self) -> None:
        for row in self.rows.values():
            row.redraw()


class JobRow(QWidget):
    """One job: what it does, how far it is, and a button that stops it."""

    def __init__(self, job: Job[Any], appearance: Appearance, clock: Callable[[], float]) -> None:
        super().__init__()
        self.job = job
        self._appearance = appearance
        self._left = TimeLeft(clock)
        self.setAccessibleName(job.title)
        self.title = ElidedLabel(job.title)
        self.detail = ElidedLabel(tone="muted", small=True, at_end=True)
        self.bar = QProgressBar()
        self.bar.setRange(0, 1000)
        self.bar.setTextVisible(False)
        self.sign = label()
        self.stop = tool_button(ICON_SMALL)
        self.stop.setToolTip("Cancel")
        self.stop.setAccessibleName(f"Cancel {job.title}")
        self.stop.clicked.connect(job.cancel)
        self._build()

    def redraw(self) -> None:
        """Take the colours of the theme."""
        self.stop.setIcon(icons.icon("cancel", self._appearance.theme))
        self.refresh()

    def refresh(self) -> None:
        """Show the job as it is now."""
        state = self.job.state
        self.bar.setVisible(not state.final)
        self.stop.setVisible(not state.final)
        self.sign.setVisible(state.final)
        if state.final:
            name, tone = _SIGNS[state]
            colour = getattr(self._appearance.theme, tone or "muted_text")
            self.sign.setPixmap(icons.pixmap(name, colour, ICON_SMALL, self.devicePixelRatioF()))
        self.bar.setValue(round(self.job.progress * 1000))
        self.detail.setText(self._in_words())
        set_tone(self.detail, "error" if state is JobState.FAILED else "muted")

    def _in_words(self) -> str:
        job = self.job
        if job.state is JobState.QUEUED:
            return "Waiting"
        if job.state is JobState.DONE:
            return "Done"
        if job.state is JobState.CANCELLED:
            return "Cancelled"
        if job.state is JobState.FAILED:
            if isinstance(job.error, UserError):
                return f"{job.error.why}; {job.error.what_to_do}"
            return "Insomnia failed here; the log has the details"
        parts = [f"{job.progress:.0%}", in_words(self._left.seconds(job.progress)), job.message]
        return "   ".join(part for part in parts if part)

    def _build(self) -> None:
        text = column(gap=UNIT)
        text.addWidget(self.title)
        text.addWidget(self.bar)
        text.addWidget(self.detail)
        row = QHBoxLayout(self)
        row.setContentsMargins(MARGIN, GAP, MARGIN, GAP)
        row.setSpacing(GAP)
        row.addWidget(self.sign, 0, Qt.AlignmentFlag.AlignTop)
        row.addLayout(text, 1)
        row.addWidget(self.stop, 0, Qt.AlignmentFlag.AlignVCenter)
