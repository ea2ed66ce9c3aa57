"""How the window looks: one palette of named colours, dark and light, and the sizes everything keeps to.

Fusion with our own palette and style sheet, because dark mode is not reported on every platform.
Greys carry no tint: the film is the only colour, apart from one accent and the muted clip kinds.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from importlib.resources import files
from string import Template
from typing import Literal, TypeAlias

from PySide6.QtCore import QDir, QObject, Signal
from PySide6.QtGui import QColor, QFont, QFontDatabase, QPalette
from PySide6.QtWidgets import QApplication, QStyleFactory

ThemeName: TypeAlias = Literal["dark", "light"]

# Spacing, in logical pixels: a 4-pixel grid.
UNIT = 4
GAP = 8
MARGIN = 12
WIDE = 24
RADIUS = 4
ROW_HEIGHT = 28
TOOLBAR_HEIGHT = 36
ICON_SMALL = 16
ICON = 20

# Two text sizes, in logical pixels, and one change of weight.
FONT_FAMILY = "Inter"
TEXT_SIZE = 13
SMALL_TEXT_SIZE = 11


@dataclass(frozen=True, slots=True)
class Theme:
    """Named colours, each ``#rrggbb``. A painter makes them ``QColor(theme.line)`` once per theme.

    From back to front: ``window`` between the panes, ``panel`` of a pane, ``raised`` for what lies
    on it (buttons, menus, cards), ``inset`` for what is sunk into it (text fields). ``hover`` and
    ``pressed`` replace ``raised`` under the mouse. ``surround`` is all that touches the picture.
    """

    name: ThemeName
    window: str
    panel: str
    raised: str
    hover: str
    pressed: str
    inset: str
    line: str
    handle: str
    surround: str
    text: str
    muted_text: str
    disabled_text: str
    accent: str
    accent_hover: str
    accent_text: str
    focus: str
    selection: str
    selection_text: str
    warning: str
    error: str
    success: str
    track: str
    track_header: str
    ruler: str
    playhead: str
    snap_line: str
    clip_video: str
    clip_audio: str
    clip_title: str
    clip_image: str
    clip_offline: str
    clip_text: str
    clip_selected: str
    waveform: str


DARK = Theme(
    name="dark",
    window="#131313",
    panel="#1c1c1c",
    raised="#292929",
    hover="#333333",
    pressed="#3d3d3d",
    inset="#141414",
    line="#383838",
    handle="#4a4a4a",
    surround="#101010",
    text="#ececec",
    muted_text="#b0b0b0",
    disabled_text="#949494",
    accent="#94a0ff",
    accent_hover="#aab3ff",
    accent_text="#101018",
    focus="#94a0ff",
    selection="#3b4173",
    selection_text="#ffffff",
    warning="#f0b65a",
    error="#ff8a80",
    success="#7fcf9a",
    track="#181818",
    track_header="#202020",
    ruler="#1c1c1c",
    playhead="#ff6a5c",
    snap_line="#f0b65a",
    clip_video="#3a4a63",
    clip_audio="#2f5148",
    clip_title="#54446b",
    clip_image="#5a4a36",
    clip_offline="#6b3434",
    clip_text="#f4f4f4",
    clip_selected="#94a0ff",
    waveform="#8fc4ae",
)

LIGHT = Theme(
    name="light",
    window="#dcdcdc",
    panel="#f2f2f2",
    raised="#ffffff",
    hover="#e4e4e4",
    pressed="#d8d8d8",
    inset="#ffffff",
    line="#c4c4c4",
    handle="#b4b4b4",
    surround="#c9c9c9",
    text="#1b1b1b",
    muted_text="#4a4a4a",
    disabled_text="#5a5a5a",
    accent="#3d48bd",
    accent_hover="#2f39a3",
    accent_text="#ffffff",
    focus="#3d48bd",
    selection="#c9cff8",
    selection_text="#14173a",
    warning="#7a4c00",
    error="#a8211a",
    success="#19683a",
    track="#e6e6e6",
    track_header="#ececec",
    ruler="#f2f2f2",
    playhead="#d5301f",
    snap_line="#9a6200",
    clip_video="#b9c7de",
    clip_audio="#b3d3c6",
    clip_title="#d0c2e4",
    clip_image="#e0cfb6",
    clip_offline="#e8b9b4",
    clip_text="#171717",
    clip_selected="#3d48bd",
    waveform="#37715c",
)

THEMES: dict[ThemeName, Theme] = {"dark": DARK, "light": LIGHT}


class Appearance(QObject):
    """The theme in force. Widgets that paint themselves keep it and repaint on :attr:`changed`.

    GUI thread only.
    """

    changed = Signal()

    def __init__(self, app: QApplication, theme: Theme = DARK) -> None:
        super().__init__()
        self._app = app
        self._theme = theme
        apply(app, theme)

    @property
    def theme(self) -> Theme:
        """The colours to paint with now."""
        return self._theme

    def set_theme(self, theme: Theme) -> None:
        """Show everything in ``theme`` from now on."""
        if theme is self._theme:
            return
        self._theme = theme
        apply(self._app, theme)
        self.changed.emit()


def apply(app: QApplication, theme: Theme) -> None:
    """Give the whole program the colours, font and style sheet of ``theme``."""
    fusion = QStyleFactory.create("Fusion")
    app.setStyle(fusion)
    app.setPalette(palette(theme))
    _load_fonts()
    app.setFont(font())
    QDir.setSearchPaths("style", [str(files("resources") / "styles" / theme.name)])
    app.setStyleSheet(style_sheet(theme))


def palette(theme: Theme) -> QPalette:
    """``theme`` as Qt's own colour roles, for every widget that the style sheet does not name."""
    result = QPalette()
    role = QPalette.ColorRole
    for each, colour in {
        role.Window: theme.panel,
        role.WindowText: theme.text,
        role.Base: theme.inset,
        role.AlternateBase: theme.raised,
        role.ToolTipBase: theme.raised,
        role.ToolTipText: theme.text,
        role.PlaceholderText: theme.muted_text,
        role.Text: theme.text,
        role.Button: theme.raised,
        role.ButtonText: theme.text,
        role.BrightText: theme.error,
        role.Light: theme.hover,
        role.Midlight: theme.raised,
        role.Mid: theme.line,
        role.Dark: theme.window,
        role.Shadow: theme.window,
        role.Highlight: theme.selection,
        role.HighlightedText: theme.selection_text,
        role.Link: theme.accent,
        role.LinkVisited: theme.accent,
        role.Accent: theme.accent,
    }.items():
        result.setColor(each, QColor(colour))
    for each in (role.WindowText, role.Text, role.ButtonText, role.HighlightedText):
        result.setColor(QPalette.ColorGroup.Disabled, each, QColor(theme.disabled_text))
    result.setColor(QPalette.ColorGroup.Disabled, role.Highlight, QColor(theme.hover))
    return result


def style_sheet(theme: Theme) -> str:
    """The style sheet with the colours and sizes of ``theme`` in place of its ``$names``."""
    sheet = (files("resources") / "styles" / "insomnia.qss").read_text(encoding="utf-8")
    sizes = {"unit": UNIT, "gap": GAP, "margin": MARGIN, "radius": RADIUS, "row": ROW_HEIGHT, "toolbar": TOOLBAR_HEIGHT}
    return Template(sheet).substitute(
        {
            **asdict(theme),
            **{name: f"{size}px" for name, size in sizes.items()},
        }
    )


def font(*, small: bool = False, strong: bool = False, tabular: bool = False) -> QFont:
    """The program's font. ``strong`` is the one heavier weight; ``tabular`` gives figures of one
    width, for timecode and numbers that change in place."""
    result = QFont(FONT_FAMILY)
    result.setPixelSize(SMALL_TEXT_SIZE if small else TEXT_SIZE)
    if strong:
        result.setWeight(QFont.Weight.DemiBold)
    if tabular:
        result.setFeature(QFont.Tag("tnum"), 1)
    return result


def _load_fonts() -> None:
    if FONT_FAMILY in QFontDatabase.families():
        return
    folder = files("resources") / "fonts"
    for name in ("Inter-Regular.otf", "Inter-SemiBold.otf"):
        QFontDatabase.addApplicationFontFromData((folder / name).read_bytes())
