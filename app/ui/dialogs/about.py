"""What this program is."""

from __future__ import annotations

import platform
from importlib import metadata

from PySide6.QtCore import Qt, qVersion
from PySide6.QtWidgets import QDialog, QHBoxLayout, QLabel, QWidget

from app.ui import icons
from app.ui.theme import GAP, MARGIN, UNIT, WIDE
from app.ui.widgets.basics import button, column, label

_ICON_SIZE = 72
_LIBRARIES = ("av", "opencv-python-headless", "scenedetect-headless", "sqlalchemy", "opentimelineio", "numpy")


class AboutDialog(QDialog):
    """Name, version, licence, and the versions of the libraries that do the work."""

    def __init__(self, parent: QWidget | None) -> None:
        super().__init__(parent)
        self.setObjectName("aboutDialog")
        self.setWindowTitle("About Insomnia")
        self.setWindowModality(Qt.WindowModality.WindowModal)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        picture = QLabel()
        picture.setPixmap(icons.program_icon().pixmap(_ICON_SIZE, _ICON_SIZE))
        text = column(gap=UNIT)
        text.addWidget(label("Insomnia", strong=True))
        text.addWidget(label(f"Version {version('insomnia-video-editor')}", tone="muted"))
        text.addSpacing(GAP)
        text.addWidget(label("A video editor that finds the scenes, edits the timeline and writes the film."))
        text.addWidget(
            label(
                "Free software under the GNU General Public License, version 3 or later. "
                "It comes without any warranty. The font is Inter, under the SIL Open Font License.",
                tone="muted",
                wrap=True,
            )
        )
        text.addSpacing(GAP)
        versions = label(_versions(), tone="muted", small=True, wrap=True)
        versions.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        text.addWidget(versions)
        top = QHBoxLayout()
        top.setSpacing(WIDE - UNIT)
        top.addWidget(picture, 0, Qt.AlignmentFlag.AlignTop)
        top.addLayout(text, 1)
        close = button("Close", "primary", "closeButton")
        close.clicked.connect(self.accept)
        close.setDefault(True)
        bottom = QHBoxLayout()
        bottom.addStretch(1)
        bottom.addWidget(close)
        outer = column(margin=WIDE - UNIT, gap=WIDE - MARGIN)
        outer.addLayout(top)
        outer.addLayout(bottom)
        self.setLayout(outer)


def version(package: str) -> str:
    """The version of an installed package; "unknown" where the bundle does not tell."""
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return "unknown"


def _versions() -> str:
    found = [f"Python {platform.python_version()}", f"Qt {qVersion()}"]
    found += [f"{name.removesuffix('-headless')} {version(name)}" for name in _LIBRARIES]
    return ", ".join(found)
