"""Looking: parts of the window, theme, zoom, tools, and the program's own page."""

from __future__ import annotations

from PySide6.QtWidgets import QDialog

from app.ui.commands import Command
from app.ui.desk import Desk
from app.ui.dialogs.about import AboutDialog
from app.ui.dialogs.sequence import SequenceDialog
from app.ui.theme import DARK, LIGHT, Theme
from app.ui.view_state import ZOOM_STEP, Tool, ViewState


class ViewCommands:
    """Makes the commands of the View and Help menus."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def commands(self) -> list[Command]:
        """All of them."""
        window = self._desk.window
        return [
            self._part("view.browser", "Media Browser", "browser"),
            self._part("view.side", "Side Panel", "side"),
            Command("view.zoomIn", "Zoom In", lambda: self._zoom(ZOOM_STEP)),
            Command("view.zoomOut", "Zoom Out", lambda: self._zoom(1 / ZOOM_STEP)),
            Command("view.zoomFit", "Fit Timeline", lambda: self._desk.workspace().fit()),
            self._tool("tool.select", "Selection Tool", "select"),
            self._tool("tool.razor", "Razor Tool", "razor"),
            self._tool("tool.ripple", "Ripple Tool", "ripple"),
            self._tool("tool.roll", "Roll Tool", "roll"),
            self._tool("tool.slip", "Slip Tool", "slip"),
            self._tool("tool.slide", "Slide Tool", "slide"),
            Command(
                "timeline.snapping",
                "Snapping",
                lambda: self._view.set_snapping(not self._view.snapping),
                checked=lambda: self._view.snapping,
            ),
            Command(
                "timeline.linking",
                "Linked Selection",
                lambda: self._view.set_linking(not self._view.linking),
                checked=lambda: self._view.linking,
            ),
            self._theme("view.themeDark", "Dark", DARK),
            self._theme("view.themeLight", "Light", LIGHT),
            Command("view.resetLayout", "Reset Layout", window.reset_layout),
            Command(
                "view.fullScreen",
                "Full Screen",
                lambda: window.set_full_screen(not window.isFullScreen()),
                checked=window.isFullScreen,
            ),
            Command("sequence.change", "Sequence Settings...", self._sequence),
            Command("help.about", "About Insomnia", self._about),
        ]

    @property
    def _view(self) -> ViewState:
        return self._desk.workspace().view

    def _part(self, name: str, title: str, part: str) -> Command:
        window = self._desk.window
        return Command(
            name,
            title,
            lambda: window.set_part_shown(part, not window.part_shown(part)),
            checked=lambda: window.part_shown(part),
        )

    def _tool(self, name: str, title: str, tool: Tool) -> Command:
        return Command(name, title, lambda: self._view.set_tool(tool), checked=lambda: self._view.tool == tool)

    def _theme(self, name: str, title: str, theme: Theme) -> Command:
        def choose() -> None:
            self._desk.appearance.set_theme(theme)
            self._desk.memory.remember_theme(theme)

        return Command(name, title, choose, checked=lambda: self._desk.appearance.theme is theme)

    def _zoom(self, factor: float) -> None:
        self._view.set_zoom(self._view.zoom * factor)

    def _sequence(self) -> None:
        SequenceDialog(self._desk).open()

    def _about(self) -> None:
        dialog: QDialog = AboutDialog(self._desk.window)
        dialog.open()
