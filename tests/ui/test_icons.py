"""Every icon is of the one family, can be drawn, keeps inside its square and takes the theme's colours."""

from __future__ import annotations

from importlib.resources import files
from xml.etree import ElementTree as ET

import pytest
from PySide6.QtCore import QSize
from PySide6.QtGui import QColor, QIcon, QPixmap
from PySide6.QtWidgets import QApplication

from app.ui import icons
from app.ui.theme import DARK, LIGHT

NAMES = sorted(
    path.name.removesuffix(".svg")
    for path in (files("resources") / "icons").iterdir()
    if path.name.endswith(".svg") and path.name != "insomnia.svg"
)


def inked(picture: QPixmap) -> list[tuple[int, int, QColor]]:
    """Every pixel that is not fully transparent, with its colour."""
    image = picture.toImage()
    found = [(x, y, image.pixelColor(x, y)) for x in range(image.width()) for y in range(image.height())]
    return [(x, y, colour) for x, y, colour in found if colour.alpha() > 0]


@pytest.mark.parametrize("name", NAMES)
def test_icon_is_of_the_family(name: str) -> None:
    root = ET.fromstring(icons.source(name))
    assert root.get("viewBox") == "0 0 20 20"
    assert (root.get("stroke"), root.get("stroke-width")) == ("currentColor", "1.5")
    assert (root.get("stroke-linecap"), root.get("stroke-linejoin"), root.get("fill")) == ("round", "round", "none")
    colours = {value for each in root.iter() for key, value in each.items() if key in ("fill", "stroke")}
    assert colours <= {"none", "currentColor"}


@pytest.mark.parametrize("name", NAMES)
def test_icon_is_drawn_and_keeps_a_margin(qapp: QApplication, name: str) -> None:
    pixels = inked(icons.pixmap(name, "#ffffff", 20, 2.0))
    assert len(pixels) > 20
    assert all(3 <= x <= 36 and 3 <= y <= 36 for x, y, _ in pixels)


def test_icon_takes_text_colour_and_is_dimmer_when_disabled(qapp: QApplication) -> None:
    for theme in (DARK, LIGHT):
        save = icons.icon("save", theme)
        for mode, colour in ((QIcon.Mode.Normal, theme.text), (QIcon.Mode.Disabled, theme.disabled_text)):
            pixels = inked(save.pixmap(QSize(20, 20), 1.0, mode))
            strongest = max(pixels, key=lambda pixel: pixel[2].alpha())[2]
            assert strongest.alpha() > 200
            assert abs(strongest.red() - QColor(colour).red()) <= 3


def test_icon_is_sharp_on_a_dense_screen(qapp: QApplication) -> None:
    picture = icons.icon("film", DARK).pixmap(QSize(16, 16), 2.0)
    assert picture.size() == QSize(32, 32)
    assert picture.devicePixelRatio() == 2.0


def test_strokes_keep_their_width_at_16_pixels(qapp: QApplication) -> None:
    ink = {
        size: sum(colour.alphaF() for _, _, colour in inked(icons.pixmap("minus", "#ffffff", size)))
        for size in (16, 20)
    }
    length = {16: 12 * 16 / 20, 20: 12.0}
    assert ink[16] / length[16] == pytest.approx(ink[20] / length[20], rel=0.12)


def test_unknown_icon_is_a_bug(qapp: QApplication) -> None:
    with pytest.raises(FileNotFoundError):
        icons.icon("no such icon", DARK)


def test_program_icon_has_every_usual_size(qapp: QApplication) -> None:
    sizes = {size.width() for size in icons.program_icon().availableSizes()}
    assert {16, 32, 48, 256} <= sizes
