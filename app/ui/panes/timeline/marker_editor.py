"""A small card on which a marker is named, coloured and noted; what was written counts when it closes."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QSize, Qt
from PySide6.QtGui import QHideEvent, QIcon, QKeyEvent, QPainter, QPixmap
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLineEdit, QPlainTextEdit, QToolButton, QWidget

from app.core.edit.markers import change_marker, remove_markers
from app.core.model.marker import MARKER_COLORS, Marker, MarkerColor
from app.core.model.project import Project
from app.ui.panes.timeline.colours import MARKER_PAINTS
from app.ui.panes.timeline.view import TimelineView
from app.ui.theme import GAP, MARGIN, UNIT
from app.ui.widgets.basics import button, column

_WIDTH = 264
_NOTE_HEIGHT = 64
_DOT = 14


class MarkerEditor(QFrame):
    """Opens with :meth:`open_at`. Enter in the name, Done or a click beside it takes what was written; Esc does not."""

    def __init__(self, parent: QWidget, view: TimelineView, marker: Marker) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self._view = view
        self._marker = marker
        self._color: MarkerColor = marker.color
        self._taken = False
        self.setObjectName("markerEditor")
        self.setAccessibleName("Marker")
        self.setProperty("tone", "raised")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setFixedWidth(_WIDTH)
        self.name = QLineEdit(marker.name)
        self.name.setObjectName("markerName")
        self.name.setAccessibleName("Name of the marker")
        self.name.setPlaceholderText("Name")
        self.note = QPlainTextEdit(marker.note)
        self.note.setObjectName("markerNote")
        self.note.setAccessibleName("Note of the marker")
        self.note.setPlaceholderText("Note")
        self.note.setTabChangesFocus(True)
        self.note.setFixedHeight(_NOTE_HEIGHT)
        self._colours: dict[str, QToolButton] = {}
        self._lay_out()
        self.name.returnPressed.connect(self.close)

    def open_at(self, at: QPoint) -> None:
        """Show it below a point of the screen, on the screen."""
        self.adjustSize()
        room = self.screen().availableGeometry()
        x = min(max(at.x() - _WIDTH // 4, room.left()), room.right() - self.width())
        y = at.y() if at.y() + self.height() <= room.bottom() else max(room.top(), at.y() - self.height() - 2 * MARGIN)
        self.move(x, y)
        self.show()
        self.name.setFocus()
        self.name.selectAll()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Esc drops what was written."""
        if event.key() == Qt.Key.Key_Escape:
            self._taken = True
        super().keyPressEvent(event)
        if event.key() == Qt.Key.Key_Escape:
            self.close()

    def hideEvent(self, event: QHideEvent) -> None:
        """Take what was written, as one step."""
        super().hideEvent(event)
        if self._taken:
            return
        self._taken = True
        sequence, marker, color = self._view.sequence.id, self._marker, self._color
        name, note = " ".join(self.name.text().split()), self.note.toPlainText().strip()
        there = any(each.id == marker.id for each in self._view.sequence.markers)
        if not there or (name, note, color) == (marker.name, marker.note, marker.color):
            return

        def edit(project: Project) -> Project:
            return change_marker(project, sequence, marker.id, name=name, color=color, note=note)

        self._view.apply("Change marker", edit)

    def _lay_out(self) -> None:
        colours = QHBoxLayout()
        colours.setSpacing(UNIT // 2)
        for color in MARKER_COLORS:
            each = QToolButton()
            each.setCheckable(True)
            each.setAutoExclusive(True)
            each.setAutoRaise(True)
            each.setChecked(color == self._color)
            each.setIcon(QIcon(_dot(color, self.devicePixelRatioF())))
            each.setIconSize(QSize(_DOT, _DOT))
            each.setObjectName(f"markerColor.{color}")
            each.setAccessibleName(color.capitalize())
            each.setToolTip(color.capitalize())
            each.clicked.connect(lambda _=False, color=color: self._choose(color))
            self._colours[color] = each
            colours.addWidget(each)
        colours.addStretch(1)
        delete, done = button("Delete", "quiet", "markerDelete"), button("Done", "primary", "markerDone")
        delete.clicked.connect(self._delete)
        done.clicked.connect(self.close)
        foot = QHBoxLayout()
        foot.addWidget(delete)
        foot.addStretch(1)
        foot.addWidget(done)
        layout = column(margin=MARGIN, gap=GAP)
        layout.addWidget(self.name)
        layout.addLayout(colours)
        layout.addWidget(self.note)
        layout.addLayout(foot)
        self.setLayout(layout)

    def _choose(self, color: MarkerColor) -> None:
        self._color = color

    def _delete(self) -> None:
        self._taken = True
        sequence, marker = self._view.sequence.id, self._marker.id
        self._view.apply("Remove marker", lambda project: remove_markers(project, sequence, {marker}))
        self.close()


def _dot(color: MarkerColor, ratio: float) -> QPixmap:
    """A disc of a marker's colour."""
    picture = QPixmap(round(_DOT * ratio), round(_DOT * ratio))
    picture.setDevicePixelRatio(ratio)
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(MARKER_PAINTS[color])
    painter.drawEllipse(1, 1, _DOT - 2, _DOT - 2)
    painter.end()
    return picture
