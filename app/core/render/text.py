"""Paints the text of a subtitle: shaped, wrapped and outlined, as a small picture with its place in the film's.

Text is laid out once in units of its own size and then painted at the size that is wanted, so a
small preview breaks its lines where the film does. The only room that knows skia, which is loaded
when the first text is painted.
"""

from __future__ import annotations

import functools
import threading
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from importlib import resources
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from app.core.base.errors import UserError

Rgb: TypeAlias = tuple[int, int, int]
Pixels: TypeAlias = npt.NDArray[np.uint8]

_UNIT = 100.0  # text size in which lines are broken
_WIDTH_STEP = 20  # of the same unit: previews differ from the film by a rounded pixel and must break alike
_SMALLER = 0.6  # of the wanted size: so far too many lines are set smaller, then they may be many
_SMALLEST = 0.25  # of the wanted size: so far lines that are higher than the picture are set smaller
_MOST_CHARACTERS = 1000
# Where the film's font has no letters for a text, the system's fonts are asked in this order.
_SYSTEM_FAMILIES = ("Inter", "Noto Sans", "DejaVu Sans", "Segoe UI", "Helvetica Neue", "sans-serif")
_FONT_FILE = "Inter-SemiBold.otf"
_FONT_NAME = "Subtitles"
_RIGHT_TO_LEFT = ("R", "AL")
_AS_RIGHT_TO_LEFT, _ISOLATE_END = "\u2067", "\u2069"
# Joiners, marks of direction, variation selectors: they choose a glyph or an order and have none of their own.
_WITHOUT_GLYPH = frozenset("\n\u00ad\u200b\u200c\u200d\u200e\u200f\u2060\ufe0e\ufe0f")
# Fonts and their caches are shared by all threads, and skia's are not made for that.
_painting = threading.Lock()


@dataclass(frozen=True, slots=True)
class SubtitleStyle:
    """How subtitles look. Sizes are shares: ``size`` of the height of the picture (but never more
    than ``widest`` of its width), the other lengths of that text size, margins of the picture.

    More than ``lines`` lines are set smaller, so that what was meant as two does not hide the picture.
    """

    size: float = 1 / 18
    widest: float = 1 / 20
    line_height: float = 1.25
    lines: int = 3
    side: float = 0.1
    bottom: float = 0.05
    color: Rgb = (255, 255, 255)
    outline_color: Rgb = (16, 16, 16)
    outline: float = 0.06
    shadow: float = 0.08
    shadow_opacity: float = 0.75


@dataclass(frozen=True, slots=True)
class TextPicture:
    """Premultiplied RGBA of shape (height, width, 4); its top left pixel is ``x``, ``y`` of the whole.

    All four measures are even. ``line_box`` is the height of the lines without the soft edges
    around them: how far a text that stands above this one has to be lifted, even as well.
    """

    x: int
    y: int
    pixels: Pixels
    line_box: int

    @property
    def width(self) -> int:
        """In pixels."""
        return int(self.pixels.shape[1])

    @property
    def height(self) -> int:
        """In pixels."""
        return int(self.pixels.shape[0])


def paint(text: str, width: int, height: int, style: SubtitleStyle) -> TextPicture | None:
    """``text`` at the bottom of a picture of ``width`` by ``height`` pixels; None where nothing is to be read.

    May be called from any thread.

    Raises:
        UserError: the painter cannot be loaded on this computer.
    """
    lines = _readable(text)
    if not lines:
        return None
    with _painting:
        return _Block(lines, width, height, style).painted()


def without_glyph(texts: Iterable[str]) -> tuple[str, ...]:
    """The characters of ``texts`` that no font of this computer has: boxes stand in their place. For any thread.

    Raises:
        UserError: the painter cannot be loaded on this computer.
    """
    characters = {each for text in texts for each in text if _is_shown(each)}
    with _painting:
        fonts = _fonts()
        return tuple(each for each in fonts.foreign("".join(characters)) if fonts.system_face(each) is None)


class _Block:
    """The lines of one text, laid out for one picture."""

    def __init__(self, text: str, width: int, height: int, style: SubtitleStyle) -> None:
        self._text, self._width, self._height, self._style = text, width, height, style
        self._fonts = _fonts()
        self._families, self._collection = self._fonts.for_text(text)
        self._scale, self._layout_width = self._fitted()

    def _fitted(self) -> tuple[float, float]:
        """Pixels per unit, and the width of a line in units: the largest at which all lines fit."""
        style = self._style
        whole = min(self._height * style.size, self._width * style.widest) / _UNIT
        room = self._width * (1 - 2 * style.side)
        most_lines = max(style.lines, self._text.count("\n") + 1)
        scale = whole
        while True:
            line_width = max(_WIDTH_STEP, round(room / scale / _WIDTH_STEP) * _WIDTH_STEP)
            high = self._laid_out(line_width, None).Height
            lines = round(high / (_UNIT * style.line_height))
            few = lines <= most_lines or scale <= whole * _SMALLER
            if (few and high * scale <= self._height * (1 - 2 * style.bottom)) or scale <= whole * _SMALLEST:
                return scale, self._balanced(line_width, high)
            scale *= 0.9

    def _balanced(self, width: float, high: float) -> float:
        """The least width at which the text is no higher: no last line of one word."""
        if high < 1.5 * _UNIT * self._style.line_height:
            return width
        least, most = 1, int(width) // _WIDTH_STEP
        while least < most:
            middle = (least + most) // 2
            tried = self._laid_out(middle * _WIDTH_STEP, None)
            if tried.Height > high or tried.LongestLine > middle * _WIDTH_STEP:
                least = middle + 1
            else:
                most = middle
        return most * _WIDTH_STEP

    def _laid_out(self, width: float, look: Any) -> Any:
        """The paragraph, broken into lines of ``width`` units; ``look`` is what it is painted with."""
        import skia

        style = skia.textlayout.TextStyle()
        style.setFontFamilies(list(self._families))
        style.setFontStyle(skia.FontStyle(600, 5, skia.FontStyle.kUpright_Slant))
        style.setFontSize(_UNIT)
        style.setHeight(self._style.line_height)
        style.setHeightOverride(True)
        style.setHalfLeading(True)
        if look is not None:
            style.setForegroundPaint(look)
        lines = skia.textlayout.ParagraphStyle()
        lines.setTextAlign(skia.textlayout.TextAlign.kCenter)
        lines.setTextStyle(style)
        builder = skia.textlayout.ParagraphBuilder.make(lines, self._collection, self._fonts.unicode)
        builder.pushStyle(style)
        builder.addText(self._text)
        paragraph = builder.Build()
        paragraph.layout(width)
        return paragraph

    def painted(self) -> TextPicture:
        """The picture of the block, at its place."""
        import skia

        style, scale, unit = self._style, self._scale, _UNIT
        inside = skia.Paint(AntiAlias=True, Color=skia.Color(*style.color))
        edge = skia.Paint(
            AntiAlias=True,
            Color=skia.Color(*style.outline_color),
            Style=skia.Paint.kStroke_Style,
            StrokeWidth=2 * style.outline * unit,
            StrokeJoin=skia.Paint.kRound_Join,
        )
        front, back = self._laid_out(self._layout_width, inside), self._laid_out(self._layout_width, edge)
        around = (style.outline + 4 * style.shadow) * unit * scale + 2
        wide, high = front.LongestLine * scale, front.Height * scale
        bottom = self._height * (1 - style.bottom)
        left, top = (self._width - wide) / 2 - around, bottom - high - around
        x, y = max(0, int(left) // 2 * 2), max(0, int(top) // 2 * 2)
        right, below = min(self._width, int(left + wide + 2 * around) + 1), min(self._height, int(bottom + around) + 1)
        surface = skia.Surface.MakeRaster(
            skia.ImageInfo.Make(
                max(2, right - x + (right - x) % 2),
                max(2, below - y + (below - y) % 2),
                skia.kRGBA_8888_ColorType,
                skia.kPremul_AlphaType,
            )
        )
        canvas = surface.getCanvas()
        canvas.clear(0)
        canvas.translate(self._width / 2 - x, bottom - high - y)
        canvas.scale(scale, scale)
        canvas.translate(-self._layout_width / 2, 0)
        back.paint(canvas, 0, 0)
        front.paint(canvas, 0, 0)
        pixels = np.array(surface.toarray(colorType=skia.kRGBA_8888_ColorType), np.uint8)
        return TextPicture(x, y, _shaded(pixels, style.shadow * unit * scale, style), _even(high))


def _shaded(pixels: Pixels, soft: float, style: SubtitleStyle) -> Pixels:
    """``pixels`` over their own soft shadow, which falls down a little; ``soft`` pixels is its deviation.

    Blurred here: skia's own filter takes ten times as long.
    """
    import cv2

    fall = max(1, round(soft / 2))
    cast = np.zeros_like(pixels[:, :, 3])
    cast[fall:] = pixels[:-fall, :, 3]
    shade = cv2.GaussianBlur(cast, (0, 0), max(0.3, soft)).astype(np.float32) * style.shadow_opacity
    shade *= (255 - pixels[:, :, 3].astype(np.float32)) / 255
    color = np.array((*style.outline_color, 255), np.float32) / 255
    return np.rint(pixels + shade[:, :, None] * color).astype(np.uint8)


class _Fonts:
    """The film's own font, and the system's for all that it has no letters for."""

    def __init__(self) -> None:
        try:
            import skia
        except ImportError as error:
            what_to_do = "install your system's graphics libraries (libGL, libEGL), or leave the subtitles out"
            raise UserError("subtitles", f"text cannot be painted here ({error})", what_to_do) from error
        data = (resources.files("resources") / "fonts" / _FONT_FILE).read_bytes()
        self._own_face = skia.FontMgr.New_Custom_Empty().makeFromData(skia.Data.MakeWithCopy(data))
        provider = skia.textlayout.TypefaceFontProvider()
        provider.registerTypeface(self._own_face, _FONT_NAME)
        self._own = skia.textlayout.FontCollection()
        self._own.setDefaultFontManager(provider)
        self.unicode = skia.Unicodes.ICU.Make()
        self._faces: dict[str, Any] = {}

    @functools.cached_property
    def _manager(self) -> Any:
        """Made late: looking through the system's fonts takes a moment."""
        import skia

        return skia.FontMgr()

    @functools.cached_property
    def _system(self) -> Any:
        import skia

        collection = skia.textlayout.FontCollection()
        collection.setDefaultFontManager(self._manager)
        return collection

    def for_text(self, text: str) -> tuple[tuple[str, ...], Any]:
        """Families and collection with which the whole of ``text`` is set: its letters look as from one hand."""
        foreign = self.foreign(text)
        if not foreign:
            return (_FONT_NAME,), self._own
        if any(unicodedata.category(each)[0] in "LM" for each in foreign):
            return _SYSTEM_FAMILIES, self._system
        return self._with_signs(foreign)

    def foreign(self, text: str) -> list[str]:
        """The characters of ``text`` for which the film's font has nothing, in order of their numbers."""
        return sorted(
            each
            for each in set(text) - _WITHOUT_GLYPH
            if unicodedata.category(each) != "Cf" and not self._own_face.unicharToGlyph(ord(each))
        )

    def system_face(self, character: str) -> Any:
        """A font of the system that has ``character``; None without one."""
        import skia

        if character not in self._faces:
            wanted = skia.FontStyle(600, 5, skia.FontStyle.kUpright_Slant)
            self._faces[character] = self._manager.matchFamilyStyleCharacter("", wanted, ["en"], ord(character))
        return self._faces[character]

    def _with_signs(self, signs: Sequence[str]) -> tuple[tuple[str, ...], Any]:
        """The film's own font, and the system's for these signs alone: one emoji changes no letter."""
        import skia

        provider = skia.textlayout.TypefaceFontProvider()
        provider.registerTypeface(self._own_face, _FONT_NAME)
        families = [_FONT_NAME]
        for face in filter(None, map(self.system_face, signs)):
            name = f"System {face.uniqueID()}"
            if name not in families:
                provider.registerTypeface(face, name)
                families.append(name)
        collection = skia.textlayout.FontCollection()
        collection.setDefaultFontManager(provider)
        return tuple(families), collection


@functools.cache
def _fonts() -> _Fonts:
    return _Fonts()


def _readable(text: str) -> str:
    """What is painted of ``text``: no control characters, no blank lines, no more than a person can read."""
    whole = text.encode("utf-8", "replace").decode("utf-8")
    if len(whole) > _MOST_CHARACTERS:
        whole = whole[: _MOST_CHARACTERS - 1] + "…"
    lines = ("".join(each for each in " ".join(line.split()) if _is_shown(each)) for line in whole.splitlines())
    return "\n".join(_directed(line) for line in lines if line)


def _is_shown(character: str) -> bool:
    return unicodedata.category(character) not in ("Cc", "Cs")


def _directed(line: str) -> str:
    """``line`` marked as right to left where its first letter says so: its full stop then stands on the left."""
    for letter in line:
        direction = unicodedata.bidirectional(letter)
        if direction == "L":
            return line
        if direction in _RIGHT_TO_LEFT:
            return f"{_AS_RIGHT_TO_LEFT}{line}{_ISOLATE_END}"
    return line


def _even(length: float) -> int:
    return 2 * round(length / 2)
