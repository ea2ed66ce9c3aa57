"""A timeline pane with a document, and the mouse to use it with."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QObject, QPoint, QPointF, Qt
from PySide6.QtGui import QColor, QImage, QKeyEvent, QPaintEvent, QRegion, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from app.core.base.errors import UserError
from app.core.base.time import Flicks
from app.core.model.asset import Asset
from app.core.model.lint import lint
from app.core.model.project import Project
from app.core.session.session import Session
from app.ui.bridge import Bridge
from app.ui.panes.timeline.pane import TimelinePane
from app.ui.panes.timeline.picture import Picture
from app.ui.theme import Appearance
from app.ui.view_state import ViewState
from tests.helpers.document import row

LEFT, MIDDLE = Qt.MouseButton.LeftButton, Qt.MouseButton.MiddleButton
NONE = Qt.KeyboardModifier.NoModifier
CONTROL, SHIFT, ALT = (
    Qt.KeyboardModifier.ControlModifier,
    Qt.KeyboardModifier.ShiftModifier,
    Qt.KeyboardModifier.AltModifier,
)


class Thumbnails:
    """Grey pictures, unless told to have none; remembers what it was asked for."""

    def __init__(self) -> None:
        self.there = True
        self.asked: list[tuple[str, Flicks, int]] = []

    def thumbnail(self, asset: Asset, time: Flicks, height: int, /) -> QImage | None:
        """A grey picture."""
        self.asked.append((asset.id, time, height))
        if not self.there:
            return None
        image = QImage(height * 16 // 9, height, QImage.Format.Format_RGB32)
        image.fill(QColor("#7f7f7f"))
        return image


class Peaks:
    """Full loudness; remembers what it was asked for."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, Flicks, Flicks, int]] = []

    def peaks(self, asset: Asset, start: Flicks, end: Flicks, pixels: int, /) -> NDArray[np.float32] | None:
        """The loudest there is."""
        self.asked.append((asset.id, start, end, pixels))
        return np.tile(np.array([-1, 1], dtype=np.float32), (pixels, 1))


class Availability:
    """Media are there unless their id is in ``gone``."""

    def __init__(self) -> None:
        self.gone: set[str] = set()

    def is_offline(self, asset: Asset, /) -> bool:
        """Whether it is gone."""
        return asset.id in self.gone


class Painted(QObject):
    """Adds up what a widget paints."""

    def __init__(self, widget: QWidget) -> None:
        super().__init__(widget)
        self.region = QRegion()
        widget.installEventFilter(self)

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QPaintEvent):
            self.region = self.region.united(event.region())
        return False


class Timeline:
    """The pane, 1000x400, at ``pixels`` for one frame."""

    def __init__(self, appearance: Appearance, document: Project, pixels: float = 4) -> None:
        self.session = Session(document, checked=True)
        self.state = ViewState()
        self.bridge = Bridge(session=self.session)
        self.appearance = appearance
        self.thumbnails, self.peaks, self.availability = Thumbnails(), Peaks(), Availability()
        self.pane = TimelinePane(
            self.session,
            self.state,
            self.bridge,
            self.appearance,
            thumbnails=self.thumbnails,
            peaks=self.peaks,
            availability=self.availability,
        )
        self.view = self.pane.view
        self.port = self.view.viewport()
        self.refusals: list[UserError] = []
        self.pane.refused.connect(self.refusals.append)
        self.pane.resize(1000, 400)
        self.set_pixels(pixels)

    @property
    def project(self) -> Project:
        """The document, which is always sound."""
        assert lint(self.session.project) == []
        return self.session.project

    def set_pixels(self, pixels: float) -> None:
        """Zoom to so many pixels for one frame."""
        self.state.set_zoom(pixels * float(self.view.picture.layout.rate))

    def rows(self, *names: str) -> list[str]:
        """Tracks in one line each."""
        return [row(self.project, name) for name in names]

    def picture(self) -> Picture:
        """What is shown now."""
        return self.view.picture

    def previewed(self, clip_id: str) -> tuple[str, int, int]:
        """Track, start and end of a clip as it is shown now."""
        place = self.view.picture.layout.find(clip_id)
        assert place is not None
        return place.lane.track.name, place.start, place.end

    def at(self, clip_id: str, where: str = "middle", dx: int = 0, dy: int = 0) -> QPoint:
        """A point of a clip: its middle, or just inside its start or end."""
        box = self.view.clip_rect(clip_id)
        x = {"middle": box.center().x(), "start": box.left() + 2, "end": box.right() - 2}[where]
        return QPoint(x + dx, box.center().y() + dy)

    def press(self, at: QPoint, keys: Qt.KeyboardModifier = NONE, button: Qt.MouseButton = LEFT) -> None:
        """Press a button."""
        QTest.mousePress(self.port, button, keys, at)

    def move(self, at: QPoint) -> None:
        """Move the pointer, and let what waits be painted."""
        QTest.mouseMove(self.port, at)
        QApplication.processEvents()

    def release(self, at: QPoint, keys: Qt.KeyboardModifier = NONE, button: Qt.MouseButton = LEFT) -> None:
        """Let go."""
        QTest.mouseRelease(self.port, button, keys, at)

    def click(self, at: QPoint, keys: Qt.KeyboardModifier = NONE) -> None:
        """Press and let go."""
        self.press(at, keys)
        self.release(at, keys)

    def drag(self, start: QPoint, dx: int, dy: int = 0, keys: Qt.KeyboardModifier = NONE) -> None:
        """Press, move in four steps, and let go."""
        self.hold(start, dx, dy, keys)
        self.release(start + QPoint(dx, dy), keys)

    def hold(self, start: QPoint, dx: int, dy: int = 0, keys: Qt.KeyboardModifier = NONE) -> None:
        """Press and move, but do not let go."""
        self.press(start, keys)
        for step in range(1, 5):
            self.move(start + QPoint(dx * step // 4, dy * step // 4))

    def key(self, key: Qt.Key, keys: Qt.KeyboardModifier = NONE) -> None:
        """Press a key on the view."""
        QApplication.sendEvent(self.view, QKeyEvent(QEvent.Type.KeyPress, key, keys))

    def wheel(self, at: QPoint, up: int, keys: Qt.KeyboardModifier = NONE, sideways: int = 0) -> None:
        """Turn the wheel by notches."""
        turn, none = QPoint(sideways * 120, up * 120), Qt.ScrollPhase.NoScrollPhase
        place = QPointF(at)
        event = QWheelEvent(place, place, QPoint(), turn, Qt.MouseButton.NoButton, keys, none, False)
        QApplication.sendEvent(self.port, event)

    def colour_at(self, at: QPoint) -> str:
        """The colour of a pixel of the view."""
        return self.port.grab().toImage().pixelColor(at).name()
