"""Runs a script in the window: one step after another from the event loop, and the first failure ends it."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtGui import QPainter, QPixmap
from PySide6.QtWidgets import QApplication, QMenu, QWidget

from app.core.base.errors import UserError
from app.core.base.files import write_atomically, write_error
from app.core.model.clip import Clip
from app.ui.editor import Editor
from app.ui.script.hands import Hands
from app.ui.script.state import state_of
from app.ui.script.steps import (
    ChooseMenu,
    Click,
    Drag,
    Drop,
    Key,
    Pause,
    Quit,
    Resize,
    RunAction,
    Screenshot,
    Step,
    Type,
    WaitFile,
    WaitIdle,
    WriteState,
)

_BETWEEN_STEPS = 30
_LOOK_AGAIN = 25
# The window must be quiet this often in a row: a job that ends may start the next one.
_QUIET_LOOKS = 4


class Runner(QObject):
    """Begins with :meth:`start` once the window is shown; ``ended`` brings None, or what went wrong."""

    ended = Signal(object)

    def __init__(self, editor: Editor, steps: Sequence[Step]) -> None:
        super().__init__()
        self._editor = editor
        self._steps = list(steps)
        self._hands = Hands(editor.window, self._clip_id)
        self._number = 0
        self._trouble: BaseException | None = None
        self._done = False
        editor.errors.told.connect(self._on_error)

    def start(self) -> None:
        """Run the first step soon; keys need an active window, which a screen without a window manager never makes."""
        self._editor.window.activateWindow()
        self._later(self._next)

    def _later(self, function: Callable[[], None], milliseconds: int = _BETWEEN_STEPS) -> None:
        QTimer.singleShot(milliseconds, self, function)

    def _next(self) -> None:
        if self._done:
            return
        if self._trouble is not None:
            self._end(self._failed(self._trouble))
            return
        if self._editor.files.busy:  # opening and saving are done when the next step begins
            self._later(self._next)
            return
        if self._number == len(self._steps):
            dialog = _open_dialog()
            self._end(None if dialog is None else self._failed(_unanswered(dialog)))
            return
        step = self._steps[self._number]
        self._number += 1
        try:
            self._run(step)
        except UserError as error:
            self._end(self._failed(error))

    def _run(self, step: Step) -> None:
        """Do ``step``, and go on when it is done."""
        if isinstance(step, Quit):
            self._end(None)
        elif isinstance(step, WaitIdle):
            self._wait(time.monotonic() + step.timeout, step.timeout, 0)
        elif isinstance(step, WaitFile):
            self._wait_for(Path(step.file), time.monotonic() + step.timeout)
        elif isinstance(step, Pause):
            self._later(self._next, round(step.seconds * 1000))
        else:
            self._do(step)
            self._later(self._next)

    def _do(self, step: Step) -> None:
        match step:
            case RunAction():
                self._action(step)
            case Click():
                self._hands.click(step)
            case Drag():
                self._hands.drag(step)
            case Drop():
                self._hands.drop(step)
            case Key():
                self._hands.press(step)
            case Type():
                self._hands.type(step)
            case ChooseMenu():
                self._hands.menu_action(step.path).trigger()
            case Resize():
                self._editor.window.resize(step.width, step.height)
            case WriteState():
                self._write_state(Path(step.file))
            case Screenshot():
                self._screenshot(Path(step.file), step.of)
            case _:
                raise TypeError(f"no such step: {step}")

    def _action(self, step: RunAction) -> None:
        if step.params is None and step.name in self._editor.qt_actions.names():
            self._editor.qt_actions.trigger(step.name)
            return
        self._editor.desk.actions.run(step.name, self._editor.workspace().context, step.params or {})

    def _wait(self, deadline: float, timeout: float, quiet: int) -> None:
        if self._done:
            return
        if self._trouble is not None:
            self._end(self._failed(self._trouble))
            return
        quiet = quiet + 1 if self._is_idle() else 0
        if quiet >= _QUIET_LOOKS:
            self._next()
        elif time.monotonic() > deadline:
            running = ", ".join(job.title for job in self._editor.desk.jobs.jobs()) or "the shown frame is not current"
            problem = UserError(f"after {timeout:g} s", f"not idle: {running}", "wait longer or look into the log")
            self._end(self._failed(problem))
        else:
            self._later(lambda: self._wait(deadline, timeout, quiet), _LOOK_AGAIN)

    def _wait_for(self, file: Path, deadline: float) -> None:
        if self._done:
            return
        if self._trouble is not None or file.exists():
            self._next()
        elif time.monotonic() > deadline:
            self._end(self._failed(UserError(str(file), "nobody wrote it", "wait longer, or look who should")))
        else:
            self._later(lambda: self._wait_for(file, deadline), _LOOK_AGAIN)

    def _clip_id(self, name: str) -> str:
        """The id of the clip ``V1:0`` or of the subtitle ``ST1:0``; any other name is an id itself."""
        track_name, _, number = name.partition(":")
        for sequence in self._editor.workspace().session.project.sequences[:1]:
            rows = [
                (track.name, [item.id for item in track.items if isinstance(item, Clip)]) for track in sequence.tracks
            ]
            rows += [(track.name, [cue.id for cue in track.cues]) for track in sequence.subtitle_tracks]
            for row_name, ids in rows:
                if row_name == track_name and number.isdecimal() and int(number) < len(ids):
                    return ids[int(number)]
        return name

    def _is_idle(self) -> bool:
        return self._editor.desk.jobs.idle() and self._editor.workspace().settled()

    def _write_state(self, file: Path) -> None:
        state = state_of(self._editor.workspace(), self._editor.desk.jobs)
        write_atomically(file, (json.dumps(state, indent=2, ensure_ascii=False) + "\n").encode())

    def _screenshot(self, file: Path, of: str) -> None:
        """The window with what lies above it (menus, dialogs, popups), or one widget."""
        dialog = _open_dialog() or _open_menu()
        if of:
            picture = self._hands.named(of).grab()
        elif dialog is not None:
            picture = _with_dialog(self._editor.window, dialog)
        else:
            picture = self._editor.window.grab()
        try:
            file.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise write_error(file, error) from error
        if not picture.save(str(file), "PNG"):
            raise UserError(str(file), "the picture cannot be written", "choose another place")

    def _on_error(self, error: BaseException) -> None:
        """A failure that the window told of: nobody is there to read it."""
        if self._trouble is None:
            self._trouble = error

    def _failed(self, error: BaseException) -> BaseException:
        if not isinstance(error, UserError):
            return error
        return UserError(f"step {self._number}", f"{error.what}: {error.why}", error.what_to_do)

    def _end(self, problem: BaseException | None) -> None:
        if not self._done:
            self._done = True
            self.ended.emit(problem)


def _open_dialog() -> QWidget | None:
    return QApplication.activeModalWidget()


def _open_menu() -> QWidget | None:
    popup = QApplication.activePopupWidget()
    return popup if isinstance(popup, QMenu) else None


def _unanswered(dialog: QWidget) -> UserError:
    name = dialog.objectName() or dialog.windowTitle() or type(dialog).__name__
    return UserError(f"dialog {name}", "it is open and nobody answers it", "answer it with a click, a key or quit")


def _with_dialog(window: QWidget, above: QWidget) -> QPixmap:
    picture = window.grab()
    place = above.frameGeometry().topLeft() - window.geometry().topLeft()
    painter = QPainter(picture)
    painter.drawPixmap(place, above.grab())
    painter.end()
    return picture
