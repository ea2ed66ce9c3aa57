"""How one cue looks in the table: times above each other, the text in lines, a mark for each flaw."""

from __future__ import annotations

from functools import cache
from unicodedata import bidirectional

from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QTextLayout, QTextOption

from app.core.model.subtitle import SubtitleCue, reading_rate
from app.ui.panes.subtitles.model import NUMBER, SPEAKER, SPEED, TEXT, TIME, CuesModel
from app.ui.panes.subtitles.times import PROBLEMS, written
from app.ui.theme import GAP, UNIT, Theme, font
from app.ui.widgets.cards import Look, paint_line, short_length

PADDING = 6
LINE = 17
_SMALL_LINE = 15
_BAR = 3
_MARK = 6
_ELLIPSIS = "…"


def row_height(lines: int) -> int:
    """Pixels of a row with so many lines of text."""
    return lines * LINE + 2 * PADDING


class CuePainter:
    """Paints the cells of a :class:`CuesModel`. ``speakers_apart`` says that they have a column of their own."""

    def __init__(self, model: CuesModel) -> None:
        self._model = model
        self.speakers_apart = False
        self._text = font()
        self._small = font(small=True)
        self._figures = font(small=True, tabular=True)

    def paint(self, painter: QPainter, look: Look, column: int, cue: SubtitleCue, *, first: bool) -> None:
        """One cell; ``first`` is the leftmost that is shown."""
        playing = cue.id in self._model.playing
        painter.fillRect(look.rect, self._ground(look, playing=playing))
        painter.fillRect(look.rect.left(), look.rect.bottom(), look.rect.width(), 1, QColor(look.theme.line))
        if first and playing:
            painter.fillRect(look.rect.left(), look.rect.top(), _BAR, look.rect.height() - 1, QColor(look.theme.accent))
        inside = look.rect.adjusted(GAP, PADDING, -UNIT, -PADDING)
        if column == NUMBER:
            self._paint_number(painter, look, inside, cue)
        elif column == TIME:
            rate = self._model.rate
            self._paint_pair(painter, look, inside, written(cue.start, rate), written(cue.end, rate))
        elif column == SPEED:
            length = short_length(cue.end - cue.start)
            self._paint_pair(painter, look, inside, length, f"{reading_rate(cue):.0f}/s")
        elif column == SPEAKER:
            paint_line(painter, _line(inside, 0, LINE), cue.speaker or "", look.muted, self._small)
        elif column == TEXT:
            self._paint_text(painter, look, inside, cue)

    @staticmethod
    def _ground(look: Look, *, playing: bool) -> QColor:
        theme = look.theme
        if look.selected:
            return QColor(theme.selection)
        if look.hovered:
            return QColor(theme.hover)
        return QColor(theme.raised if playing else theme.panel)

    def _paint_number(self, painter: QPainter, look: Look, inside: QRect, cue: SubtitleCue) -> None:
        box = _line(inside, 0, LINE)
        paint_line(painter, box, str(self._model.number(cue)), look.muted, self._figures)
        marks = list(dict.fromkeys(PROBLEMS[each][0] for each in self._model.problems_of(cue)))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        for place, tone in enumerate(marks):
            painter.setBrush(QColor(_tone(look.theme, tone)))
            x, y = inside.left() + place * (_MARK + 3), inside.top() + LINE + (_SMALL_LINE - _MARK) // 2
            # Told apart by form as well as by colour.
            if tone == "error":
                painter.drawRect(QRectF(x, y, _MARK, _MARK))
            else:
                painter.drawEllipse(QRectF(x, y, _MARK, _MARK))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, on=False)

    def _paint_pair(self, painter: QPainter, look: Look, inside: QRect, upper: str, lower: str) -> None:
        paint_line(painter, _line(inside, 0, LINE), upper, look.text, self._figures)
        paint_line(painter, _line(inside, 1, LINE), lower, look.muted, self._figures)

    def _paint_text(self, painter: QPainter, look: Look, inside: QRect, cue: SubtitleCue) -> None:
        top = 0
        if cue.speaker and not self.speakers_apart:
            paint_line(painter, _line(inside, 0, _SMALL_LINE), cue.speaker, look.muted, self._small)
            top = _SMALL_LINE
        box = inside.adjusted(0, top, 0, 0)
        painter.setPen(look.text if cue.text.strip() else look.muted)
        lines = max(1, (box.height() + 2) // LINE)
        # Line feeds are for the picture; here the text flows, whatever room it has.
        draw_lines(painter, box, " ".join(cue.text.split()) or "(no text)", lines)


def draw_lines(painter: QPainter, box: QRect, text: str, most: int) -> None:
    """``text`` in at most so many lines of the width of ``box``, each in the direction that it is written in;
    what has no room ends with an ellipsis."""
    painter.setFont(font())
    metrics = _metrics()
    option = QTextOption()
    option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
    option.setTextDirection(Qt.LayoutDirection.LayoutDirectionAuto)
    drawn = 0
    paragraphs = text.split("\n")
    for number, paragraph in enumerate(paragraphs):
        if drawn == most:
            return
        side = Qt.AlignmentFlag.AlignRight if _from_right(paragraph) else Qt.AlignmentFlag.AlignLeft
        option.setAlignment(side)
        layout = QTextLayout(paragraph[:500], font())
        layout.setTextOption(option)
        layout.beginLayout()
        while (line := layout.createLine()).isValid():
            line.setLineWidth(box.width())
            if drawn + layout.lineCount() >= most:
                break
        layout.endLayout()
        last = drawn + layout.lineCount() >= most
        for place in range(layout.lineCount()):
            line = layout.lineAt(place)
            y = box.top() + (drawn + place) * LINE
            ends = line.textStart() + line.textLength()
            more = number + 1 < len(paragraphs) or ends < len(paragraph.rstrip())
            if last and place == layout.lineCount() - 1 and more:
                rest = " ".join((paragraph[line.textStart() :], *paragraphs[number + 1 :]))
                shown = metrics.elidedText(rest.rstrip() + _ELLIPSIS, Qt.TextElideMode.ElideRight, box.width())
                flags = side | Qt.AlignmentFlag.AlignAbsolute | Qt.TextFlag.TextSingleLine
                painter.drawText(QRect(box.left(), y, box.width(), LINE + 2), flags, shown)
            else:
                line.draw(painter, QPointF(box.left(), y - line.y()))
        drawn += layout.lineCount()


def _from_right(text: str) -> bool:
    """Whether text is written from right to left: its first letter says so."""
    directions = (bidirectional(character) for character in text)
    return next((each for each in directions if each in ("L", "R", "AL")), "L") != "L"


@cache
def _metrics() -> QFontMetrics:
    return QFontMetrics(font())


def _line(inside: QRect, number: int, height: int) -> QRect:
    return QRect(inside.left(), inside.top() + number * height, inside.width(), height)


def _tone(theme: Theme, tone: str) -> str:
    return theme.error if tone == "error" else theme.warning
