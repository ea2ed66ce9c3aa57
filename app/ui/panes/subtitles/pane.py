"""The subtitles pane: the cues of the first subtitle track beside the picture, typed and timed in place."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAction, QKeySequence, QShortcut, QShowEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QHBoxLayout,
    QMenu,
    QScrollArea,
    QStackedWidget,
    QToolButton,
    QWidget,
)

from app.core.base import time
from app.core.base.errors import UserError
from app.core.base.time import Flicks
from app.core.model.diff import Changes
from app.core.model.project import Project
from app.core.session.session import Session
from app.ui import icons
from app.ui.bridge import Bridge
from app.ui.cue_index import first_track
from app.ui.panes.subtitles.editors import CueTextEdit, SpeakerEdit, TimesEdit
from app.ui.panes.subtitles.empty import NoSubtitles
from app.ui.panes.subtitles.entering import CueEntering
from app.ui.panes.subtitles.model import TEXT, CuesModel
from app.ui.panes.subtitles.table import CuesTable
from app.ui.panes.subtitles.times import first_frame
from app.ui.theme import GAP, MARGIN, TOOLBAR_HEIGHT, UNIT, Appearance
from app.ui.view_state import ViewState
from app.ui.widgets.basics import column, label, tool_button
from app.ui.widgets.empty_state import EmptyState
from app.ui.widgets.search_field import SearchField

ITEMS = "subtitlesPane.items"
# The menu of the right button, and of the button at the top; an empty name is a line.
_MENU = (
    "subtitles.add",
    "subtitles.split",
    "subtitles.merge",
    "subtitles.delete",
    "",
    "subtitles.setIn",
    "subtitles.setOut",
    "",
    "subtitles.fromSpeech",
    "subtitles.import",
    "subtitles.export",
    "subtitles.visible",
)


class SubtitlesPane(QWidget):
    """Lists the cues of ``session``; the table is ``subtitlesPane.items``. GUI thread only.

    ``action`` gives the window's QActions by name, None for one that it has not got.
    """

    def __init__(
        self,
        session: Session,
        view: ViewState,
        bridge: Bridge,
        appearance: Appearance,
        action: Callable[[str], QAction | None],
    ) -> None:
        super().__init__()
        self.setObjectName("subtitlesPane")
        self.setAccessibleName("subtitlesPane")
        self.setProperty("tone", "panel")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._session = session
        self._view = view
        self._appearance = appearance
        self._action = action
        self.model = CuesModel(self)
        self.table = CuesTable(self.model, view, appearance)
        self.entering = CueEntering(session, self.model, self._say)
        self.search = SearchField(appearance, "Search subtitles", "subtitlesPane.search")
        self.follow = QToolButton()
        self.notice = label(tone="error", small=True, wrap=True)
        self.empty = NoSubtitles(appearance, action)
        self._nothing_found = EmptyState(appearance)
        self._more = tool_button()
        self._empty_page = QScrollArea()
        self._pages = QStackedWidget()
        self._count = label(tone="muted", small=True)
        self._build()
        self._connect(bridge)
        self._show(session.project)

    def edit_cue(self, cue_id: str) -> None:
        """Begin typing the text of a cue."""
        if self.model.row_of(cue_id) is None:
            self.search.clear()
        row = self.model.row_of(cue_id)
        if row is not None:
            self._view.select_cues({cue_id})
            self.table.edit_row(row, TEXT)

    def add_cue(self, start: Flicks, end: Flicks) -> None:
        """Add an empty cue and begin typing; it goes away again if nothing is typed.

        Raises:
            UserError: it cannot be added.
        """
        before = self.table.delegate.editor
        self.table.delegate.finish()
        if before is not None:
            self.entering.left(before.cue_id)
        cue_id = self.entering.add(start, end)
        if cue_id is not None:
            self.edit_cue(cue_id)
            self.entering.expect(cue_id)

    def make_menu(self) -> QMenu:
        """What can be done with the selected cues, and with all of them."""
        menu = QMenu(self)
        rows = self.table.selected_rows()
        if rows:
            menu.addAction("Edit Text", lambda: self.table.edit_row(rows[0], TEXT))
            menu.addSeparator()
        for name in _MENU:
            found = self._action(name) if name else None
            if found is not None:
                menu.addAction(found)
            elif not name:
                menu.addSeparator()
        return menu

    # How it is built --------------------------------------------------------------------------

    def _build(self) -> None:
        self.table.setObjectName(ITEMS)
        self.table.setAccessibleName("Subtitles")
        self.table.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.notice.setObjectName("subtitlesPane.notice")
        self.notice.hide()
        self.notice.setContentsMargins(MARGIN, UNIT, MARGIN, UNIT)
        self._nothing_found.say("search", "Nothing matches", "Search by words of the text or the name of a speaker")
        self._empty_page.setWidget(self.empty)
        self._empty_page.setWidgetResizable(True)  # and in a low pane the window need not grow
        self._empty_page.setFrameShape(QFrame.Shape.NoFrame)
        self._empty_page.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        for page in (self._empty_page, self._nothing_found, self.table):
            self._pages.addWidget(page)
        layout = column()
        layout.addWidget(self._make_head())
        layout.addWidget(self._pages, 1)
        layout.addWidget(self.notice)
        layout.addWidget(self._make_foot())
        self.setLayout(layout)

    def _make_head(self) -> QWidget:
        self._head = QWidget()
        self._head.setFixedHeight(TOOLBAR_HEIGHT)
        row = QHBoxLayout(self._head)
        row.setContentsMargins(GAP, UNIT, GAP, UNIT)
        row.setSpacing(UNIT)
        row.addWidget(self.search, 1)
        add = self._action("subtitles.add")
        if add is not None:
            shown = tool_button()
            shown.setDefaultAction(add)
            shown.setObjectName("subtitlesPane.add")
            row.addWidget(shown)
        self._more.setObjectName("subtitlesPane.more")
        self._more.setAccessibleName("More")
        self._more.setToolTip("More")
        row.addWidget(self._more)
        return self._head

    def _make_foot(self) -> QWidget:
        self._foot = QWidget()
        row = QHBoxLayout(self._foot)
        row.setContentsMargins(MARGIN, UNIT, GAP, UNIT)
        row.addWidget(self._count)
        row.addStretch(1)
        self.follow.setText("Follow")
        self.follow.setObjectName("subtitlesPane.follow")
        self.follow.setToolTip("Keep the subtitle under the playhead in sight")
        self.follow.setCheckable(True)
        self.follow.setChecked(True)
        self.follow.setAutoRaise(True)
        self.follow.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        row.addWidget(self.follow)
        return self._foot

    def _connect(self, bridge: Bridge) -> None:
        self.search.textChanged.connect(self._search)
        self.follow.toggled.connect(self._on_follow)
        self.table.gone_to.connect(self._go_to)
        self.table.customContextMenuRequested.connect(self._show_menu)
        self._more.clicked.connect(lambda: self._popup(self._more.mapToGlobal(QPoint(0, self._more.height()))))
        delegate = self.table.delegate
        delegate.entered.connect(self._enter)
        delegate.split_asked.connect(self._split)
        delegate.step_asked.connect(self._step)
        # Later: Qt closes fields in the middle of a press, when no row may go.
        self.table.edit_ended.connect(self.entering.left, Qt.ConnectionType.QueuedConnection)
        self._view.playhead_changed.connect(self._on_playhead)
        self._appearance.changed.connect(self._draw)
        bridge.document_changed.connect(self._on_document)
        find = QShortcut(QKeySequence(QKeySequence.StandardKey.Find), self)
        find.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        find.activated.connect(self.search.setFocus)
        self._draw()

    def _draw(self) -> None:
        self._more.setIcon(icons.icon("more", self._appearance.theme))
        self.table.viewport().update()

    # What it shows ----------------------------------------------------------------------------

    def _on_document(self, _before: Project, after: Project, changes: Changes) -> None:
        if changes.cues or changes.subtitle_tracks or changes.sequences:
            self._say(None)
            self._show(after)

    def _show(self, project: Project) -> None:
        columns, rows = self._columns(), len(self.model.cues)
        self.table.hold_selection()
        self.model.show(first_track(project), self._rate(project))
        self.table.take_selection()
        if columns != self._columns():
            self.table.fit_columns()
        self._show_page()
        self._mark_playing()
        if rows != len(self.model.cues):
            self.table.viewport().update()  # all that follow are counted anew

    def _columns(self) -> tuple[object, ...]:
        """What the widths of the columns depend on."""
        return len(str(len(self.model.index_of_cues))), self.model.has_speakers()

    def _show_page(self) -> None:
        total, shown = len(self.model.index_of_cues), len(self.model.cues)
        page: QWidget = self.table if shown else self._nothing_found if total else self._empty_page
        if page is self._empty_page:
            self.empty.refresh()
        self._pages.setCurrentWidget(page)
        self._head.setVisible(total > 0)
        self._foot.setVisible(total > 0)
        count = f"{total:,} subtitle" if total == 1 else f"{total:,} subtitles"
        track = self.model.index_of_cues.track
        state = "".join(f", {word}" for word, so in (("hidden", track.hidden), ("locked", track.locked)) if so)
        self._count.setText((count if shown == total else f"{shown:,} of {count}") + state)

    def _search(self, text: str) -> None:
        self.table.hold_selection()
        self.model.search(text)
        self.table.take_selection()
        self._show_page()
        self._follow()

    def _say(self, error: UserError | None) -> None:
        """Tell why something was refused, until something else is done."""
        self.notice.setText(f"{error.why[:1].upper()}{error.why[1:]}; {error.what_to_do}." if error else "")
        self.notice.setVisible(error is not None)

    # The playhead -----------------------------------------------------------------------------

    def _on_playhead(self, _frame: int) -> None:
        before = self.model.playing
        self._mark_playing()
        if self.model.playing != before:
            self._follow()

    def _mark_playing(self) -> None:
        now = time.frame_start(self._view.playhead, self.model.rate)
        index = self.model.index_of_cues
        self.model.set_playing(index.cues[number].id for number in index.shown_at(now))

    def _follow(self) -> None:
        """Bring the cue under the playhead into sight, unless the person looks elsewhere."""
        if not self.follow.isChecked() or not self.isVisible() or self.table.editing or self.table.just_scrolled:
            return
        rows = [row for row in map(self.model.row_of, self.model.playing) if row is not None]
        if rows:
            index = self.model.index(min(rows), TEXT)
            seen = self.table.viewport().rect().contains(self.table.visualRect(index))
            if not seen:
                self.table.scrollTo(index, QAbstractItemView.ScrollHint.PositionAtCenter)

    def _on_follow(self, *_on: object) -> None:
        self.table.rest()
        self._follow()

    def _go_to(self, row: int) -> None:
        cue = self.model.cues[row]
        self._view.set_playhead(first_frame(cue.start, cue.end, self.model.rate))

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._follow()

    # What is typed ----------------------------------------------------------------------------

    def _enter(self, editor: CueTextEdit | TimesEdit | SpeakerEdit) -> None:
        if not self.entering.take(editor):
            self.table.delegate.refuse()

    def _split(self, editor: CueTextEdit) -> None:
        second = self.entering.split(editor)
        if second is not None:
            self.table.delegate.close()
            self.edit_cue(second)

    def _step(self, step: int) -> None:
        row = self.table.currentIndex().row() + step
        if 0 <= row < len(self.model.cues):
            self._go_to(row)
            self.table.edit_row(row, TEXT)

    # The menu ---------------------------------------------------------------------------------

    def _show_menu(self, point: QPoint) -> None:
        self._popup(self.table.viewport().mapToGlobal(point))

    def _popup(self, at: QPoint) -> None:
        menu = self.make_menu()
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(at)

    @staticmethod
    def _rate(project: Project) -> Fraction:
        return project.sequences[0].format.rate if project.sequences else Fraction(25)
