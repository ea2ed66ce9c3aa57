"""Writing the film: what kind of file, where, how far it is, and what came of it."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import shiboken6
from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QFileDialog,
    QGridLayout,
    QLineEdit,
    QSizePolicy,
    QStackedWidget,
    QWidget,
)

from app.core.base import time
from app.core.base.errors import UserError
from app.core.base.files import is_folder, is_taken
from app.core.base.timecode import format_timecode
from app.core.jobs.job import Job, JobState
from app.core.render.plan import SubtitleMode, shown_subtitles, subtitle_file
from app.core.render.preset import ExportPreset, presets
from app.ui.dialogs.error import sentence
from app.ui.dialogs.export_pages import Ended, Running, row
from app.ui.folders import folder_for
from app.ui.theme import GAP, MARGIN, UNIT, WIDE
from app.ui.widgets.basics import button, column, label, set_tone
from app.ui.widgets.time_left import TimeLeft, in_words
from app.ui.words import rate_in_words

if TYPE_CHECKING:
    from app.ui.desk import Desk

_WIDTH = 520
_USUAL_QUALITY = "medium"
_SUBTITLES: tuple[tuple[str, SubtitleMode], ...] = (
    ("Not in the film", "none"),
    ("Burned into the picture", "burn"),
    ("As a track that can be switched off", "track"),
    ("As a file beside the film", "file"),
)


class ExportDialog(QDialog):
    """Asks, then shows the export until it ends. Closed while it runs, the export goes on as a job.

    The export is the action ``file.export``; its result names the job.
    """

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk.window)
        self._desk = desk
        self._job: Job[Any] | None = None
        self._job_id = ""
        self._left = TimeLeft()
        self.setObjectName("exportDialog")
        self.setAccessibleName("exportDialog")
        self.setWindowTitle("Export")
        self.setWindowModality(Qt.WindowModality.WindowModal)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setMinimumWidth(_WIDTH)
        self.form = _Form(desk)
        self.running = Running()
        self.ended = Ended()
        self._pages = QStackedWidget()
        for page in (self.form, self.running, self.ended):
            self._pages.addWidget(page)
        outer = column(margin=WIDE - UNIT)
        outer.addWidget(self._pages)
        self.setLayout(outer)
        self._turn_to(self.form)
        self._connect()

    def _connect(self) -> None:
        self.form.cancel.clicked.connect(self.reject)
        self.form.start.clicked.connect(self._start)
        self.running.hide_button.clicked.connect(self.accept)
        self.running.cancel.clicked.connect(self._cancel)
        self.ended.close_button.clicked.connect(self.accept)
        self.ended.folder.clicked.connect(self._show_folder)
        self._desk.bridge.jobs_changed.connect(self._on_jobs_changed)

    def _start(self) -> None:
        workspace, target = self._desk.workspace(), self.form.path()
        given = {
            "path": str(target),
            "preset": self.form.preset().name,
            "quality": self.form.quality(),
            "subtitles": self.form.subtitles(),
            "overwrite": self.form.replaces,
            **self.form.range(),
        }
        try:
            result = self._desk.actions.run("file.export", workspace.context, given)
        except UserError as error:
            self.form.complain(error)
            return
        self._desk.memory.remember_folder("film", target.parent)
        self.form.remember()
        self._job_id = str(result["job"])
        self.running.headline.setText(f"Exporting {target.name}")
        self._turn_to(self.running)

    def _turn_to(self, page: QWidget) -> None:
        """Show ``page``; the dialog is no higher than that needs."""
        for each in (self.form, self.running, self.ended):
            fits = QSizePolicy.Policy.Preferred if each is page else QSizePolicy.Policy.Ignored
            each.setSizePolicy(QSizePolicy.Policy.Preferred, fits)
        self._pages.setCurrentWidget(page)
        self.adjustSize()

    def _cancel(self) -> None:
        if self._job is not None:
            self._job.cancel()

    def _on_jobs_changed(self, jobs: tuple[Job[Any], ...]) -> None:
        for job in jobs:
            if job.id == self._job_id:
                self._job = job
                self._show_job(job)

    def _show_job(self, job: Job[Any]) -> None:
        if job.state is JobState.DONE:
            self.ended.tell_done(self.form.path(), job.wait(0), self._desk.appearance.theme.success)
        elif job.state is JobState.CANCELLED:
            self.ended.tell_failed("The export was cancelled", "nothing was written", "", self._colour(error=False))
        elif isinstance(job.error, UserError):
            error = job.error
            self.ended.tell_failed(error.what, error.why, error.what_to_do, self._colour(error=True))
        elif job.error is not None:
            self._desk.errors.show(job.error)
            self.reject()
            return
        else:
            self.running.show_progress(job.progress, job.message, in_words(self._left.seconds(job.progress)))
            return
        self._turn_to(self.ended)
        self.ended.close_button.setFocus()

    def _colour(self, *, error: bool) -> str:
        theme = self._desk.appearance.theme
        return theme.error if error else theme.muted_text

    def _show_folder(self) -> None:
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(self.form.path().parent)))


class _Form(QWidget):
    """Kind of file, quality, place. ``replaces`` tells whether the person was told that a file of that
    name is replaced."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self._presets: dict[str, ExportPreset] = {preset.name: preset for preset in presets()}
        self.presets = _choices("exportPreset", "Format")
        for preset in sorted(self._presets.values(), key=lambda preset: preset.size is not None):
            self.presets.addItem(preset.title, preset.name)
        self.presets.setCurrentIndex(max(0, self.presets.findData(desk.memory.choice("format", ""))))
        self.qualities = _choices("exportQuality", "Quality")
        self._usual = desk.memory.choice("quality", _USUAL_QUALITY)
        self.captions = _choices("exportSubtitles", "Subtitles")
        track = shown_subtitles(desk.workspace().context.timeline)
        self.ranges = _choices("exportRange", "Range")
        self._marked = _marked(desk)
        if self._marked:
            rate = desk.workspace().context.rate
            begin, end = (format_timecode(each, rate) for each in self._marked.values())
            self.ranges.addItem(f"In to Out, {begin} to {end}", True)
        self.ranges.addItem("The whole film", False)
        self._has_cues = track is not None and bool(track.cues)
        for title, mode in _SUBTITLES:
            self.captions.addItem(title, mode)
        self.captions.setCurrentIndex(max(0, self.captions.findData(desk.memory.choice("subtitles", "none"))))
        self.name = QLineEdit()
        self.name.setObjectName("exportPath")
        self.name.setAccessibleName("File")
        self.summary = label(tone="muted", small=True, tabular=True)
        self.note = label(tone="warning", small=True, wrap=True)
        self.note.setObjectName("exportNote")
        self.cancel = button("Cancel", "", "exportCancel")
        self.start = button("Export", "primary", "exportStart")
        self.start.setDefault(True)
        self.replaces = False
        self._looked = 0
        self._complaint: UserError | None = None
        self._lay_out()
        session = desk.workspace().session
        self.name.setText(str(folder_for(desk, "film") / f"{session.name}{self.preset().extensions[0]}"))
        self.presets.currentIndexChanged.connect(self._on_preset)
        self.captions.currentIndexChanged.connect(self._on_name)
        self.ranges.currentIndexChanged.connect(self._on_preset)
        self.name.textChanged.connect(self._on_name)
        self._on_preset()

    def preset(self) -> ExportPreset:
        """The kind of file that is chosen."""
        return self._presets[self.presets.currentData()]

    def quality(self) -> str:
        """The quality that is chosen."""
        return str(self.qualities.currentData())

    def subtitles(self) -> SubtitleMode:
        """How the subtitles come with the film; none where nothing is shown that could."""
        mode: SubtitleMode = self.captions.currentData()
        return mode if self._has_cues else "none"

    def range(self) -> dict[str, int]:
        """Which frames are written, as parameters; nothing for all of them."""
        return self._marked if self.ranges.currentData() else {}

    def remember(self) -> None:
        """Offer the same choices the next time."""
        self._desk.memory.remember_choice("format", self.preset().name)
        self._desk.memory.remember_choice("quality", self.quality())
        if self._has_cues:
            self._desk.memory.remember_choice("subtitles", self.subtitles())

    def path(self) -> Path:
        """Where the film goes."""
        typed = Path(self.name.text().strip())
        try:
            return typed.expanduser()
        except RuntimeError:  # nobody of that name has a home
            return typed

    def complain(self, error: UserError) -> None:
        """Say why this cannot be done, below the fields."""
        self._complaint = error
        self._on_name()

    def _lay_out(self) -> None:
        choose = button("Choose...", "", "exportChoose")
        choose.clicked.connect(self._choose)
        grid = QGridLayout()
        grid.setHorizontalSpacing(MARGIN)
        grid.setVerticalSpacing(GAP)
        fields = [("Format", self.presets), ("Quality", self.qualities), ("File", self.name)]
        if self._has_cues:
            fields.insert(2, ("Subtitles", self.captions))
        if self._marked:
            fields.insert(0, ("Range", self.ranges))
        for number, (title, widget) in enumerate(fields):
            grid.addWidget(label(title, tone="muted"), number, 0)
            grid.addWidget(widget, number, 1, 1, 1 if widget is self.name else 2)
        last = len(fields)
        grid.addWidget(choose, last - 1, 2)
        grid.addWidget(self.summary, last, 1, 1, 2)
        grid.addWidget(self.note, last + 1, 1, 1, 2)
        grid.setColumnStretch(1, 1)
        outer = column(gap=WIDE - UNIT)
        outer.addWidget(label("Export the film", strong=True))
        outer.addLayout(grid)
        outer.addStretch(1)
        outer.addLayout(row(self.cancel, self.start))
        self.setLayout(outer)

    def _on_preset(self) -> None:
        preset, chosen = self.preset(), self.qualities.currentData() or self._usual
        self.qualities.clear()
        for name, _ in preset.qualities:
            self.qualities.addItem(name.capitalize(), name)
        self.qualities.setCurrentIndex(max(0, self.qualities.findData(chosen)))
        path = self.path()
        if path.name and path.suffix.lower() not in preset.extensions:
            self.name.setText(str(path.with_suffix(preset.extensions[0])))
        sequence = self._desk.workspace().context.timeline
        output = preset.output(sequence.format)
        part = self.range()
        begin, end = part.get("from", 0), min(part.get("to", sequence.frames), sequence.frames)
        length = max(0, end - begin) * time.frame_duration(sequence.format.rate)
        frames = time.frames_covering(length if part else sequence.duration, output.rate)
        size = f"{output.width} × {output.height}   {rate_in_words(output.rate)}"
        self.summary.setText(f"{size}   {format_timecode(frames, output.rate)}")
        self._on_name()

    def _on_name(self) -> None:
        """What is there is asked beside the window: nothing can be started before the answer is known."""
        path, self._looked = self.path(), self._looked + 1
        self.start.setEnabled(False)
        if path.name:
            written = (path, subtitle_file(path)) if self.subtitles() == "file" else (path,)
            self._desk.looks.ask(partial(_look_at, written), partial(self._told, self._looked))

    def _told(self, looked: int, found: tuple[bool, list[str]]) -> None:
        if looked != self._looked or not shiboken6.isValid(self):
            return
        named, taken = found
        self.replaces = bool(taken)
        set_tone(self.note, "warning")
        verb = "exist" if len(taken) > 1 else "exists"
        self.note.setText(f"{' and '.join(taken)} {verb} and will be replaced." if taken else "")
        self.start.setText("Replace" if self.replaces else "Export")
        self.start.setEnabled(named)
        if self._complaint is not None:
            set_tone(self.note, "error")
            self.note.setText(f"{sentence(self._complaint.why)} {sentence(self._complaint.what_to_do)}")
            self._complaint = None

    def _choose(self) -> None:
        dialog = QFileDialog(self, "Export to", str(self.path().parent))
        dialog.setObjectName("filmFileDialog")
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setOption(QFileDialog.Option.DontConfirmOverwrite)
        dialog.setNameFilters([f"{self.preset().title} (*{' *'.join(self.preset().extensions)})"])
        dialog.setDefaultSuffix(self.preset().extensions[0].removeprefix("."))
        dialog.selectFile(self.path().name)
        dialog.setWindowModality(Qt.WindowModality.WindowModal)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(self.name.setText)
        dialog.open()


def _choices(name: str, said: str) -> QComboBox:
    box = QComboBox()
    box.setObjectName(name)
    box.setAccessibleName(said)
    return box


def _marked(desk: Desk) -> dict[str, int]:
    """In and Out as parameters, where they leave out something of the film and not all of it."""
    workspace = desk.workspace()
    first, last, frames = workspace.view.mark_in, workspace.view.mark_out, workspace.context.timeline.frames
    begin, end = first or 0, frames if last is None else min(last, frames)
    if (first is None and last is None) or begin >= end:
        return {}
    return {"from": begin, "to": end}


def _look_at(paths: tuple[Path, ...]) -> tuple[bool, list[str]]:
    """Whether the first can be a file, and the names of those that are there. Asks the disk."""
    possible = not is_folder(paths[0])
    return possible, [path.name for path in paths if possible and is_taken(path)]
