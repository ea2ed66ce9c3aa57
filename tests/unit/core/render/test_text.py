"""Painted text: where it lies, how it wraps, and every writing system."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from app.core.base.errors import UserError
from app.core.render import text as text_module
from app.core.render.text import SubtitleStyle, TextPicture, paint, without_glyph

STYLE = SubtitleStyle()
SIZES = [(1920, 1080), (3840, 2160), (1080, 1920), (1080, 1080), (160, 90), (64, 36), (2048, 858)]
TWO_LINES = "We saw the first light of day,\nand nobody said “goodbye”."
WRITINGS = {
    "arabic": "مرحبا بالعالم!",
    "hebrew": "שלום עולם (2026)",
    "devanagari": "नमस्ते दुनिया, क्षत्रिय",
    "japanese": "日本語の字幕は改行位置を考えて、長い文章でもきちんと折り返される必要があります。",
    "thai": "สวัสดีชาวโลก",
    "emoji": "Hello 😀 👨‍👩‍👧 🇩🇪",
    "mixed": "Latin עברית кириллица 漢字",
    "combining": "Z̸̧͑a̷l̴g̵o̶",
    "lone surrogate": "half \ud83d a pair",
    "no glyph anywhere": "\U000e0041\U0010ffff x",
}


def painted(text: str, width: int = 1280, height: int = 720, style: SubtitleStyle = STYLE) -> TextPicture:
    picture = paint(text, width, height, style)
    assert picture is not None
    return picture


def ink(picture: TextPicture) -> tuple[int, int, int, int]:
    """Left, top, right and bottom of the white letters, in the whole picture."""
    rows, columns = np.nonzero(picture.pixels[:, :, :3].min(axis=2) > 128)
    return (
        picture.x + int(columns.min()),
        picture.y + int(rows.min()),
        picture.x + int(columns.max()) + 1,
        picture.y + int(rows.max()) + 1,
    )


@pytest.mark.parametrize(("width", "height"), SIZES)
@pytest.mark.parametrize("text", [TWO_LINES, "Hi", "A line that is too long for a small picture " * 3])
def test_text_lies_in_the_safe_area_in_the_middle_of_every_shape(width: int, height: int, text: str) -> None:
    picture = painted(text, width, height)
    assert picture.pixels.shape[2] == 4
    assert not any(each % 2 for each in (picture.x, picture.y, picture.width, picture.height, picture.line_box))
    assert 0 <= picture.x <= picture.x + picture.width <= width
    assert 0 <= picture.y <= picture.y + picture.height <= height
    left, top, right, bottom = ink(picture)
    assert left >= width * STYLE.side - 1
    assert right <= width * (1 - STYLE.side) + 1
    assert top > height / 2
    assert bottom <= height * (1 - STYLE.bottom) + 1
    assert abs((left + right) - width) <= max(4, width / 100)


def test_letters_are_white_with_a_dark_edge_and_nothing_at_the_rim() -> None:
    pixels = painted("H").pixels
    assert pixels[:, :, :3].min(axis=2).max() == 255
    opaque = pixels[pixels[:, :, 3] == 255]
    assert (opaque[:, :3].max(axis=1) < 24).sum() > 50
    assert (pixels[:, :, :3] <= pixels[:, :, 3:]).all(), "colours are premultiplied"
    rim = (pixels[0], pixels[-1], pixels[:, 0], pixels[:, -1])
    assert max(int(edge[:, 3].max()) for edge in rim) <= 4


def test_the_letters_are_about_an_eighteenth_of_the_height() -> None:
    one, two = painted("Ägypten"), painted("Ägypten\nÄgypten")
    assert one.line_box == 50
    assert two.line_box == 100
    assert 720 / 18 * 0.6 < ink(painted("H"))[3] - ink(painted("H"))[1] < 720 / 18 * 0.85


def test_a_small_preview_breaks_lines_where_the_film_does() -> None:
    text = "This is a rather long text that has to be broken into several lines because it is too wide"
    for width, height in [(1920, 1080), (854, 480), (426, 240), (322, 182)]:
        left, top, right, bottom = ink(painted(text, width, height))
        whole = ink(painted(text, 3840, 2160))
        found = (left / width, top / height, right / width, bottom / height)
        wanted = (whole[0] / 3840, whole[1] / 2160, whole[2] / 3840, whole[3] / 2160)
        assert found == pytest.approx(wanted, abs=0.012), (width, height)


def test_a_broken_text_has_no_last_line_of_one_word() -> None:
    picture = painted("This is a very long single line of text that certainly does not fit into one line and wraps")
    half = picture.pixels.shape[0] // 2
    upper, lower = (np.nonzero(part[:, :, 1].max(axis=0) > 128)[0] for part in np.split(picture.pixels, [half]))
    assert np.ptp(lower) > 0.7 * np.ptp(upper)


def test_too_many_lines_are_set_smaller_and_never_leave_the_picture() -> None:
    few, many, book = (painted("word " * count) for count in (30, 60, 2000))
    assert few.line_box < 3 * 51
    assert many.line_box < 5 * 40
    for picture in (few, many, book):
        assert ink(picture)[1] > 0


def test_a_word_wider_than_the_picture_is_broken() -> None:
    left, _, right, _ = ink(painted("Donaudampfschifffahrtsgesellschaftskapitän" * 3, 360, 640))
    assert left >= 35
    assert right <= 325


@pytest.mark.parametrize("name", WRITINGS)
def test_every_writing_gives_ink(name: str) -> None:
    for width, height in [(1280, 720), (160, 90)]:
        assert (painted(WRITINGS[name], width, height).pixels[:, :, 3] > 200).sum() > 10


def test_letters_of_arabic_are_joined() -> None:
    joined, apart = painted("ببب"), painted("ب\u200cب\u200cب")
    assert ink(joined)[2] - ink(joined)[0] < ink(apart)[2] - ink(apart)[0]


def test_the_full_stop_of_a_right_to_left_line_stands_on_the_left() -> None:
    plain, stopped = ink(painted("שלום")), painted("שלום.")
    columns = np.nonzero(stopped.pixels[:, :, :3].min(axis=2).max(axis=0) > 128)[0]
    gap = int(np.argmax(np.diff(columns) > 1))
    assert gap < (plain[2] - plain[0]) / 4, "a dot, a gap, then the word"


@pytest.mark.parametrize("text", ["", " \n\t ", "\x00\x07", "\n\n"])
def test_nothing_to_read_is_no_picture(text: str) -> None:
    assert paint(text, 1280, 720, STYLE) is None


def test_control_characters_and_blank_lines_are_not_painted() -> None:
    assert np.array_equal(painted("one\x00\x1b\r\n\n\n two ").pixels, painted("one\ntwo").pixels)


def test_the_style_is_followed() -> None:
    assert painted("H", style=replace(STYLE, color=(255, 0, 0))).pixels[:, :, 1].max() < 64
    assert painted("H", style=replace(STYLE, size=1 / 9)).line_box > 60


def test_latin_greek_and_cyrillic_are_set_in_the_font_of_the_program() -> None:
    fonts = text_module._fonts()
    assert fonts.for_text("Größe, Ελλάδα, Жук – “quotes”…\n\u200b")[0] == ("Subtitles",)
    assert fonts.for_text("漢字")[0] != ("Subtitles",)


def test_a_sign_that_the_font_has_not_changes_no_letter() -> None:
    fonts = text_module._fonts()
    assert fonts.for_text("Hello \u2603\U0010fffd")[0][0] == "Subtitles"
    assert fonts.for_text("漢 \u2603")[0][0] != "Subtitles"
    plain, signed = (painted(text, style=replace(STYLE, shadow=0.01)) for text in ("HI", "HI\n\U0010fffd"))
    assert ink(plain)[3] - ink(plain)[1] == _first_row_height(signed)


def _first_row_height(picture: TextPicture) -> int:
    """Of the white letters in the upper half."""
    rows = np.nonzero((picture.pixels[: picture.height // 2, :, :3].min(axis=2) > 128).any(axis=1))[0]
    return int(rows.max() - rows.min()) + 1


def test_what_no_font_has_is_named() -> None:
    assert without_glyph(["Größe, Жук\n", "e\u200b\U0010fffd", "\U0010fffd"]) == ("\U0010fffd",)
    assert without_glyph([]) == ()


def test_a_computer_that_cannot_paint_is_told_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "skia", None)
    text_module._fonts.cache_clear()
    try:
        with pytest.raises(UserError, match="text cannot be painted here"):
            paint("text", 1280, 720, STYLE)
    finally:
        monkeypatch.undo()
        text_module._fonts.cache_clear()


def test_skia_is_loaded_with_the_first_text_only() -> None:
    code = (
        "import sys, app.core.render.export, app.core.render.player\n"
        "from app.core.render.text import SubtitleStyle, paint\n"
        "assert 'skia' not in sys.modules and 'cv2' not in sys.modules\n"
        "paint('text', 640, 360, SubtitleStyle())\n"
        "assert 'skia' in sys.modules\n"
    )
    root = Path(__file__).parents[4]
    done = subprocess.run([sys.executable, "-c", code], cwd=root, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
