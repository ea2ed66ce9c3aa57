"""Before sound leaves the computer: what is sent, to whom, about what it costs. Nothing is sent unasked."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, QUrl, Signal
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDialog,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLineEdit,
    QScrollArea,
    QWidget,
)

from app.core.base.errors import UserError
from app.core.session.speech_outline import Sending, SentSound
from app.core.speech.transcriber import SpeechOptions
from app.ui.dialogs.error import sentence
from app.ui.theme import GAP, MARGIN, UNIT, WIDE
from app.ui.widgets.basics import ElidedLabel, button, column, label, set_tone
from app.ui.widgets.cards import clock
from app.ui.words import size_in_words

KEY_PAGE = "https://www.assemblyai.com/dashboard/api-keys"
_WIDTH = 480
_LIST_HEIGHT = 112
_MOST_SPEAKERS = 10
_LANGUAGES = (
    ("Find out", None),
    ("Arabic", "ar"),
    ("Chinese", "zh"),
    ("Dutch", "nl"),
    ("English", "en"),
    ("French", "fr"),
    ("German", "de"),
    ("Hindi", "hi"),
    ("Italian", "it"),
    ("Japanese", "ja"),
    ("Korean", "ko"),
    ("Polish", "pl"),
    ("Portuguese", "pt"),
    ("Russian", "ru"),
    ("Spanish", "es"),
    ("Turkish", "tr"),
    ("Ukrainian", "uk"),
    ("Vietnamese", "vi"),
)


class ConsentDialog(QDialog):
    """Shows what :meth:`show_sending` is given. GUI thread only.

    ``options_changed`` comes when another language or number of speakers is chosen; ``agreed`` when the
    person agrees, and again when they try once more: whoever listens closes the dialog.
    """

    options_changed = Signal()
    agreed = Signal()

    def __init__(self, parent: QWidget | None, media: int, *, new_videos: bool) -> None:
        """``media`` is how many were chosen; ``new_videos`` whether new ones are to be transcribed by themselves."""
        super().__init__(parent)
        self.setObjectName("consentDialog")
        self.setAccessibleName("consentDialog")
        self.setWindowTitle("Transcribe")
        self.setWindowModality(Qt.WindowModality.WindowModal)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._ready = False
        self.headline = label(f"Transcribe {_files(media)}", strong=True, wrap=True)
        self.list = _SoundList()
        self.sent, self.receiver, self.cost = (label(wrap=True) for _ in range(3))
        self.known = label(tone="muted", small=True, wrap=True)
        self.languages = _box("consentLanguage", "Language", _LANGUAGES)
        counts = [("Do not tell apart", None), *((str(count), count) for count in range(1, _MOST_SPEAKERS + 1))]
        self.speakers = _box("consentSpeakers", "Speakers", counts)
        self.key = _KeyField()
        self.new_videos = QCheckBox("Transcribe new videos by themselves from now on")
        self.new_videos.setObjectName("consentNewVideos")
        self.new_videos.setChecked(new_videos)
        self.note = label(tone="error", wrap=True)
        self.note.setObjectName("consentNote")
        self.note.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.cancel = button("Cancel", "", "consentCancel")
        self.send = button("Send and transcribe", "primary", "consentSend")
        self.send.setDefault(True)
        self._lay_out()
        self._connect()
        self.look()

    @property
    def options(self) -> SpeechOptions:
        """What is chosen."""
        return SpeechOptions(self.languages.currentData(), self.speakers.currentData())

    def look(self) -> None:
        """Say that it is being looked what is known."""
        self._ready = False
        self.sent.setText("Looking what is known already")
        self._refresh()

    def show_sending(self, sending: Sending) -> None:
        """Show what would be sent, and ask for a key where there is none."""
        self._ready = True
        self.list.fill(sending.sounds)
        self.sent.setText(_sent(sending))
        unsafe = "" if sending.encrypted else ". Not encrypted: others on the network can listen"
        self.receiver.setText(f"{sending.receiver} at {sending.host}{unsafe}")
        set_tone(self.receiver, "" if sending.encrypted else "warning")
        self.cost.setText(_cost(sending))
        self.known.setText(_known(sending) if sending.sounds else "")
        self.send.setText("Send and transcribe" if sending.sounds else "Transcribe")
        if sending.key is None:
            self.key.ask(can_keep=sending.can_keep_key)
        self._refresh()

    def work(self, text: str) -> None:
        """Say what is being done before the sound is sent."""
        self._ready = False
        set_tone(self.note, "muted")
        self.note.setText(text)
        self._refresh()

    def complain(self, error: UserError, *, another_key: bool) -> None:
        """Say what went wrong; ``another_key`` offers to enter one."""
        self._ready = True
        set_tone(self.note, "error")
        self.note.setText(f"{sentence(error.why)} {sentence('enter another' if another_key else error.what_to_do)}")
        if another_key:
            self.key.ask(can_keep=True)
            self.key.field.selectAll()
            self.key.field.setFocus()
        self._refresh()

    def _connect(self) -> None:
        for box in (self.languages, self.speakers):
            box.currentIndexChanged.connect(self.options_changed)
        self.key.field.textChanged.connect(self._refresh)
        self.cancel.clicked.connect(self.reject)
        self.send.clicked.connect(self.agreed)

    def _refresh(self) -> None:
        self.send.setEnabled(self._ready and self.key.usable)
        self.note.setVisible(bool(self.note.text()))
        self.known.setVisible(bool(self.known.text()))
        self.adjustSize()

    def _lay_out(self) -> None:
        grid = QGridLayout()
        grid.setHorizontalSpacing(MARGIN)
        grid.setVerticalSpacing(GAP)
        fields: list[tuple[str, QWidget]] = [
            ("Sent", self.sent),
            ("To", self.receiver),
            ("Costs", self.cost),
            ("Language", self.languages),
            ("Speakers", self.speakers),
        ]
        for row, (title, widget) in enumerate(fields):
            side = Qt.AlignmentFlag.AlignVCenter if isinstance(widget, QComboBox) else Qt.AlignmentFlag.AlignTop
            grid.addWidget(label(title, tone="muted"), row, 0, side)
            grid.addWidget(widget, row, 1)
        grid.setColumnStretch(1, 1)
        buttons = QHBoxLayout()
        buttons.setSpacing(MARGIN - UNIT)
        buttons.addStretch(1)
        buttons.addWidget(self.cancel)
        buttons.addWidget(self.send)
        outer = column(margin=WIDE - UNIT, gap=MARGIN)
        outer.addWidget(self.headline)
        outer.addWidget(self.list)
        outer.addWidget(self.known)
        outer.addLayout(grid)
        outer.addWidget(self.key)
        outer.addWidget(self.new_videos)
        outer.addWidget(self.note)
        outer.addLayout(buttons)
        self.setLayout(outer)
        self.setFixedWidth(_WIDTH)


class _SoundList(QScrollArea):
    """The media whose sound is sent, each with its length."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("consentSounds")
        self.setAccessibleName("What is sent")
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)

    def fill(self, sounds: Sequence[SentSound]) -> None:
        """Show ``sounds``."""
        rows = column(gap=UNIT)
        for sound in sounds:
            row = QHBoxLayout()
            row.setContentsMargins(0, 0, GAP, 0)
            row.addWidget(ElidedLabel(sound.name), 1)
            row.addWidget(label(clock(sound.length), tone="muted", tabular=True))
            rows.addLayout(row)
        rows.addStretch(1)
        inside = QWidget()
        inside.setLayout(rows)
        self.setWidget(inside)
        self.setFixedHeight(min(_LIST_HEIGHT, inside.sizeHint().height()))
        self.setVisible(bool(sounds))


class _KeyField(QWidget):
    """Where a key is entered; hidden until one is needed."""

    def __init__(self) -> None:
        super().__init__()
        self.text = label(wrap=True)
        self.field = QLineEdit()
        self.field.setObjectName("consentKey")
        self.field.setAccessibleName("Key")
        self.field.setPlaceholderText("Key")
        self.field.setEchoMode(QLineEdit.EchoMode.Password)
        self.hint = label("Stored in the system's key ring.", tone="muted", small=True)
        self.page = button("Get a key...", "quiet", "consentKeyPage")
        self.page.setToolTip(KEY_PAGE)
        self.page.clicked.connect(lambda: QDesktopServices.openUrl(QUrl(KEY_PAGE)))
        foot = QHBoxLayout()
        foot.addWidget(self.hint)
        foot.addStretch(1)
        foot.addWidget(self.page)
        inner = column(gap=UNIT)
        inner.addWidget(self.text)
        inner.addWidget(self.field)
        inner.addLayout(foot)
        self.setLayout(inner)
        self.hide()

    @property
    def usable(self) -> bool:
        """Whether there is a key, here or elsewhere."""
        return self.isHidden() or (not self.field.isHidden() and bool(self.field.text().strip()))

    @property
    def key(self) -> str | None:
        """What was entered; None where none was asked for."""
        return None if self.isHidden() else self.field.text().strip()

    def ask(self, *, can_keep: bool) -> None:
        """Ask for a key, or say where it can be set if this system has no place for one."""
        where = f"A key comes with an account at {QUrl(KEY_PAGE).host()}."
        set_tone(self.text, "" if can_keep else "warning")
        self.text.setText(
            where
            if can_keep
            else f"There is no key, and this system has no key ring to keep one. {where} "
            "Set ASSEMBLYAI_API_KEY to it and start Insomnia again."
        )
        self.field.setVisible(can_keep)
        self.hint.setVisible(can_keep)
        self.show()


def _box(name: str, said: str, entries: Sequence[tuple[str, str | int | None]]) -> QComboBox:
    result = QComboBox()
    result.setObjectName(name)
    result.setAccessibleName(said)
    for text, value in entries:
        result.addItem(text, value)
    return result


def _files(count: int) -> str:
    return "1 file" if count == 1 else f"{count} files"


def _sent(sending: Sending) -> str:
    if not sending.sounds:
        return "Nothing: " + _known(sending)
    whose = "this file" if len(sending.sounds) == 1 else f"these {len(sending.sounds)} files"
    size = f"at most {size_in_words(sending.most_bytes)}" if sending.most_bytes else "which is there already"
    return f"The sound of {whose}, {clock(sending.length)} long, {size}. No picture is sent."


def _known(sending: Sending) -> str:
    if not sending.known:
        return ""
    return f"{_files(sending.known)} {'is' if sending.known == 1 else 'are'} known or paid already and not sent again."


def _cost(sending: Sending) -> str:
    if not sending.sounds:
        return "Nothing"
    if sending.cents is None:
        return f"What {sending.receiver} charges for {clock(sending.length)}"
    return f"About ${max(sending.cents, 1) / 100:.2f}, charged by {sending.receiver}"
