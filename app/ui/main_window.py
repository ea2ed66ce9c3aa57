"""The window: places for the panes of a workspace, menus, status bar, and files dropped anywhere."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QMimeData, Qt, QTimer, Signal
from PySide6.QtGui import (
    QCloseEvent,
    QDragEnterEvent,
    QDragLeaveEvent,
    QDragMoveEvent,
    QDropEvent,
    QPaintEvent,
    QResizeEvent,
)
from PySide6.QtWidgets import QMainWindow, QSplitter, QStackedWidget, QTabWidget, QWidget

from app.core.session.session import Session
from app.ui import icons
from app.ui.layout import WindowMemory
from app.ui.qt_actions import QtActions
from app.ui.theme import UNIT, Appearance
from app.ui.widgets.basics import column
from app.ui.widgets.drop_overlay import DropOverlay
from app.ui.widgets.notice_bar import NoticeBar
from app.ui.widgets.timeline_tools import TimelineTools
from app.ui.widgets.welcome import Welcome
from app.ui.workspace import Pane, Workspace

# The object name of the notice that an open project is not to be written.
READ_ONLY_NOTICE = "readOnlyNotice"

_TOP_SIZES = (340, 780, 320)
_MAIN_SIZES = (520, 340)
_LEAST_BROWSER = 220
_LEAST_TIMELINE = 160


class MainWindow(QMainWindow):
    """Knows where things are, not what they do. GUI thread only.

    ``files_dropped`` gives the paths of files and folders dropped anywhere that no pane took.
    ``close_asked`` comes when somebody wants the window gone; :meth:`leave` lets it go. ``painted``
    comes once, after the window was painted for the first time: what is heavy waits for it.
    """

    files_dropped = Signal(object)
    close_asked = Signal()
    painted = Signal()

    def __init__(
        self, appearance: Appearance, memory: WindowMemory, welcome: Welcome, side: tuple[Pane, ...] = ()
    ) -> None:
        super().__init__()
        self.setObjectName("mainWindow")
        self.setAccessibleName("mainWindow")
        self.setWindowIcon(icons.program_icon())
        self.setAcceptDrops(True)
        self._memory = memory
        self._leaving = False
        self.was_painted = False
        self._workspace: Workspace | None = None
        self._own_side = side
        self._timeline: QWidget | None = None
        self._tools: TimelineTools | None = None
        self.notices = NoticeBar(appearance)
        self.welcome = welcome
        self.browser = _tabs("browserTabs", "Media and scenes")
        self.monitors = _tabs("monitorTabs", "Monitors")
        self.side = _tabs("sideTabs", "Side panel")
        self._centre = QStackedWidget()
        self._lower = column()
        self._top = QSplitter(Qt.Orientation.Horizontal)
        self._main = QSplitter(Qt.Orientation.Vertical)
        self._build()
        self._overlay = DropOverlay(self, appearance)

    # What the window shows --------------------------------------------------------------------

    def set_actions(self, actions: QtActions) -> None:
        """Put the tools of the timeline into their row; once, when the actions are made."""
        self._tools = TimelineTools(actions)
        self._lower.insertWidget(0, self._tools)

    def set_workspace(self, workspace: Workspace) -> None:
        """Show ``workspace``; the widgets of the one before are deleted."""
        chosen = self.browser.currentIndex()
        self._empty()
        self._workspace = workspace
        _fill(self.browser, workspace.panes.browser)
        _fill(self.monitors, workspace.panes.monitors)
        _fill(self.side, (*workspace.panes.side, *self._own_side))
        self._timeline = workspace.panes.timeline
        self._timeline.setMinimumHeight(_LEAST_TIMELINE)
        self._lower.addWidget(self._timeline, 1)
        if self._tools is not None:
            self._tools.set_view(workspace.view)
        self.browser.setCurrentIndex(max(chosen, 0))
        self.side.setVisible(self._memory.shown("side", default=True) and self.side.count() > 0)
        self.show_project(workspace.session)

    def show_project(self, session: Session) -> None:
        """Say which project is open, whether it is saved, and where to begin if it is empty."""
        self.setWindowFilePath(str(session.path) if session.path else "")
        self.setWindowTitle(f"{session.name}{' (read only)' if session.read_only else ''}[*] - Insomnia")
        if not session.read_only:
            self.notices.withdraw(READ_ONLY_NOTICE)
        self.setWindowModified(session.modified)
        empty = not session.project.assets
        self._centre.setCurrentWidget(self.welcome if empty else self.monitors)

    def set_part_shown(self, name: str, shown: bool) -> None:
        """Show or hide ``browser`` or ``side``, and remember it."""
        self._part(name).setVisible(shown)
        self._memory.remember_shown(name, shown)

    def show_side(self, widget: QWidget) -> None:
        """Bring a pane of the side panel into sight."""
        self.side.setCurrentWidget(widget)
        if self.side.isHidden():
            self.set_part_shown("side", True)

    def toggle_side(self, name: str) -> None:
        """Bring the pane of that name into sight; where it is, take the side panel away."""
        pane = next((pane.widget for pane in self._own_side if pane.widget.objectName() == name), None)
        if pane is None or pane.isVisible():
            self.set_part_shown("side", self.side.isHidden())
        else:
            self.show_side(pane)

    def part_shown(self, name: str) -> bool:
        """Whether ``browser`` or ``side`` is shown."""
        return not self._part(name).isHidden()

    def reset_layout(self) -> None:
        """Sizes and parts as at the first start."""
        self._memory.forget_layout()
        self._lay_out()

    def set_full_screen(self, full: bool) -> None:
        """Fill the screen, or go back to the window that was."""
        state, flag = self.windowState(), Qt.WindowState.WindowFullScreen
        self.setWindowState(state | flag if full else state & ~flag)

    def leave(self) -> None:
        """Close without asking."""
        self._leaving = True
        self.close()

    # What Qt tells ----------------------------------------------------------------------------

    def closeEvent(self, event: QCloseEvent) -> None:
        if not self._leaving:
            self.close_asked.emit()  # whoever listens may let it go at once
        if not self._leaving:
            event.ignore()
            return
        self._memory.remember_place(self)
        self._memory.remember_splits((self._top, self._main))
        self._memory.save()
        event.accept()

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if not self.was_painted:
            self.was_painted = True
            QTimer.singleShot(0, self, self.painted.emit)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if local_paths(event.mimeData()):
            event.acceptProposedAction()
            self._overlay.cover()

    def dragMoveEvent(self, event: QDragMoveEvent) -> None:
        event.acceptProposedAction()

    def dragLeaveEvent(self, _event: QDragLeaveEvent) -> None:
        self._overlay.hide()

    def dropEvent(self, event: QDropEvent) -> None:
        self._overlay.hide()
        paths = local_paths(event.mimeData())
        if paths:
            event.acceptProposedAction()
            self.files_dropped.emit(paths)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if self._overlay.isVisible():
            self._overlay.cover()

    # How it is built --------------------------------------------------------------------------

    def _build(self) -> None:
        lower = QWidget()
        lower.setLayout(self._lower)
        self._centre.addWidget(self.welcome)
        self._centre.addWidget(self.monitors)
        self._top.setObjectName("topSplitter")
        self._main.setObjectName("mainSplitter")
        for widget in (self.browser, self._centre, self.side):
            self._top.addWidget(widget)
        self._main.addWidget(self._top)
        self._main.addWidget(lower)
        for splitter in (self._top, self._main):
            splitter.setHandleWidth(UNIT)
            splitter.setChildrenCollapsible(False)
        self._top.setStretchFactor(1, 1)
        self._main.setStretchFactor(0, 1)
        self.browser.setMinimumWidth(_LEAST_BROWSER)
        self.side.setMinimumWidth(_LEAST_BROWSER)
        whole = column()
        whole.addWidget(self.notices)
        whole.addWidget(self._main, 1)
        central = QWidget()
        central.setLayout(whole)
        self.setCentralWidget(central)
        self._lay_out()
        self._memory.restore_place(self)

    def _lay_out(self) -> None:
        if not self._memory.restore_split(self._top):
            self._top.setSizes(list(_TOP_SIZES))
        if not self._memory.restore_split(self._main):
            self._main.setSizes(list(_MAIN_SIZES))
        self.browser.setVisible(self._memory.shown("browser", default=True))
        self.side.setVisible(self._memory.shown("side", default=True) and self.side.count() > 0)

    def _empty(self) -> None:
        kept = {pane.widget for pane in self._own_side}
        for tabs in (self.browser, self.monitors, self.side):
            while tabs.count():
                widget = tabs.widget(0)
                tabs.removeTab(0)
                if widget is not None and widget not in kept:
                    widget.deleteLater()
        if self._timeline is not None:
            self._lower.removeWidget(self._timeline)
            self._timeline.hide()
            self._timeline.deleteLater()
            self._timeline = None

    def _part(self, name: str) -> QWidget:
        return {"browser": self.browser, "side": self.side}[name]


def local_paths(data: QMimeData) -> list[Path]:
    """The files and folders of this computer among what is dragged."""
    return [Path(url.toLocalFile()) for url in data.urls() if url.isLocalFile()] if data.hasUrls() else []


def _tabs(name: str, said: str) -> QTabWidget:
    tabs = QTabWidget()
    tabs.setObjectName(name)
    tabs.setAccessibleName(said)
    tabs.tabBar().setAccessibleName(said)
    tabs.setDocumentMode(True)
    tabs.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
    tabs.tabBar().setExpanding(False)
    tabs.tabBar().setFocusPolicy(Qt.FocusPolicy.TabFocus)
    return tabs


def _fill(tabs: QTabWidget, panes: tuple[Pane, ...]) -> None:
    for pane in panes:
        tabs.addTab(pane.widget, pane.title)
