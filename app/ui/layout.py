"""What the window remembers from one start to the next: place, sizes, theme, recent projects, folders."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

from PySide6.QtCore import QByteArray, QRect, QSettings, QSize
from PySide6.QtWidgets import QMainWindow, QSplitter

from app.ui.theme import DARK, THEMES, Theme

FILE_NAME = "window.ini"
MOST_RECENT = 10
MOST_VIEWS = 100
_FOLDERS = "folders/"
_VIEWS = "views"
_SEEN_WORDS = 4
_USUAL_SIZE = QSize(1440, 900)


class SeenView(NamedTuple):
    """Where the timeline is looked at: frame of the playhead, pixels a second, pixels scrolled to the right."""

    playhead: int
    zoom: float
    left: int


class WindowMemory:
    """Kept in ``window.ini`` of the profile. Whatever is missing, damaged or cannot be kept is as at
    the first start: looks never keep anyone from working. GUI thread only."""

    def __init__(self, folder: Path) -> None:
        self._settings = QSettings(str(folder / FILE_NAME), QSettings.Format.IniFormat)
        self._gone: set[Path] = set()

    def save(self) -> None:
        """Write what was remembered."""
        self._settings.sync()

    @property
    def theme(self) -> Theme:
        """The theme chosen last."""
        name = self._settings.value("theme")
        return next((theme for theme in THEMES.values() if theme.name == name), DARK)

    def remember_theme(self, theme: Theme) -> None:
        """Start with ``theme`` the next time."""
        self._settings.setValue("theme", theme.name)

    @property
    def proxies(self) -> bool:
        """Whether films were shown by their proxies."""
        return str(self._settings.value("proxies", "true")).lower() != "false"

    def remember_proxies(self, shown: bool) -> None:
        """Start with proxies, or without, the next time."""
        self._settings.setValue("proxies", shown)

    def recent(self) -> tuple[Path, ...]:
        """Projects opened or saved last, newest first, whether they are still there or not."""
        value = self._settings.value("recent")
        listed = [value] if isinstance(value, str) else value if isinstance(value, list) else []
        return tuple(Path(each) for each in listed if isinstance(each, str))

    def add_recent(self, path: Path) -> None:
        """Put ``path`` in front of the recent projects."""
        others = [str(each) for each in self.recent() if each != path]
        self._settings.setValue("recent", [str(path), *others][:MOST_RECENT])

    def clear_recent(self) -> None:
        """Forget the recent projects."""
        self._settings.remove("recent")

    def folder(self, purpose: str, otherwise: Path | None = None) -> Path:
        """Where the file dialog for ``purpose`` (``media``, ``project``, ``film``) opens: where it was last,
        else ``otherwise`` or the home folder."""
        value = self._settings.value(f"{_FOLDERS}{purpose}")
        folder = Path(value) if isinstance(value, str) else None
        return folder if folder is not None and folder not in self._gone else otherwise or Path.home()

    def folders(self) -> tuple[Path, ...]:
        """All folders that dialogs would open."""
        return tuple(
            {self.folder(key.removeprefix(_FOLDERS)) for key in self._settings.allKeys() if key.startswith(_FOLDERS)}
        )

    def know_gone(self, folder: Path) -> None:
        """``folder`` is no more: the home folder is opened instead."""
        self._gone.add(folder)

    def remember_folder(self, purpose: str, folder: Path) -> None:
        """Open the dialog for ``purpose`` there the next time."""
        self._gone.discard(folder)
        self._settings.setValue(f"{_FOLDERS}{purpose}", str(folder))

    def choice(self, name: str, default: str) -> str:
        """What was chosen last for ``name``."""
        value = self._settings.value(f"choices/{name}")
        return value if isinstance(value, str) else default

    def remember_choice(self, name: str, chosen: str) -> None:
        """Offer ``chosen`` for ``name`` the next time."""
        self._settings.setValue(f"choices/{name}", chosen)

    def view_of(self, project_id: str) -> SeenView | None:
        """Where the person was in the timeline of a project; None where that is not known."""
        for kept in self._views():
            words = kept.split()
            if len(words) == _SEEN_WORDS and words[0] == project_id:
                with contextlib.suppress(ValueError):
                    return SeenView(int(words[1]), float(words[2]), int(words[3]))
        return None

    def remember_view(self, project_id: str, seen: SeenView) -> None:
        """Show the timeline of a project from there the next time; those of the last projects are kept."""
        others = [kept for kept in self._views() if kept.split()[:1] != [project_id]]
        kept = f"{project_id} {seen.playhead} {seen.zoom!r} {seen.left}"
        self._settings.setValue(_VIEWS, [kept, *others][:MOST_VIEWS])

    def _views(self) -> list[str]:
        value = self._settings.value(_VIEWS)
        listed = [value] if isinstance(value, str) else value if isinstance(value, list) else []
        return [each for each in listed if isinstance(each, str)]

    def restore_place(self, window: QMainWindow) -> None:
        """Put ``window`` where it was, on a screen that is there."""
        place = self._settings.value("window/place")
        if not (isinstance(place, QByteArray) and window.restoreGeometry(place)):
            window.resize(_USUAL_SIZE)
        if window.isMaximized() or window.isFullScreen():
            return
        screens = [screen.availableGeometry() for screen in window.screen().virtualSiblings()]
        window.setGeometry(placed_on_screen(window.geometry(), screens, window.minimumSizeHint()))

    def remember_place(self, window: QMainWindow) -> None:
        """Keep where ``window`` is."""
        self._settings.setValue("window/place", window.saveGeometry())

    def restore_split(self, splitter: QSplitter) -> bool:
        """Give ``splitter`` the sizes it had, by its object name; whether any were kept."""
        state = self._settings.value(f"window/{splitter.objectName()}")
        return isinstance(state, QByteArray) and splitter.restoreState(state)

    def remember_splits(self, splitters: Iterable[QSplitter]) -> None:
        """Keep the sizes of ``splitters``."""
        for splitter in splitters:
            self._settings.setValue(f"window/{splitter.objectName()}", splitter.saveState())

    def shown(self, name: str, default: bool) -> bool:
        """Whether the part of the window named ``name`` was shown."""
        value = self._settings.value(f"shown/{name}")
        return default if value is None else value in (True, "true")

    def remember_shown(self, name: str, shown: bool) -> None:
        """Keep whether a part is shown."""
        self._settings.setValue(f"shown/{name}", shown)

    def forget_layout(self) -> None:
        """Forget sizes and which parts are shown."""
        for group in ("window", "shown"):
            self._settings.remove(group)


def placed_on_screen(place: QRect, screens: Sequence[QRect], least: QSize) -> QRect:
    """``place`` moved and shrunk so that it lies on one of ``screens`` (available areas).

    One that spans two screens stays as it is; one whose screen is gone comes to the screen that it
    overlaps most, or to the first.
    """
    if not screens or sum(_area(screen.intersected(place)) for screen in screens) == _area(place):
        return place
    home = max(screens, key=lambda screen: _area(screen.intersected(place)))
    width = max(min(place.width(), home.width()), min(least.width(), home.width()))
    height = max(min(place.height(), home.height()), min(least.height(), home.height()))
    left = max(home.left(), min(place.left(), home.right() + 1 - width))
    top = max(home.top(), min(place.top(), home.bottom() + 1 - height))
    return QRect(left, top, width, height)


def _area(rect: QRect) -> int:
    return max(rect.width(), 0) * max(rect.height(), 0)
