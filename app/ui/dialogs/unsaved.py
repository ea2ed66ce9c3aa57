"""What to do with changes and exports that closing would lose, and with a project that is open elsewhere."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import PurePath

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from app.core.base.errors import UserError
from app.core.session.recovery import Unreadable
from app.ui.dialogs.error import sentence
from app.ui.dialogs.message import MessageDialog
from app.ui.theme import Theme
from app.ui.widgets.basics import button


class UnsavedDialog(MessageDialog):
    """Asks once. Closing it, or Escape, keeps everything as it is."""

    save_chosen = Signal()
    discard_chosen = Signal()

    def __init__(self, parent: QWidget | None, theme: Theme, project: str) -> None:
        super().__init__(parent, "unsavedDialog", "warning", theme.warning, f"Save the changes to {project}?")
        self.say("They are lost if you go on without saving.", "muted")
        discard = button("Don't Save", "quiet", "discardButton")
        cancel = button("Cancel", "", "cancelButton")
        save = button("Save", "primary", "saveButton")
        discard.clicked.connect(lambda: self._answer(self.discard_chosen.emit))
        cancel.clicked.connect(self.reject)
        save.clicked.connect(lambda: self._answer(self.save_chosen.emit))
        self.set_buttons([discard], [cancel, save])

    def _answer(self, tell: Callable[[], None]) -> None:
        self.accept()
        tell()


class DiscardDialog(MessageDialog):
    """Asks before work is lost that no file of a project leads back to. Closing it, or Escape, keeps the work."""

    discard_chosen = Signal()

    def __init__(self, parent: QWidget | None, theme: Theme, project: str) -> None:
        super().__init__(parent, "discardDialog", "warning", theme.warning, f"Discard the edits of {project}?")
        self.say("The project was never saved: they cannot be brought back.", "muted")
        discard = button("Discard", "quiet", "discardButton")
        keep = button("Keep", "primary", "keepButton")
        discard.clicked.connect(self._discard)
        keep.clicked.connect(self.reject)
        self.set_buttons([discard], [keep])

    def _discard(self) -> None:
        self.accept()
        self.discard_chosen.emit()


class LockedDialog(MessageDialog):
    """Says who has a project open, and offers to look at it. Closing it, or Escape, opens nothing."""

    read_chosen = Signal()

    def __init__(self, parent: QWidget | None, theme: Theme, locked: UserError) -> None:
        name = PurePath(locked.what).stem
        super().__init__(parent, "lockedDialog", "lock", theme.warning, f"{name} is open elsewhere")
        self.say(locked.what, "muted")
        self.say(f"{locked.why[:1].upper()}{locked.why[1:]}.")
        self.say("You can look at it, and save what you make of it under another name.", "muted")
        cancel = button("Cancel", "", "cancelButton")
        read = button("Open Read-Only", "primary", "readOnlyButton")
        cancel.clicked.connect(self.reject)
        read.clicked.connect(self._read)
        self.set_buttons([], [cancel, read])

    def _read(self) -> None:
        self.accept()
        self.read_chosen.emit()


class UnreadableDialog(MessageDialog):
    """Says why a project cannot be read, and offers its newest version. Closing it, or Escape, opens nothing."""

    version_chosen = Signal()

    def __init__(self, parent: QWidget | None, theme: Theme, unreadable: Unreadable) -> None:
        name, version = PurePath(unreadable.what).stem, unreadable.version
        super().__init__(parent, "unreadableDialog", "error", theme.error, f"{name} cannot be opened")
        self.say(unreadable.what, "muted")
        self.say(sentence(unreadable.why))
        when = version.when.astimezone().strftime("%d %B %Y, %H:%M").lstrip("0")
        clips = "1 clip" if version.clips == 1 else f"{version.clips} clips"
        self.say(f"A version of {when} with {clips} is kept. It opens as a new project; the damaged file stays.")
        cancel = button("Cancel", "", "cancelButton")
        use = button("Open Version", "primary", "openVersionButton")
        cancel.clicked.connect(self.reject)
        use.clicked.connect(self._use)
        self.set_buttons([], [cancel, use])

    def _use(self) -> None:
        self.accept()
        self.version_chosen.emit()


class ExportsRunDialog(MessageDialog):
    """Asks before closing the window ends exports. Closing it, or Escape, lets them go on."""

    quit_chosen = Signal()

    def __init__(self, parent: QWidget | None, theme: Theme, titles: Sequence[str]) -> None:
        several = len(titles) > 1
        headline = f"{len(titles)} exports are not finished" if several else "An export is not finished"
        super().__init__(parent, "exportsRunDialog", "warning", theme.warning, headline)
        self.say("\n".join(titles))
        self.say("Quitting stops it; nothing half-written is left.", "muted")
        leave = button("Stop and Quit", "quiet", "quitButton")
        stay = button("Keep Exporting", "primary", "stayButton")
        leave.clicked.connect(self._leave)
        stay.clicked.connect(self.reject)
        self.set_buttons([leave], [stay])

    def _leave(self) -> None:
        self.accept()
        self.quit_chosen.emit()
