"""The cues of the first subtitle track as a table: only the rows that an edit changed are told of."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from app.core.model.diff import middle
from app.core.model.subtitle import CueProblem, SubtitleCue, SubtitleTrack, problems, reading_rate
from app.ui.cue_index import CueIndex
from app.ui.panes.subtitles.times import PROBLEMS, written
from app.ui.widgets.cards import plain_tooltip, short_length

Index = QModelIndex | QPersistentModelIndex
_ROOT = QModelIndex()
_NO_TRACK = SubtitleTrack("", "")

NUMBER, TIME, SPEED, SPEAKER, TEXT = range(5)
TITLES = ("#", "Time", "Speed", "Speaker", "Subtitle")


class CuesModel(QAbstractTableModel):
    """Shows all cues, or those whose text or speaker holds every word of ``search``. GUI thread only.

    A cue that was found and is then edited stays in sight until something else is searched for.
    """

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._index = CueIndex(_NO_TRACK)
        self._shown: Sequence[SubtitleCue] = ()
        self._rows: dict[str, int] | None = None
        self._words: list[str] = []
        self.rate = Fraction(25)
        self.playing: frozenset[str] = frozenset()

    @property
    def index_of_cues(self) -> CueIndex:
        """All cues of the track, found or not."""
        return self._index

    @property
    def cues(self) -> Sequence[SubtitleCue]:
        """Those that are shown, in order."""
        return self._shown

    @property
    def searching(self) -> bool:
        """Whether only some are wanted."""
        return bool(self._words)

    def has_speakers(self) -> bool:
        """Whether it is known of any cue who speaks."""
        return self._index.has_speakers

    def row_of(self, cue_id: str) -> int | None:
        """Where a cue is shown."""
        if not self._words:
            return self._index.number_of(cue_id)
        if self._rows is None:
            self._rows = {cue.id: row for row, cue in enumerate(self._shown)}
        return self._rows.get(cue_id)

    def problems_of(self, cue: SubtitleCue) -> tuple[CueProblem, ...]:
        """What makes a cue hard to read."""
        number = self._index.number_of(cue.id)
        following = None if number is None else next(iter(self._index.cues[number + 1 : number + 2]), None)
        return problems(cue, following)

    # What changes it --------------------------------------------------------------------------

    def search(self, text: str) -> None:
        """Show what ``text`` asks for; all cues where it is empty."""
        words = text.casefold().split()
        if words != self._words:
            self._words = words
            self._reset(self._index)

    def show(self, track: SubtitleTrack | None, rate: Fraction) -> None:
        """Show ``track``; where it is another than before, everything is new, else only what differs."""
        shown = track or _NO_TRACK
        if shown.id != self._index.track.id or rate != self.rate:
            self.rate = rate
            self._reset(CueIndex(shown))
        elif shown.cues is not self._index.cues:
            self._take(CueIndex(shown))
        elif shown is not self._index.track:
            self._index.track = shown

    def set_playing(self, cue_ids: Iterable[str]) -> None:
        """Mark the cues under the playhead."""
        now = frozenset(cue_ids)
        changed, self.playing = now ^ self.playing, now
        for row in (self.row_of(cue_id) for cue_id in changed):
            if row is not None:
                self.dataChanged.emit(self.index(row, 0), self.index(row, TEXT))

    def _reset(self, index: CueIndex) -> None:
        self.beginResetModel()
        self._index, self._rows = index, None
        self._shown = self._found(index.cues)
        self.endResetModel()

    def _found(self, cues: Sequence[SubtitleCue]) -> Sequence[SubtitleCue]:
        if not self._words:
            return cues
        return [cue for cue in cues if self._matches(cue)]

    def _matches(self, cue: SubtitleCue) -> bool:
        held = f"{cue.text} {cue.speaker or ''}".casefold()
        return all(word in held for word in self._words)

    def _take(self, index: CueIndex) -> None:
        """Other cues on the same track: tell of the rows that differ, and of no others."""
        before, after = self._shown, self._shown_of(index)
        self._index = index
        old, new = middle(tuple(before), tuple(after))
        head = _shared_head(before, after, len(old), len(new))
        same = _same_ids(old, new)
        same_tail = _same_ids(old[same:][::-1], new[same:][::-1])
        removed, added = len(old) - same - same_tail, len(new) - same - same_tail
        first = head + same
        if removed:
            self.beginRemoveRows(_ROOT, first, first + removed - 1)
            self._set_shown([*before[:first], *before[first + removed :]] if added else after)
            self.endRemoveRows()
        if added:
            self.beginInsertRows(_ROOT, first, first + added - 1)
            self._set_shown(after)
            self.endInsertRows()
        self._set_shown(after)
        self._tell(head, first)
        self._tell(first + added, head + len(new))

    def _shown_of(self, index: CueIndex) -> Sequence[SubtitleCue]:
        """Of other cues those to show: what matches, and what is in sight already."""
        if not self._words:
            return index.cues
        there = {cue.id for cue in self._shown}
        return [cue for cue in index.cues if cue.id in there or self._matches(cue)]

    def _set_shown(self, shown: Sequence[SubtitleCue]) -> None:
        self._shown, self._rows = shown, None

    def _tell(self, first: int, last: int) -> None:
        """Rows ``[first, last)`` differ; the one before may overlap what follows, or no longer."""
        if first < last:
            self.dataChanged.emit(self.index(max(0, first - 1), 0), self.index(last - 1, TEXT))

    # What Qt asks -----------------------------------------------------------------------------

    def rowCount(self, parent: Index = _ROOT) -> int:
        return 0 if parent.isValid() else len(self._shown)

    def columnCount(self, parent: Index = _ROOT) -> int:
        return 0 if parent.isValid() else len(TITLES)

    def flags(self, index: Index) -> Qt.ItemFlag:
        if not index.isValid():
            return Qt.ItemFlag.NoItemFlags
        flags = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemNeverHasChildren
        return flags | Qt.ItemFlag.ItemIsEditable if index.column() in (TIME, SPEAKER, TEXT) else flags

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if role == Qt.ItemDataRole.DisplayRole and orientation == Qt.Orientation.Horizontal:
            return TITLES[section]
        return None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        cue = self._shown[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return self._text(cue, index.column())
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return self._spoken(cue, index.column())
        if role == Qt.ItemDataRole.ToolTipRole:
            return plain_tooltip(self.tooltip(cue))
        return None

    def number(self, cue: SubtitleCue) -> int:
        """What the cue is counted as, from 1."""
        return (self._index.number_of(cue.id) or 0) + 1

    def _text(self, cue: SubtitleCue, column: int) -> str:
        if column == NUMBER:
            return str(self.number(cue))
        if column == TIME:
            return f"{written(cue.start, self.rate)}\n{written(cue.end, self.rate)}"
        if column == SPEED:
            return f"{short_length(cue.end - cue.start)}\n{reading_rate(cue):.0f}/s"
        return (cue.speaker or "") if column == SPEAKER else cue.text

    def _spoken(self, cue: SubtitleCue, column: int) -> str:
        if column == NUMBER:
            said = ", ".join(PROBLEMS[each][1] for each in self.problems_of(cue))
            return f"Subtitle {self.number(cue)}{', ' if said else ''}{said}"
        if column == TIME:
            return f"from {written(cue.start, self.rate)} to {written(cue.end, self.rate)}"
        if column == SPEED:
            return f"{short_length(cue.end - cue.start)}, {reading_rate(cue):.0f} characters a second"
        return self._text(cue, column)

    def tooltip(self, cue: SubtitleCue) -> str:
        """Everything, in lines: the flaws first."""
        flaws = [PROBLEMS[each][1].capitalize() for each in self.problems_of(cue)]
        if flaws:
            flaws.append("")
        speed = f"{short_length(cue.end - cue.start)}, {reading_rate(cue):.0f} characters a second"
        return "\n".join((*flaws, *([cue.speaker] if cue.speaker else []), cue.text, speed))


def _shared_head(before: Sequence[SubtitleCue], after: Sequence[SubtitleCue], old: int, new: int) -> int:
    """How many rows stand before the middle, given the lengths of the middles."""
    head, most = 0, min(len(before) - old, len(after) - new)
    while head < most and before[head] is after[head]:
        head += 1
    return head


def _same_ids(one: Sequence[SubtitleCue], other: Sequence[SubtitleCue]) -> int:
    """How many cues from the beginning on are the same, whatever they say now."""
    count = 0
    for cue, its in zip(one, other, strict=False):
        if cue.id != its.id:
            break
        count += 1
    return count
