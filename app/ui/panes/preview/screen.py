"""Where the film is seen: one picture, unscaled, on a neutral ground."""

from __future__ import annotations

from PySide6.QtCore import QRect, QSize, Qt, Signal
from PySide6.QtGui import QColor, QImage, QMouseEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.core.render.player import ShownPicture
from app.ui.theme import GAP, Appearance, font

_SMALLEST = QSize(160, 90)


class Screen(QWidget):
    """Paints what it is given, in device pixels, in its middle. GUI thread only.

    ``room_changed(width, height)`` says how many device pixels a picture may have now.
    """

    room_changed = Signal(int, int)
    clicked = Signal()

    def __init__(self, appearance: Appearance) -> None:
        super().__init__()
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setMinimumSize(_SMALLEST)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setObjectName("programMonitor.screen")
        self.setAccessibleName("Picture")
        self._appearance = appearance
        self._picture: ShownPicture | None = None
        self._image: QImage | None = None
        self._notice = ""
        appearance.changed.connect(self.update)

    @property
    def picture(self) -> ShownPicture | None:
        """What is shown."""
        return self._picture

    def room(self) -> tuple[int, int]:
        """Device pixels that a picture may have."""
        scale = self.devicePixelRatioF()
        return round(self.width() * scale), round(self.height() * scale)

    def show_picture(self, picture: ShownPicture | None) -> None:
        """Show ``picture``, or the empty ground."""
        self._picture = picture
        self._image = None
        if picture is not None:
            self._image = QImage(
                picture.pixels, picture.width, picture.height, picture.stride, QImage.Format.Format_RGB32
            )
        self.update()

    def set_notice(self, text: str) -> None:
        """A sentence over the picture, such as that its file is gone; empty for none."""
        if text != self._notice:
            self._notice = text
            self.update()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.room_changed.emit(*self.room())

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self.clicked.emit()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(self._appearance.theme.surround))
        if self._image is not None:
            place = self._place(self._image)
            if place.size() * self.devicePixelRatioF() != self._image.size():
                painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
            painter.drawImage(place, self._image)
        if self._notice:
            self._paint_notice(painter)
        painter.end()

    def _place(self, image: QImage) -> QRect:
        """As large as fits, in the middle; a picture made for this size keeps its pixels."""
        size = image.size().scaled(self.size(), Qt.AspectRatioMode.KeepAspectRatio)
        scale = self.devicePixelRatioF()
        if abs(size.width() * scale - image.width()) <= scale * 2:
            size = QSize(round(image.width() / scale), round(image.height() / scale))
        return QRect((self.width() - size.width()) // 2, (self.height() - size.height()) // 2, *size.toTuple())

    def _paint_notice(self, painter: QPainter) -> None:
        theme = self._appearance.theme
        painter.setFont(font())
        room = self.rect().adjusted(GAP * 2, GAP * 2, -GAP * 2, -GAP * 2)
        flags = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
        text = painter.boundingRect(room, int(flags), self._notice)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(theme.raised))
        painter.drawRoundedRect(text.adjusted(-GAP, -GAP, GAP, GAP), 4, 4)
        painter.setPen(QColor(theme.text))
        painter.drawText(text, int(flags), self._notice)
