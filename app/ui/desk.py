"""What every dialog and command of the window needs: the window itself, its looks, its memory, its errors."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtGui import QAction

from app.core.jobs.manager import JobManager
from app.core.session.actions import Actions
from app.core.session.looks import Looks
from app.ui.bridge import Bridge
from app.ui.errors import Errors
from app.ui.layout import WindowMemory
from app.ui.main_window import MainWindow
from app.ui.run import Runner
from app.ui.theme import Appearance
from app.ui.workspace import Workspace


@dataclass(frozen=True)
class Desk:
    """Handed to what works for one window. ``workspace`` is the project that is open now;
    ``bridge`` tells of jobs whatever project is open, ``looks`` asks the disk; ``action`` gives the
    window's QActions by name, and ``refresh`` says anew which of them are possible.
    """

    window: MainWindow
    appearance: Appearance
    memory: WindowMemory
    errors: Errors
    actions: Actions
    jobs: JobManager
    runner: Runner
    bridge: Bridge
    workspace: Callable[[], Workspace]
    action: Callable[[str], QAction]
    refresh: Callable[[], None]
    looks: Looks

    def find_action(self, name: str) -> QAction | None:
        """The QAction of that name, None where the window has none."""
        try:
            return self.action(name)
        except KeyError:
            return None
