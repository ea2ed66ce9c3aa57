"""The palette can be read: contrast by the formula of WCAG 2.1 for every text and what it lies on."""

from __future__ import annotations

import re
from dataclasses import asdict, fields

import pytest
from PySide6.QtGui import QColor, QFontMetrics, QPalette
from PySide6.QtWidgets import QApplication

from app.ui import theme as look
from app.ui.theme import DARK, LIGHT, Appearance, Theme

BACKGROUNDS = ("window", "panel", "raised", "hover", "inset", "track", "track_header", "ruler", "surround")
CLIPS = ("clip_video", "clip_audio", "clip_title", "clip_image", "clip_offline")
TEXT_PAIRS = [
    *[(text, ground) for text in ("text", "muted_text") for ground in BACKGROUNDS],
    *[("disabled_text", ground) for ground in ("window", "panel", "raised", "inset", "track_header")],
    *[(text, ground) for text in ("accent", "warning", "error", "success") for ground in ("window", "panel", "raised")],
    *[("clip_text", clip) for clip in CLIPS],
    ("text", "pressed"),
    ("accent_text", "accent"),
    ("accent_text", "accent_hover"),
    ("selection_text", "selection"),
]
# WCAG 1.4.11: what is not text but must be seen.
MARK_PAIRS = [
    ("focus", "panel"),
    ("focus", "window"),
    ("clip_selected", "track"),
    ("playhead", "track"),
    ("waveform", "clip_audio"),
]


def luminance(colour: str) -> float:
    """Relative luminance (https://www.w3.org/TR/WCAG21/#dfn-relative-luminance)."""
    channels = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """Contrast ratio, 1 to 21."""
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def test_contrast_formula_at_its_ends() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("theme", [DARK, LIGHT], ids=lambda theme: theme.name)
@pytest.mark.parametrize(("text", "ground"), TEXT_PAIRS)
def test_text_can_be_read(theme: Theme, text: str, ground: str) -> None:
    colours = asdict(theme)
    assert contrast(colours[text], colours[ground]) >= 4.5


@pytest.mark.parametrize("theme", [DARK, LIGHT], ids=lambda theme: theme.name)
@pytest.mark.parametrize(("mark", "ground"), MARK_PAIRS)
def test_marks_can_be_seen(theme: Theme, mark: str, ground: str) -> None:
    colours = asdict(theme)
    assert contrast(colours[mark], colours[ground]) >= 3


@pytest.mark.parametrize("theme", [DARK, LIGHT], ids=lambda theme: theme.name)
def test_greys_carry_no_tint(theme: Theme) -> None:
    greys = (*BACKGROUNDS, "pressed", "line", "handle", "text", "muted_text", "disabled_text")
    colours = asdict(theme)
    assert {name for name in greys if len({colours[name][at : at + 2] for at in (1, 3, 5)}) > 1} == set()


@pytest.mark.parametrize("theme", [DARK, LIGHT], ids=lambda theme: theme.name)
def test_every_colour_is_written_in_full(theme: Theme) -> None:
    wrong = [
        f.name for f in fields(theme) if f.name != "name" and not re.fullmatch("#[0-9a-f]{6}", asdict(theme)[f.name])
    ]
    assert wrong == []


@pytest.mark.parametrize("theme", [DARK, LIGHT], ids=lambda theme: theme.name)
def test_style_sheet_names_only_what_exists(theme: Theme) -> None:
    sheet = look.style_sheet(theme)
    assert "$" not in sheet
    assert theme.accent in sheet


def test_switching_changes_palette_and_tells_listeners_once(qapp: QApplication) -> None:
    appearance = Appearance(qapp, DARK)
    heard: list[str] = []
    appearance.changed.connect(lambda: heard.append(appearance.theme.name))

    appearance.set_theme(LIGHT)
    appearance.set_theme(LIGHT)

    assert heard == ["light"]
    assert qapp.palette().color(QPalette.ColorRole.Window) == QColor(LIGHT.panel)
    appearance.set_theme(DARK)
    assert qapp.palette().color(QPalette.ColorRole.Window) == QColor(DARK.panel)


def test_tabular_figures_are_of_one_width(qapp: QApplication) -> None:
    look.apply(qapp, DARK)
    figures = QFontMetrics(look.font(tabular=True))
    assert len({figures.horizontalAdvance(digit * 8) for digit in "0123456789"}) == 1
    plain = QFontMetrics(look.font())
    assert plain.horizontalAdvance("1" * 8) < plain.horizontalAdvance("0" * 8)
