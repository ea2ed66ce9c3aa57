"""The row of tools above the timeline: tools, switches, cuts, and the zoom."""

from __future__ import annotations

import math

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QSlider, QToolButton, QWidget

from app.ui.menus import TOOLS
from app.ui.qt_actions import QtActions
from app.ui.theme import GAP, TOOLBAR_HEIGHT, UNIT
from app.ui.view_state import ZOOM_MAX, ZOOM_MIN, ViewState
from app.ui.widgets.basics import tool_button

_GROUPS = (
    TOOLS,
    ("timeline.snapping", "timeline.linking"),
    ("timeline.split", "timeline.trimStart", "timeline.trimEnd", "timeline.rippleDelete", "marker.add"),
    ("timeline.insert", "timeline.overwrite", "timeline.append"),
)
_SLIDER_STEPS = 1000
_SLIDER_WIDTH = 80


class TimelineTools(QWidget):
    """Buttons of actions, and a slider for the zoom of ``view``."""

    def __init__(self, actions: QtActions) -> None:
        super().__init__()
        self.setObjectName("timelineTools")
        self.setProperty("tone", "panel")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setFixedHeight(TOOLBAR_HEIGHT)
        self._view: ViewState | None = None
        row = QHBoxLayout(self)
        row.setContentsMargins(GAP, 0, GAP, 0)
        row.setSpacing(UNIT // 2)
        for number, group in enumerate(_GROUPS):
            if number:
                row.addWidget(_line())
            for name in group:
                row.addWidget(_button(actions, name))
        row.addStretch(1)
        row.addWidget(_button(actions, "view.zoomFit"))
        row.addWidget(_button(actions, "view.zoomOut"))
        self.slider = self._make_slider()
        row.addWidget(self.slider)
        row.addWidget(_button(actions, "view.zoomIn"))

    def set_view(self, view: ViewState) -> None:
        """Show and change the zoom of ``view`` from now on."""
        self._view = view
        view.zoom_changed.connect(self._show_zoom)
        self._show_zoom(view.zoom)

    def _make_slider(self) -> QSlider:
        slider = QSlider(Qt.Orientation.Horizontal)
        slider.setObjectName("zoomSlider")
        slider.setAccessibleName("Zoom")
        slider.setToolTip("Zoom")
        slider.setRange(0, _SLIDER_STEPS)
        slider.setFixedWidth(_SLIDER_WIDTH)
        slider.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        slider.valueChanged.connect(self._on_slid)
        return slider

    def _on_slid(self, value: int) -> None:
        if self._view is not None and value != slider_value(self._view.zoom):
            self._view.set_zoom(zoom_at(value))

    def _show_zoom(self, zoom: float) -> None:
        self.slider.setValue(slider_value(zoom))


def slider_value(zoom: float) -> int:
    """Where the slider stands for ``zoom``: each step is the same factor."""
    return round(_SLIDER_STEPS * math.log(zoom / ZOOM_MIN) / math.log(ZOOM_MAX / ZOOM_MIN))


def zoom_at(value: int) -> float:
    """The zoom of a place of the slider."""
    return float(ZOOM_MIN * (ZOOM_MAX / ZOOM_MIN) ** (value / _SLIDER_STEPS))


def _button(actions: QtActions, name: str) -> QToolButton:
    result = tool_button()
    result.setDefaultAction(actions.action(name))
    result.setObjectName(f"button.{name}")
    return result


def _line() -> QFrame:
    line = QFrame()
    line.setProperty("tone", "line")
    line.setFixedSize(1, UNIT * 5)
    return line
