"""A file manager in small: a window whose only label is dragged out as the files named on the command line."""

from __future__ import annotations

import sys

from PySide6.QtCore import QMimeData, Qt, QUrl
from PySide6.QtGui import QDrag, QMouseEvent
from PySide6.QtWidgets import QApplication, QLabel


class Source(QLabel):
    """Begins a drag at the first move of the mouse, and stays: the other side fetches the files after the drop."""

    def __init__(self, paths: list[str]) -> None:
        super().__init__("drag me")
        self._paths = paths
        self.setWindowFlag(Qt.WindowType.FramelessWindowHint)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        event.accept()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        data = QMimeData()
        data.setUrls([QUrl.fromLocalFile(path) for path in self._paths])
        drag = QDrag(self)
        drag.setMimeData(data)
        print(drag.exec(Qt.DropAction.CopyAction).name, flush=True)


def main() -> None:
    x, y, *paths = sys.argv[1:]
    app = QApplication([])
    source = Source(paths)
    source.setGeometry(int(x), int(y), 80, 60)
    source.show()
    print("ready", flush=True)
    app.exec()


if __name__ == "__main__":
    main()
