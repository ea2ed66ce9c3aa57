"""What was typed, made an edit of the document; what cannot be taken is told beside the table."""

from __future__ import annotations

from collections.abc import Callable

from app.core.base.errors import UserError
from app.core.base.ids import new_id
from app.core.base.time import Flicks
from app.core.edit.subtitle import add_cue, retime, set_speaker, set_text, split_cue
from app.core.model.diff import Changes
from app.core.model.project import Project
from app.core.session.session import Session
from app.ui.panes.subtitles.editors import CueTextEdit, SpeakerEdit, TimesEdit
from app.ui.panes.subtitles.model import CuesModel
from app.ui.panes.subtitles.times import read

ADDED = "Add subtitle"
"""The step that adds a cue to type into; what is typed becomes part of it."""


class CueEntering:
    """Applies what the fields of the table hold. ``say`` shows why something was refused, None: nothing was."""

    def __init__(self, session: Session, model: CuesModel, say: Callable[[UserError | None], None]) -> None:
        self._session = session
        self._model = model
        self._say = say
        self._new: str | None = None
        self._step = ""

    def add(self, start: Flicks, end: Flicks) -> str | None:
        """Add an empty cue; its id. What is typed into it next is part of the same step.

        Raises:
            UserError: it cannot be added.
        """
        sequence, self._step = self._session.project.sequences[0].id, new_id()
        changes = self._apply(ADDED, lambda project: add_cue(project, sequence, start, end, ""), self._step)
        return next(iter(changes.cues.added), None)

    def expect(self, cue_id: str | None) -> None:
        """The cue that was just added: it goes away if nothing is typed into it."""
        self._new = cue_id

    def left(self, cue_id: str) -> None:
        """The field of a cue was closed: take that back if it is new and has no text."""
        if cue_id != self._new:
            return
        self._new = None
        cue = self._model.index_of_cues.find(cue_id)
        if cue is not None and not cue.text.strip() and self._session.undo_label == ADDED:
            self._session.undo()

    def take(self, editor: CueTextEdit | TimesEdit | SpeakerEdit) -> bool:
        """Let the document say what the field says; whether it could."""
        sequence, cue_id = self._session.project.sequences[0].id, editor.cue_id
        cue = self._model.index_of_cues.find(cue_id)
        if cue is None:
            return True  # taken away meanwhile
        try:
            if isinstance(editor, TimesEdit):
                start = read(editor.start.text(), self._model.rate, cue.start)
                end = read(editor.end.text(), self._model.rate, cue.end)
                self._apply("Time subtitle", lambda project: retime(project, sequence, cue_id, start, end))
            elif isinstance(editor, SpeakerEdit):
                speaker = editor.text()
                self._apply("Name speaker", lambda project: set_speaker(project, sequence, cue_id, speaker))
            elif editor.toPlainText() != editor.was:
                text = editor.toPlainText()
                label, key = (ADDED, self._step) if cue_id == self._new else ("Edit subtitle", None)
                self._apply(label, lambda project: set_text(project, sequence, cue_id, text), key)
        except UserError as error:
            self._say(error)
            return False
        self._say(None)
        return True

    def split(self, editor: CueTextEdit) -> str | None:
        """Part the cue at the cursor, with the text as it was typed; the id of the second piece, if it could."""
        sequence, cue_id = self._session.project.sequences[0].id, editor.cue_id
        text, position = editor.toPlainText(), editor.textCursor().position()

        def edit(project: Project) -> Project:
            if text != editor.was:
                project = set_text(project, sequence, cue_id, text)
            return split_cue(project, sequence, cue_id, position=position)

        try:
            changes = self._apply("Split subtitle", edit)
        except UserError as error:
            self._say(error)
            return None
        self._say(None)
        return next(iter(changes.cues.added), None)

    def _apply(self, label: str, edit: Callable[[Project], Project], merge_key: str | None = None) -> Changes:
        return self._session.apply(label, edit, merge_key)
